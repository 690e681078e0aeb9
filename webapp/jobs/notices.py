"""Tell people by mail what needs action, which webhooks were paused, and each morning how the day stands."""

import functools
import itertools

import structlog
from flask import Flask
from flask_babel import force_locale

from webapp.actions import notices
from webapp.db import db, now
from webapp.domain import notices as rules
from webapp.domain.viewer import Actor, Viewer, system
from webapp.models import Membership, Store, digest
from webapp.wire import letters

log = structlog.get_logger()


class Notifier:
    """Writes the mails; the postman sends them."""

    def __init__(self, app: Flask, base_url: str) -> None:
        self._app, self._base_url = app, base_url

    def tick(self) -> None:
        """Look through the stores whose people want to be told."""
        with self._app.app_context(), db.connection_context():
            stores = itertools.groupby(notices.readers(), key=lambda member: member.store_id)
            for store_id, members in [(store_id, list(rows)) for store_id, rows in stores]:
                try:
                    self._tell(store_id, members)
                except (LookupError, ValueError):
                    log.exception("notices.failed", store=store_id)  # One odd store keeps no other waiting.
            for store in Store.select().where(Store.notification_mail != ""):
                self._digest(store, store, system(store.id), store.notification_mail, "")

    def _tell(self, store_id: int, members: list[Membership]) -> None:
        if any({"tasks", "webhooks"} & set(member.notices) for member in members):
            notices.look(store_id)
        for member in members:
            with force_locale(member.user.language or "en"):
                write = functools.partial(letters.open_questions, member.store.name, base_url=self._base_url)
                clerk = member.role == "clerk"
                if "tasks" in member.notices:
                    notices.tell_new(member, functools.partial(write, for_clerk=clerk))
                if "webhooks" in member.notices and not clerk:
                    notices.tell_pauses(member, write)
            if "digest" in member.notices:
                self._digest(member, member.store, _viewer(member), member.user.email, member.user.language)

    def _digest(self, row: Membership | Store, store: Store, viewer: Viewer, to: str, language: str) -> None:
        day = rules.digest_day(now(), store.time_zone, store.working_days)
        if day is None or row.digest_on == day:
            return
        with force_locale(language or "en"):
            letter = letters.summary(store.name, day, digest.of(viewer, store.time_zone), self._base_url)
            notices.tell_digest(row, to, day, letter)


def _viewer(member: Membership) -> Viewer:
    actor = Actor("user", member.user_id, member.user.name)
    return Viewer(member.store_id, actor, member.role, member.supplier_id)
