"""A proxy before a shop that kills workers with a call of theirs under way, at moments of chance."""

import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import psutil

from tests.servers.fault_proxy import FaultProxy
from tests.servers.worker import Worker

MOMENTS = ("asked", "acted", "answered")
"""When a worker dies: before its call reaches the shop; when the shop has acted; when it has heard the answer."""


class Deaths:
    """The workers, each that was killed replaced, and how they died. One for all reapers of a test."""

    def __init__(self, start: Callable[[int], Worker], most: int, alive: int, chance: random.Random) -> None:
        """`start(number)` starts a worker; `alive` are at work at once, until `most` have been killed."""
        self.workers: list[Worker] = []
        self.counts: Counter[str] = Counter()
        self.happened = threading.Event()
        self.chance = chance
        self._start, self._most, self._wanted = start, most, alive
        self._calls_left = 10
        self._lock = threading.Lock()

    def replace(self) -> list[Worker]:
        """Start as many workers as are missing; return those that were alive before. Fail where one ended by itself."""
        ended = [worker for worker in self.workers if worker.process.poll() not in (None, -signal.SIGKILL)]
        assert not ended, ended[0].said()
        alive = [worker for worker in self.workers if worker.process.poll() is None]
        for _ in range(self._wanted - len(alive)):
            self.workers.append(self._start(len(self.workers)))
        return alive

    def stop(self) -> list[int]:
        """Ask the living to end, once they have begun; return their exit statuses."""
        alive = self.replace()
        for worker in alive:  # One that replaced the last to die may still be starting.
            worker.until(lambda worker=worker: "worker.started" in worker.said())
        return [worker.stop() for worker in alive]

    def kill_all(self) -> None:
        for worker in self.workers:
            worker.kill()

    def is_time(self) -> bool:
        """Tell whether a worker is to die with the call that came now."""
        with self._lock:
            self._calls_left -= 1
            if self._calls_left > 0 or self.counts.total() >= self._most:
                return False
            self._calls_left = self.chance.randint(4, 30)
            return True

    def whose(self, port: int) -> Worker | None:
        """Return the worker that calls from this port."""
        for worker in list(self.workers):
            if worker.process.poll() is None:
                ends = psutil.Process(worker.process.pid).net_connections("tcp4")
                if any(end.laddr.port == port for end in ends):
                    return worker
        return None


class Reaper(FaultProxy):
    """Stands before one shop."""

    def __init__(self, upstream: str, deaths: Deaths) -> None:
        self.deaths = deaths
        super().__init__(upstream)
        self._server.silence()  # The dead leave broken connections behind.

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        victim = self.deaths.whose(call.client_address[1]) if self.deaths.is_time() else None
        if victim is None:
            return super().handle(call)
        moment = self.deaths.chance.choice(MOMENTS)
        if moment == "answered":
            super().handle(call)
            victim.kill()
        else:
            body = call.rfile.read(int(call.headers.get("Content-Length") or 0))
            if moment == "acted":
                self._forward(call, body)
            victim.kill()
            self._cut(call)
        self.deaths.counts[f"{call.command} {moment}"] += 1
        self.deaths.happened.set()
        return None
