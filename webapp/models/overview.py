"""What the start page counts: orders by stage, and what waits for a warehouse."""

from typing import Any

import peewee as pw

from webapp.domain import lead_time, order_status
from webapp.domain.viewer import Viewer
from webapp.models import order_due
from webapp.models.cancel_request import CancelRequest
from webapp.models.order import Order
from webapp.models.shipment import Shipment

COUNTED = 10_000
"""A stage is counted up to here; beyond, counting would cost more than it tells."""

STAGES = tuple(status for status, _ in order_status.STATUSES)


def stages(viewer: Viewer, time_zone: str) -> dict[str, int]:
    """Return how many orders are in each status, are `late`, or due `today`: one statement, at most COUNTED + 1 each.

    It is for viewers of the whole store: for others see `work`.
    """
    queries = {name: Order.visible_to(viewer, Order.id).where(Order.status == name) for name in STAGES}
    return _counted(queries | _due(viewer, time_zone))


def work(viewer: Viewer, time_zone: str) -> dict[str, int]:
    """Return how many orders and shipments wait for the viewer's own stock, by what has to be done with them."""
    queries = {
        "accept": to_accept(viewer),
        "pack": to_pack(viewer),
        "hand_over": Shipment.visible_to(viewer).where(_packed(viewer)),
    }
    return _counted(queries | _due(viewer, time_zone))


def to_accept(viewer: Viewer) -> "pw.ModelSelect[Any]":
    """Select the orders with units that the viewer's stock has neither accepted nor packed, the most urgent first."""
    return _running(viewer).where(order_due.unsent(viewer, unpacked=True, accepted=False))


def to_pack(viewer: Viewer) -> "pw.ModelSelect[Any]":
    """Select the orders with units that the viewer's stock has accepted and not packed, the most urgent first."""
    return _running(viewer).where(order_due.unsent(viewer, unpacked=True, accepted=True))


def to_hand_over(viewer: Viewer) -> "pw.ModelSelect[Any]":
    """Select the packed shipments that wait for their courier, the oldest first, with their orders."""
    columns = (Shipment.id, Shipment.carrier, Shipment.created_at, Order.id, Order.reference, Order.ship_by)
    query = Shipment.visible_to(viewer).select(*columns)
    return query.join(Order).where(_packed(viewer)).order_by(Shipment.id)


def _packed(viewer: Viewer) -> pw.Expression:
    """Match shipments that haven't left, starting from those few: the supplier's index holds all that ever did."""
    packed = Shipment.alias()
    mine = (packed.store == viewer.store_id) & (packed.status == "draft")
    return Shipment.id.in_(packed.select(packed.id).where(mine))


def cancel_requests(viewer: Viewer) -> int:
    """Return how many orders wait for the viewer's stock to say whether it can still cancel."""
    asked = CancelRequest.visible_to(viewer, CancelRequest.order).where(CancelRequest.answered_at.is_null())
    return int(asked.distinct().count())


def _running(viewer: Viewer) -> "pw.ModelSelect[Any]":
    columns = (Order.id, Order.reference, Order.status, Order.ship_by, Order.paid_at)
    query = Order.visible_to(viewer, *columns).where(Order.status.in_(lead_time.RUNNING))
    return query.order_by(Order.ship_by, Order.id)


def _due(viewer: Viewer, time_zone: str) -> dict[str, Any]:
    return {due: order_due.soonest(viewer, due, time_zone) for due in ("late", "today")}


def _counted(queries: dict[str, Any]) -> dict[str, int]:
    """Count all of them in one statement, each up to COUNTED + 1 rows."""
    limited = {name: query.select(pw.SQL("1")).order_by().limit(COUNTED + 1) for name, query in queries.items()}
    counts = [pw.Select([query], [pw.fn.COUNT(pw.SQL("1"))]).alias(name) for name, query in limited.items()]
    (row,) = pw.Select([], counts).bind(Order._meta.database).tuples()
    return dict(zip(queries, map(int, row), strict=True))
