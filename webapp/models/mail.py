"""The outbox of mail: what is to be sent to people, written in the transaction that caused it."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.store import Store

TROUBLED = 3
"""Tries after which a mail that still waits is worth a look."""


class Mail(BaseModel):
    store = pw.ForeignKeyField(Store, null=True, on_delete="CASCADE", index=False)
    """Whose mail it is; none for what a person asked for as such, for example a new password."""
    to_address = pw.CharField(max_length=254)
    subject = pw.CharField(max_length=200)
    sealed = pw.TextField()
    """The text, encrypted, for it may hold a link that logs in; empty once it is sent or too late."""
    status = pw.CharField(max_length=8, default="waiting")
    attempts = pw.IntegerField(default=0)
    next_try_at = UtcDateTimeField(default=now)
    expires_at = UtcDateTimeField(null=True)
    """After this it is of no use to anybody any more, so it isn't sent."""
    lease_until = UtcDateTimeField(null=True)
    lease_token = pw.CharField(max_length=24, default="")
    last_error = pw.CharField(max_length=300, default="")
    created_at = UtcDateTimeField(default=now)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("status", "next_try_at"), False), (("store", "status", "id"), False))
        constraints = [pw.Check("status IN ('waiting', 'sending', 'sent', 'failed')")]

    @classmethod
    def in_trouble(cls) -> pw.Expression:
        """Match what wasn't taken and can be sent again: given up, or refused again and again."""
        given_up = (cls.status == "failed") & (cls.sealed != "")
        return given_up | ((cls.status == "waiting") & (cls.attempts >= TROUBLED))
