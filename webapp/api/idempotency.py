"""POST once: a request that carries an Idempotency-Key takes effect one time, however often it is sent."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import orjson
import peewee as pw
from flask import Response, g, make_response, request

from webapp.db import now, transaction
from webapp.domain.errors import Conflict, Invalid
from webapp.models import IdempotentRequest
from webapp.models.prepared import prepared, slot

LONGEST = 255

KEY = re.compile(r"[!-~]([ -~]*[!-~])?")
"""Printable ASCII without blanks at its ends, as it arrives alike whatever carries it (RFC 9110, 5.5)."""

KEPT = ("ETag", "Location")
"""Headers that are stored with the answer."""


class Reused(Invalid):
    """The key was used for another request."""

    def __init__(self) -> None:
        super().__init__(
            {
                "Idempotency-Key": [
                    "This key was used for another request, or before the API key's rights were changed. "
                    "Take a new one for a new request."
                ]
            }
        )
        self.code = "idempotency_key_reused"


def once(view: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap a POST view: effect and stored answer commit together, so that no crash falls between them.

    Whoever is cut off repeats the request: killed before the commit, it has had no effect and takes it now; killed
    behind it, the stored answer comes. So a view keeps all of its effect in this transaction, and what follows it
    (`products.create`) is safe to repeat with the answer.

    A second request under the same key waits for the first one's commit and gets its answer. What failed isn't
    stored: the same key can then be used again. An answer is given again only to the rights that it was made for,
    so that a key that was narrowed since learns nothing from it.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(*args, **kwargs)
        if len(key) > LONGEST or not KEY.fullmatch(key):
            raise Invalid({"Idempotency-Key": [f"Send 1 to {LONGEST} printable characters of ASCII."]})
        digest = _digest()
        with transaction():
            held = _begin(key, digest)
            if held is not None:
                return _replay(held, digest)
            response = view(*args, **kwargs)
            headers = {name: response.headers[name] for name in KEPT if name in response.headers}
            _kept().change(
                status_code=response.status_code,
                body=response.get_data(as_text=True),
                headers=IdempotentRequest.headers.db_value(headers),
                **_mine(key),
            )
        return response

    return guarded


def _digest() -> str:
    """Digest all that decides on effect and answer: address, query, body and how it is read, and the key's rights."""
    viewer = g.viewer
    rights = (viewer.orders, viewer.products, viewer.shipping, viewer.hides_customer, viewer.hides_prices)
    address = (request.method, request.path, request.query_string.decode("latin-1"), request.mimetype)
    return hashlib.sha256(orjson.dumps([*address, *map(int, rights)]) + request.get_data()).hexdigest()


def _begin(key: str, digest: str) -> IdempotentRequest | None:
    """Claim the key; return the row that holds it already, else None."""
    moment = IdempotentRequest.created_at.db_value(now())
    try:
        with transaction():
            _claimed().change(digest=digest, moment=moment, **_mine(key))
    except pw.IntegrityError:
        (held,) = _held().models(IdempotentRequest, **_mine(key))
        return cast(IdempotentRequest, held)
    return None


def _mine(key: str) -> dict[str, Any]:
    return {"store": g.viewer.store_id, "api_key": g.api_key.id, "key": key}


_THIS = (
    (IdempotentRequest.store == slot("store"))
    & (IdempotentRequest.api_key == slot("api_key"))
    & (IdempotentRequest.key == slot("key"))
)


@prepared
def _claimed() -> pw.Query:
    mine = {name: slot(name) for name in ("store", "api_key", "key", "digest")}
    return IdempotentRequest.insert(**mine, created_at=slot("moment"))


@prepared
def _held() -> pw.Query:
    return IdempotentRequest.select().where(_THIS)


@prepared
def _kept() -> pw.Query:
    return IdempotentRequest.update(**{name: slot(name) for name in ("status_code", "body", "headers")}).where(_THIS)


def _replay(held: IdempotentRequest, digest: str) -> Response:
    if held.digest != digest:
        raise Reused
    if held.status_code is None:
        raise Conflict("still_running", "The first request with this key is still running. Ask again in a moment.")
    response = make_response(held.body, held.status_code)
    response.headers.update(held.headers)
    response.headers["Content-Type"] = "application/json"
    response.headers["Idempotent-Replayed"] = "true"
    return response
