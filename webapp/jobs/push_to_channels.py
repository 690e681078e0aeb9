"""Tell the channels: find those with something due, claim it, have it sent, each channel in threads of its own."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import suppress

import peewee as pw
import structlog

from webapp.connectors.channels import Connector, ConnectorError
from webapp.db import db, now
from webapp.domain import backoff
from webapp.jobs import breaker, outbox, sending
from webapp.jobs.claimed import Claimed
from webapp.jobs.held_pushes import HeldPushes
from webapp.jobs.lanes import Lane, Lanes
from webapp.jobs.line import Line
from webapp.models import Channel, Push

log = structlog.get_logger()


class Pusher:
    """Drains each channel in threads of its own, so that a slow one never holds up another."""

    def __init__(self, channels: int = 8, lease: dt.timedelta = outbox.LEASE) -> None:
        """Take up so many channels at once; each claim lasts for a lease, unless it is renewed."""
        self.held = HeldPushes(lease)
        self._lanes = Lanes(channels)
        self._lock = threading.Lock()

    def tick(self) -> None:
        """Start a turn for each channel that has something due and isn't told by enough threads already."""
        with self._lock:
            if self._lanes.stopped:
                return
            with db.connection_context():
                due = outbox.due_channels(now())
            for channel_id in due:
                self._lanes.start(channel_id, self._turn)

    def close(self) -> None:
        """Let the calls that are under way end and record them; give back what was claimed beyond."""
        with self._lock:
            running = self._lanes.stop()
        while wait(running, timeout=self.held.lease.total_seconds() / 4).not_done:
            with suppress(pw.OperationalError, pw.InterfaceError):  # Without a database nobody else takes them either.
                self.held.renew()

    def _turn(self, channel_id: int, lane: Lane) -> None:
        try:
            drain(channel_id, self.held, lane.goes_on)
        except Exception:  # The next tick begins anew; what couldn't be recorded is taken up when its lease ends.
            log.exception("push.turn_broke", channel=channel_id)


def drain(channel_id: int, held: HeldPushes | None = None, going: Callable[[], bool] = lambda: True) -> int:
    """Send what is due for one channel until nothing is, or `going` says no; return how many reached it."""
    held, sent = held or HeldPushes(), 0
    with db.connection_context():
        channel = Channel.get_by_id(channel_id)
        line = Line(channel)
        connector = sending.opened(channel, line)
        while going() and (batch := held.claim(channel_id)):
            sent += _send_batch(batch, connector, line, held, going)
    return sent


def _send_batch(
    batch: list[Push],
    connector: Connector | ConnectorError,
    line: Line,
    held: HeldPushes,
    going: Callable[[], bool],
) -> int:
    """Send what was claimed together; give back what isn't tried because the channel rests, a stop or a crash."""
    token, sent, rests, heard = batch[0].lease_token, 0, False, False
    claimed = Claimed(batch)
    try:
        while batch and going() and not rests:
            push = batch.pop(0)
            if not held.still_hold(push):
                continue
            before = line.answers
            failure = sending.send(push, connector, line, claimed)
            sent += failure is None
            if failure and not failure.permanent:
                rests, heard = _rests_after(push.channel_id, failure), False
            elif line.answers > before and not heard:  # Without a call, a push says nothing of the channel.
                breaker.answered(push.channel_id)
                heard = True  # Until the next claim: that it answers needn't be noted more often.
    finally:
        held.end(token)
        for push in batch:
            outbox.give_back(push)
    return sent


def _rests_after(channel_id: int, failure: ConnectorError) -> bool:
    """Note a try without a clear answer; tell whether the channel is to be left alone now."""
    asked = backoff.asked_wait(failure.retry_after)
    if asked:
        breaker.rest(channel_id, now() + asked)
    return bool(asked or breaker.silent(channel_id))
