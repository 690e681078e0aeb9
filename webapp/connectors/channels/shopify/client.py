"""Calls to Shopify's Admin GraphQL API, with every way they can fail turned into a ConnectorError."""

from contextlib import AbstractContextManager
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls
from webapp.connectors.channels.shopify import address, waiting
from webapp.connectors.channels.shopify.tokens import Tokens

REFUSALS = {"ACCESS_DENIED", "MAX_COST_EXCEEDED", "SHOP_INACTIVE", "BAD_REQUEST", "INVALID_VARIABLE"}
REFUSALS |= {"undefinedField", "undefinedType", "argumentNotAccepted", "argumentLiteralsIncompatible"}
REFUSALS |= {"missingRequiredArguments", "missingRequiredInputObjectAttribute", "variableMismatch"}
"""Codes of errors that the same call would meet again. Any other error may have struck after the shop had acted."""

PERSONAL = {"customer", "email", "phone", "shippingAddress", "billingAddress", "firstName", "lastName", "note"}
"""What Shopify leaves out, with an error beside it, where the app may not see the buyer's data."""

WORDS = {
    401: "Shopify refuses the access token: the app may have been removed from the shop.",
    402: "The shop is frozen until its owner has paid Shopify.",
    403: "Shopify refuses this app.",
    404: "There is no such shop or API version at this address.",
    423: "The shop is locked: its owner has to ask Shopify.",
}
STRANGE = "The answer isn't one of Shopify's Admin API."


class RefusedError(ConnectorError):
    """A mutation's `userErrors`: nothing was done, and the same call would be refused again."""


class Client:
    """One app in one shop. Silence, a 5xx, a 429 or a foreign page mean: unknown, look before repeating."""

    def __init__(
        self, base_url: str, secret: str, client_id: str = "", version: str = "", seconds: float = http.SECONDS
    ) -> None:
        self.version = address.version(version)
        self.served = ""
        """The API version by which the last call was answered: Shopify takes the next one for one that has ended."""
        self._http = calls.client(address.root(base_url), seconds=seconds)
        self._tokens = Tokens(address.root(base_url), client_id.strip(), secret.strip())

    def run(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return a document's data; its errors become a ConnectorError, since they come with status 200.

        A call that was refused for its old token is repeated once, with a new one.
        """
        response = self._post(document, variables)
        if response.status_code == 401 and self._tokens.renewable:
            self._tokens.forget()
            response = self._post(document, variables)
        self.served = response.headers.get("X-Shopify-API-Version", "")
        body = _body(response)
        errors = [error for error in body.get("errors") or [] if not _is_masked(error)]
        if errors or not isinstance(body.get("data"), dict):
            raise _failure(errors, body)
        data: dict[str, Any] = body["data"]
        return data

    def result(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return what a mutation made, which each document calls `result`; raise RefusedError where Shopify said no."""
        data = self.run(document, **variables)
        with understood():
            result: dict[str, Any] = data["result"]
            told = "; ".join(str(error["message"]) for error in result["userErrors"])
        if told:
            raise RefusedError(f"Shopify refused: {told[:500]}", permanent=True)
        return result

    def _post(self, document: str, variables: dict[str, Any]) -> httpx2.Response:
        path = f"/admin/api/{self.version}/graphql.json"
        headers = {"X-Shopify-Access-Token": self._tokens.token(self._ask)}
        return self._ask(path, json={"query": document, "variables": variables}, headers=headers)

    def _ask(self, path: str, **options: Any) -> httpx2.Response:
        return calls.ask("Shopify", self._http, "POST", path, **options)


def _body(response: httpx2.Response) -> dict[str, Any]:
    status = response.status_code
    if calls.is_unclear(status) or status == 430:
        raise ConnectorError(f"Shopify answered {status}.", retry_after=waiting.asked_wait(response))
    if 300 <= status < 400:
        raise ConnectorError("This address sends elsewhere: give the one that ends in .myshopify.com.", permanent=True)
    if status >= 400:
        raise ConnectorError(WORDS.get(status, f"Shopify refuses the call (status {status})."), permanent=True)
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("errors"), list | None):
        raise ConnectorError(STRANGE)
    return body


def _is_masked(error: Any) -> bool:
    """Tell whether an error only says that a buyer's data is hidden from the app; the rest of the answer is good."""
    path = error.get("path") if isinstance(error, dict) else None
    return _code(error) == "ACCESS_DENIED" and isinstance(path, list) and bool(path) and str(path[-1]) in PERSONAL


def _failure(errors: list[Any], body: dict[str, Any]) -> ConnectorError:
    codes = {_code(error) for error in errors}
    if "THROTTLED" in codes:
        return ConnectorError("Shopify asks for fewer calls.", retry_after=waiting.restored_after(body))
    message = "; ".join(str(error.get("message", "")) for error in errors if isinstance(error, dict))[:500]
    if not message:
        return ConnectorError(STRANGE)
    return ConnectorError(f"Shopify reported an error: {message}", permanent=codes <= REFUSALS)


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""


def understood() -> AbstractContextManager[None]:
    """Read an answer inside; one of another shape than Shopify's becomes a ConnectorError."""
    return calls.understood(STRANGE, permanent=True)
