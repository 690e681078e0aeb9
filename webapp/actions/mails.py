"""Mail that leaves: written in the transaction that causes it, sent by the worker, tried again, forgotten."""

import datetime as dt
import random
import secrets

from webapp.actions import credentials, record
from webapp.db import locking, now, transaction
from webapp.domain import backoff
from webapp.domain.errors import Forbidden
from webapp.domain.viewer import Viewer
from webapp.models import Mail

TRIES = len(backoff.DELAYS) + 1
LEASE = dt.timedelta(minutes=5)
"""Longer than a mail server may take for one mail."""

KEEP = dt.timedelta(days=30)


def put(store_id: int | None, to: str, subject: str, text: str, expires_at: dt.datetime | None = None) -> None:
    """Leave a mail for the worker; call it inside the action's transaction. After `expires_at` it isn't sent."""
    Mail.insert(
        store=store_id,
        to_address=to,
        subject=" ".join(subject.split())[:200],
        sealed=credentials.seal({"text": text}),
        expires_at=expires_at,
    ).execute()


def claim() -> Mail | None:
    """Take the mail that has waited longest, for the length of the lease; None where none is due."""
    moment = now()
    waiting = (Mail.status == "waiting") & (Mail.next_try_at <= moment)
    stranded = (Mail.status == "sending") & (Mail.lease_until < moment)
    lost = "Workers ended in the middle of it again and again."
    Mail.update(status="failed", last_error=lost).where(stranded, Mail.attempts >= TRIES).execute()
    due = Mail.select(Mail.id).where(waiting | stranded).order_by(Mail.next_try_at, Mail.id).limit(1)
    with transaction():
        row = locking(due, "FOR UPDATE SKIP LOCKED").first()
        if row is None:
            return None
        token = secrets.token_hex(12)
        held = {"status": "sending", "lease_until": moment + LEASE, "lease_token": token}
        Mail.update(**held, attempts=Mail.attempts + 1).where(Mail.id == row.id).execute()
    mail: Mail = Mail.get_by_id(row.id)
    return mail


def text_of(mail: Mail) -> str:
    """Return what the mail says; raise ValueError where no configured key fits."""
    return credentials.open_text(mail.sealed).get("text", "")


def sent(mail: Mail) -> None:
    """Record that it was taken; its text, which may hold a link that logs in, goes."""
    _finish(mail, status="sent", sent_at=now(), sealed="", last_error="")


def failed(mail: Mail, error: str, permanent: bool = False) -> None:
    """Record that it wasn't taken: it is tried again later, unless that can't help or was tried for days."""
    moment, told = now(), error[:300]
    following = backoff.next_try(mail.attempts, moment, random.Random())  # noqa: S311 - spreads retries.
    too_late = mail.expires_at is not None and mail.expires_at <= following
    if permanent or too_late or mail.attempts >= TRIES:
        _finish(mail, status="failed", last_error=told, **({"sealed": ""} if too_late else {}))
    else:
        _finish(mail, status="waiting", next_try_at=following, last_error=told)


def retry(viewer: Viewer) -> int:
    """Try the store's failed mails again, as far as they may still be of use; return how many those are."""
    if viewer.role not in ("admin", "merchant", "system"):
        raise Forbidden("admins_only", "Only the store's own people send its mails again.")
    mine = (Mail.store == viewer.store_id) & Mail.in_trouble()
    with transaction():
        count = Mail.update(status="waiting", attempts=0, next_try_at=now()).where(mine).execute()
        if count:
            record.event(viewer, "mail.retried", f"{count} mails are sent again", subject="mail")
    return int(count)


def forget_old() -> None:
    """Delete mails that are past their time, whatever became of them."""
    Mail.delete().where(Mail.created_at < now() - KEEP).execute()


def _finish(mail: Mail, **values: object) -> None:
    ours = (Mail.id == mail.id) & (Mail.status == "sending") & (Mail.lease_token == mail.lease_token)
    Mail.update(lease_until=None, lease_token="", **values).where(ours).execute()
