"""An order that changes on its channel after it was taken in: what is taken over, and what becomes somebody's task."""

from typing import Any

from webapp.actions import (
    allocations,
    cancel_request_state,
    hold_state,
    line_drift,
    order_content,
    order_state,
    order_task_state,
    record,
    stock,
)
from webapp.domain import money, order_status
from webapp.domain.channel import IncomingOrder
from webapp.domain.viewer import Viewer
from webapp.models import Order, Shipment

LEFT = ("shipped", "partially_shipped", "delivered", "returned")
"""What a channel says of an order that left from elsewhere, or of which it was told so."""


def take_over(viewer: Viewer, order: Order, incoming: IncomingOrder, digest: str) -> None:
    """Bring a known order up to what the channel says, inside the caller's transaction.

    What no stock has begun follows the channel at once. What has begun is asked for: see `line_drift`. What has
    shipped stays, and an order is never moved back.
    """
    allocations.lock(order)
    order = Order.get((Order.store == order.store_id) & (Order.id == order.id))
    before, facts = allocations.suppliers_of(order), order_content.facts(incoming)
    Order.update(**facts, import_digest=digest).where(Order.id == order.id).execute()
    begun = _has_begun(order)
    _tell_facts(viewer, order, facts, begun)
    moved = line_drift.follow(viewer, order, incoming)
    moved |= _follow_status(viewer, order, incoming, begun)
    order_state.settle(viewer, order, canceled=incoming.status == "canceled")
    if order.status in order_status.OPEN:
        moved |= allocations.assign(viewer, order).keys()
    after = allocations.suppliers_of(order)
    event = f"Updated from {viewer.actor.label}"
    _say(viewer, order, "order.updated", event, public=True, data={"channel_status": incoming.channel_status})
    record.changed(
        order.store_id,
        "order",
        order.id,
        order_id=order.id,
        supplier_ids=after,
        withdrawn_from=before - after,
        moved=moved,
    )


def _has_begun(order: Order) -> bool:
    packed = (Shipment.store == order.store_id) & (Shipment.order == order.id) & (Shipment.status != "canceled")
    begun = any(one.begun for state in line_drift.states(order).values() for one in state.held)
    return begun or order.status in line_drift.BEGUN or Shipment.select().where(packed).exists()


def _tell_facts(viewer: Viewer, order: Order, new: dict[str, Any], begun: bool) -> None:
    """Tell what the channel changed beside the lines; an address that somebody works with is a task as well."""
    who = viewer.actor.label
    if order.total_cents != new["total_cents"]:
        old, fresh = (f"{new['currency']} {money.show(cents)}" for cents in (order.total_cents, new["total_cents"]))
        _say(viewer, order, "order.edited", f"{who}: total {old} → {fresh}")
    if order.delivery_address == new["delivery_address"]:
        return
    _say(viewer, order, "order.edited", f"{who}: delivery address changed", public=True)
    if begun and order.status not in ("delivered", "canceled", "returned"):
        told = (
            f"The address changed on {who} after the warehouse had started: tell them. "
            "Packed shipments and issued waybills still carry the former one"
        )
        order_task_state.leave(order, "address_changed", told, public=True)


def _follow_status(viewer: Viewer, order: Order, incoming: IncomingOrder, begun: bool) -> set[stock.Place]:
    """Move the order as the channel did, where that may be; return where units were given back.

    A cancellation isn't moved here: it goes by what becomes of the lines.
    """
    wanted = order_status.merge(order.status, incoming.status)
    if wanted == "on_hold" == order.status:
        if hold_state.open_of(order) is None:
            wanted = incoming.status  # Only the channel held it.
        hold_state.follow(order, incoming.status)
    if wanted in (order.status, "canceled"):
        return set()
    if begun and wanted in LEFT and order.status in order_status.OPEN:
        if _only_canceled_is_left(order):
            return set()
        says = order_status.name(incoming.status).lower()
        told = f"{viewer.actor.label} says that the order is {says}, but work on it had begun here"
        order_task_state.leave(order, "shipped_elsewhere", f"{told}. Make sure that it doesn't leave twice")
        _say(viewer, order, "order.drifted", told)
        return set()
    old = order.status
    order_state.move(order, wanted)
    told = f"{order_status.name(old)} → {order_status.name(wanted)}, as on the channel"
    _say(viewer, order, "order.status", told, public=True, data={"from": old, "to": wanted})
    return allocations.release(order) if wanted not in order_status.UNSTARTED else set()


def _only_canceled_is_left(order: Order) -> bool:
    """Tell whether all that the channel still wants has shipped, and the rest is asked to be canceled."""
    asked = sum(cancel_request_state.asked_units(order).values())
    return order_state.units_ordered(order) - asked <= sum(allocations.shipped_units(order).values())


def _say(
    viewer: Viewer, order: Order, kind: str, message: str, *, public: bool = False, data: dict[str, Any] | None = None
) -> None:
    record.event(
        viewer, kind, message, subject="order", subject_id=order.id, order_id=order.id, public=public, data=data
    )
