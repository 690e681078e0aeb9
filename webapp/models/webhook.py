"""Webhooks: where a key's program wants to be told of changes, what it was told, and how each try went."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.api_key import ApiKey
from webapp.models.store import Store


class Webhook(BaseModel):
    """One address, bound to a key so that the key's scope and masks hold for what is sent."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    api_key = pw.ForeignKeyField(ApiKey, backref="webhooks", on_delete="CASCADE")
    url = pw.CharField(max_length=1000)
    description = pw.CharField(max_length=200, default="")
    events = JsonField(default=list)
    """The event types that are wanted; an empty list wants all."""
    secret = pw.TextField()
    """The signing secret as encrypted JSON; see `webapp/domain/secrets_box.py`."""
    previous_secret = pw.TextField(default="")
    previous_secret_until = UtcDateTimeField(null=True)
    """Until then both secrets sign."""
    last_change = pw.BigIntegerField(default=0)
    """Up to which number of the change feed messages were made."""
    enabled = pw.BooleanField(default=True)
    paused_at = UtcDateTimeField(null=True)
    pause_reason = pw.CharField(max_length=300, default="")
    failing_since = UtcDateTimeField(null=True)
    """The first of the failures that no success has followed yet."""
    last_success_at = UtcDateTimeField(null=True)
    archived_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "api_key", "id"), False),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the webhooks that the viewer manages: a key its own, people of the whole store all of them."""
        query = cls.select(cls, ApiKey).join(ApiKey).where(cls.store == viewer.store_id, cls.archived_at.is_null())
        if viewer.actor.kind == "key":
            return query.where(cls.api_key == viewer.actor.id)
        return query if viewer.supplier_id is None else query.where(pw.SQL("1 = 0"))


class Delivery(BaseModel):
    """One message to one webhook. Its `message_id` stays the same at every try and every replay."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    webhook = pw.ForeignKeyField(Webhook, backref="deliveries", on_delete="CASCADE")
    message_id = pw.CharField(max_length=64)
    event = pw.CharField(max_length=40)
    number = pw.BigIntegerField(null=True)
    """The change's number; none for a test event."""
    body = pw.TextField()
    """Exactly what is sent and signed."""
    status = pw.CharField(max_length=16, default="waiting")
    attempts = pw.IntegerField(default=0)
    next_try_at = UtcDateTimeField(default=now)
    lease_until = UtcDateTimeField(null=True)
    lease_token = pw.CharField(max_length=32, default="")
    last_error = pw.CharField(max_length=1000, default="")
    last_status_code = pw.IntegerField(null=True)
    created_at = UtcDateTimeField(default=now)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store", "webhook", "message_id"), True),
            (("store", "webhook", "id"), False),
            (("status", "next_try_at"), False),
            (("webhook", "status", "next_try_at"), False),
        )
        constraints = [pw.Check("status IN ('waiting', 'sending', 'sent', 'failed', 'dropped')")]


class DeliveryAttempt(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    delivery = pw.ForeignKeyField(Delivery, backref="tries", on_delete="CASCADE")
    status_code = pw.IntegerField(null=True)
    """None where no whole answer came."""
    answer = pw.CharField(max_length=1000, default="")
    """How the answer began."""
    error = pw.CharField(max_length=500, default="")
    milliseconds = pw.IntegerField(default=0)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "delivery", "id"), False),)
