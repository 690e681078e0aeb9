"""The moves that several actions make on an order, each inside its caller's transaction."""

from collections.abc import Iterable

import peewee as pw

from webapp.actions import allocations, cancel_request_state, due, hold_state, pushes, record, stock, waybill_state
from webapp.db import now
from webapp.domain import order_status
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Viewer
from webapp.models import Order, OrderLine, Shipment
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

    Where some of it has shipped, it is shipped, or delivered with its last shipment; where nothing has, it is canceled
    if the channel or the merchant said so (`canceled`), and else stays as it is: a line may still come. Of what the
    merchant canceled, now (`tell`) or when a stock was asked, the channel is told.
    """
    if order.status not in allocations.OPEN:
        return
    ordered, gone = units_ordered(order), sum(allocations.shipped_units(order).values())
    if gone < ordered or (gone == 0 and not canceled):
        due.follow(order)
        return
    new = "canceled" if gone == 0 else "shipped" if _underway(order) else "delivered"
    told = f"{order_status.name(order.status)} → {order_status.name(new)}: nothing is left to ship"
    data = {"from": order.status, "to": new}
    move(order, new)
    if new == "canceled":
        if tell or cancel_request_state.merchant_canceled(order):
            pushes.leave(order, "status", payload={"status": new})
        cancel_rest(order)
    about = {"subject": "order", "subject_id": order.id, "order_id": order.id}
    record.event(viewer, "order.status", told, public=True, data=data, **about)


def _underway(order: Order) -> bool:
    shipped = (Shipment.store == order.store_id) & (Shipment.order == order.id) & (Shipment.status == "shipped")
    return bool(Shipment.select().where(shipped).exists())


@prepared
def _move(moments: tuple[str, ...]) -> pw.Query:
    mine = (Order.store == slot("store")) & (Order.id == slot("order")) & (Order.status == slot("old"))
    return Order.update(status=slot("new"), **{name: slot(name) for name in moments}).where(mine)


@prepared
def _units() -> pw.Query:
    mine = (OrderLine.store == slot("store")) & (OrderLine.order == slot("order"))
    return OrderLine.select(pw.fn.SUM(OrderLine.quantity - OrderLine.canceled_quantity)).where(mine)


def cancel_rest(order: Order) -> tuple[set[int], set[stock.Place]]:
    """Cancel what hasn't shipped, packed shipments included, and give its stock back.

    Return the suppliers that no longer have a part in the order, and where units were given back.
    """
    before = allocations.suppliers_of(order)
    Shipment.update(status="canceled", updated_at=now()).where(
        Shipment.store == order.store_id, Shipment.order == order.id, Shipment.status == "draft"
    ).execute()
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
    return before - allocations.suppliers_of(order), moved


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
