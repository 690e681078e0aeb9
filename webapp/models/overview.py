"""Counts for the start page, each one statement whatever the store's size in rows shown."""

import peewee as pw

from webapp.domain.viewer import Viewer
from webapp.models.allocation import Allocation
from webapp.models.api_key import ApiKey
from webapp.models.cancel_request import CancelRequest
from webapp.models.channel import Channel
from webapp.models.order import Order, OrderLine
from webapp.models.order_task import OrderTask
from webapp.models.push import Push
from webapp.models.supplier import Supplier
from webapp.models.supply import Supply

WANTS_STOCK = ("awaiting_payment", "payment_accepted", "in_process", "partially_shipped", "on_hold")


def orders_by_status(viewer: Viewer) -> dict[str, int]:
    """Return status -> number of orders that the viewer sees."""
    query = Order.visible_to(viewer, Order.status, pw.fn.COUNT(Order.id)).group_by(Order.status)
    return dict(query.tuples())


def unassigned_lines(store_id: int) -> pw.ModelSelect:
    """Select the open lines that hold less stock than they want; `order_id` and `sku` are what a task needs."""
    held = Allocation.select(pw.fn.COALESCE(pw.fn.SUM(Allocation.quantity), 0)).where(
        Allocation.store == OrderLine.store, Allocation.line == OrderLine.id, Allocation.status == "active"
    )
    return (
        OrderLine.select(OrderLine.id, OrderLine.order, OrderLine.sku, OrderLine.product)
        .join(Order)
        .where(
            OrderLine.store == store_id,
            Order.status.in_(WANTS_STOCK),
            OrderLine.quantity - OrderLine.canceled_quantity > held,
        )
    )


def tasks(store_id: int) -> dict[str, int]:
    """Return what waits for a person: lines without stock, failed pushes, keys to enable, orders to settle."""
    failed = Push.select().where(Push.store == store_id, Push.status == "failed")
    fresh = ApiKey.select().where(
        ApiKey.store == store_id, ~ApiKey.enabled, ApiKey.enabled_at.is_null(), ApiKey.revoked_at.is_null()
    )
    settle = OrderTask.select(OrderTask.order).where(OrderTask.store == store_id, OrderTask.done_at.is_null())
    return {
        "unassigned": unassigned_lines(store_id).count(),
        "failed": failed.count(),
        "keys": fresh.count(),
        "settle": settle.distinct().count(),
    }


def cancel_requests(viewer: Viewer) -> int:
    """Return how many orders wait for the viewer's stock to say whether it can still cancel."""
    asked = CancelRequest.visible_to(viewer, CancelRequest.order).where(CancelRequest.answered_at.is_null())
    return int(asked.distinct().count())


def first_steps(store_id: int) -> dict[str, bool]:
    """Return which of the five steps to the first confirmed shipment are done."""

    def any_of(query: pw.ModelSelect) -> bool:
        return bool(query.exists())

    return {
        "supplier": any_of(Supplier.select().where(Supplier.store == store_id)),
        "supply": any_of(Supply.select().where(Supply.store == store_id)),
        "channel": any_of(Channel.select().where(Channel.store == store_id)),
        "key": any_of(ApiKey.select().where(ApiKey.store == store_id, ApiKey.enabled)),
        "push": any_of(Push.select().where(Push.store == store_id, Push.status == "sent")),
    }
