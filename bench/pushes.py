"""How fast shipments are confirmed from the outbox, looked for and made, and what a shop that hangs costs others."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from bench.servers import ROOT
from bench.shop import FAR
from bench.stores import KINDS, database
from tests.jobs.due import leave, never_read
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.connectors import http
from webapp.db import db
from webapp.domain.viewer import system
from webapp.jobs.push_to_channels import Pusher, drain
from webapp.models import Channel, Push, Store

PUSHES = 1200
TURN = 100
"""Pushes that are drained, and then made by the raw loop, in turns."""
BESIDE = 100
"""Pushes of each of the four shops that answer, beside one that hangs."""
BACKLOG = 600
"""Pushes that the worker sends to one shop."""
TICK = 0.1
"""Seconds between two looks of the worker into the outbox; it looks twice a second, and whenever something is left."""
ROUNDS = 3


@contextmanager
def shop() -> Iterator[str]:
    """Start the shop in a process of its own, as shops are; yield its address."""
    with subprocess.Popen([sys.executable, "-m", "bench.shop"], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        http.configure(("127.0.0.1",))
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()  # With it end the calls that hang.
            http.configure(())


def connect(url: str, name: str) -> Channel:
    return never_read(channels.connect(system(1), "sandbox", ChannelDraft(name, url, {}, {"key": "key"})))


class Alone(NamedTuple):
    """Pushes a second of one thread."""

    drained: float
    raw_drain: float
    """By a loop on the driver's cursor that makes the same two calls and records each push by one UPDATE."""
    calls: float
    """By a loop of the same two calls that keeps nothing."""


def alone(url: str) -> Alone:
    """Measure the three in turns of TURN pushes."""
    channel = connect(url, "Alone")
    client = http.client(url, {"Authorization": "Bearer key"})
    drained = raw = calls = 0.0
    for turn in range(PUSHES // TURN):
        leave(channel, TURN, 2 * turn * TURN + 1)
        drained += _seconds(lambda: drain(channel.id))
        leave(channel, TURN, (2 * turn + 1) * TURN + 1)
        raw += _seconds(lambda: _raw_drain(client, channel.id))
        calls += _seconds(lambda: _calls(client, range(TURN)))
    return Alone(PUSHES / drained, PUSHES / raw, PUSHES / calls)


def _seconds(turn: Callable[[], int]) -> float:
    began = time.perf_counter()
    assert turn() == TURN
    return time.perf_counter() - began


def _raw_drain(client: Any, channel_id: int) -> int:
    due = f"SELECT id, order_id FROM push WHERE channel_id = {channel_id} AND status = 'waiting' ORDER BY id"
    rows = db.execute_sql(due).fetchall()
    for push, order in rows:
        _calls(client, [order])
        db.execute_sql(f"UPDATE push SET status = 'sent', attempts = attempts + 1 WHERE id = {push}")
    return len(rows)


def _calls(client: Any, orders: Sequence[int]) -> int:
    for order in orders:
        http.ask(client, "GET", f"/api/orders/{order}")
        http.ask(client, "POST", f"/api/orders/{order}/fulfilments", json={"reference": "XD-1-1", "lines": []})
    return len(orders)


class Lanes(NamedTuple):
    """Pushes a second that one shop is told."""

    thread: float
    worker: float
    """By as many threads as the worker gives it."""


def lanes(url: str) -> Lanes:
    """Measure both with a shop whose backlog is long enough for the worker to give it all the threads that it may."""
    channel = connect(url, f"Backlog of {url}")
    leave(channel, TURN, Push.select().count() + 1)
    thread = _seconds(lambda: drain(channel.id))
    return Lanes(TURN / thread, BACKLOG / _round([channel], BACKLOG))


def beside(url: str) -> float:
    """Return the time that four shops take for their pushes beside one that hangs, as a share of without it."""
    good = [connect(url, f"Good {number}") for number in range(4)]
    hanging = connect(f"{url}/hangs", "Hangs")
    without = statistics.median(_round(good) for _ in range(ROUNDS))
    leave(hanging, BESIDE)
    return statistics.median(_round(good) for _ in range(ROUNDS)) / without


def _round(good: list[Channel], each: int = BESIDE) -> float:
    """Return the seconds that the worker takes for so many pushes of each of these channels."""
    pusher, ids = Pusher(8), [channel.id for channel in good]
    first = Push.select().count()
    for place, channel in enumerate(good):
        leave(channel, each, first + place * each + 1)
    began = time.perf_counter()
    while Push.select().where(Push.channel.in_(ids), Push.status != "sent").exists():
        pusher.tick()
        time.sleep(TICK)
    spent = time.perf_counter() - began
    pusher.close()
    return spent


def measure(kind: str) -> None:
    with database(kind, threads=30), shop() as url:
        Store.create(name="Bench")
        found = alone(url)
        near, far = lanes(url), lanes(f"{url}/far")
        share = beside(url)
        db.close()
    ratio, of_calls = found.drained / found.raw_drain, found.drained / found.calls
    print(f"  {kind:<10} looked for, made, recorded: {found.drained:5.0f} a second (goal 1,000)", end="")
    print(f", / raw drain loop {ratio:4.2f} (goal 0.40), / the calls alone {of_calls:4.2f}")
    for name, told in (("the same shop", near), (f"a shop {1000 * FAR:.0f} ms away", far)):
        print(
            f"             {name}: {told.worker:5.0f} a second by the worker, {told.thread:5.0f} by one thread", end=""
        )
        print(f": {told.worker / told.thread:4.2f} times as many")
    print(f"             beside a shop that hangs: {share:4.2f} of the time alone (goal 1.10)")


def main() -> None:
    print(f"Confirmations, {PUSHES:,} to one shop on this machine, two calls each, one thread")
    for kind in KINDS:
        measure(kind)


if __name__ == "__main__":
    main()
