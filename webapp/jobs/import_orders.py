"""Find the channels that are due or were asked for, and read each of them, one worker at a time."""

import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from webapp.actions import hooks
from webapp.db import db, now
from webapp.jobs import lease
from webapp.jobs.catalogue import read_catalogue
from webapp.jobs.lease import Lease
from webapp.jobs.reading import CATALOGUE, pause_after, read, read_one
from webapp.models import Channel, SyncRun

log = structlog.get_logger()


class Importer:
    """Reads each channel in a thread of its own."""

    def __init__(self, threads: int = 4) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="import")
        self._busy: dict[int, Future[None]] = {}

    def tick(self) -> None:
        """Start a reading for each channel that is due or was asked for, and isn't being read here already."""
        for channel_id, work in [(channel, work) for channel, work in self._busy.items() if work.done()]:
            del self._busy[channel_id]
            if error := work.exception():
                log.error("import.crashed", channel=channel_id, exc_info=error)
        with db.connection_context():
            due = _due(now())
        for channel_id in due:
            if channel_id not in self._busy:
                self._busy[channel_id] = self._pool.submit(read_due, channel_id)

    def close(self) -> None:
        """Let running readings end; start no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def read_due(channel_id: int) -> None:
    """Read a channel that is due, unless another worker holds it: single orders first, then all that changed.

    The catalogue comes last, where somebody asked for it.
    """
    with db.connection_context():
        held = lease.claim(channel_id)
        if held is None:
            return
        channel, following, began = Channel.get_by_id(channel_id), None, now()
        try:
            runs = _asked(channel)
            following = _read_orders(channel, runs, held)
            products = [run for run in runs if run.trigger == CATALOGUE]
            if channel.enabled and products:
                read_catalogue(channel, products, held.renew)
        finally:
            held.release(following)
        if following and not hooks.is_failing(channel_id):
            hooks.wake_again(channel_id, began)


def read_between(channel_id: int, held: Lease) -> None:
    """Read a channel that is due while its lease is `held` for something longer, so that no new order waits for that.

    A catalogue that somebody asked for waits. Raise LostError where another worker has the channel by now.
    """
    held.renew()
    channel, began = Channel.get_by_id(channel_id), now()
    runs = _asked(channel)
    if following := _read_orders(channel, runs, held):
        held.put_off(following)
        if not hooks.is_failing(channel_id):
            hooks.wake_again(channel_id, began)


def _read_orders(channel: Channel, runs: list[SyncRun], held: Lease) -> dt.datetime | None:
    """Read the single orders that were asked for, then all that changed if that is due; return when it is due again."""
    for run in [run for run in runs if run.external_id]:
        read_one(channel, run)
    whole = [run for run in runs if not run.external_id and run.trigger != CATALOGUE]
    if not channel.enabled or not (whole or channel.next_read_at <= now()):
        return None
    run = read(channel, whole, held.renew)
    return now() + pause_after(channel, run)


def _due(moment: dt.datetime) -> list[int]:
    """Return the channels to read, the longest-waiting first. A paused one is read for single orders alone."""
    waiting = SyncRun.select(SyncRun.channel).where(SyncRun.status == "waiting")
    one = Channel.id.in_(waiting.where(SyncRun.external_id != ""))
    free = Channel.lease_until.is_null() | (Channel.lease_until < moment)
    due = one | (Channel.enabled & ((Channel.next_read_at <= moment) | Channel.id.in_(waiting)))
    read = (Channel.read_every_seconds > 0) & Channel.archived_at.is_null()
    rows = Channel.select(Channel.id).where(read, free, due).order_by(Channel.next_read_at)
    return [row.id for row in rows]


def _asked(channel: Channel) -> list[SyncRun]:
    query = SyncRun.select().where(SyncRun.channel == channel.id, SyncRun.status == "waiting")
    return list(query.order_by(SyncRun.id))
