"""The life of requests to cancel, each move inside its caller's transaction and under the lock of the order.

A request never asks for more than its stock still holds and hasn't shipped: whoever lowers that calls `follow` or
`overtake` afterwards.
"""

from webapp.actions import allocations, holdings, order_task_state, record
from webapp.db import now
from webapp.domain.viewer import Viewer
from webapp.models import CancelRequest, Order, OrderLine

Place = tuple[int, int | None]
"""A line's id and the supplier that holds units of it, None for the merchant's own shelf."""


def asked(order: Order) -> list[CancelRequest]:
    """Return what is asked and not answered, oldest first, with the lines."""
    mine = (CancelRequest.store == order.store_id) & (CancelRequest.order == order.id)
    query = CancelRequest.select(CancelRequest, OrderLine).join(OrderLine)
    return list(query.where(mine, CancelRequest.answered_at.is_null()).order_by(CancelRequest.id))


def asked_units(order: Order) -> dict[Place, int]:
    """Return (line, supplier) -> units asked for and not answered."""
    return {(row.line_id, row.supplier_id): row.quantity for row in asked(order)}


def ask(
    viewer: Viewer,
    order: Order,
    line: OrderLine,
    place: Place,
    units: int,
    held: int,
    *,
    whole: bool,
    why: str = "",
) -> None:
    """Ask the stock to cancel so many more units of what it holds; `viewer` is the channel, or the merchant.

    `whole` says that the order is canceled and not units of it, `why` is what the stock reads besides.
    """
    by_merchant = viewer.role != "system"
    before = {(row.line_id, row.supplier_id): row for row in asked(order)}.get(place)
    already = before.quantity if before else 0
    reason = _whole(viewer) if whole else f"{viewer.actor.label} wants fewer of it"
    reason = _because(reason, why)
    if before:
        values = {"quantity": already + units, "reason": reason, "whole_order": whole or before.whole_order}
        values["by_merchant"] = by_merchant or before.by_merchant
        CancelRequest.update(**values).where(CancelRequest.id == before.id).execute()
    else:
        CancelRequest.insert(
            store=order.store_id,
            order=order.id,
            line=line.id,
            supplier=place[1],
            quantity=units,
            reason=reason,
            whole_order=whole,
            by_merchant=by_merchant,
            created_at=now(),
        ).execute()
    who, change = holdings.source_name(place[1]), f"{held - already} → {held - already - units} of {line.sku}"
    told = f"{viewer.actor.label}: {change}; {who} had begun, asked to cancel {holdings.units_of(units)}"
    _tell(viewer, order, "order.cancel_asked", told, place[1])


def widen(viewer: Viewer, order: Order, why: str = "") -> None:
    """Let what is asked already, for fewer units, be asked because the order is canceled."""
    mine = (CancelRequest.store == order.store_id) & (CancelRequest.order == order.id)
    values: dict[str, object] = {"whole_order": True, "reason": _because(_whole(viewer), why)}
    if viewer.role != "system":
        values["by_merchant"] = True
    CancelRequest.update(**values).where(mine, CancelRequest.answered_at.is_null()).execute()


def merchant_canceled(order: Order) -> bool:
    """Tell whether the order was canceled here, so that its channel has to hear of it."""
    mine = (CancelRequest.store == order.store_id) & (CancelRequest.order == order.id)
    return bool(CancelRequest.select().where(mine, CancelRequest.whole_order, CancelRequest.by_merchant).exists())


def withdraw(viewer: Viewer, order: Order, line: OrderLine, units: int) -> None:
    """Ask no longer for so many units of a line, the latest requests first: the channel wants them after all."""
    left = units
    for row in reversed([row for row in asked(order) if row.line_id == line.id]):
        taken = min(left, row.quantity)
        if taken:
            close(viewer, row, taken, "withdrawn")
            told = f"{viewer.actor.label} wants {holdings.units_of(taken)} of {line.sku} after all"
            _tell(viewer, order, "order.cancel_withdrawn", f"{told}: no longer asked to cancel", row.supplier_id)
            left -= taken


def overtake(viewer: Viewer, order: Order) -> None:
    """End requests for units that have shipped meanwhile, and leave the merchant a task: it is a return now."""
    for row, units in _surplus(order):
        close(viewer, row, units, "overtaken")
        what = f"{holdings.units_of(units)} of {row.line.sku}"
        who = holdings.source_name(row.supplier_id)
        told = f"{who} shipped {what} that it was asked to cancel: what is gone is a matter for a return"
        order_task_state.leave(order, "cancel_overtaken", told)
        _tell(viewer, order, "order.cancel_overtaken", told, row.supplier_id)


def follow(viewer: Viewer, order: Order) -> None:
    """Let requests follow units that their stock has given up by other means.

    Those that nobody holds now are canceled, as was asked; those that somebody assigned elsewhere stay, and the
    request for them ends.
    """
    for row, units in _surplus(order):
        held = sum(count for (line, _), count in holdings.per_stock(order).items() if line == row.line_id)
        line = OrderLine.get_by_id(row.line_id)
        canceled = min(units, line.quantity - line.canceled_quantity - held)
        if canceled > 0:
            cancel_units(line.id, canceled)
            close(viewer, row, canceled, "granted")
            told = f"{holdings.units_of(canceled)} of {line.sku} canceled, as the channel wanted"
            _tell(viewer, order, "order.cancel_granted", told, row.supplier_id)
        if units > canceled:
            close(viewer, CancelRequest.get_by_id(row.id), units - canceled, "withdrawn")


def end_all(order: Order) -> None:
    """Note that all was granted: the order itself is canceled now."""
    for row in asked(order):
        close(None, row, row.quantity, "granted")


def close(viewer: Viewer | None, row: CancelRequest, units: int, status: str, answer: str = "") -> None:
    """Give so many units of a request their end; what is left of it stays asked."""
    by = viewer.actor.label if viewer else ""
    ended = {"status": status, "answer": answer, "answered_by": by, "answered_at": now()}
    mine = (CancelRequest.id == row.id) & CancelRequest.answered_at.is_null()
    if units >= row.quantity:
        CancelRequest.update(**ended).where(mine).execute()
        return
    CancelRequest.update(quantity=CancelRequest.quantity - units).where(mine).execute()
    same = ("store", "order", "line", "supplier", "reason", "whole_order", "by_merchant", "created_at")
    CancelRequest.insert(quantity=units, **{name: row.__data__[name] for name in same}, **ended).execute()


def cancel_units(line_id: int, units: int) -> None:
    """Count so many more units of a line as canceled."""
    more = OrderLine.canceled_quantity + units
    OrderLine.update(canceled_quantity=more).where(OrderLine.id == line_id).execute()


def _whole(viewer: Viewer) -> str:
    return f"{viewer.actor.label} canceled the order"


def _because(reason: str, why: str) -> str:
    return f"{reason}: {why}"[:500] if why else reason


def _surplus(order: Order) -> list[tuple[CancelRequest, int]]:
    """Return the requests that ask for more than their stock could still cancel, with how much more."""
    rows = asked(order)
    if not rows:
        return []
    held, shipped = holdings.per_stock(order), allocations.shipped_units(order)
    over = [
        (row, row.quantity - held.get((row.line_id, row.supplier_id), 0) + shipped[(row.line_id, row.supplier_id)])
        for row in rows
    ]
    return [(row, units) for row, units in over if units > 0]


def _tell(viewer: Viewer, order: Order, kind: str, message: str, supplier_id: int | None) -> None:
    record.event(
        viewer,
        kind,
        message,
        subject="order",
        subject_id=order.id,
        order_id=order.id,
        supplier_id=supplier_id,
        public=supplier_id is not None,
    )
