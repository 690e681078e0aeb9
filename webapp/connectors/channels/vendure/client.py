"""Calls to Vendure's Admin API: logs in, keeps the token, and turns every way to fail into a ConnectorError."""

import hashlib
import threading
from functools import partial
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls

LOGIN = """mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) {
    __typename
    ... on CurrentUser { channels { code token } }
    ... on ErrorResult { errorCode message }
  }
}"""

REFUSALS = {"USER_INPUT_ERROR", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
REFUSALS |= {"ILLEGAL_OPERATION", "CHANNEL_NOT_FOUND", "ENTITY_NOT_FOUND"}
"""Codes of errors that the same call would meet again. Any other error may have struck after the shop had acted."""

STRANGE = "The answer isn't one of Vendure's Admin API."

understood = partial(calls.understood, STRANGE, permanent=False)
"""What reads an answer inside: one of another shape becomes a ConnectorError. Also decorates a function."""

_tokens: dict[str, str] = {}
_tokens_lock = threading.Lock()


class Client:
    """One account on one Vendure server. Its token is shared by all clients of the process with the same account."""

    def __init__(
        self, base_url: str, username: str, password: str, channel_token: str = "", seconds: float = http.SECONDS
    ) -> None:
        root = base_url.strip().rstrip("/").removesuffix("/admin-api")
        headers = {"vendure-token": channel_token} if channel_token else {}
        self._http = calls.client(root, headers, seconds)
        self._account = {"username": username, "password": password}
        account = "\0".join((root, username, password))
        self._key = hashlib.sha256(account.encode()).hexdigest()

    def login(self) -> None:
        """Get a fresh token; a permanent error where the credentials are refused."""
        body, token = self._post(LOGIN, self._account, None)
        result = (body.get("data") or {}).get("login") or {}
        if result.get("__typename") != "CurrentUser" or not token:
            if body.get("errors"):
                raise _failure(body["errors"])
            message = result.get("message") or "it gave no token; it must allow the bearer method"
            raise ConnectorError(f"Vendure refused the login: {message}.", permanent=True)
        with _tokens_lock:
            _tokens[self._key] = token

    def run(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return a document's data. A call that was refused for its old token is repeated once, with a new one."""
        with _tokens_lock:
            token = _tokens.get(self._key)
        if token is not None:
            body, _ = self._post(document, variables, token)
            if not _is_refused(body):
                return _data(body)
        self.login()
        body, _ = self._post(document, variables, _tokens[self._key])
        return _data(body)

    def _post(self, document: str, variables: dict[str, Any], token: str | None) -> tuple[dict[str, Any], str | None]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        options = {"json": {"query": document, "variables": variables}, "headers": headers}
        response = calls.ask("Vendure", self._http, "POST", "/admin-api", **options)
        return _body(response), response.headers.get("vendure-auth-token")


def _body(response: httpx2.Response) -> dict[str, Any]:
    """Return the GraphQL body of an answer, which a 400 has too."""
    status = response.status_code
    if calls.is_unclear(status):
        raise ConnectorError(f"Vendure answered {status}.", retry_after=http.asked_wait(response))
    if 300 <= status < 400:
        raise ConnectorError("This address sends elsewhere: give the final one.", permanent=True)
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and _is_graphql(body):
        return body
    if status >= 400:
        raise ConnectorError(f"Vendure's Admin API isn't at this address (status {status}).", permanent=True)
    raise ConnectorError(STRANGE)


def _is_graphql(body: dict[str, Any]) -> bool:
    """Tell whether a JSON answer is shaped as GraphQL's are; other servers have keys of these names too."""
    data, errors = body.get("data"), body.get("errors")
    return isinstance(data, dict | None) and isinstance(errors, list | None) and (data is not None or bool(errors))


def _is_refused(body: dict[str, Any]) -> bool:
    """Tell whether the call was refused for want of a valid token; then nothing of it was carried out."""
    return any(_code(error) in ("FORBIDDEN", "UNAUTHORIZED") for error in body.get("errors") or ())


def _data(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body's data; its errors become a ConnectorError, since a 200 can hold them too."""
    if body.get("errors") or not isinstance(body.get("data"), dict):
        raise _failure(body.get("errors") or [])
    data: dict[str, Any] = body["data"]
    return data


def _failure(errors: list[Any]) -> ConnectorError:
    codes = {_code(error) for error in errors}
    message = "; ".join(str(error.get("message", "")) for error in errors if isinstance(error, dict))[:500]
    if codes & {"FORBIDDEN", "UNAUTHORIZED"}:
        return ConnectorError("The Vendure account lacks the permissions to read and ship orders.", permanent=True)
    return ConnectorError(f"Vendure reported an error: {message}", permanent=bool(codes) and codes <= REFUSALS)


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""
