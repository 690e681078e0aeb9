"""What buyers send back, and what becomes of it."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.order import Order, OrderLine
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class Return(BaseModel):
    """Units of one order that go back to the stock that shipped them."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="returns", on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    """Who shipped it and gets it back; none means the merchant's own shelf."""
    status = pw.CharField(max_length=16, default="requested")
    reason = pw.CharField(max_length=500, default="")
    opened_by = pw.CharField(max_length=200, default="")
    received_at = UtcDateTimeField(null=True)
    closed_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "order_return"
        indexes = ((("store", "status", "id"), False), (("store", "order", "id"), False))
        constraints = [pw.Check("status IN ('requested', 'received', 'closed')")]

    @classmethod
    def visible_to(cls, viewer: Viewer, *columns: Any) -> "pw.ModelSelect[Any]":
        """Select the store's returns that the viewer may see: all of them, or of its own supplier's shipments alone."""
        query = cls.select(*columns).where(cls.store == viewer.store_id)
        return query if viewer.supplier_id is None else query.where(cls.supplier == viewer.supplier_id)


class ReturnLine(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    parent = pw.ForeignKeyField(Return, backref="lines", on_delete="CASCADE")
    line = pw.ForeignKeyField(OrderLine, on_delete="CASCADE")
    quantity = pw.IntegerField()
    condition = pw.CharField(max_length=200, default="")
    """What it looked like when it was received."""
    decision = pw.CharField(max_length=16, default="pending")
    restocked_to = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    """Whose stock it was put into again; none means the own shelf where it was restocked."""

    class Meta:
        table_name = "order_return_line"
        indexes = ((("store", "parent", "id"), False),)
        constraints = [
            pw.Check("quantity > 0"),
            pw.Check("decision IN ('pending', 'restock', 'discard')"),
        ]
