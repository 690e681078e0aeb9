"""What waits for a person: found where the trouble is, so that nothing is listed twice or stays when mended."""

import datetime as dt
from dataclasses import dataclass

import peewee as pw

from webapp.db import now
from webapp.domain import order_status
from webapp.models.allocation import Allocation
from webapp.models.api_key import ApiKey, ApiRequest
from webapp.models.cancel_request import CancelRequest
from webapp.models.channel import Channel, SyncRun
from webapp.models.heartbeat import Heartbeat
from webapp.models.mail import Mail
from webapp.models.order import Order, OrderLine
from webapp.models.order_task import OrderTask
from webapp.models.product import Product
from webapp.models.push import Push
from webapp.models.supplier import Supplier
from webapp.models.webhook import Webhook

SHOWN = 50
"""Rows of one sort of trouble that the page lists; more are counted."""

SOON = dt.timedelta(days=14)
"""A key that ends within so long should have a successor."""

WORKER_SILENT = dt.timedelta(seconds=60)

READINGS = ("schedule", "manual", "backfill")
"""Triggers of runs that read the orders of a whole channel."""

SILENT_TIMES = 10
"""A program that has called regularly is silent after so many times its usual pause."""

SILENT_AT_LEAST = dt.timedelta(minutes=30)
SILENT_CALLS = 20
"""Calls of the last week without which nobody can say what is usual."""


@dataclass(frozen=True)
class Silence:
    """A logistics program that has stopped calling."""

    key: ApiKey
    last: dt.datetime
    usual: dt.timedelta


@dataclass(frozen=True)
class Polls:
    """When a key's program called last, and how often it usually does."""

    last: dt.datetime
    usual: dt.timedelta

    @property
    def silent(self) -> bool:
        """Tell whether it has stopped: so long without a call isn't usual for it."""
        return now() - self.last > max(self.usual * SILENT_TIMES, SILENT_AT_LEAST)


def unassigned_lines(store_id: int) -> pw.ModelSelect:
    """Select the open lines that hold less stock than they want; `order_id` and `sku` are what a task needs."""
    held = Allocation.select(pw.fn.COALESCE(pw.fn.SUM(Allocation.quantity), 0)).where(
        Allocation.store == store_id, Allocation.line == OrderLine.id, Allocation.status == "active"
    )
    # A cross join since SQLite would else begin with all lines that were ever sold, and not with the open orders.
    return (
        Order.select(OrderLine.id, OrderLine.order, OrderLine.sku, OrderLine.product)
        .join(OrderLine, pw.JOIN.CROSS)
        .where(
            Order.store == store_id,
            OrderLine.store == store_id,
            OrderLine.order == Order.id,
            Order.status.in_(order_status.OPEN),
            OrderLine.quantity - OrderLine.canceled_quantity > held,
        )
    )


def unknown_skus(store_id: int) -> pw.ModelSelect:
    """Select each SKU that open orders want and no product has, with a title, an EAN, its lines and oldest order."""
    return (
        unassigned_lines(store_id)
        .where(OrderLine.product.is_null())
        .select(
            OrderLine.sku,
            pw.fn.MAX(OrderLine.title).alias("title"),
            pw.fn.MAX(OrderLine.ean).alias("ean"),
            pw.fn.COUNT(OrderLine.id).alias("lines"),
            pw.fn.MIN(Order.ordered_at).alias("since"),
        )
        .group_by(OrderLine.sku)
        .order_by(pw.SQL("since"), OrderLine.sku)
        .objects()
    )


def _rejections(store_id: int) -> pw.ModelSelect:
    """Select what suppliers gave back of a line of the query around it."""
    given = Allocation.alias()
    mine = (given.store == store_id) & (given.line == OrderLine.id) & (given.status == "rejected")
    return given.select(pw.fn.MAX(given.id)).where(mine)


def rejected_lines(store_id: int) -> pw.ModelSelect:
    """Select the open lines that a supplier gave back and nobody else ships, with who said why last; oldest first."""
    given = Allocation.alias()
    return (
        unassigned_lines(store_id)
        .join_from(OrderLine, given, on=(given.id == _rejections(store_id)))
        .join(Supplier, pw.JOIN.LEFT_OUTER, on=(given.supplier == Supplier.id))
        .select(
            OrderLine.id,
            OrderLine.order,
            OrderLine.sku,
            OrderLine.title,
            Order.reference,
            Supplier.name.alias("supplier"),
            given.reason,
            given.released_at.alias("since"),
        )
        .order_by(given.released_at, OrderLine.id)
        .objects()
    )


def without_stock(store_id: int) -> pw.ModelSelect:
    """Select each product of which open orders want more than is held for them, with its lines and oldest order.

    Lines that a supplier gave back stand among `rejected_lines`.
    """
    return (
        unassigned_lines(store_id)
        .where(pw.fn.COALESCE(_rejections(store_id), 0) == 0)
        .join_from(OrderLine, Product)
        .select(
            Product.id,
            Product.sku,
            Product.title,
            pw.fn.MIN(OrderLine.order).alias("oldest"),
            pw.fn.COUNT(OrderLine.id).alias("lines"),
            pw.fn.MIN(Order.ordered_at).alias("since"),
        )
        .group_by(Product.id, Product.sku, Product.title)
        .order_by(pw.SQL("since"), Product.id)
        .objects()
    )


def failed_pushes(store_id: int) -> pw.ModelSelect:
    """Select what the channels can't be told without help, the oldest first, with channel and order."""
    return (
        Push.select(Push, Channel.id, Channel.name, Order.id, Order.reference)
        .join(Channel)
        .switch(Push)
        .join(Order)
        .where(Push.store == store_id, Push.status == "failed")
        .order_by(Push.id)
    )


def changed_orders(store_id: int) -> pw.ModelSelect:
    """Select what has to be settled with somebody since an order changed on its channel, with its order."""
    mine = (OrderTask.store == store_id) & OrderTask.done_at.is_null()
    return OrderTask.select(OrderTask, Order.id, Order.reference).join(Order).where(mine).order_by(OrderTask.id)


def own_cancel_requests(store_id: int) -> pw.ModelSelect:
    """Select what the merchant's own shelf is asked to cancel, with order and line."""
    mine = (CancelRequest.store == store_id) & CancelRequest.supplier.is_null() & CancelRequest.answered_at.is_null()
    columns = (CancelRequest, Order.id, Order.reference, OrderLine.id, OrderLine.sku)
    return (
        CancelRequest.select(*columns)
        .join(Order)
        .switch(CancelRequest)
        .join(OrderLine)
        .where(mine)
        .order_by(CancelRequest.id)
    )


def untold_stock(store_id: int) -> pw.ModelSelect:
    """Select the channels that can't be told how much is in stock, so that they may oversell."""
    live = (Channel.store == store_id) & Channel.archived_at.is_null() & Channel.enabled & Channel.tells_stock
    return Channel.select().where(live, Channel.stock_failing_since.is_null(False)).order_by(Channel.id)


def unread_channels(store_id: int) -> pw.ModelSelect:
    """Select the channels whose last reading failed, with its errors and when it ended."""
    ended = SyncRun.trigger.in_(READINGS) & SyncRun.status.in_(("done", "failed"))
    last = SyncRun.select(pw.fn.MAX(SyncRun.id)).where(SyncRun.channel == Channel.id, ended)
    live = (Channel.store == store_id) & Channel.archived_at.is_null() & Channel.enabled
    return (
        SyncRun.select(SyncRun, Channel)
        .join(Channel, on=(SyncRun.id == last) & (SyncRun.channel == Channel.id))
        .where(live, SyncRun.status == "failed")
        .order_by(SyncRun.finished_at)
    )


def resting_channels(store_id: int) -> pw.ModelSelect:
    """Select the channels that are told nothing for a while, since they gave no clear answers."""
    live = (Channel.store == store_id) & Channel.archived_at.is_null() & Channel.enabled
    return Channel.select().where(live, Channel.silent_calls > 0, Channel.rest_until > now()).order_by(Channel.id)


def paused_webhooks(store_id: int) -> pw.ModelSelect:
    """Select the webhooks that were paused because their receiver failed for days or is gone, with their keys."""
    paused = Webhook.paused_at.is_null(False) & (Webhook.pause_reason != "") & Webhook.archived_at.is_null()
    return Webhook.select(Webhook, ApiKey).join(ApiKey).where(Webhook.store == store_id, paused).order_by(Webhook.id)


def ending_keys(store_id: int) -> pw.ModelSelect:
    """Select the keys in use that end soon, or have ended while their program may still call, soonest first."""
    moment = now()
    used = ApiKey.enabled & ApiKey.revoked_at.is_null()
    soon = ApiKey.expires_at.between(moment - SOON, moment + SOON)
    return ApiKey.select().where(ApiKey.store == store_id, used, soon).order_by(ApiKey.expires_at)


def waiting_keys(store_id: int) -> pw.ModelSelect:
    """Select the new keys that an admin has to turn on."""
    new = ~ApiKey.enabled & ApiKey.enabled_at.is_null() & ApiKey.revoked_at.is_null()
    return ApiKey.select().where(ApiKey.store == store_id, new).order_by(ApiKey.id)


def polls(store_id: int) -> dict[int, Polls]:
    """Return key -> how its program calls, for the suppliers' keys in use whose last week tells what is usual."""
    live = ApiKey.enabled & ApiKey.revoked_at.is_null() & ApiKey.supplier.is_null(False)
    calls = pw.fn.COUNT(ApiRequest.id)
    # The calls themselves are read for their first and last alone: all others stay in the index.
    ends = (
        ApiRequest.select(ApiRequest.api_key, pw.fn.MIN(ApiRequest.id), pw.fn.MAX(ApiRequest.id), calls)
        .join(ApiKey)
        .where(ApiRequest.store == store_id, live)
        .group_by(ApiRequest.api_key)
        .having(calls >= SILENT_CALLS)
    )
    rows = list(ends.tuples())
    wanted = [place for _, first, last, _ in rows for place in (first, last)]
    moments = dict(ApiRequest.select(ApiRequest.id, ApiRequest.created_at).where(ApiRequest.id.in_(wanted)).tuples())
    return {
        key_id: Polls(moments[last], (moments[last] - moments[first]) / (count - 1))
        for key_id, first, last, count in rows
    }


def silences(store_id: int) -> list[Silence]:
    """Return the programs of suppliers that have stopped calling, by what was usual in the last week."""
    found = {key_id: one for key_id, one in polls(store_id).items() if one.silent}
    keys = ApiKey.select(ApiKey, Supplier).join(Supplier).where(ApiKey.id.in_(list(found))).order_by(ApiKey.id)
    return [Silence(key, found[key.id].last, found[key.id].usual) for key in keys]


def failed_mails(store_id: int) -> pw.ModelSelect:
    """Select the store's mails that the mail server doesn't take, the oldest first."""
    return Mail.select().where(Mail.store == store_id, Mail.in_trouble()).order_by(Mail.id)


def worker_is_silent() -> bool:
    """Tell whether no worker has shown itself lately: then nothing is read and nothing told."""
    return not Heartbeat.select().where(Heartbeat.beaten_at > now() - WORKER_SILENT).exists()


QUERIES = {
    "pushes": failed_pushes,
    "skus": unknown_skus,
    "stock": without_stock,
    "rejected": rejected_lines,
    "changed": changed_orders,
    "asked": own_cancel_requests,
    "untold": untold_stock,
    "unread": unread_channels,
    "resting": resting_channels,
    "webhooks": paused_webhooks,
    "ending": ending_keys,
    "keys": waiting_keys,
    "mails": failed_mails,
}
"""Each sort of trouble by its name, the worst first; silences and the worker aren't queries."""


def counts(store_id: int) -> dict[str, int]:
    """Return how many rows there are of each sort of QUERIES: one statement."""
    rows = [query(store_id).select(pw.SQL("1")).order_by() for query in QUERIES.values()]
    totals = [pw.Select([query], [pw.fn.COUNT(pw.SQL("1"))]) for query in rows]
    (row,) = pw.Select([], totals).bind(ApiKey._meta.database).tuples()
    return dict(zip(QUERIES, map(int, row), strict=True))


def count(store_id: int) -> int:
    """Return how many rows the page lists, each of them once."""
    return sum(counts(store_id).values()) + len(silences(store_id)) + worker_is_silent()
