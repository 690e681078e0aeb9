"""Tell channels how much is in stock: absolute numbers, read at the moment of telling, once their orders are read."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from webapp.actions import hooks, stock_levels
from webapp.connectors.channels import ConnectorError
from webapp.db import db, now
from webapp.domain.channel import StockCount
from webapp.jobs.connections import connector_for
from webapp.models import Channel

log = structlog.get_logger()

BATCH = 25
TWICE = "Two products here have this one's number in the shop: correct the wrong one's publication."
NO_NUMBER = "It isn't known by what number the shop has this product: import its products."


class StockTeller:
    """Tells each channel in a thread of its own."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="stock")
        self._busy: dict[int, Future[None]] = {}

    def tick(self) -> None:
        """Start with each channel that something waits for and that isn't being told here already."""
        for channel_id, work in [(channel, work) for channel, work in self._busy.items() if work.done()]:
            del self._busy[channel_id]
            if error := work.exception():
                log.error("stock.crashed", channel=channel_id, exc_info=error)
        with db.connection_context():
            due = stock_levels.due(now())
        for channel_id in due:
            if channel_id not in self._busy:
                self._busy[channel_id] = self._pool.submit(tell, channel_id)

    def close(self) -> None:
        """Let calls under way end; start no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def tell(channel_id: int) -> None:
    """Tell a channel batch by batch until nothing waits, it fails, or its orders have to be read first."""
    with db.connection_context():
        while _tell_batch(channel_id):
            pass


def _tell_batch(channel_id: int) -> bool:
    """Return whether a next batch may follow at once."""
    lease = stock_levels.claim(channel_id)
    if lease is None:
        return False
    if not stock_levels.orders_are_read(channel_id):
        hooks.read_soon(channel_id)
        stock_levels.release(channel_id, lease, hooks.SOON)
        return False
    channel = Channel.get_by_id(channel_id)
    try:
        more = _send(channel)
    except ConnectorError as error:
        log.warning("stock.failed", channel=channel_id, permanent=error.permanent)
        stock_levels.fail(channel, lease, str(error), error.retry_after)
        return False
    except Exception as error:  # A fault of ours, in this channel alone; the lease must not stay.
        log.exception("stock.crashed", channel=channel_id)
        stock_levels.fail(channel, lease, f"Something broke on our side ({type(error).__name__}).", None)
        return False
    stock_levels.succeed(channel_id, lease)
    return more


def _send(channel: Channel) -> bool:
    """Tell one batch; return whether more may wait. Read the numbers last: what changes after is marked anew."""
    rows = stock_levels.waiting(channel.id, BATCH)
    free = stock_levels.sellable(channel.store_id, [product for _, _, product, _ in rows])
    units = stock_levels.less_kept_back(channel.id, free)
    counts = [StockCount(number, units[product]) for _, _, product, number in rows if number]
    often = {number for number, times in Counter(one.external_id for one in counts).items() if times > 1}
    clear = [one for one in counts if one.external_id not in often]
    refused = connector_for(channel).set_stock(clear) if clear else {}
    stock_levels.told(rows, units, {**refused, **dict.fromkeys(often, TWICE), "": NO_NUMBER})
    return len(rows) == BATCH
