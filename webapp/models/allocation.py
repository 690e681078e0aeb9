"""Which stock serves which line, and why."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.order import Order, OrderLine
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.supply import Supply


class Allocation(BaseModel):
    """Units of one line that one stock serves. No supplier means the merchant's own shelf.

    What a line has beyond its active allocations (and isn't canceled) is unassigned. Units shipped are never kept
    here: they are the sum of the shipment lines.
    """

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="allocations", on_delete="CASCADE")
    line = pw.ForeignKeyField(OrderLine, backref="allocations", on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    supply = pw.ForeignKeyField(Supply, null=True, on_delete="SET NULL")
    quantity = pw.IntegerField()
    status = pw.CharField(max_length=16, default="active")
    accepted_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    released_at = UtcDateTimeField(null=True)
    reason = pw.CharField(max_length=500, default="")
    """Why the supplier rejected it, or gave it back."""

    class Meta:
        indexes = (
            (("store", "supplier", "status", "order"), False),
            (("store", "order"), False),
            (("store", "line"), False),
        )
        constraints = [
            pw.Check("quantity > 0"),
            pw.Check("status IN ('active', 'released', 'rejected')"),
        ]

    @classmethod
    def serving(cls, viewer: Viewer, *columns: Any) -> "pw.ModelSelect[Any]":
        """Select what is allocated now in the viewer's reach: to its supplier where it is bound to one."""
        query = cls.select(*columns or (cls.order,)).where(cls.store == viewer.store_id, cls.status == "active")
        return query if viewer.supplier_id is None else query.where(cls.supplier == viewer.supplier_id)

    @classmethod
    def unaccepted(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the orders of which something in the viewer's reach hasn't been accepted yet."""
        return cls.serving(viewer).where(cls.accepted_at.is_null())


Allocation.add_index(
    Allocation.index(
        Allocation.store,
        Allocation.supplier,
        Allocation.status,
        Allocation.order,
        name="allocation_waiting",
        where=Allocation.accepted_at.is_null(),
    )
)  # What a logistics service asks for again and again: that which it hasn't accepted yet.


class AllocationDecision(BaseModel):
    """Why a line went where it went: the answer to "why here?"."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, on_delete="CASCADE")
    line = pw.ForeignKeyField(OrderLine, backref="decisions", on_delete="CASCADE")
    rule = pw.CharField(max_length=40)
    detail = JsonField(default=dict)
    """`{needed, chosen: [{supplier, quantity}], candidates: [{supplier, priority, free, max_days}], tie_break}`."""
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "order"), False),)
