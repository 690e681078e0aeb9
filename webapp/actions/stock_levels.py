"""Which channel is to be told of which stock: marked in the transaction that changed it, told by the worker."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import peewee as pw

from webapp.db import now, transaction
from webapp.domain import backoff
from webapp.models import Channel, Product, Publication, StockLevel, Store, Supplier, Supply, SyncRun, bulk

LEASE = dt.timedelta(minutes=15)
"""Longer than the calls of one batch take, also where a shop wants one for each product and is as slow as may be."""

FRESH = dt.timedelta(seconds=15)
"""How lately the channel's orders must have been read for its stock to be told."""

PAUSE = dt.timedelta(seconds=5)

SHOWN = 20

_MARK = """
INSERT INTO stock_level (store_id, channel_id, product_id, version, told_version, error)
SELECT p.store_id, p.channel_id, p.product_id, 1, 0, '' FROM publication p JOIN channel c ON c.id = p.channel_id
WHERE p.store_id = ? AND {which} AND p.active AND p.tells_stock AND c.tells_stock ORDER BY p.channel_id, p.product_id
ON CONFLICT (channel_id, product_id) DO UPDATE SET version = stock_level.version + 1
"""


_TOLD = """
UPDATE stock_level SET told_version = ?, told_quantity = ?, told_at = ?, error = ? WHERE id = ? AND told_version < ?
"""


def mark(store_id: int, product_ids: Collection[int]) -> None:
    """Note that these products' stock may have changed: one statement, which the change's own transaction ends with.

    Many changes of a product leave one row, so that the newest number is told and the others never are.
    """
    if product_ids:
        which = f"p.product_id IN ({', '.join('?' * len(product_ids))})"
        bulk.execute(_MARK.format(which=which), store_id, *sorted(product_ids))


def mark_supplier(store_id: int, supplier_id: int) -> None:
    """Note the same of all that a supplier stocks, whose units count no more or count again."""
    stocked = "p.product_id IN (SELECT product_id FROM supply WHERE store_id = p.store_id AND supplier_id = ?)"
    bulk.execute(_MARK.format(which=stocked), store_id, supplier_id)


def mark_all(store_id: int, channel_id: int) -> None:
    """Note that the channel is to be told of all that is published on it."""
    bulk.execute(_MARK.format(which="p.channel_id = ?"), store_id, channel_id)


def forget(channel_id: int, product_id: int) -> None:
    """Tell the channel nothing more of this product."""
    StockLevel.delete().where(StockLevel.channel == channel_id, StockLevel.product == product_id).execute()


def due(moment: dt.datetime) -> list[int]:
    """Return the channels that something waits for, whose pause is over, and which no worker tells just now."""
    waits = StockLevel.select(StockLevel.id).where(
        StockLevel.channel == Channel.id, StockLevel.version > StockLevel.told_version
    )
    rows = Channel.select(Channel.id).where(_free(moment), Channel.stock_next_at <= moment, pw.fn.EXISTS(waits))
    return [channel_id for (channel_id,) in rows.order_by(Channel.stock_next_at).tuples()]


def claim(channel_id: int) -> dt.datetime | None:
    """Return until when the caller alone may tell the channel; None where another one does, or it isn't to be told.

    One at a time, so that an older number never comes behind a newer one.
    """
    moment = now()
    until = moment + LEASE
    taken = Channel.update(stock_lease_until=until).where(Channel.id == channel_id, _free(moment))
    return until if taken.execute() else None


def orders_are_read(channel_id: int) -> bool:
    """Tell whether all orders that the channel has taken are known here, but for the last few seconds'.

    Each of them lowered the shop's own number already. Were they unknown here, ours would put their units back on sale.
    """
    whole = (SyncRun.channel == channel_id) & (SyncRun.external_id == "") & (SyncRun.trigger != "catalogue")
    last = SyncRun.select().where(whole, SyncRun.status != "waiting").order_by(SyncRun.id.desc()).first()
    return last is not None and last.status == "done" and last.finished_at > now() - FRESH


def waiting(channel_id: int, limit: int) -> list[tuple[int, int, int, str]]:
    """Return (row's id, version, product's id, the channel's number of it) of what is to be told, by product."""
    published = (Publication.channel == StockLevel.channel) & (Publication.product == StockLevel.product)
    rows = (
        StockLevel.select(StockLevel.id, StockLevel.version, StockLevel.product, Publication.external_id)
        .join(Publication, on=published)
        .where(StockLevel.channel == channel_id, StockLevel.version > StockLevel.told_version)
    )
    return list(rows.order_by(StockLevel.product).limit(limit).tuples())


def less_kept_back(channel_id: int, units: Mapping[int, int]) -> dict[int, int]:
    """Return the units without those that the channel's publications keep back; never below 0."""
    mine = (Publication.channel == channel_id) & Publication.product.in_(list(units)) & (Publication.stock_buffer > 0)
    kept = dict(Publication.select(Publication.product, Publication.stock_buffer).where(mine).tuples())
    return {product: max(0, count - kept.get(product, 0)) for product, count in units.items()}


def sellable(store_id: int, product_ids: Sequence[int]) -> dict[int, int]:
    """Return how many units new orders may take of each product, over all stocks; an archived product has none."""
    live = (Product.store == store_id) & Product.id.in_(product_ids) & Product.archived_at.is_null()
    units = {
        product: max(0, quantity - reserved)
        for product, quantity, reserved in Product.select(Product.id, Product.own_quantity, Product.own_reserved)
        .where(live)
        .tuples()
    }
    held = Supply.select(Supply.product, Supply.quantity, Supply.reserved).join(Supplier)
    mine = (Supply.store == store_id) & Supply.product.in_(list(units)) & Supplier.archived_at.is_null()
    for product, quantity, reserved in held.where(mine).tuples():
        units[product] += max(0, quantity - reserved)
    return {product: units.get(product, 0) for product in product_ids}


def told(rows: Sequence[tuple[int, int, int, str]], units: Mapping[int, int], refused: Mapping[str, str]) -> None:
    """Record what the channel took and what it refused; what changed meanwhile stays to be told."""
    moment = StockLevel.told_at.db_value(now())
    done = []
    for row, version, product, external_id in rows:
        number = None if external_id in refused else units[product]
        done.append((version, number, moment, refused.get(external_id, "")[:300], row, version))
    with transaction():
        bulk.run(_TOLD, done)


@dataclass(frozen=True)
class Summary:
    """How far a channel's stock is told."""

    waiting: int
    told: int
    last_told_at: dt.datetime | None
    refused: list[tuple[str, str]]
    """SKU and reason of what the channel refused last, at most SHOWN."""


def summary(channel: Channel) -> Summary:
    """Return what a channel was told and what it refused: two statements."""
    mine = StockLevel.channel == channel.id
    waits = pw.fn.SUM(pw.Case(None, [(StockLevel.version > StockLevel.told_version, 1)], 0))
    count, waiting, last = (
        StockLevel.select(pw.fn.COUNT(StockLevel.id), waits, pw.fn.MAX(StockLevel.told_at)).where(mine).tuples().get()
    )
    refused = StockLevel.select(Product.sku, StockLevel.error).join(Product).where(mine, StockLevel.error != "")
    shown = refused.order_by(StockLevel.told_at.desc(), StockLevel.id).limit(SHOWN).tuples()
    moment = StockLevel.told_at.python_value(last)
    return Summary(int(waiting or 0), count - int(waiting or 0), moment, list(shown))


def release(channel_id: int, lease: dt.datetime, pause: dt.timedelta = dt.timedelta()) -> None:
    """Let others tell the channel, not before the pause is over."""
    _end(channel_id, lease, stock_next_at=now() + pause)


def succeed(channel_id: int, lease: dt.datetime) -> None:
    """Let others tell the channel, and forget earlier failures."""
    _end(channel_id, lease, stock_next_at=now(), stock_failing_since=None, stock_error="")


def fail(channel: Channel, lease: dt.datetime, told: str, retry_after: float | None) -> None:
    """Keep all that waits, and try again after a pause that grows with the trouble."""
    since = channel.stock_failing_since or now()
    pause = backoff.reading_pause(PAUSE, now() - since, retry_after)
    _end(channel.id, lease, stock_next_at=now() + pause, stock_failing_since=since, stock_error=told[:300])


def switch(channel: Channel, on: bool) -> None:
    """Have the channel told of its stock from now on, all of it first, or no more; inside the caller's transaction."""
    Channel.update(tells_stock=on, stock_next_at=now(), stock_failing_since=None, stock_error="").where(
        Channel.id == channel.id
    ).execute()
    telling = Channel.select(Channel.id).where(Channel.store == channel.store_id, Channel.tells_stock)
    Store.update(tells_stock=telling.exists()).where(Store.id == channel.store_id).execute()
    if on:
        mark_all(channel.store_id, channel.id)
    else:
        StockLevel.delete().where(StockLevel.channel == channel.id).execute()


def _free(moment: dt.datetime) -> pw.Expression:
    free = Channel.stock_lease_until.is_null() | (Channel.stock_lease_until < moment)
    return Channel.tells_stock & Channel.enabled & Channel.archived_at.is_null() & free


def _end(channel_id: int, lease: dt.datetime, **values: object) -> None:
    mine = (Channel.id == channel_id) & (Channel.stock_lease_until == lease)
    Channel.update(stock_lease_until=None, **values).where(mine).execute()
