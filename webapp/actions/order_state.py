"""The moves that several actions make on an order, each inside its caller's transaction."""

from collections.abc import Iterable

import peewee as pw

from webapp.actions import (
    allocations,
    cancel_request_state,
    due,
    hold_state,
    order_task_state,
    pushes,
    record,
    stock,
    waybill_state,
)
from webapp.db import now
from webapp.domain import order_status
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Viewer
from webapp.models import Order, OrderLine, Return, ReturnLine, Shipment
from webapp.models.prepared import prepared, slot


def move(order: Order, new: str, by: str = "") -> None:
    """Change the status if it still is what the caller read; raise Conflict where somebody was faster.

    By when the order should leave changes with it. One that waited does so no longer; `by` is whoever ended that.
    """
    mine = {"store": order.store_id, "order": order.id, "old": order.status}
    moments = {"updated_at": now(), **due.after_move(order, new)}
    stored = {name: Order.updated_at.db_value(moment) for name, moment in moments.items()}
    if not _move(tuple(stored)).change(new=new, **stored, **mine):
        raise Conflict("changed_meanwhile", "Somebody else changed this order a moment ago. Look at it again.")
    if order.status == "on_hold":
        hold_state.end(order, by)
    order.status = new


def units_ordered(order: Order) -> int:
    """Return the units that are ordered and not canceled, over all lines."""
    ((total,),) = _units().rows(store=order.store_id, order=order.id)
    return int(total or 0)


def settle(viewer: Viewer, order: Order, *, canceled: bool, tell: bool = False) -> None:
    """Give an open order of which nothing is left to ship its last status.

    Where some of it has shipped, it is shipped, delivered with its last shipment, or returned where all of that is
    back; where nothing has, it is canceled if the channel or the merchant said so (`canceled`), and else stays as it
    is: a line may still come. Of what the merchant canceled, now (`tell`) or when a stock was asked, the channel is
    told; also that the order is shipped, since its last parcel left as one of several, unless the channel canceled it.
    """
    if order.status not in order_status.OPEN:
        return
    ordered, gone = units_ordered(order), sum(allocations.shipped_units(order).values())
    if gone < ordered or (gone == 0 and not canceled):
        due.follow(order)
        return
    new = "shipped" if _underway(order) else "delivered"
    if gone == 0 or all_back(order, gone):
        new = "returned" if gone else "canceled"
    told = f"{order_status.name(order.status)} → {order_status.name(new)}: nothing is left to ship"
    data = {"from": order.status, "to": new}
    move(order, new)
    if tell or new == "returned" or (gone and not canceled) or cancel_request_state.merchant_canceled(order):
        for word in ("shipped", "delivered") if new == "delivered" else (new,):
            pushes.leave(order, "status", payload={"status": word})
    if new == "canceled":
        cancel_rest(viewer, order)
    about = {"subject": "order", "subject_id": order.id, "order_id": order.id}
    record.event(viewer, "order.status", told, public=True, data=data, **about)


def _underway(order: Order) -> bool:
    shipped = (Shipment.store == order.store_id) & (Shipment.order == order.id) & (Shipment.status == "shipped")
    return bool(Shipment.select().where(shipped).exists())


def all_back(order: Order, gone: int) -> bool:
    """Tell whether all of the units that are gone came back, and it is decided what becomes of them."""
    mine = (Return.store == order.store_id) & (Return.order == order.id) & (Return.status == "closed")
    back = ReturnLine.select(pw.fn.SUM(ReturnLine.quantity)).join(Return).where(mine).scalar()
    return int(back or 0) >= gone


@prepared
def _move(moments: tuple[str, ...]) -> pw.Query:
    mine = (Order.store == slot("store")) & (Order.id == slot("order")) & (Order.status == slot("old"))
    return Order.update(status=slot("new"), **{name: slot(name) for name in moments}).where(mine)


@prepared
def _units() -> pw.Query:
    mine = (OrderLine.store == slot("store")) & (OrderLine.order == slot("order"))
    return OrderLine.select(pw.fn.SUM(OrderLine.quantity - OrderLine.canceled_quantity)).where(mine)


PackedBy = tuple[int, int | None]
"""A shipment's id and its supplier's, None for the merchant's own shelf."""


def cancel_rest(viewer: Viewer, order: Order) -> tuple[set[int], set[stock.Place], set[PackedBy]]:
    """Cancel what hasn't shipped, packed shipments included, and give its stock back.

    Return the suppliers that no longer have a part in the order, where units were given back, and which shipments
    were canceled.
    """
    before = allocations.suppliers_of(order)
    packed = (Shipment.store == order.store_id) & (Shipment.order == order.id) & (Shipment.status == "draft")
    unpacked = set(Shipment.select(Shipment.id, Shipment.supplier).where(packed).tuples())
    Shipment.update(status="canceled", updated_at=now()).where(packed).execute()
    waybill_state.void_for(order)
    moved = allocations.release(order)
    shipped: dict[int, int] = {}
    for (line_id, _), units in allocations.shipped_units(order).items():
        shipped[line_id] = shipped.get(line_id, 0) + units
    for line in OrderLine.select().where(OrderLine.store == order.store_id, OrderLine.order == order.id):
        OrderLine.update(canceled_quantity=line.quantity - shipped.get(line.id, 0)).where(
            OrderLine.id == line.id
        ).execute()
    cancel_request_state.end_all(order)
    if not shipped:
        for kind in order_task_state.OF_WHAT_LEAVES:
            order_task_state.close(order, kind, viewer.actor.label)
    return before - allocations.suppliers_of(order), moved, unpacked


def changed(
    order: Order,
    withdrawn: Iterable[int] = (),
    moved: Iterable[stock.Place] = (),
    shipments: Iterable[PackedBy] = (),
) -> None:
    """Give the changes of the order, and of these shipments of it, their numbers: a transaction's last statement."""
    told, rows = allocations.suppliers_of(order), list[record.ChangeRow]()
    for shipment_id, supplier_id in sorted(shipments, key=lambda one: one[0]):
        mine = () if supplier_id is None else (supplier_id,)
        rows += record.rows_of("shipment", shipment_id, order.id, mine)
    rows += record.rows_of("order", order.id, order.id, told, set(withdrawn) - told)
    record.number(order.store_id, [*rows, *record.products(moved)])
