"""Access tokens: one that the merchant gave, or one that a client secret is exchanged for and that ends after a day."""

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import httpx2

from webapp.connectors.channels import ConnectorError, calls
from webapp.connectors.channels.shopify import waiting

PATH = "/admin/oauth/access_token"

_tokens: dict[str, str] = {}
_lock = threading.Lock()


class Tokens:
    """One app's tokens for one shop, shared by all clients of the process with the same secret."""

    def __init__(self, root: str, client_id: str, secret: str) -> None:
        self._client_id, self._secret = client_id, secret
        self._key = hashlib.sha256("\0".join((root, client_id, secret)).encode()).hexdigest()

    @property
    def renewable(self) -> bool:
        """Tell whether a new token can be had."""
        return bool(self._client_id)

    def token(self, ask: Callable[..., httpx2.Response]) -> str:
        """Return a token, new where none is known. A secret without a client id is a token itself."""
        if not self.renewable:
            return self._secret
        with _lock:
            known = _tokens.get(self._key)
        if known is None:
            known = self._exchanged(ask)
            with _lock:
                _tokens[self._key] = known
        return known

    def forget(self) -> None:
        """Let the known token go, since Shopify refuses it."""
        with _lock:
            _tokens.pop(self._key, None)

    def _exchanged(self, ask: Callable[..., httpx2.Response]) -> str:
        form = {"grant_type": "client_credentials", "client_id": self._client_id, "client_secret": self._secret}
        response = ask(PATH, data=form)
        status = response.status_code
        if calls.is_unclear(status):
            raise ConnectorError(f"Shopify answered {status}.", retry_after=waiting.asked_wait(response))
        if status >= 300:
            told = f"Shopify refuses the client id and secret for this shop (status {status})."
            raise ConnectorError(told, permanent=True)
        try:
            body: Any = response.json()
            token = body["access_token"]
        except (KeyError, TypeError, ValueError) as error:
            raise ConnectorError("The answer isn't one of Shopify.") from error
        return str(token)
