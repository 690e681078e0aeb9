"""The worker as the process that it is: `flask --app wsgi worker`, for tests that kill, stop or watch it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """Runs on a test's database and keys. What it logs is in `log`."""

    def __init__(self, database_url: str, encryption_key: str, log: Path, **settings: str) -> None:
        self.log = log
        known = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a-secret-key-of-the-worker-under-test",
            "ENCRYPTION_KEYS": encryption_key,
            "OUTBOUND_ALLOW": "127.0.0.1",
            **settings,
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        with log.open("w") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | known, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def said(self) -> str:
        """Return what it has logged so far."""
        return self.log.read_text()

    def until(self, true: Callable[[], object], seconds: float = 60) -> None:
        """Wait until it is true; fail after so long, or as soon as the worker has ended."""
        limit = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, f"The worker ended:\n{self.said()}"
            assert time.monotonic() < limit, f"It didn't come true in {seconds} s:\n{self.said()}"
            time.sleep(0.02)

    def stop(self, seconds: float = 30) -> int:
        """Ask it to end and return its exit status."""
        self.process.terminate()
        return self.process.wait(seconds)

    def kill(self) -> None:
        """End it at once, as `kill -9` does, and whatever it was doing."""
        self.process.kill()
        self.process.wait()
