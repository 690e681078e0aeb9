"""What a person has to settle about an order, with somebody outside."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.order import Order
from webapp.models.store import Store


class OrderTask(BaseModel):
    """Open until somebody says that it is done."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="tasks", on_delete="CASCADE")
    kind = pw.CharField(max_length=24)
    """`cancel_refused`, `cancel_overtaken`, `address_changed`, `added_late`, `line_swapped`, `shipped_elsewhere` or
    `not_told`."""
    message = pw.CharField(max_length=500)
    public = pw.BooleanField(default=False)
    """Whether the order's suppliers see it as well."""
    done_by = pw.CharField(max_length=200, default="")
    done_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "order", "id"), False),)


OrderTask.add_index(
    OrderTask.index(OrderTask.store, OrderTask.order, name="order_task_open", where=OrderTask.done_at.is_null())
)  # What the lists and the start page ask for.
