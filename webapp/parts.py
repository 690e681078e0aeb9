"""The processes of one machine: started one after the other, watched together, stopped in the opposite order."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

from config import ROOT

SECONDS_TO_STOP = 20


@dataclass
class Part:
    """One process. Where a vital one ends, all end."""

    name: str
    process: subprocess.Popen[bytes]
    vital: bool


class Parts:
    """The processes that run, in the order in which they started."""

    def __init__(self) -> None:
        self._running: list[Part] = []
        self.told_to_stop = False
        signal.signal(signal.SIGTERM, self._stop_soon)
        signal.signal(signal.SIGINT, self._stop_soon)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # As nohup wants it; else a closed terminal ends us.
            signal.signal(signal.SIGHUP, self._stop_soon)

    def start(
        self,
        name: str,
        command: list[str],
        environment: dict[str, str] | None = None,
        vital: bool = True,
        log: Path | None = None,
    ) -> None:
        """Start one; what it prints goes to `log`, or among what we print."""
        output = log.open("w") if log else None
        process = subprocess.Popen(  # noqa: S603 - the commands are those of this module.
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches us alone: each part ends when we say so, after what depends on it.
        )
        if output:
            output.close()
        self._running.append(Part(name, process, vital))

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.told_to_stop = True  # A lock in here could be one that the interrupted line holds.

    def watch(self) -> int:
        """Wait until somebody says stop (0) or a vital part ends (1)."""
        while not self.told_to_stop:
            time.sleep(0.2)
            for part in [part for part in self._running if part.process.poll() is not None]:
                click.echo(f"{part.name} ended with status {part.process.returncode}.", err=True)
                if part.vital:
                    return 1
                self._running.remove(part)
        return 0

    def any_ended(self) -> bool:
        """Tell whether a part has ended, or somebody says stop."""
        return self.told_to_stop or any(part.process.poll() is not None for part in self._running)

    def stop(self) -> None:
        """End all, last started first, so that none misses another; what doesn't end in time is killed."""
        limit = time.monotonic() + SECONDS_TO_STOP
        for part in reversed(self._running):
            part.process.terminate()
            try:
                part.process.wait(max(1.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(part.process.pid, signal.SIGKILL)  # With what it started itself.
                part.process.wait()
