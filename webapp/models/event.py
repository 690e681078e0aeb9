"""What happened, for people: the timeline of an order and the audit of a store."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.order import Order
from webapp.models.store import Store


class Event(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, null=True, backref="events", on_delete="CASCADE")
    supplier_id = pw.BigIntegerField(null=True)
    """The supplier that it concerns: a viewer bound to a supplier sees its own and those that concern all (NULL)."""
    public = pw.BooleanField(default=False)
    """Whether viewers bound to a supplier may see it at all."""
    subject = pw.CharField(max_length=24)
    """The noun: order, shipment, push, api_key, user, supplier, product, channel …"""
    subject_id = pw.BigIntegerField(null=True)
    kind = pw.CharField(max_length=40)
    """What happened, as `noun.verb`, for example `shipment.shipped`."""
    message = pw.CharField(max_length=500)
    actor_kind = pw.CharField(max_length=8)
    actor_id = pw.BigIntegerField(null=True)
    actor_label = pw.CharField(max_length=200, default="")
    data = JsonField(default=dict)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "order", "id"), False), (("store", "subject", "subject_id", "id"), False))
        constraints = [pw.Check("actor_kind IN ('user', 'key', 'job', 'cli')")]


Event.add_index(
    Event.index(
        Event.store, Event.actor_kind, Event.actor_id, Event.id, name="event_actor", where=Event.actor_id.is_null(False)
    )
)  # Of people and keys alone: what the worker does is most of it.
