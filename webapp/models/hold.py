"""Why and until when an order waits."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.order import Order
from webapp.models.store import Store


class Hold(BaseModel):
    """One time that an order was put on hold; open until it is released or moved on by other means."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="holds", on_delete="CASCADE")
    reason = pw.CharField(max_length=500, default="")
    until = UtcDateTimeField(null=True)
    """When the worker releases it; NULL waits for a person."""
    status_before = pw.CharField(max_length=24, default="")
    """What the order goes back to; it follows what the channel says meanwhile."""
    placed_by = pw.CharField(max_length=200, default="")
    released_by = pw.CharField(max_length=200, default="")
    released_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "order_hold"
        indexes = ((("store", "order", "id"), False),)


Hold.add_index(
    Hold.index(Hold.store, Hold.order, name="order_hold_open", unique=True, where=Hold.released_at.is_null())
)  # An order waits once at a time.
Hold.add_index(
    Hold.index(Hold.until, name="order_hold_due", where=Hold.released_at.is_null() & Hold.until.is_null(False))
)  # What the worker asks for, over all stores.
