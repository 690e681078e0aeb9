"""What a person has to settle about an order: left by whatever found it, closed by whoever did it."""

from webapp.actions import orders, record
from webapp.db import now, transaction
from webapp.domain import rights
from webapp.domain.errors import NotFound
from webapp.domain.viewer import Viewer
from webapp.models import OrderTask


def finish(viewer: Viewer, order_id: int, task_id: int) -> None:
    """Note that it is settled. Safe to repeat."""
    rights.need_whole_store(viewer, "can close an order's tasks")
    with transaction():
        order = orders.find(viewer, order_id)
        mine = (OrderTask.store == order.store_id) & (OrderTask.order == order.id) & (OrderTask.id == task_id)
        task: OrderTask | None = OrderTask.select().where(mine).first()
        if task is None:
            raise NotFound("task")
        done = OrderTask.update(done_at=now(), done_by=viewer.actor.label)
        if done.where(mine, OrderTask.done_at.is_null()).execute():
            told = f"Settled: {task.message}"
            record.event(viewer, "order.settled", told, subject="order", subject_id=order.id, order_id=order.id)
            record.changed(order.store_id, "order", order.id, order_id=order.id)
