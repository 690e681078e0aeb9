"""Calls to a PrestaShop webservice, with every way they can fail turned into a ConnectorError."""

import base64
import datetime as dt
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls
from webapp.connectors.channels.prestashop import xml

STRANGE = "The answer isn't one of a PrestaShop webservice."
OFF = "22"
"""The code of the error that says that the webservice is switched off in the shop."""

NOT_ALLOWED = ("25", "26")
"""The codes of errors that say that the key lacks a permission, for a verb and for a resource."""

Row = dict[str, Any]


class NotAllowedError(ConnectorError):
    """The key may not do this."""


class Client:
    """One key of one shop. Reads ask for JSON, which every version since 1.6 gives; writes are XML, as they must be."""

    def __init__(self, base_url: str, key: str, shop_id: str = "", seconds: float = http.SECONDS) -> None:
        root = base_url.strip().rstrip("/").removesuffix("/api")
        login = base64.b64encode(f"{key}:".encode()).decode()
        self._http = calls.client(root, {"Authorization": f"Basic {login}"}, seconds)
        self.ahead = dt.timedelta()
        """How far the shop's clock was ahead of ours at its last answer, to some seconds."""
        self._always = {"id_shop": shop_id} if shop_id else {}

    def rows(self, resource: str, filters: dict[str, str], **query: str) -> list[Row]:
        """Return the rows of a resource that all filters match, each filter in PrestaShop's own notation."""
        asked = {"output_format": "JSON", "display": "full", **query}
        asked |= {f"filter[{field}]": wanted for field, wanted in filters.items()}
        body = _json(self._answer("GET", f"/api/{resource}", params=asked))
        with understood():
            if resource not in body and len(body) == 1:  # One row, under the row's own name.
                return as_rows(next(iter(body.values())))
            return as_rows(body[resource]) if body else []

    def write(self, verb: str, path: str, document: bytes, **query: str) -> None:
        """PUT or POST an XML document. An answer that is no webservice's means: unknown."""
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        asked = {"output_format": "JSON", **query}
        response = self._answer(verb, f"/api/{path}", params=asked, content=document, headers=headers)
        if not response.content.lstrip().startswith(b"<?xml"):
            _json(response)

    def shop(self) -> tuple[str, str, dict[str, set[str]]]:
        """Return the shop's name, its version where it tells it, and the verbs that the key has on each resource."""
        response = self._answer("GET", "/api/")
        try:
            (api,) = xml.parsed(response.content)
        except ValueError as error:
            raise ConnectorError(STRANGE, permanent=True) from error
        verbs = ("get", "put", "post")
        allowed = {each.tag: {verb for verb in verbs if each.get(verb) == "true"} for each in api}
        return api.get("shopName") or api.get("shop_name") or "", response.headers.get("PSWS-Version", ""), allowed

    def _answer(self, verb: str, path: str, params: dict[str, str] | None = None, **options: Any) -> httpx2.Response:
        query = {**(params or {}), **self._always}
        response = calls.ask("The shop", self._http, verb, path, params=query, **options)
        self.ahead = _ahead(response)
        if not 200 <= response.status_code < 300:
            raise _failure(response)
        return response


def understood() -> AbstractContextManager[None]:
    """Read an answer inside; one of another shape than PrestaShop's becomes a ConnectorError."""
    return calls.understood(STRANGE, permanent=False)


def as_rows(value: Any) -> list[Row]:
    """Return rows as a list, whatever a shop's version makes of none, of one and of many."""
    if not value:
        return []
    if isinstance(value, dict):
        if all(str(key).isdigit() for key in value):  # A PHP list with a gap.
            return as_rows(list(value.values()))
        if len(value) == 1 and "id" not in value:  # One more wrapper, named like the row.
            return as_rows(next(iter(value.values())))
        return [value]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError("these are no rows")
    return value


def text(value: Any) -> str:
    """Return a field as text; of one in several languages, the first that isn't empty."""
    if isinstance(value, dict):
        return text(value.get("value", value.get("language")))
    if isinstance(value, list):
        return next(filter(None, map(text, value)), "")
    return "" if value is None or value is False else str(value).strip()


def _ahead(response: httpx2.Response) -> dt.timedelta:
    """Return how far the clock behind an answer is ahead of ours; nothing where it doesn't tell, or is days off."""
    stamp = response.headers.get("Access-Time", "")  # PrestaShop's own, in seconds since 1970.
    try:
        written = response.headers.get("Date", "")
        shown = dt.datetime.fromtimestamp(int(stamp), dt.UTC) if stamp else parsedate_to_datetime(written)
        off = shown - dt.datetime.now(dt.UTC)
    except (OverflowError, OSError, TypeError, ValueError):
        return dt.timedelta()
    return off if abs(off) < dt.timedelta(days=1) else dt.timedelta()


def _json(response: httpx2.Response) -> Row:
    """Return the answer as an object; no rows at all come as an empty list."""
    try:
        body = response.json()
    except ValueError as error:
        raise ConnectorError(STRANGE) from error
    if not isinstance(body, dict) and body != []:
        raise ConnectorError(STRANGE)
    if isinstance(body, dict) and body.get("errors"):
        raise ConnectorError(f"The shop answered with an error: {_told(response)[1]}")
    return body or {}


def _failure(response: httpx2.Response) -> ConnectorError:
    status, (code, message) = response.status_code, _told(response)
    if status == 429:
        return ConnectorError("The shop wants fewer calls.", retry_after=http.asked_wait(response))
    if calls.is_unclear(status):
        told = (
            "The webservice is switched off in the shop." if code == OFF else f"The shop answered {status}. {message}"
        )
        return ConnectorError(told.strip(), retry_after=http.asked_wait(response))
    if status < 400:
        return ConnectorError("This address sends elsewhere: give the final one.", permanent=True)
    if code in NOT_ALLOWED:
        return NotAllowedError(f"The key lacks a permission. The shop says: {message}", permanent=True)
    if status in (401, 403):
        return ConnectorError(f"The shop refuses the key. {message}".strip(), permanent=True)
    if status == 404 and not message:
        return ConnectorError("The shop has no webservice at this address, or not this entry.", permanent=True)
    return ConnectorError(f"The shop refused: {message or f'status {status}'}", permanent=True)


def _told(response: httpx2.Response) -> tuple[str, str]:
    """Return code and message of the first error in an answer, in JSON or in XML; empty where there is none."""
    try:
        if response.content.lstrip().startswith(b"<"):
            error = xml.parsed(response.content).find("errors/error")
            found = (error.findtext("code") or "", error.findtext("message") or "") if error is not None else ("", "")
        else:
            first = as_rows(response.json()["errors"])[0]
            found = (text(first.get("code")), text(first.get("message")))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return "", ""
    return found[0].strip(), found[1].strip()[:300]
