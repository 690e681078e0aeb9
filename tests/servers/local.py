"""An HTTP server on 127.0.0.1 in threads of this process: what the shops and proxies that tests play with stand on."""

import select
import socket
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Server(ThreadingHTTPServer):
    """Knows which connections are open and not in the midst of a call."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.idle: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.idle.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.idle.discard(request)
        super().shutdown_request(request)


class LocalServer:
    """Hands each call to `handle`, on a free port, until it is stopped."""

    def __init__(
        self, handle: Callable[[BaseHTTPRequestHandler], None], verbs: Iterable[str] = ("GET", "POST", "PUT", "DELETE")
    ) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *values: object) -> None:
                """Stay silent."""

        def hear(request: BaseHTTPRequestHandler) -> None:
            self._server.idle.discard(request.connection)
            handle(request)
            self._server.idle.add(request.connection)

        for verb in verbs:
            setattr(Handler, f"do_{verb}", hear)
        self._server = _Server(Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def unheard(self) -> bool:
        """Whether a call has come, perhaps from a client that is gone, whose handling hasn't begun."""
        poll = select.poll()
        for number in (one.fileno() for one in (self._server.socket, *tuple(self._server.idle))):
            if number >= 0:
                poll.register(number, select.POLLIN)
        return bool(poll.poll(0))

    def silence(self) -> None:
        """Write nothing about calls that break off: here the clients are meant to."""
        self._server.handle_error = lambda *call: None  # type: ignore[method-assign]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
