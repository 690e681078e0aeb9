"""Leave a task on an order, or close it, inside the transaction that caused it."""

from webapp.db import now
from webapp.models import Order, OrderTask

OF_WHAT_LEAVES = ("address_changed", "cancel_refused", "line_swapped", "shipped_elsewhere")
"""Tasks about what is going to leave: settled with an order that is canceled before anything has."""


def leave(order: Order, kind: str, message: str, *, public: bool = False) -> None:
    """Leave a task, unless the same one is open. `public` shows it to the order's suppliers as well."""
    mine = (OrderTask.store == order.store_id) & (OrderTask.order == order.id) & (OrderTask.kind == kind)
    message = message[:500]
    if OrderTask.select().where(mine, OrderTask.message == message, OrderTask.done_at.is_null()).exists():
        return
    OrderTask.insert(
        store=order.store_id, order=order.id, kind=kind, message=message, public=public, created_at=now()
    ).execute()


def close(order: Order, kind: str, by: str) -> None:
    """Close what is open of a kind."""
    OrderTask.update(done_at=now(), done_by=by).where(
        OrderTask.store == order.store_id,
        OrderTask.order == order.id,
        OrderTask.kind == kind,
        OrderTask.done_at.is_null(),
    ).execute()
