"""Which orders are late or due soon, and which parts of orders a stock still has to send."""

from typing import Any

import peewee as pw

from webapp.db import now
from webapp.domain import lead_time
from webapp.domain.viewer import Viewer
from webapp.models.allocation import Allocation
from webapp.models.order import Order
from webapp.models.shipment import Shipment, ShipmentLine


def within(viewer: Viewer, due: str, time_zone: str) -> pw.Expression:
    """Match the orders that are `late`, or due `today` or this `week`; where a viewer is bound, by its own part."""
    found = _between(Order.ship_by, due, time_zone)
    return found if viewer.supplier_id is None else found & unsent(viewer)


def among(viewer: Viewer, due: str, time_zone: str) -> pw.Expression:
    """Match the same orders for a list in another order: it starts from these few, and not from the newest of all."""
    few = Order.alias()
    ids = few.select(few.id).where(few.store == viewer.store_id, _between(few.ship_by, due, time_zone))
    found = Order.id.in_(ids)
    return found if viewer.supplier_id is None else found & unsent(viewer)


def soonest(viewer: Viewer, due: str, time_zone: str) -> "pw.ModelSelect[Any]":
    """Select these orders, those that should leave first before all others."""
    columns = (Order.id, Order.reference, Order.status, Order.ship_by, Order.paid_at)
    query = Order.visible_to(viewer, *columns).where(within(viewer, due, time_zone))
    return query.order_by(Order.ship_by, Order.id)


def _between(column: Any, due: str, time_zone: str) -> pw.Expression:
    after, until = lead_time.window(due, now(), time_zone)
    return column <= until if after is None else (column > after) & (column <= until)


def unsent(viewer: Viewer, *, unpacked: bool = False, accepted: bool | None = None) -> pw.Expression:
    """Match orders of which the viewer's stock still holds units that haven't left (or aren't packed) yet.

    `accepted` counts only units that it has, or hasn't, accepted.
    """
    gone = ("draft", "shipped", "delivered") if unpacked else ("shipped", "delivered")
    left = (
        ShipmentLine.select(pw.fn.COALESCE(pw.fn.SUM(ShipmentLine.quantity), 0))
        .join(Shipment)
        .where(
            ShipmentLine.store == viewer.store_id,
            ShipmentLine.line == Allocation.line,
            Shipment.supplier == viewer.supplier_id,
            Shipment.status.in_(gone),
        )
    )
    held = Allocation.serving(viewer, pw.SQL("1")).where(Allocation.order == Order.id)
    if accepted is not None:
        held = held.where(Allocation.accepted_at.is_null(not accepted))
    return pw.fn.EXISTS(held.group_by(Allocation.line).having(pw.fn.SUM(Allocation.quantity) > left))
