"""A small HTTP proxy that spoils answers on purpose: after the upstream server has acted, or instead of it."""

import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.servers.local import LocalServer

Headers = list[tuple[str, str]]

FAULTS = ("drop", "refuse", "error", "swallow_error", "hang", "truncate", "garbage", "late", "limit", "busy")
"""`drop`: upstream acts, its answer is lost. `refuse`: closed before upstream hears of it.
`error`: upstream acts, a 500 comes. `swallow_error`: a 500 without asking upstream.
`hang`: upstream acts, the answer never comes. `truncate`: upstream acts, half of its answer comes.
`garbage`: upstream acts, HTML comes. `late`: upstream acts, a 408 comes from something before it.
`limit`, `busy`: a 429 or 503 that asks to wait for seven seconds, without asking upstream."""


class FaultProxy:
    """Forwards to one upstream server. `plan(*faults)` spoils the next calls in turn; None lets one through."""

    def __init__(self, upstream: str) -> None:
        self.calls: list[str] = []
        """The body of each call that came, oldest first."""
        self._upstream = urlsplit(upstream)
        self._plan: list[str | None] = []
        self._only: tuple[str, ...] = ("",)
        self._lock = threading.Lock()
        self._under_way = 0
        self._end = threading.Event()
        self._server = LocalServer(self.handle)
        self.url = self._server.url

    @property
    def planned(self) -> int:
        """How much of the plan no call has met yet."""
        return len(self._plan)

    def plan(self, *faults: str | None, only: str | tuple[str, ...] = "") -> None:
        """Spoil the coming calls in turn, or of them only those whose verb, path or body hold (one of) `only`."""
        unknown = {fault for fault in faults if fault} - set(FAULTS)
        assert not unknown, f"no such fault: {unknown}"
        with self._lock:
            self._plan, self._only = list(faults), (only,) if isinstance(only, str) else only

    def settle(self, seconds: float = 60) -> None:
        """Wait until all calls that came have been carried out, also those whose clients gave up."""
        deadline, calm = time.monotonic() + seconds, 0
        while calm < 5:
            assert time.monotonic() < deadline, "calls are still under way"
            calm = 0 if self._under_way or self._server.unheard else calm + 1
            time.sleep(0.05)

    def stop(self) -> None:
        """Let hanging calls end and close the port."""
        self._end.set()
        self._server.stop()

    def __enter__(self) -> "FaultProxy":
        return self

    def __exit__(self, *values: object) -> None:
        self.stop()

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        """Answer one call."""
        self._count(1)
        try:
            hangs = self._spoil(call)
        finally:
            self._count(-1)
        if hangs:
            self._end.wait(60)
            self._cut(call)

    def _count(self, more: int) -> None:
        with self._lock:
            self._under_way += more

    def _spoil(self, call: BaseHTTPRequestHandler) -> bool:
        """Carry the call out and answer it as planned; return whether the answer never comes."""
        body = call.rfile.read(int(call.headers.get("Content-Length") or 0))
        text = body.decode(errors="replace")
        with self._lock:
            self.calls.append(text)
            about = f"{call.command} {call.path} {text}"
            fault = self._plan.pop(0) if self._plan and any(word in about for word in self._only) else None
        if fault == "refuse":
            self._cut(call)
        elif fault == "swallow_error":
            _answer(call, 500, [], b"spoiled")
        elif fault in ("limit", "busy"):
            _answer(call, 429 if fault == "limit" else 503, [("Retry-After", "7")], b"spoiled")
        else:
            self._spoil_answer(call, fault, *self._forward(call, body))
        return fault == "hang"

    def _spoil_answer(
        self, call: BaseHTTPRequestHandler, fault: str | None, status: int, headers: Headers, content: bytes
    ) -> None:
        if fault == "drop":
            self._cut(call)
        elif fault == "error":
            _answer(call, 500, [], b"spoiled")
        elif fault == "late":
            _answer(call, 408, [], b"spoiled")
        elif fault == "garbage":
            _answer(call, 200, [("Content-Type", "text/html")], b"<h1>Welcome</h1>")
        elif fault == "truncate":
            _answer(call, status, headers, content, sent=len(content) // 2)
            self._cut(call)
        elif fault is None:
            _answer(call, status, headers, content)

    def _forward(self, call: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Headers, bytes]:
        connection = HTTPConnection(self._upstream.hostname or "", self._upstream.port, timeout=30)
        try:
            headers = {
                name: value for name, value in call.headers.items() if name.lower() not in ("host", "connection")
            }
            connection.request(call.command, call.path, body, {**headers, "Host": self._upstream.netloc})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except (OSError, HTTPException):
            return 502, [], b"the upstream server gave no answer"
        finally:
            connection.close()

    def _cut(self, call: BaseHTTPRequestHandler) -> None:
        call.close_connection = True
        with suppress(OSError):  # The client may have been quicker.
            call.connection.shutdown(socket.SHUT_RDWR)


def _answer(
    call: BaseHTTPRequestHandler, status: int, headers: Headers, content: bytes, sent: int | None = None
) -> None:
    try:
        call.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                call.send_header(name, value)
        call.send_header("Content-Length", str(len(content)))
        call.end_headers()
        call.wfile.write(content[:sent])
        call.wfile.flush()
    except OSError:
        call.close_connection = True  # The client didn't wait.
