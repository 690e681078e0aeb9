"""Web server and worker as the processes that they are in production, and clients that ask them; measures nothing."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.stores import KEY
from webapp.serve import WORKER, web_command

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 2
SECRET = "a-secret-key-of-the-server-under-measure"


@contextmanager
def running(url: str, *, worker: bool = False, app: str = "wsgi:app") -> Iterator[tuple[int, float, list[int]]]:
    """Start the web server (and worker) on a database; yield its port, the seconds to the first answer, process ids."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = web_command(f"127.0.0.1:{port}", str(PROCESSES))
    if app != "wsgi:app":  # Ours loads all of the program with it.
        command[command.index("--worker-class") + 1] = "gthread"
    web = [app if part == "wsgi:app" else part for part in command]
    commands = [web, WORKER] if worker else [web]
    known = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "ENCRYPTION_KEYS": KEY, "OUTBOUND_ALLOW": "127.0.0.1"}
    began = time.perf_counter()
    started = [subprocess.Popen([sys.executable, *one], cwd=ROOT, env=os.environ | known) for one in commands]
    try:
        while not _answers(port):
            assert all(process.poll() is None for process in started), "It didn't start."
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        while len(family(started[0].pid)) < 1 + PROCESSES:  # The first answers before the second is there.
            time.sleep(0.01)
        yield port, seconds, [pid for process in started for pid in family(process.pid)]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def family(pid: int) -> list[int]:
    """Return a process and those that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def _answers(port: int) -> bool:
    with suppress(OSError):
        return Client(port).ask("GET", "/healthz")[0] in (200, 404)  # A bare Flask has nothing there.
    return False


class Client:
    """One connection that stays open."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = headers or {}

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        self._http.request(method, path, body, self._headers)
        answer = self._http.getresponse()
        return answer.status, answer.read()


def together(clients: int, work: Callable[[int], list[float]]) -> tuple[float, list[float]]:
    """Let clients work at the same time, each given its number; return the seconds and all times in milliseconds."""
    found: list[list[float]] = [[] for _ in range(clients)]

    def run(place: int) -> None:
        found[place] = work(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, [spent for times in found for spent in times]


def timed(call: Callable[[], object]) -> float:
    """Return the milliseconds that a call takes."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
