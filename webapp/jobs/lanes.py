"""How many threads tell a channel something at once: one, and more where it answers slowly and much still waits."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from webapp.db import db
from webapp.jobs import pace
from webapp.models import Channel

TURN = 20.0
"""Seconds after which a channel that still has something due lets others have the thread first."""

LANES = 4
"""Orders of one channel that are told at once. A shop on a small machine would not take many more."""

SLOW = 0.02
"""Seconds for a push from which on another lane helps. A quicker shop keeps one thread busy: more are in its way."""

SPARE = 6
"""Threads for all lanes beyond each channel's first, so that many lanes of one channel never keep out another."""


class Lane:
    """One thread's turn with one channel."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._began: float | None = None
        self._asked, self._seen = 0, 2  # The first claim and the first push are asked for before any has ended.
        self._seen_at = 0.0
        self.work: Future[None] = Future()

    def goes_on(self) -> bool:
        """Tell whether one more push may be sent; asked before each of them, and before each claim."""
        if self._began is None:  # It may have waited for a thread before.
            self._began = self._seen_at = time.monotonic()
        self._asked += 1
        return not self._stopping.is_set() and time.monotonic() < self._began + TURN

    def moves_slowly(self) -> bool:
        """Tell whether pushes have ended since the last time that this was asked, and each took long."""
        ended, moment = self._asked - self._seen, time.monotonic()
        if ended <= 0:
            return False
        spent = moment - self._seen_at
        self._seen, self._seen_at = self._asked, moment
        return spent > SLOW * ended


class Lanes:
    """The turns that are under way, and the threads for them. Not safe to use from several threads."""

    def __init__(self, channels: int) -> None:
        self._first = ThreadPoolExecutor(channels, thread_name_prefix="push")
        self._spare = ThreadPoolExecutor(SPARE, thread_name_prefix="push-more")
        self._open: dict[int, list[Lane]] = {}
        self._stopping = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether no more turns are started."""
        return self._stopping.is_set()

    def start(self, channel_id: int, turn: Callable[[int, Lane], None]) -> None:
        """Start a turn of a channel that has something due, unless the lanes that it has are enough."""
        if self.stopped:
            return
        self._open[channel_id] = lanes = [lane for lane in self._open.get(channel_id, []) if not lane.work.done()]
        if lanes and not _wants_more(channel_id, lanes):
            return
        lane = Lane(self._stopping)
        lane.work = (self._spare if lanes else self._first).submit(turn, channel_id, lane)
        lanes.append(lane)

    def stop(self) -> list[Future[None]]:
        """Start no more, let each lane end with the push that it is at; return what is still to be waited for."""
        self._stopping.set()
        for pool in (self._first, self._spare):
            pool.shutdown(wait=False, cancel_futures=True)
        return self.running()

    def running(self) -> list[Future[None]]:
        """Return the turns that haven't ended, those that wait for a thread among them."""
        return [lane.work for lanes in self._open.values() for lane in lanes if not lane.work.done()]


def _wants_more(channel_id: int, lanes: list[Lane]) -> bool:
    """Tell whether one more lane would help: each moves slowly, so none hangs, and the limit leaves room for calls."""
    slow = [lane.moves_slowly() for lane in lanes]
    if len(lanes) >= LANES or not all(slow):
        return False
    with db.connection_context():
        return not pace.makes_wait(Channel.get_by_id(channel_id))
