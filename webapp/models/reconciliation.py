"""A comparison of the last days of a channel with what is here, and what it found."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.channel import Channel
from webapp.models.store import Store


class Reconciliation(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    channel = pw.ForeignKeyField(Channel, backref="reconciliations", on_delete="CASCADE")
    trigger = pw.CharField(max_length=16, default="schedule")
    """`schedule`, or `manual` ("Compare now")."""
    status = pw.CharField(max_length=16, default="waiting")
    seen = pw.IntegerField(default=0)
    """Orders that the channel listed."""
    found = pw.IntegerField(default=0)
    """Differences."""
    mended = pw.IntegerField(default=0)
    """Differences that were mended at once."""
    differences = JsonField(default=list)
    """At most 200 entries `{kind, order_id, reference, told, mended}`; `found` counts all."""
    error = pw.CharField(max_length=1000, default="")
    """Why it ended early."""
    created_at = UtcDateTimeField(default=now)
    started_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "channel", "id"), False), (("status",), False))
        constraints = [pw.Check("status IN ('waiting', 'running', 'done', 'failed')")]
