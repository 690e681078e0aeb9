"""A shop with nothing behind it, as a process of its own: it takes every call, at once, after a while or never."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAR = 0.05
"""Seconds that a call below /far takes, as one to another continent does."""
HANGS = 10.0


class Shop(BaseHTTPRequestHandler):
    """The sandbox shop's calls: no fulfilment is ever there, each is taken."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path.startswith("/hangs"):
            time.sleep(HANGS)
        self._answer({"id": 1, "status": "paid", "fulfilments": []})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"id": 1})

    def _answer(self, body: dict[str, object]) -> None:
        if self.path.startswith("/far"):
            time.sleep(FAR)
        text = json.dumps(body).encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text))
        self.wfile.write(text)

    def log_message(self, *values: object) -> None:
        """Stay silent."""


def main() -> None:
    """Listen on a free port, which is written out, until the process is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
