"""The worker is killed fifty times while it pushes five hundred shipments: none is lost, and none arrives twice."""

import random
import signal
import sqlite3
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler

import psutil
import pytest

from tests.conftest import ENCRYPTION_KEY
from tests.jobs.due import leave, never_read, sell, wait_until
from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from tests.servers.worker import Worker
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.models import Push, PushAttempt

PUSHES = 500
KILLS = 50
WORKERS = 2
"""As many work at once; each that is killed is replaced."""

MOMENTS = ("asked", "acted", "answered")
"""When a worker dies: before its call reaches the shop; when the shop has acted; when it has heard the answer."""


class Reaper(FaultProxy):
    """Stands before the shop and kills workers with a call of theirs under way, at moments of chance."""

    def __init__(self, upstream: str, chance: random.Random) -> None:
        self.workers: list[Worker] = []
        self.deaths: Counter[str] = Counter()
        self.died = threading.Event()
        self._chance = chance
        self._calls_left = 10
        super().__init__(upstream)
        self._server.handle_error = lambda *call: None  # The dead leave broken connections behind.

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        victim = self._whose(call) if self._is_time() else None
        if victim is None:
            return super().handle(call)
        moment = self._chance.choice(MOMENTS)
        if moment == "answered":
            super().handle(call)
            victim.kill()
        else:
            body = call.rfile.read(int(call.headers.get("Content-Length") or 0))
            if moment == "acted":
                self._forward(call, body)
            victim.kill()
            self._cut(call)
        self.deaths[f"{call.command} {moment}"] += 1
        self.died.set()
        return None

    def alive(self) -> list[Worker]:
        """Return the workers that weren't killed; fail where one has ended by itself."""
        ended = [worker for worker in self.workers if worker.process.poll() not in (None, -signal.SIGKILL)]
        assert not ended, ended[0].said()
        return [worker for worker in self.workers if worker.process.poll() is None]

    def _is_time(self) -> bool:
        with self._lock:
            self._calls_left -= 1
            if self._calls_left > 0 or self.deaths.total() >= KILLS:
                return False
            self._calls_left = self._chance.randint(4, 30)
            return True

    def _whose(self, call: BaseHTTPRequestHandler) -> Worker | None:
        """Return the worker at the other end of the call."""
        port = call.client_address[1]
        for worker in list(self.workers):
            if worker.process.poll() is None:
                ends = psutil.Process(worker.process.pid).net_connections("tcp4")
                if any(end.laddr.port == port for end in ends):
                    return worker
        return None


@pytest.fixture
def reaper(shop):
    with Reaper(shop.url, random.Random(50)) as made:
        yield made
        for worker in made.workers:
            worker.kill()


@pytest.mark.timeout(600)  # Starting a worker takes a second of a processor's time, and more where that is shared.
def test_fifty_kills_lose_none_of_five_hundred_shipments(reaper, shop, cast, stocked, database_url, tmp_path):
    sell(shop, PUSHES)
    channel = channels.connect(stocked, "sandbox", ChannelDraft("Sandbox", reaper.url, {}, {"key": KEY}))
    leave(never_read(channel), PUSHES)

    def start() -> Worker:
        log = tmp_path / f"worker-{len(reaper.workers)}.log"
        settings = {"INSTANCE_DIR": str(tmp_path), "PUSH_LEASE_SECONDS": "4", "PUSH_TICK_SECONDS": "0.1"}
        return Worker(database_url, ENCRYPTION_KEY, log, **settings)

    def all_told() -> bool:
        """Replace the dead; tell whether nothing is left to do, as far as this is seen a moment later."""
        reaper.died.clear()
        alive = reaper.alive()
        reaper.workers += [start() for _ in range(WORKERS - len(alive))]
        reaper.died.wait(0.5)
        return not Push.select().where(Push.status != "sent").exists()

    wait_until(all_told, seconds=550)
    alive = reaper.alive()
    for worker in alive:  # One that replaced the last to die may still be starting.
        worker.until(lambda worker=worker: "worker.started" in worker.said())
    assert [worker.stop() for worker in alive] == [0] * WORKERS

    assert reaper.deaths.total() == KILLS
    assert len(reaper.workers) == KILLS + WORKERS
    # Each push that was under way at a death was tried again …
    unheard = KILLS - sum(count for death, count in reaper.deaths.items() if death.endswith("answered"))
    assert sum(attempts for (attempts,) in Push.select(Push.attempts).tuples()) >= PUSHES + unheard
    # … and found on the shop where that had acted.
    outcomes = Counter(outcome for (outcome,) in PushAttempt.select(PushAttempt.outcome).tuples())
    assert outcomes.total() == PUSHES
    assert outcomes["sent"] + outcomes["found"] == PUSHES
    assert outcomes["found"] >= reaper.deaths["POST acted"] > 0

    with sqlite3.connect(shop.data) as told:
        rows = told.execute("SELECT order_id, reference FROM fulfilments ORDER BY order_id").fetchall()
    told.close()
    assert [order for order, _ in rows] == list(range(1, PUSHES + 1))
    assert len({reference for _, reference in rows}) == PUSHES
