"""The counts of the daily summary, for the whole store or for one supplier's people."""

from dataclasses import dataclass

import peewee as pw

from webapp.domain import order_status
from webapp.domain.viewer import Viewer
from webapp.models import order_due, overview, tasks
from webapp.models.allocation import Allocation
from webapp.models.order import Order

OPEN = ("awaiting_payment", "on_hold", "payment_accepted", "in_process", "partially_shipped")
"""Those of `order_status.OPEN`, in the order in which the mail lists them."""


@dataclass(frozen=True)
class Digest:
    by_status: dict[str, int]
    """Open orders by status, those alone of which there are any."""
    late: int
    to_accept: int
    """Orders of which a supplier hasn't accepted its part; 0 for the whole store."""
    cancel_requests: int
    needs_action: int
    """Open questions of the store's own people; 0 for a supplier's."""


def of(viewer: Viewer, time_zone: str) -> Digest:
    """Count for what the viewer sees; `late` is what the start page calls so."""
    counted = Order.visible_to(viewer, Order.status, pw.fn.COUNT(Order.id)).where(Order.status.in_(OPEN))
    by_status = dict(counted.group_by(Order.status).tuples())
    packable = Order.visible_to(viewer, Order.id).where(Order.status.in_(order_status.PACKABLE))
    bound = viewer.supplier_id is not None
    return Digest(
        {status: by_status[status] for status in OPEN if status in by_status},
        order_due.soonest(viewer, "late", time_zone).order_by().count(),
        packable.where(Order.id.in_(Allocation.unaccepted(viewer))).count() if bound else 0,
        overview.cancel_requests(viewer) if bound else 0,
        0 if bound else tasks.count(viewer.store_id),
    )
