"""Forgotten passwords: a link by mail that works once within an hour."""

import datetime as dt
import secrets
from collections.abc import Callable

from webapp.actions import mails, record, users
from webapp.db import now, transaction
from webapp.domain import one_time
from webapp.domain.errors import NotFound
from webapp.domain.viewer import Actor, Viewer
from webapp.models import Membership, User

VALID = dt.timedelta(hours=1)

PAUSE = dt.timedelta(minutes=2)
"""So soon no second link is made for the same person, whoever asks."""


def ask(email: str, write: Callable[[User, str], tuple[str, str]]) -> None:
    """Mail a link to whoever has this address; do nothing, and tell nobody, where there is no active account."""
    user: User | None = User.select().where(User.email == email.strip().lower(), User.active).first()
    if user is None:
        return
    token, moment = one_time.new_token(), now()
    rested = User.reset_until.is_null() | (User.reset_until < moment + VALID - PAUSE)
    with transaction():
        fresh = {"reset_digest": one_time.digest(token), "reset_until": moment + VALID}
        if User.update(**fresh).where(User.id == user.id, rested).execute():
            subject, text = write(user, token)
            mails.put(None, user.email, subject, text, moment + VALID)


def of_token(token: str) -> User:
    """Return whose link this is; raise NotFound where it no longer works."""
    held = (User.reset_digest == one_time.digest(token)) & (User.reset_until > now()) & User.active
    user: User | None = User.select().where(held).first()
    if user is None:
        raise NotFound("link")
    return user


def choose(token: str, password: str) -> User:
    """Set the new password, use the link up and end the user's sessions; raise NotFound where it no longer works."""
    user = of_token(token)
    users.check_password(password, "new")
    fresh = {"password": users.hash_password(password), "fs_uniquifier": secrets.token_hex(16)}
    held = (User.id == user.id) & (User.reset_digest == one_time.digest(token)) & User.active
    with transaction():
        if not User.update(**fresh, reset_digest="", reset_until=None).where(held).execute():
            raise NotFound("link")
        for row in Membership.of(user.id):
            viewer = Viewer(row.store_id, Actor("user", user.id, user.name))
            told = f"{user.name} chose a new password by a link from a mail"
            record.event(viewer, "user.password_reset", told, subject="user", subject_id=user.id)
    return user
