"""An order's parts, each with the stock that serves it: what accepting, rejecting and assigning share."""

from collections.abc import Iterable

from webapp.actions import allocations, cancel_request_state, holdings, order_state, orders, record, stock
from webapp.domain import order_status
from webapp.domain.errors import Forbidden
from webapp.domain.viewer import Level, Viewer
from webapp.models import Allocation, Order

OWN = 0
"""Stands for the merchant's own shelf where a stock is named."""


def locked(viewer: Viewer, order_id: int) -> Order:
    """Lock the order that the viewer may see, and return it as it is under the lock."""
    allocations.lock(orders.find(viewer, order_id))
    return orders.find(viewer, order_id)


def active(viewer: Viewer, order: Order) -> list[Allocation]:
    """Return the active allocations that the viewer may speak for, with their lines."""
    rows = holdings.of_order(order)
    return list(rows if viewer.supplier_id is None else rows.where(Allocation.supplier == viewer.supplier_id))


def reroute(
    viewer: Viewer,
    order: Order,
    before: set[int],
    moved: set[stock.Place],
    shipments: Iterable[order_state.PackedBy] = (),
) -> int:
    """Allocate what is open now, tell everybody whom it concerns, and return how many units found stock.

    `before` are the suppliers that saw the order, `moved` is where units were given back, `shipments` are those of
    which units were taken out.
    """
    given_back(viewer, order)
    held = allocations.assign(viewer, order) if order.status in order_status.OPEN else {}
    order_state.changed(order, before - allocations.suppliers_of(order), moved | held.keys(), shipments)
    return sum(held.values())


def given_back(viewer: Viewer, order: Order) -> None:
    """Bring requests to cancel, and the order's status, up to stock that was just given back."""
    whole = any(row.whole_order for row in cancel_request_state.asked(order))
    cancel_request_state.follow(viewer, order)
    order_state.settle(viewer, order, canceled=whole)


def need_write(viewer: Viewer) -> None:
    """Refuse a viewer that may not write orders."""
    if viewer.orders < Level.WRITE:
        raise Forbidden("scope_missing", "This needs the permission to write orders.", required="orders:write")


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
    return holdings.source_name(supplier_id or None)


def lines(count: int) -> str:
    """Return a count of lines in words."""
    return f"{count} {'line' if count == 1 else 'lines'}"


def units_of(count: int) -> str:
    """Return a count of units in words."""
    return holdings.units_of(count)
