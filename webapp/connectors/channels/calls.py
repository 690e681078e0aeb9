"""What all clients of shops share: whatever keeps a call from an answer that can be read becomes a ConnectorError."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError


def client(base_url: str, headers: Mapping[str, str] | None = None, seconds: float = http.SECONDS) -> httpx2.Client:
    """Return a client for a shop; a permanent error for an address that may not be called."""
    try:
        return http.client(base_url, headers, seconds)
    except http.BlockedError as error:
        raise ConnectorError(str(error), permanent=True) from error


def ask(shop: str, client: httpx2.Client, verb: str, path: str, **options: Any) -> httpx2.Response:
    """Make one call and return its whole answer, whatever its status; `shop` is what an error calls it.

    An address that may not be called is a permanent error; no whole answer isn't, and says whether the shop may have
    acted.
    """
    try:
        return http.ask(client, verb, path, **options)
    except http.BlockedError as error:
        raise ConnectorError(str(error), permanent=True) from error
    except http.NoAnswerError as error:
        if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            raise ConnectorError("Nothing answers at this address.") from error
        raise ConnectorError(f"{shop} gave no whole answer, so it may have acted or not. {error}") from error


def is_unclear(status: int) -> bool:
    """Tell whether an answer leaves open what the shop did, or whether it would do it later: a repeat can help."""
    return status in (408, 425, 429) or status >= 500


@contextmanager
def understood(strange: str, *, permanent: bool) -> Iterator[None]:
    """Read an answer inside; one of another shape than was expected is told as `strange`."""
    try:
        yield
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ConnectorError(strange, permanent=permanent) from error
