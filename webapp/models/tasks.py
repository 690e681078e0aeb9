"""What waits for a person: found where the trouble is, so that nothing is listed twice or stays when mended."""

import datetime as dt
from dataclasses import dataclass

import peewee as pw

from webapp.db import now
from webapp.models.api_key import ApiKey, ApiRequest
from webapp.models.cancel_request import CancelRequest
from webapp.models.channel import Channel, SyncRun
from webapp.models.heartbeat import Heartbeat
from webapp.models.order import Order, OrderLine
from webapp.models.order_task import OrderTask
from webapp.models.overview import unassigned_lines
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


def without_stock(store_id: int) -> pw.ModelSelect:
    """Select each product of which open orders want more than is held for them, with its lines and oldest order."""
    return (
        unassigned_lines(store_id)
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


def silences(store_id: int) -> list[Silence]:
    """Return the programs of suppliers that have stopped calling, by what was usual in the last week."""
    live = ApiKey.enabled & ApiKey.revoked_at.is_null() & ApiKey.supplier.is_null(False)
    first, last, calls = (
        pw.fn.MIN(ApiRequest.created_at),
        pw.fn.MAX(ApiRequest.created_at),
        pw.fn.COUNT(ApiRequest.id),
    )
    rows = (
        ApiRequest.select(ApiRequest.api_key, first, last, calls)
        .join(ApiKey)
        .where(ApiRequest.store == store_id, live)
        .group_by(ApiRequest.api_key)
        .having(calls >= SILENT_CALLS)
        .tuples()
    )
    found, moment = {}, now()
    for key_id, *times, count in rows:
        began, ended = (ApiRequest.created_at.python_value(one) for one in times)
        usual = (ended - began) / (count - 1)
        if moment - ended > max(usual * SILENT_TIMES, SILENT_AT_LEAST):
            found[key_id] = (ended, usual)
    keys = ApiKey.select(ApiKey, Supplier).join(Supplier).where(ApiKey.id.in_(list(found))).order_by(ApiKey.id)
    return [Silence(key, *found[key.id]) for key in keys]


def worker_is_silent() -> bool:
    """Tell whether no worker has shown itself lately: then nothing is read and nothing told."""
    return not Heartbeat.select().where(Heartbeat.beaten_at > now() - WORKER_SILENT).exists()


def count(store_id: int) -> int:
    """Return how many rows the page lists, each of them once."""
    queries = (
        *(unknown_skus, without_stock, failed_pushes, unread_channels, resting_channels),
        *(changed_orders, own_cancel_requests, untold_stock, paused_webhooks, ending_keys, waiting_keys),
    )
    return sum(query(store_id).count() for query in queries) + len(silences(store_id)) + worker_is_silent()
