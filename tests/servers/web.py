"""The web server as the processes that it is: gunicorn on a free port, for tests that kill it."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

from webapp.serve import web_command

ROOT = Path(__file__).resolve().parents[2]


class Web:
    """Runs on a test's database and keys. After `kill` it can be started again, at the same address."""

    def __init__(
        self, database_url: str, encryption_key: str, log: Path, *, processes: int = 1, **settings: str
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log, self._processes = log, processes
        self._known = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a-secret-key-of-the-web-server-under-test",
            "ENCRYPTION_KEYS": encryption_key,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60) -> "Web":
        """Start it, and wait until it answers."""
        command = [sys.executable, *web_command(f"127.0.0.1:{self.port}", str(self._processes))]
        with self._log.open("a") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | self._known,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # So that one signal ends all of its processes.
            )
        limit = time.monotonic() + seconds
        while not self._answers():
            assert self.process.poll() is None, f"It ended:\n{self._log.read_text()}"
            assert time.monotonic() < limit, f"It didn't start in {seconds} s:\n{self._log.read_text()}"
            time.sleep(0.02)
        return self

    def kill(self) -> None:
        """End all of its processes at once, as `kill -9` does, and whatever they were doing."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False
