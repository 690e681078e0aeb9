"""How fast shipments are confirmed from the outbox, looked for and made, and what a shop that hangs costs others."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

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
ROUNDS = 3


class Shop(BaseHTTPRequestHandler):
    """The sandbox shop's calls with nothing behind them: no fulfilment is ever there, each is taken."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    healed = threading.Event()

    def do_GET(self) -> None:
        if self.path.startswith("/hangs"):
            self.healed.wait(10)
        self._answer({"id": 1, "status": "paid", "fulfilments": []})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"id": 1})

    def _answer(self, body: dict[str, object]) -> None:
        text = json.dumps(body).encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text))
        self.wfile.write(text)

    def log_message(self, *values: object) -> None:
        """Stay silent."""


@contextmanager
def shop() -> Iterator[str]:
    """Listen on a free port; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Shop.healed.clear()
    http.configure(("127.0.0.1",))
    yield f"http://127.0.0.1:{server.server_address[1]}"
    Shop.healed.set()
    http.configure(())
    server.shutdown()
    server.server_close()


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


def beside(url: str) -> float:
    """Return the time that four shops take for their pushes beside one that hangs, as a share of without it."""
    good = [connect(url, f"Good {number}") for number in range(4)]
    hanging = connect(f"{url}/hangs", "Hangs")
    without = statistics.median(_round(good) for _ in range(ROUNDS))
    leave(hanging, BESIDE)
    return statistics.median(_round(good) for _ in range(ROUNDS)) / without


def _round(good: list[Channel]) -> float:
    pusher, ids = Pusher(8), [channel.id for channel in good]
    first = Push.select().count()
    for place, channel in enumerate(good):
        leave(channel, BESIDE, first + place * BESIDE + 1)
    began = time.perf_counter()
    while Push.select().where(Push.channel.in_(ids), Push.status != "sent").exists():
        pusher.tick()
        time.sleep(0.01)
    spent = time.perf_counter() - began
    pusher.close()
    return spent


def measure(kind: str) -> None:
    with database(kind, threads=30), shop() as url:
        Store.create(name="Bench")
        found = alone(url)
        share = beside(url)
        Shop.healed.set()
        db.close()
    ratio, of_calls = found.drained / found.raw_drain, found.drained / found.calls
    print(f"  {kind:<10} looked for, made, recorded: {found.drained:5.0f} a second (goal 1,000)", end="")
    print(f", / raw drain loop {ratio:4.2f} (goal 0.40), / the calls alone {of_calls:4.2f}")
    print(f"             beside a shop that hangs: {share:4.2f} of the time alone (goal 1.10)")


def main() -> None:
    print(f"Confirmations, {PUSHES:,} to one shop on this machine, two calls each, one thread")
    for kind in KINDS:
        measure(kind)


if __name__ == "__main__":
    main()
