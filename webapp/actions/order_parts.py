"""An order's parts, each with the stock that serves it: what accepting, rejecting and assigning share."""

from collections.abc import Iterable
from typing import Any

from webapp.actions import allocations, orders, record, stock
from webapp.db import now
from webapp.domain.errors import Forbidden
from webapp.domain.viewer import Level, Viewer
from webapp.models import Allocation, Order, OrderLine, Supplier

OWN = 0
"""Stands for the merchant's own shelf where a stock is named."""


def locked(viewer: Viewer, order_id: int) -> Order:
    """Lock the order that the viewer may see, and return it as it is under the lock."""
    allocations.lock(orders.find(viewer, order_id))
    return orders.find(viewer, order_id)


def active(viewer: Viewer, order: Order) -> list[Allocation]:
    """Return the active allocations that the viewer may speak for, with their lines."""
    rows = of_order(order)
    return list(rows if viewer.supplier_id is None else rows.where(Allocation.supplier == viewer.supplier_id))


def of_order(order: Order) -> Any:
    """Select the order's active allocations with their lines, oldest first."""
    return (
        Allocation.select(Allocation, OrderLine)
        .join(OrderLine)
        .where(Allocation.store == order.store_id, Allocation.order == order.id, Allocation.status == "active")
        .order_by(Allocation.id)
    )


def lower(order: Order, rows: list[Allocation], units: int) -> set[stock.Place]:
    """Take units out of active allocations, the newest first, and give their stock back; return where it lies."""
    left, moved = units, set()
    for row in sorted(rows, key=lambda row: -row.id):
        taken = min(left, row.quantity)
        if taken:
            change: dict[str, Any] = {"status": "released", "released_at": now()}
            if taken < row.quantity:
                change = {"quantity": row.quantity - taken}
            Allocation.update(**change).where(Allocation.id == row.id).execute()
            stock.give_back(order.store_id, row.line.product_id, row.supply_id, taken)
            moved.add((row.line.product_id, row.supplier_id))
            left -= taken
    return moved


def reroute(viewer: Viewer, order: Order, before: set[int], moved: set[stock.Place]) -> int:
    """Allocate what is open now, tell everybody whom it concerns, and return how many units found stock.

    `before` are the suppliers that saw the order, `moved` is where units were given back.
    """
    held = allocations.assign(viewer, order) if order.status in allocations.OPEN else {}
    changed(order, before - allocations.suppliers_of(order), moved | held.keys())
    return sum(held.values())


def need_write(viewer: Viewer) -> None:
    """Refuse a viewer that may not write orders."""
    if viewer.orders < Level.WRITE:
        raise Forbidden("scope_missing", "This needs the permission to write orders.", required="orders:write")


def changed(order: Order, withdrawn: Iterable[int] = (), moved: Iterable[stock.Place] = ()) -> None:
    """Give the order's change its numbers: the last statement of a transaction."""
    record.changed(
        order.store_id,
        "order",
        order.id,
        order_id=order.id,
        supplier_ids=allocations.suppliers_of(order),
        withdrawn_from=withdrawn,
        moved=moved,
    )


def event(viewer: Viewer, order: Order, kind: str, message: str, supplier_id: int) -> None:
    """Record what a source of stock did; OWN concerns the store alone."""
    record.event(
        viewer,
        kind,
        message,
        subject="order",
        subject_id=order.id,
        order_id=order.id,
        supplier_id=supplier_id or None,
        public=supplier_id != OWN,
    )


def source_name(supplier_id: int) -> str:
    """Return a supplier's name, or what the merchant's own shelf is called."""
    if supplier_id == OWN:
        return "Own stock"
    name: str = Supplier.select(Supplier.name).where(Supplier.id == supplier_id).scalar() or "a supplier"
    return name


def lines(count: int) -> str:
    """Return a count of lines in words."""
    return f"{count} {'line' if count == 1 else 'lines'}"


def units_of(count: int) -> str:
    """Return a count of units in words."""
    return f"{count} {'unit' if count == 1 else 'units'}"
