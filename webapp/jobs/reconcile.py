"""Find the channels whose nightly comparison is due or was asked for, and compare each, one worker at a time."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import structlog

from webapp.actions import reconciliations
from webapp.connectors.channels import ConnectorError, kind_of
from webapp.db import db, now
from webapp.domain import night
from webapp.jobs import import_orders, lease
from webapp.jobs.comparing import Comparison
from webapp.jobs.lease import LostError, StoppedError
from webapp.models import Channel, Reconciliation, Store

log = structlog.get_logger()


class Reconciler:
    """Compares each channel in a thread of its own."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reconcile")
        self._busy: dict[int, Future[None]] = {}
        self._stopping = threading.Event()

    def tick(self) -> None:
        """Start a comparison for each channel of which one waits, and that isn't compared or read right now."""
        self._busy = {channel: work for channel, work in self._busy.items() if not work.done()}
        with db.connection_context():
            due = due_channels()
        for channel_id in due:
            if channel_id not in self._busy and not self._stopping.is_set():
                self._busy[channel_id] = self._pool.submit(self._compare, channel_id)

    def close(self) -> None:
        """End running comparisons at their next call of the channel; start no more."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _compare(self, channel_id: int) -> None:
        try:
            compare_due(channel_id, self._stopping)
        except Exception:  # What is left running is begun anew once the lease is over.
            log.exception("reconcile.crashed", channel=channel_id)


def plan_nights() -> None:
    """Let each channel be compared once in its store's night."""
    moment = now()
    with db.connection_context():
        rows = Channel.select(Channel, Store).join(Store).where(Channel.enabled, Channel.archived_at.is_null())
        for channel in list(rows):
            began = night.began(moment, channel.store.time_zone)
            if began is not None and kind_of(channel.kind).capabilities.reads_orders:
                reconciliations.plan(channel, began)


def due_channels() -> list[int]:
    """Return the channels of which a comparison waits, or was left by a worker that died."""
    asked = Reconciliation.select(Reconciliation.channel).where(Reconciliation.status.in_(reconciliations.OPEN))
    free = Channel.lease_until.is_null() | (Channel.lease_until < now())
    live = Channel.enabled & Channel.archived_at.is_null()
    return [row.id for row in Channel.select(Channel.id).where(live, free, Channel.id.in_(asked)).order_by(Channel.id)]


def compare_due(channel_id: int, stopping: threading.Event | None = None) -> None:
    """Compare a channel of which a comparison waits, unless another worker holds it; keep what was found."""
    with db.connection_context():
        held = lease.claim(channel_id)
        if held is None:
            return

        def hold() -> None:
            if stopping is not None and stopping.is_set():
                raise StoppedError
            held.renew()

        try:
            channel = Channel.get_by_id(channel_id)
            ids = reconciliations.begin(channel)
            if ids:
                _compare(Comparison(channel, hold, lambda: import_orders.read_between(channel_id, held)), ids)
        finally:
            held.release()


def _compare(comparison: Comparison, ids: list[int]) -> None:
    """Compare, and record how it ended; where this worker lost the channel or stops, another one begins anew."""
    ended: dict[str, Any] = {}
    try:
        comparison.run()
    except (LostError, StoppedError):
        log.info("reconcile.left_to_others", channel=comparison.channel.id)
        return
    except ConnectorError as error:
        ended["error"] = str(error)
    except Exception as error:  # A fault of ours, in this channel's comparison alone.
        log.exception("reconcile.crashed", channel=comparison.channel.id)
        ended["error"] = f"Something broke on our side ({type(error).__name__}): the operator finds it in the log."
    reconciliations.finish(ids, len(comparison.seen), comparison.differences, **ended)
