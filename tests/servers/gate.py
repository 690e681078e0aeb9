"""A proxy that holds calls until it is told to let them go: for tests of what happens while a call is under way."""

import threading
from http.server import BaseHTTPRequestHandler

from tests.servers.fault_proxy import FaultProxy


class Gate(FaultProxy):
    """`arrived` is set once a call waits at the gate; `open` lets it and all later ones through."""

    def __init__(self, upstream: str) -> None:
        self.arrived = threading.Event()
        self._open = threading.Event()
        super().__init__(upstream)

    def open(self) -> None:
        self._open.set()

    def stop(self) -> None:
        self.open()
        super().stop()

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        self.arrived.set()
        self._open.wait(60)
        super().handle(call)
