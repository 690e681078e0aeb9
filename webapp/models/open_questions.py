"""The open questions of a store as plain rows that can be told from each other, for whoever tells people of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import peewee as pw

from webapp.models import tasks
from webapp.models.cancel_request import CancelRequest
from webapp.models.order import Order, OrderLine

MOST = 200
"""Rows of one sort that are looked at; they come oldest first, so what was told stays among them."""


@dataclass(frozen=True)
class Question:
    kind: str
    key: str
    text: str
    supplier_id: int | None = None
    """Whom it waits for; none means the store's own people."""


def of_store(store_id: int) -> list[Question]:
    """Return what waits for the store's people or its suppliers' now."""
    return [*_stock(store_id), *_orders(store_id), *_connections(store_id), *_keys(store_id)]


def _stock(store_id: int) -> Iterator[Question]:
    for row in tasks.unknown_skus(store_id).limit(MOST):
        yield Question("skus", row.sku[:200], f"{row.sku} {row.title or ''}")
    for row in tasks.without_stock(store_id).limit(MOST):
        yield Question("stock", str(row.id), f"{row.sku} {row.title}")
    for row in tasks.rejected_lines(store_id).limit(MOST):
        yield Question("rejected", str(row.id), f"{row.reference}: {row.sku}, {row.supplier or ''}: {row.reason}")


def _orders(store_id: int) -> Iterator[Question]:
    for push in tasks.failed_pushes(store_id).limit(MOST):
        yield Question("pushes", str(push.id), f"{push.order.reference}, {push.channel.name}")
    for task in tasks.changed_orders(store_id).limit(MOST):
        yield Question("changed", str(task.id), task.order.reference)
    for asked in _cancel_requests(store_id).limit(MOST):
        text = f"{asked.order.reference}: {asked.quantity} × {asked.line.sku}"
        yield Question("asked", str(asked.id), text, asked.supplier_id)


def _connections(store_id: int) -> Iterator[Question]:
    for channel in tasks.untold_stock(store_id).limit(MOST):
        yield Question("untold", str(channel.id), channel.name)
    for run in tasks.unread_channels(store_id).limit(MOST):
        yield Question("unread", str(run.channel.id), run.channel.name)
    for webhook in tasks.paused_webhooks(store_id).limit(MOST):
        yield Question("webhooks", str(webhook.id), webhook.url)


def _keys(store_id: int) -> Iterator[Question]:
    for key in tasks.ending_keys(store_id).limit(MOST):
        yield Question("ending", str(key.id), key.name)
    for key in tasks.waiting_keys(store_id).limit(MOST):
        yield Question("keys", str(key.id), key.name)
    for silence in tasks.silences(store_id):
        yield Question("silent", str(silence.key.id), f"{silence.key.supplier.name}, {silence.key.name}")


def _cancel_requests(store_id: int) -> pw.ModelSelect:
    columns = (CancelRequest, Order.id, Order.reference, OrderLine.id, OrderLine.sku)
    query = CancelRequest.select(*columns).join(Order).switch(CancelRequest).join(OrderLine)
    mine = (CancelRequest.store == store_id) & CancelRequest.answered_at.is_null()
    return query.where(mine).order_by(CancelRequest.id)
