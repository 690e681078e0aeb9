"""Webhooks: register an address for a key, rotate its secret, pause it, and send again what was missed."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from webapp.actions import api_keys, credentials, editing, record
from webapp.db import now, transaction
from webapp.domain import signing
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.domain.webhook_events import EVENTS
from webapp.models import Store, Webhook

MOST = 10
"""Webhooks of one key."""

OVERLAPS = api_keys.OVERLAPS


@dataclass(frozen=True)
class WebhookDraft:
    """What is typed or sent. The door has vetted the address already, where it may look names up."""

    url: str
    events: list[str] = field(default_factory=list)
    description: str = ""


@dataclass(frozen=True)
class Registered:
    """A webhook with its signing secret, which nothing can show a second time."""

    webhook: Webhook
    secret: str


def create(viewer: Viewer, key_id: int, draft: WebhookDraft) -> Registered:
    """Register an address for a key; it is told of what changes from now on."""
    _check(draft)
    secret = signing.new_secret()
    with transaction():
        key = _key(viewer, key_id)
        live = Webhook.select().where(
            Webhook.store == viewer.store_id, Webhook.api_key == key, Webhook.archived_at.is_null()
        )
        if live.count() >= MOST:
            raise Conflict("too_many_webhooks", f"A key has at most {MOST} webhooks: remove one first.")
        webhook = Webhook.create(
            store=viewer.store_id,
            api_key=key,
            url=draft.url.strip(),
            description=draft.description.strip(),
            events=sorted(set(draft.events)),
            secret=credentials.seal({"secret": secret}),
            last_change=Store.select(Store.change_seq).where(Store.id == viewer.store_id).scalar(),
        )
        _tell(viewer, webhook, "webhook.created", f"Webhook to {webhook.url} created")
    return Registered(find(viewer, webhook.id), secret)


def edit(viewer: Viewer, webhook_id: int, draft: WebhookDraft, seen: str = "") -> Webhook:
    """Change address, events and description.

    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    _check(draft)
    webhook = find(viewer, webhook_id)
    with transaction():
        webhook = editing.held(webhook)
        editing.need_unchanged(seen, version(webhook))
        values = {
            "url": draft.url.strip(),
            "events": sorted(set(draft.events)),
            "description": draft.description.strip(),
        }
        Webhook.update(updated_at=now(), **values).where(Webhook.id == webhook.id).execute()
        _tell(
            viewer,
            webhook,
            "webhook.changed",
            f"Webhook to {draft.url.strip()} changed",
            record.between(webhook, values),
        )
    return find(viewer, webhook_id)


def rotate(viewer: Viewer, webhook_id: int, overlap_hours: int) -> Registered:
    """Give it a new secret; until the overlap ends messages carry the signatures of both."""
    if overlap_hours not in dict(OVERLAPS):
        raise Invalid({"overlap": ["Choose one of the offered times."]})
    webhook, secret = find(viewer, webhook_id), signing.new_secret()
    with transaction():
        until = now() + dt.timedelta(hours=overlap_hours) if overlap_hours else None
        changed = (
            Webhook.update(
                secret=credentials.seal({"secret": secret}),
                previous_secret=webhook.secret if until else "",
                previous_secret_until=until,
                updated_at=now(),
            )
            .where(Webhook.id == webhook.id, Webhook.secret == webhook.secret)
            .execute()
        )
        if not changed:
            raise Conflict("changed_meanwhile", "Somebody else rotated this secret a moment ago.")
        _tell(viewer, webhook, "webhook.rotated", f"Secret of the webhook to {webhook.url} rotated")
    return Registered(find(viewer, webhook_id), secret)


def pause(viewer: Viewer, webhook_id: int) -> Webhook:
    """Send nothing until it is resumed; what happens meanwhile waits in order."""
    webhook = find(viewer, webhook_id)
    with transaction():
        changed = Webhook.update(enabled=False, paused_at=now(), pause_reason="Paused by hand", updated_at=now()).where(
            Webhook.id == webhook.id, Webhook.enabled
        )
        if changed.execute():
            _tell(viewer, webhook, "webhook.paused", f"Webhook to {webhook.url} paused")
    return find(viewer, webhook_id)


def resume(viewer: Viewer, webhook_id: int) -> Webhook:
    """Go on sending, beginning with what waits."""
    webhook = find(viewer, webhook_id)
    with transaction():
        values: dict[str, Any] = {"enabled": True, "paused_at": None, "pause_reason": "", "failing_since": None}
        changed = Webhook.update(updated_at=now(), **values).where(Webhook.id == webhook.id, ~Webhook.enabled)
        if changed.execute():
            _tell(viewer, webhook, "webhook.resumed", f"Webhook to {webhook.url} resumed")
    return find(viewer, webhook_id)


def remove(viewer: Viewer, webhook_id: int) -> None:
    """End it and forget its secrets; what was sent stays in the log until it expires."""
    webhook = find(viewer, webhook_id)
    with transaction():
        Webhook.update(enabled=False, archived_at=now(), secret="", previous_secret="").where(
            Webhook.id == webhook.id
        ).execute()
        _tell(viewer, webhook, "webhook.removed", f"Webhook to {webhook.url} removed")


def find(viewer: Viewer, webhook_id: int) -> Webhook:
    """Return a webhook with its key; raise NotFound alike for an unknown one and one that the viewer doesn't manage."""
    webhook: Webhook | None = Webhook.visible_to(viewer).where(Webhook.id == webhook_id).first()
    if webhook is None:
        raise NotFound("webhook")
    return webhook


def version(webhook: Webhook) -> str:
    """Return a word that changes with address, events and description; its secret has a form of its own."""
    return editing.version(url=webhook.url, events=webhook.events, description=webhook.description)


def secrets_of(webhook: Webhook, moment: dt.datetime) -> list[str]:
    """Return the secrets that sign now, the new one first; raise ValueError where no encryption key fits."""
    found = [credentials.open_text(webhook.secret)["secret"]]
    if webhook.previous_secret and webhook.previous_secret_until and webhook.previous_secret_until > moment:
        found.append(credentials.open_text(webhook.previous_secret)["secret"])
    return found


def _key(viewer: Viewer, key_id: int) -> int:
    """Return the key that the webhook is bound to: a program's own, or one of the store's that is in use."""
    if viewer.actor.kind == "key":
        if viewer.actor.id != key_id:
            raise Forbidden("scope_missing", "A key registers webhooks for itself alone.")
        return key_id
    try:
        key = api_keys.find(viewer, key_id)
    except NotFound:
        raise Invalid({"api_key_id": ["Choose one of your API keys."]}) from None
    if key.revoked_at is not None:
        raise Invalid({"api_key_id": ["This key was revoked."]})
    return int(key.id)


def _check(draft: WebhookDraft) -> None:
    errors: dict[str, list[str]] = {}
    if not draft.url.strip().startswith(("https://", "http://")):
        errors["url"] = ["Give an address that begins with https:// or http://."]
    elif len(draft.url.strip()) > 1000:
        errors["url"] = ["An address has at most 1,000 characters."]
    unknown = sorted(set(draft.events) - set(dict(EVENTS)))
    if unknown:
        errors["events"] = [f"There is no event {unknown[0]!r}. Known are: {', '.join(dict(EVENTS))}."]
    if errors:
        raise Invalid(errors)


def _tell(viewer: Viewer, webhook: Webhook, kind: str, message: str, data: dict[str, Any] | None = None) -> None:
    record.event(viewer, kind, message[:500], subject="webhook", subject_id=webhook.id, data=data)
