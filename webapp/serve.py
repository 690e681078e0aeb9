"""Everything that one machine needs, started and stopped together: web, worker, a sandbox shop, a warehouse robot."""

import errno
import fcntl
import http.client
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import click

from config import ROOT
from webapp import demo
from webapp.db import db, migrate
from webapp.models import Channel
from webapp.parts import Parts

SECONDS_TO_START = 60
WORKER = ["-m", "flask", "--app", "wsgi", "worker"]
SHOP_KEY = "shop-key"
"""What the sandbox shop wants to hear; it listens on this machine alone."""


def run(host: str, port: int, with_demo: bool) -> int:
    """Run until SIGTERM or Ctrl-C; return the exit status."""
    if trouble := _trouble(host, port):
        taken = f"Port {port} is taken. Choose another one, for example PORT={port + 1}."
        raise click.ClickException(taken if trouble.errno == errno.EADDRINUSE else f"{host}:{port}: {trouble.strerror}")
    kept = _Kept("demo" if with_demo else "serve")
    migrate()
    parts = Parts()
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound.
    try:
        shop = _start_shop(parts, kept, every=8 if with_demo else 45)
        robot = _fill_demo(kept, shop) if with_demo else None
        _start_own(parts, host, port, shop)
        if not _answers(address, parts):
            if parts.told_to_stop:
                return 0
            click.echo("It didn't start; what stands above says why.", err=True)
            return 1
        if robot:
            _start_robot(parts, address, robot)
            _sell(shop, 6)
        click.echo("\n".join(_banner(address, shop, with_demo)))
        return parts.watch()
    finally:
        parts.stop()


class _Kept:
    """What this installation needs again at its next start, in a file of its own that only we may read."""

    def __init__(self, name: str) -> None:
        folder = Path(os.environ.get("INSTANCE_DIR", ROOT / "var"))
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / f"{name}.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # It goes with this process, however that ends.
        except BlockingIOError:
            raise click.ClickException(f"It runs already, with its data in {folder}. Stop that one first.") from None
        self.shop_data = folder / f"{name}-shop.db"
        self.shop_log = folder / f"{name}-shop.log"
        self._path = folder / f"{name}.json"
        self._values: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}

    def get(self, name: str) -> Any:
        return self._values.get(name)

    def put(self, name: str, value: Any) -> None:
        self._values[name] = value
        fresh = self._path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(self._values))
        fresh.replace(self._path)  # Whole or not at all, also where the machine stops in between.


def _start_shop(parts: Parts, kept: _Kept, every: int) -> str:
    """Start the sandbox shop where it was the last time, or on a free port; return its address."""
    before = kept.get("shop_port")
    port = before if before and not _trouble("127.0.0.1", before) else _free_port()
    address = f"http://127.0.0.1:{port}"
    if before and port != before:  # Channels that are connected to it must find it again.
        with db.connection_context():
            Channel.update(base_url=address).where(Channel.base_url == f"http://127.0.0.1:{before}").execute()
    kept.put("shop_port", port)
    program = ["examples/sandbox_shop.py", "--port", str(port), "--data", str(kept.shop_data), "--key", SHOP_KEY]
    parts.start("The sandbox shop", [*program, "--every", str(every)], vital=False, log=kept.shop_log)
    return address


def _fill_demo(kept: _Kept, shop: str) -> dict[str, str]:
    """Fill the demo store unless it is there; return the keys of its robot."""
    with db.connection_context():
        robot = demo.fill(shop, SHOP_KEY, kept.get("robot"))
    kept.put("robot", robot)
    return robot


def _start_robot(parts: Parts, address: str, robot: dict[str, str]) -> None:
    """Start the program that plays a logistics service; it knows nothing but the API's address and its key."""
    known = {
        "CROSSDOCK_URL": address,
        "CROSSDOCK_PUBLIC_KEY": robot["public_key"],
        "CROSSDOCK_SECRET_KEY": robot["secret_key"],
    }
    parts.start("The warehouse robot", ["examples/robot_warehouse.py"], known, vital=False)


def _start_own(parts: Parts, host: str, port: int, shop: str) -> None:
    """Start web and worker; both may call the sandbox shop, which isn't a public address."""
    allowed = ",".join(filter(None, [os.environ.get("OUTBOUND_ALLOW", ""), shop.removeprefix("http://")]))
    reached = os.environ.get("BASE_URL", f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}")  # noqa: S104 - compared, not bound.
    known = {"SANDBOX_URL": shop, "OUTBOUND_ALLOW": allowed, "BASE_URL": reached}
    parts.start("The web server", web_command(f"{host}:{port}", os.environ.get("WEB_PROCESSES", "2")), known)
    parts.start("The worker", WORKER, known)


def web_command(address: str, processes: str = "2") -> list[str]:
    """Return how the web server is started; its processes share what was loaded before they parted."""
    web = ["-m", "gunicorn", "wsgi:app", "--bind", address, "--preload"]
    web += ["--worker-class", "webapp.web_process.EvenWorker"]
    web += ["--workers", processes, "--threads", "8", "--graceful-timeout", "10"]
    return [*web, "--no-control-socket", "--log-level", "warning"]


def _banner(address: str, shop: str, with_demo: bool) -> list[str]:
    told = demo.logins() if with_demo else ["The first visit offers to create the store and its admin."]
    lines = [f"Crossdock      {address}", f"Sandbox shop   {shop}   (its key: {SHOP_KEY})", "", *told]
    return ["", *(f"  {line}".rstrip() for line in lines), "", "  Stop with Ctrl-C.", ""]


def _answers(address: str, parts: Parts) -> bool:
    """Wait until web and worker say that they are ready; False where a part ends before."""
    limit = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < limit and not parts.any_ended():
        if _ask(address, "GET", "/readyz") == http.HTTPStatus.OK:
            return True
        time.sleep(0.1)
    return False


def _sell(shop: str, times: int) -> None:
    """Let the sandbox shop sell something at once, so that nobody waits for the first order."""
    for _ in range(times):
        _ask(shop, "POST", "/sell")


def _ask(address: str, method: str, path: str) -> int | None:
    """Return the status of the answer; None where nobody listens yet."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=5)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def _trouble(host: str, port: int) -> OSError | None:
    """Return why nobody can listen there; None where we can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As gunicorn does: a port just left is free.
        try:
            probe.bind((host, port))
        except OSError as trouble:
            return trouble
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
