"""A webhook receiver: keeps what comes, answers what it is told to."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    body: bytes
    headers: dict[str, str]

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Answers 204, or in turn what `answers` holds: a status, (status, headers), or None for silence.

    Where it has a `text`, it answers 200 with that. A `port` of 0 is any free one.
    """

    answers: list = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    text: bytes = b""
    port: int = 0

    def __post_init__(self) -> None:
        self.arrived = threading.Condition()
        self._over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver.take(self)

            def log_message(self, *values: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"

    def take(self, call: BaseHTTPRequestHandler) -> None:
        """Keep one call, and answer it."""
        body = call.rfile.read(int(call.headers.get("Content-Length") or 0))
        with self.arrived:
            self.received.append(Received(body, {name.lower(): value for name, value in call.headers.items()}))
            planned = self.answers.pop(0) if self.answers else 200 if self.text else 204
            self.arrived.notify_all()
        if planned is None:
            self._over.wait(30)
            call.close_connection = True
            return
        status, headers = planned if isinstance(planned, tuple) else (planned, {})
        call.send_response_only(status)
        for name, value in headers.items():
            call.send_header(name, value)
        if status != 204:
            call.send_header("Content-Length", str(len(self.text)))
        call.end_headers()
        if status != 204:
            call.wfile.write(self.text)

    def wait_for(self, count: int, seconds: float = 20) -> list[Received]:
        """Return what came once there are `count` messages; fail where they don't come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, seconds), f"{len(self.received)} came"
            return list(self.received)

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
