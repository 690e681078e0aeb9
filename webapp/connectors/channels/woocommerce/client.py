"""Calls to WooCommerce's REST API, with every way they can fail turned into a ConnectorError."""

import threading
from collections.abc import Mapping
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls
from webapp.connectors.channels.woocommerce import signing
from webapp.connectors.channels.woocommerce.answers import RefusedError, body_of, listed, understood

_homes: dict[str, str] = {}
_homes_lock = threading.Lock()


class Client:
    """One key of one shop. Silence, a 5xx, a 429 or a foreign page mean: unknown, look before repeating."""

    def __init__(self, base_url: str, key: str, secret: str, seconds: float = http.SECONDS) -> None:
        self._root = base_url.strip().rstrip("/").removesuffix("/wp-json").rstrip("/")
        self._key, self._secret = key.strip(), secret.strip()
        self._http = calls.client(self._root, seconds=seconds)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """Return the answer to a GET."""
        return self.call("GET", path, query)[0]

    def rows(self, path: str, query: Mapping[str, str] | None = None) -> list[Any]:
        """Return the answer to a GET that is a list; what isn't one must not pass for an empty one."""
        return listed(self.get(path, query))

    def rows_where_known(self, path: str) -> list[Any] | None:
        """Return the same, or None where the shop knows no such address: it lacks the feature or the extension."""
        try:
            return self.rows(path)
        except RefusedError as refusal:
            if refusal.is_no_route:
                return None
            raise

    def order(self, external_id: str, fields: str) -> dict[str, Any]:
        """Return these fields of an order."""
        if not (external_id.isascii() and external_id.isdigit()):
            raise ConnectorError("The shop has no such order.", permanent=True)
        order: dict[str, Any] = self.get(f"/wc/v3/orders/{external_id}", {"_fields": fields})
        return order

    def call(
        self, verb: str, path: str, query: Mapping[str, str] | None = None, body: dict[str, Any] | None = None
    ) -> tuple[Any, Mapping[str, str]]:
        """Return the answer to a call below `/wp-json`, and its headers. Raise RefusedError where the shop said no."""
        query = dict(query or {})
        if self._root.startswith("https:"):
            proof = {"Authorization": signing.basic(self._key, self._secret)}
            return self._send(verb, path, query, body, proof)
        home = self._home()
        try:
            return self._send(verb, path, self._signed(home, verb, path, query), body)
        except RefusedError as refusal:
            if refusal.status != 401:
                raise
            self.forget()
            if home == (home := self._home()):
                raise
            return self._send(verb, path, self._signed(home, verb, path, query), body)

    def _signed(self, home: str, verb: str, path: str, query: dict[str, str]) -> dict[str, str]:
        return signing.oauth(self._key, self._secret, verb, f"{home}/wp-json{path}", query)

    def _send(
        self,
        verb: str,
        path: str,
        query: dict[str, str],
        body: dict[str, Any] | None,
        headers: dict[str, str] | None = None,
    ) -> tuple[Any, Mapping[str, str]]:
        options: dict[str, Any] = {"params": query, "headers": headers or {}}
        if body is not None:
            options["json"] = body
        response = self._ask(verb, f"/wp-json{path}", **options)
        return body_of(response), response.headers

    def forget(self) -> None:
        """Ask the shop again what it takes for its own address."""
        with _homes_lock:
            _homes.pop(self._root, None)

    def _home(self) -> str:
        """Return what the shop takes for its own address, which signatures hold; it may be reached by another one."""
        with _homes_lock:
            home = _homes.get(self._root)
        if home is None:
            try:
                index = body_of(self._ask("GET", "/wp-json/", params={"_fields": "home"}))
            except RefusedError:  # Some shops hide their index.
                index = {}
            with understood():
                home = str(index.get("home") or self._root).rstrip("/")
            with _homes_lock:
                _homes[self._root] = home
        return home

    def _ask(self, verb: str, path: str, **options: Any) -> httpx2.Response:
        return calls.ask("The shop", self._http, verb, path, **options)
