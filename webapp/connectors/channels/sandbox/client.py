"""Calls to the sandbox shop, with every way they can fail turned into a ConnectorError."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls

STRANGE = "The answer isn't that of a sandbox shop."
REASONS = {401: "The shop refuses the key.", 403: "The shop refuses the key."}


class Client:
    """Speaks the shop's JSON. A refusal is permanent; silence, a 5xx or a 429 means: unknown, try again later."""

    def __init__(self, base_url: str, key: str, seconds: float = http.SECONDS) -> None:
        self._http = calls.client(base_url.rstrip("/"), {"Authorization": f"Bearer {key}"}, seconds)

    def get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """Return the answer to a GET."""
        return self._answer("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a POST."""
        return self._answer("POST", path, json=body)

    def _answer(self, verb: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            response = http.ask(self._http, verb, path, **options)
        except http.BlockedError as error:
            raise ConnectorError(str(error), permanent=True) from error
        except http.NoAnswerError as error:
            raise ConnectorError(f"The shop gave no answer ({type(error.__cause__).__name__}).") from error
        if response.status_code == 429:
            raise ConnectorError("The shop wants fewer calls.", retry_after=http.asked_wait(response))
        if response.status_code >= 500:
            told = f"The shop answered {response.status_code}."
            raise ConnectorError(told, retry_after=http.asked_wait(response))
        if response.status_code == 404:
            told = "The shop has no such order." if path.startswith("/api/orders/") else STRANGE
            raise ConnectorError(told, permanent=True)
        body = _json(response, permanent=path == "/api/shop")
        if response.status_code >= 400:
            told = str(body.get("error", f"status {response.status_code}"))[:200]
            raise ConnectorError(REASONS.get(response.status_code) or f"The shop refused: {told}", permanent=True)
        return body


@contextmanager
def understood() -> Iterator[None]:
    """Read an answer; one of another shape than the shop's becomes a ConnectorError."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ConnectorError(STRANGE, permanent=True) from error


def _json(response: httpx2.Response, permanent: bool) -> dict[str, Any]:
    """Return the answer's object. Something between may have put its own page there: the shop may have acted or not."""
    try:
        body = response.json()
    except ValueError as error:
        raise ConnectorError(STRANGE, permanent) from error
    if not isinstance(body, dict):
        raise ConnectorError(STRANGE, permanent)
    return body
