"""Calls to Medusa's Admin API, with every way they can fail turned into a ConnectorError."""

import base64
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls

Row = dict[str, Any]
Query = Mapping[str, str | list[str]]

STRANGE = "The answer isn't one of Medusa's Admin API."
NOT_HERE = (
    "Medusa's Admin API isn't at this address. Give the address at which the server runs, without /app or /admin."
)


class RefusedError(ConnectorError):
    """Medusa said no: nothing was done, and the same call would be refused again."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message, permanent=True)
        self.status = status


class Client:
    """One secret key of one server. Silence, a 5xx, a 409 or a 429 mean: unknown, look before repeating."""

    def __init__(self, base_url: str, key: str, seconds: float = http.SECONDS) -> None:
        root = base_url.strip().rstrip("/")
        for ending in ("/admin", "/app"):
            root = root.removesuffix(ending).rstrip("/")
        proof = base64.b64encode(f"{key.strip()}:".encode()).decode()
        self._http = calls.client(root, {"Authorization": f"Basic {proof}"}, seconds)

    def get(self, path: str, query: Query | None = None) -> Row:
        """Return the answer to a GET below `/admin`. Its fractions are Decimal, never float."""
        return self._send("GET", path, params=dict(query or {}))

    def post(self, path: str, body: Row) -> None:
        """Make a POST below `/admin`; raise RefusedError where the shop said no.

        Medusa refuses keys that it doesn't know. What it answers is left alone: who wants to know looks.
        """
        self._send("POST", path, json=body, params={"fields": "id"})

    def order(self, external_id: str, fields: str) -> Row:
        """Return an order with these fields; a permanent error where the shop has none of that id."""
        with understood():
            found: Row = self.get(order_path(external_id), {"fields": fields})["order"]
            return found

    def _send(self, verb: str, path: str, **options: Any) -> Row:
        return _body(calls.ask("The shop", self._http, verb, f"/admin/{path}", **options))


def order_path(external_id: str, *more: str) -> str:
    """Return the path of an order, or of what belongs to it; no id can lead to another place."""
    if not (external_id.isascii() and external_id.replace("_", "").isalnum()):
        raise ConnectorError("The shop has no such order.", permanent=True)
    return "/".join(("orders", external_id, *(quote(part, safe="") for part in more)))


def _body(response: httpx2.Response) -> Row:
    """Return an answer's JSON object; raise RefusedError where the shop said no, else a ConnectorError."""
    status = response.status_code
    if calls.is_unclear(status) or status == 409:  # By 409 Medusa tells of a clash with another call.
        raise ConnectorError(f"The shop answered {status}.", retry_after=http.asked_wait(response))
    if 300 <= status < 400:
        raise ConnectorError("This address sends elsewhere: give the final one.", permanent=True)
    try:
        body = json.loads(response.content, parse_float=Decimal)
    except ValueError:
        body = None
    if status < 300:
        if isinstance(body, dict):
            return body
        raise ConnectorError(STRANGE)  # Something between shows a page: the shop may have acted.
    raise _refused(status, body if isinstance(body, dict) else None)


def _refused(status: int, body: Row | None) -> ConnectorError:
    if body is None:
        foreign = f"Something before the shop refuses the call (status {status})."
        return ConnectorError(NOT_HERE if status == 404 else foreign, permanent=True)
    if status == 401:
        told = "The shop refuses the key. It must be a secret API key (sk_…) that hasn't been revoked."
        return RefusedError(told, status)
    message = str(body.get("message") or f"status {status}")[:300]
    if status == 403:
        return RefusedError(f"The key may not do this: {message}", status)
    if status == 404 and message.startswith("Order id not found"):
        return RefusedError("The shop has no such order.", status)
    return RefusedError(f"The shop refused: {message}", status)


def understood() -> AbstractContextManager[None]:
    """Read an answer inside; one of another shape than Medusa's becomes a ConnectorError."""
    return calls.understood(STRANGE, permanent=True)
