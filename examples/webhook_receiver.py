"""Receive webhooks: take each genuine message once, and refuse what Crossdock hasn't signed."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FRESH = 300
"""Seconds for which a signature counts: a message that was recorded can't be played again later."""


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether the message is signed with our secret, as https://www.standardwebhooks.com has it, and fresh.

    Compare the bytes that came, before anything parses them. While a secret is being rotated there are two signatures.
    """
    message_id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdecimal() or abs(time.time() - int(moment)) > FRESH:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    wanted = b"v1," + base64.b64encode(digest)
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(wanted, one.encode()) for one in given)


class Receiver:
    """Listens at an address: 204 for a genuine message, 401 for any other."""

    def __init__(self, host: str, port: int) -> None:
        self.messages: dict[str, dict] = {}
        """By `webhook-id`: a message whose answer was lost comes again under the same one."""
        self.refused = 0
        self._arrived = threading.Condition()
        self._secret = ""
        self._server = ThreadingHTTPServer((host, port), _handler(self))
        self.url = f"http://{host}:{self._server.server_port}/"

    def start(self, secret: str) -> None:
        """Answer from now on; who called since the port was opened is answered first."""
        self._secret = secret
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def wait_for(self, true: Callable[["Receiver"], bool], seconds: float) -> bool:
        """Wait until what has come makes it true; tell whether it did within so many seconds."""
        with self._arrived:
            return self._arrived.wait_for(lambda: true(self), seconds)

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """Keep one message and return the status to answer: at once, for the work on it can come later."""
        genuine = is_genuine(self._secret, headers, body)
        with self._arrived:
            if genuine:
                self.messages.setdefault(headers["webhook-id"], json.loads(body))
            else:
                self.refused += 1
            self._arrived.notify_all()
        return 204 if genuine else 401


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response_only(receiver.take(self.headers, body))
            self.end_headers()

    return Handler
