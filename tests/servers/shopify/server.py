"""A Shopify shop on 127.0.0.1: its rules are ours, its types are those of the real schema, so wrong names are refused.

It has the traps of the real one: errors in answers of status 200, a price for each query, cursors, hidden buyers,
tokens that end, versions that end, locations that can't share a call.
"""

import json
import secrets
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from graphql import DocumentNode, GraphQLError, execute_sync, parse, validate

from tests.servers.local import LocalServer
from tests.servers.shopify.cost import MOST, Costs
from tests.servers.shopify.schema import VERSIONS, schema
from tests.servers.shopify.shop import Shop

CLIENT = {"client_id": "crossdock-app", "client_secret": "shpss_right"}
TOKEN = "shpat_right"


@cache
def checked(version: str, source: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """Return a document and what is wrong with it."""
    try:
        document = parse(source)
    except GraphQLError as error:
        return None, [error]
    return document, validate(schema(version), document)


class ShopifyShop:
    """The server. `shop` is what it holds."""

    def __init__(self, version: str = "2026-10") -> None:
        self.version = version
        self.shop = Shop()
        self.tokens = {TOKEN}
        self.points, self.restore_rate = 10_000.0, 100.0
        """What may be asked for before the next call is throttled; they don't come back by themselves."""
        self._meanwhile: list[tuple[str, Callable[[], None]]] = []
        self._server = LocalServer(self.handle, ("POST",))
        self.url = self._server.url

    def stop(self) -> None:
        self._server.stop()

    def log_everybody_out(self) -> None:
        """End all tokens that a secret was exchanged for."""
        self.tokens = {TOKEN}

    def meanwhile(self, word: str, act: Callable[[], None]) -> None:
        """Do something when the next call comes whose body holds the word, before it is carried out."""
        self._meanwhile.append((word, act))

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        body = call.rfile.read(int(call.headers.get("Content-Length") or 0)).decode()
        for one in [one for one in self._meanwhile if one[0] in body]:
            self._meanwhile.remove(one)
            one[1]()
        status, told = self._route(call, body)
        content = json.dumps(told).encode()
        call.send_response_only(status)
        call.send_header("Content-Type", "application/json; charset=utf-8")
        call.send_header("Date", call.date_time_string())
        call.send_header("X-Shopify-API-Version", self.version)
        call.send_header("Content-Length", str(len(content)))
        call.end_headers()
        call.wfile.write(content)

    def _route(self, call: BaseHTTPRequestHandler, body: str) -> tuple[int, Any]:
        if call.path == "/admin/oauth/access_token":
            return self._exchange({name: values[0] for name, values in parse_qs(body).items()})
        if not call.path.startswith("/admin/api/20") or not call.path.endswith("/graphql.json"):
            return 404, {"errors": "Not Found"}
        if call.path[11:18] > VERSIONS[-1]:  # An older one than all is answered by one that is kept.
            return 404, {"errors": "Not Found"}
        if call.headers.get("X-Shopify-Access-Token") not in self.tokens:
            return 401, {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
        sent = json.loads(body)
        return 200, self._answer(sent["query"], sent.get("variables") or {})

    def _exchange(self, form: dict[str, str]) -> tuple[int, Any]:
        if form != {"grant_type": "client_credentials", **CLIENT}:
            return 400, {"error": "invalid_client"}
        token = f"shpat_{secrets.token_hex(8)}"
        self.tokens.add(token)
        return 200, {"access_token": token, "scope": ",".join(sorted(self.shop.scopes)), "expires_in": 86399}

    def _answer(self, source: str, variables: dict[str, Any]) -> dict[str, Any]:
        document, wrong = checked(self.version, source)
        if wrong or document is None:
            return {"errors": [{"message": error.message, "extensions": {"code": "undefinedField"}} for error in wrong]}
        cost = Costs(schema(self.version), document, variables).total
        if cost > MOST:
            told = f"Query cost is {cost}, which exceeds the single query max cost limit ({MOST})."
            return {"errors": [{"message": told, "extensions": {"code": "MAX_COST_EXCEEDED", "cost": cost}}]}
        status = {"maximumAvailable": 2000.0, "currentlyAvailable": self.points, "restoreRate": self.restore_rate}
        extensions = {"cost": {"requestedQueryCost": cost, "actualQueryCost": None, "throttleStatus": status}}
        if cost > self.points:
            return {
                "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
                "extensions": extensions,
            }
        with self.shop.lock:
            done = execute_sync(schema(self.version), document, root_value=self.shop.query(), variable_values=variables)
        told = {"data": done.data, "extensions": extensions}
        return told | ({"errors": [_worded(error) for error in done.errors]} if done.errors else {})


def _worded(error: GraphQLError) -> dict[str, Any]:
    """Return an error as Shopify does; one of variables has a code of its own."""
    if error.path is None:
        return {"message": error.message, "extensions": {"code": "INVALID_VARIABLE"}}
    code = (error.extensions or {}).get("code", "INTERNAL_SERVER_ERROR")
    return {"message": error.message, "path": list(error.path), "extensions": {"code": code}}
