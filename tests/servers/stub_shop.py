"""A shop that answers what it is told to: for refusals and waits that the sandbox shop never asks for."""

import json
from http.server import BaseHTTPRequestHandler

from tests.servers.local import LocalServer


class StubShop:
    """Gives every call the same `answer`: status, headers, JSON body. `calls` are the paths that were asked for."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.answer: tuple[int, dict[str, str], dict] = (200, {}, {})
        self._server = LocalServer(self.handle, ("GET", "POST"))
        self.url = self._server.url

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.calls.append(request.path)
        status, headers, body = self.answer
        content = json.dumps(body).encode()
        request.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    def stop(self) -> None:
        self._server.stop()
