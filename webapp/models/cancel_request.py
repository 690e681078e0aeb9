"""What a stock that has begun was asked to cancel, because the channel or the merchant no longer wants it."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.order import Order, OrderLine
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class CancelRequest(BaseModel):
    """Units of one line at one stock. At most one of a line and stock is `asked`; more units raise it."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="cancel_requests", on_delete="CASCADE")
    line = pw.ForeignKeyField(OrderLine, on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    """Who is asked; none means the merchant's own shelf."""
    quantity = pw.IntegerField()
    status = pw.CharField(max_length=16, default="asked")
    reason = pw.CharField(max_length=500, default="")
    whole_order = pw.BooleanField(default=False)
    """The order was canceled, not units of it."""
    by_merchant = pw.BooleanField(default=False)
    """Canceled here and not on the channel, which is told once the order is canceled."""
    answer = pw.CharField(max_length=500, default="")
    """What the stock said with its answer."""
    answered_by = pw.CharField(max_length=200, default="")
    answered_at = UtcDateTimeField(null=True)
    """NULL exactly while it is `asked`."""
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "order", "id"), False),)
        constraints = [
            pw.Check("quantity > 0"),
            pw.Check("status IN ('asked', 'granted', 'refused', 'overtaken', 'withdrawn')"),
        ]

    @classmethod
    def visible_to(cls, viewer: Viewer, *columns: Any) -> "pw.ModelSelect[Any]":
        """Select the store's requests that the viewer may see: all of them, or its own supplier's alone."""
        query = cls.select(*columns).where(cls.store == viewer.store_id)
        return query if viewer.supplier_id is None else query.where(cls.supplier == viewer.supplier_id)


CancelRequest.add_index(
    CancelRequest.index(
        CancelRequest.store,
        CancelRequest.order,
        name="cancel_request_asked",
        where=CancelRequest.answered_at.is_null(),
    )
)  # Asked with every page of orders; hardly any row is in it.
