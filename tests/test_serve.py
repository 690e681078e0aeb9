"""`flask serve`, called by `make demo` and `make run`: all parts start from nothing, work and end together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import psutil
import pytest

from webapp.serve import SHOP_KEY

ROOT = Path(__file__).resolve().parent.parent


class Served:
    """One `flask serve` with an empty folder of its own, or the same folder again."""

    def __init__(self, folder: Path, database_url: str, *options: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / f"serve-{self.port}.log"
        known = {"INSTANCE_DIR": str(folder / "instance"), "DATABASE_URL": database_url, "WEB_PROCESSES": "1"}
        kept = {name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "ENCRYPTION_KEYS")}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(self.port), *options]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=kept | known, stdout=log, stderr=log)

    def said(self) -> str:
        return self._log.read_text()

    def until(self, true, seconds: float = 120) -> None:
        """Wait until it is true; fail after so long, or where the whole has ended."""
        limit = time.monotonic() + seconds
        while not true():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.1)

    def ready(self) -> "Served":
        """Wait until it says that it can be used, which must then be so."""
        self.until(lambda: "Stop with Ctrl-C." in self.said())
        assert httpx2.get(f"{self.url}/readyz", trust_env=False).json()["status"] == "ready"
        return self

    @property
    def parts(self) -> list[psutil.Process]:
        """The processes that it runs on, itself left out."""
        return psutil.Process(self._process.pid).children(recursive=True)

    def end(self, number: signal.Signals | None = None) -> int:
        """Send a signal, wait, and return the exit status; no process may be left, nor anybody at the port."""
        parts = self.parts if number else []
        if number:
            self._process.send_signal(number)
        status = self._process.wait(60)
        _, left = psutil.wait_procs(parts, timeout=5)
        assert left == [], [process.cmdline() for process in left]
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", self.port)) != 0
        return status

    def kill(self) -> None:
        """Leave nothing behind, whatever has happened."""
        if self._process.poll() is None:
            left = [*self.parts, psutil.Process(self._process.pid)]
            for process in left:
                process.kill()
            psutil.wait_procs(left)
        self._process.wait()


@pytest.fixture
def serve(tmp_path):
    """Start it: `serve(database_url, *options)`, always with the same folder."""
    started = []

    def run(database_url, *options, **values):
        started.append(Served(tmp_path, database_url, *options, **values))
        return started[-1]

    yield run
    for served in started:
        served.kill()


@pytest.fixture
def empty_sqlite(tmp_path) -> str:
    """The URL of a file that doesn't exist yet."""
    return f"sqlite:///{tmp_path}/new/demo.db"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def shop_of(served: Served) -> str:
    return re.search(r"Sandbox shop +(http://\S+)", served.said())[1]


def confirmed(shop: str) -> dict[str, str]:
    """Return what the shop was told: the tracking code of each fulfilment, by our reference."""
    headers = {"Authorization": f"Bearer {SHOP_KEY}"}
    orders = httpx2.get(f"{shop}/api/orders", params={"limit": 100}, headers=headers, trust_env=False).json()["orders"]
    return {one["reference"]: one["tracking_code"] for order in orders for one in order["fulfilments"]}


@pytest.mark.timeout(600)
def test_the_demo_ships_an_order_from_nothing_and_goes_on_after_a_restart(serve, empty_sqlite):
    demo = serve(empty_sqlite, "--demo").ready()
    assert all(f"{who}@demo.example" in demo.said() for who in ("admin", "merchant", "clerk"))
    assert httpx2.get(f"{demo.url}/login", trust_env=False).status_code == 200
    shop = shop_of(demo)
    demo.until(lambda: confirmed(shop))
    first = confirmed(shop)
    assert all(code for code in first.values())

    twice = serve(empty_sqlite, "--demo")
    assert twice.end() == 1
    assert "It runs already" in twice.said()
    assert demo.end(signal.SIGINT) == 0

    again = serve(empty_sqlite, "--demo").ready()
    assert shop_of(again) == shop
    again.until(lambda: len(confirmed(shop)) > len(first))  # The robot's key still opens the door.
    assert confirmed(shop).items() >= first.items()
    assert again.end(signal.SIGTERM) == 0
    assert "Traceback" not in demo.said() + again.said()


def test_run_starts_from_nothing_and_ends_with_its_terminal(serve, postgres):
    served = serve(postgres.create("served")).ready()
    assert "offers to create the store" in served.said()
    page = httpx2.get(served.url, follow_redirects=True, trust_env=False)
    assert (page.status_code, page.url.path) == (200, "/setup")
    assert httpx2.get(shop_of(served), trust_env=False).status_code == 200
    assert len(served.parts) >= 4  # A shop, a worker, the web server and its process.
    assert served.end(signal.SIGHUP) == 0
    assert "Traceback" not in served.said()


def test_a_start_that_is_broken_off_leaves_nothing_behind(serve, empty_sqlite):
    served = serve(empty_sqlite, "--demo")
    served.until(lambda: len(served.parts) >= 3)
    assert served.end(signal.SIGTERM) == 0
    assert "Traceback" not in served.said()


def test_where_a_part_dies_all_end_and_the_part_is_named(serve, empty_sqlite):
    served = serve(empty_sqlite).ready()
    parts = served.parts
    (worker,) = [part for part in parts if "worker" in part.cmdline()]
    worker.kill()
    assert served.end() == 1
    assert "The worker ended with status -9." in served.said()
    _, left = psutil.wait_procs(parts, timeout=5)
    assert left == []


def test_a_taken_port_is_told_in_one_line_before_anything_is_made(serve, empty_sqlite, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        served = serve(empty_sqlite, "--demo", port=port)
        served._process.wait(60)
    assert served.said() == f"Error: Port {port} is taken. Choose another one, for example PORT={port + 1}.\n"
    assert served.end() == 1
    assert not (tmp_path / "new" / "demo.db").exists()
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["instance.json"]


def test_an_address_of_another_machine_is_told_in_one_line(serve, empty_sqlite):
    served = serve(empty_sqlite, "--host", "203.0.113.7")
    assert served.end() == 1
    assert served.said() == f"Error: 203.0.113.7:{served.port}: Cannot assign requested address\n"


def test_a_store_that_is_not_the_demos_is_left_alone(serve, database, database_url, cast):
    served = serve(database_url, "--demo")
    assert served.end() == 1
    assert "This database holds a store that isn't the demo's" in served.said()
    assert cast.store.name == "Casa Bella"
