"""A shop of one's own making: takes signed messages, each `webhook-id` once, with the standard's own library."""

import json
import threading
from http.server import BaseHTTPRequestHandler

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.servers.local import LocalServer


class SignedReceiver:
    """Keeps what it took in `taken`, by `webhook-id`. It knows the orders in `orders`, and answers 404 to others."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.orders: set[str] = set()
        self.taken: dict[str, dict] = {}
        self.calls: list[str] = []
        """The `webhook-id` of each genuine message that came, repeats too."""
        self.answer: tuple[int, dict[str, str], bytes] | None = None
        """What it answers to all, in place of what it would."""
        self._lock = threading.Lock()
        self._server = LocalServer(self.handle, ("POST",))
        self.url = f"{self._server.url}/crossdock?from=us"

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        body = call.rfile.read(int(call.headers.get("Content-Length") or 0))
        status, headers, content = self.answer or (self.take(call, body), {}, b'{"thanks": true}')
        call.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(content)

    def take(self, call: BaseHTTPRequestHandler, body: bytes) -> int:
        """Take one message; return the status to answer."""
        try:
            told = Webhook(self.secret).verify(body, dict(call.headers.items()))
        except (WebhookVerificationError, ValueError):
            return 401
        if call.path != "/crossdock?from=us" or call.headers["Content-Type"] != "application/json":
            return 404
        if told["type"] != "ping" and told["data"]["order"]["id"] not in self.orders:
            return 404
        with self._lock:
            self.calls.append(call.headers["webhook-id"])
            self.taken.setdefault(call.headers["webhook-id"], json.loads(body))
        return 200

    def told(self, event: str) -> list[dict]:
        """Return the data of all messages of a type that were taken, oldest first."""
        return [one["data"] for one in self.taken.values() if one["type"] == event]

    def stop(self) -> None:
        self._server.stop()
