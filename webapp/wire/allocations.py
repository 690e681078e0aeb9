"""Which stock serves which line, as a program may see it."""

from typing import Any

from webapp.domain.viewer import Viewer
from webapp.models import Allocation, OrderLine, Supplier
from webapp.wire.values import when


def of_order(viewer: Viewer, order_id: int) -> list[dict[str, Any]]:
    """Return the allocations of an order, released and rejected ones included: a supplier's own alone."""
    query = (
        Allocation.select(Allocation, OrderLine.id, OrderLine.sku, Supplier.id, Supplier.name)
        .join(OrderLine)
        .switch(Allocation)
        .left_outer_join(Supplier)
        .where(Allocation.store == viewer.store_id, Allocation.order == order_id)
        .order_by(Allocation.id)
    )
    if viewer.supplier_id is not None:
        query = query.where(Allocation.supplier == viewer.supplier_id)
    return [
        {
            "id": row.id,
            "line_id": row.line_id,
            "sku": row.line.sku,
            "supplier": {"id": row.supplier_id, "name": row.supplier.name} if row.supplier_id else None,
            "quantity": row.quantity,
            "status": row.status,
            "reason": row.reason or None,
            "accepted_date": when(row.accepted_at),
            "creation_date": when(row.created_at),
        }
        for row in query
    ]
