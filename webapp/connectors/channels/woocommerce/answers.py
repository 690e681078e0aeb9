"""What WooCommerce answered: its JSON, or which of its ways to say no."""

from contextlib import AbstractContextManager
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls

STRANGE = "The answer isn't one of WooCommerce's REST API."
NOT_HERE = (
    "WooCommerce's REST API isn't at this address. Give the shop's own address; "
    "its permalinks (Settings → Permalinks) mustn't be “Plain”."
)


class RefusedError(ConnectorError):
    """WooCommerce said no, by one of its codes: nothing was done, and the same call would be refused again."""

    def __init__(self, message: str, status: int, code: str) -> None:
        super().__init__(message, permanent=True)
        self.status = status
        self.code = code

    @property
    def is_no_route(self) -> bool:
        """Tell whether the shop doesn't know such calls at all, since a feature or an extension is missing."""
        return self.code == "rest_no_route"


def body_of(response: httpx2.Response) -> Any:
    """Return an answer's JSON; raise RefusedError where the shop said no, else a ConnectorError."""
    status = response.status_code
    if calls.is_unclear(status):
        raise ConnectorError(f"The shop answered {status}.", retry_after=http.asked_wait(response))
    if 300 <= status < 400:
        raise ConnectorError("This address sends elsewhere: give the final one.", permanent=True)
    try:
        body = response.json()
    except ValueError as error:
        if status < 300:
            raise ConnectorError(STRANGE) from error  # Something between shows a page: the shop may have acted.
        foreign = f"Something before the shop refuses the call (status {status})."
        raise ConnectorError(NOT_HERE if status == 404 else foreign, permanent=True) from error
    if status < 300:
        return body
    told = body if isinstance(body, dict) else {}
    raise _refused(status, str(told.get("code", "")), str(told.get("message", ""))[:300])


def _refused(status: int, code: str, message: str) -> RefusedError:
    if code.endswith("_invalid_id") and status == 404:
        return RefusedError("The shop has no such order.", status, code)
    if status in (401, 403):
        return RefusedError(f"The shop refuses the key: {message or 'no reason given'}", status, code)
    return RefusedError(f"The shop refused: {message or f'status {status}'}", status, code)


def listed(body: Any) -> list[Any]:
    """Return an answer that must be a list."""
    if not isinstance(body, list):
        raise ConnectorError(STRANGE)
    return body


def understood() -> AbstractContextManager[None]:
    """Read an answer inside; one of another shape than WooCommerce's becomes a ConnectorError."""
    return calls.understood(STRANGE, permanent=True)
