"""Failures as problem documents (RFC 9457), with the members that Poleepo's clients read beside them."""

import secrets
import time
from math import ceil
from typing import Any

from flask import Response, make_response
from werkzeug.exceptions import HTTPException

from webapp.domain.errors import Invalid, Refusal
from webapp.extensions import limiter

CODES = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}

SAID = {
    400: "The body isn't valid JSON.",
    404: "There is nothing at this address.",
    405: "This address doesn't know that method.",
    413: "The body is too large.",
    415: "Send application/json.",
    429: "Too many requests. Wait as long as Retry-After says.",
}


MEMBERS = {"type", "title", "status", "detail", "success", "message", "code", "errors", "request_id"}
"""What a problem document always has; no fact of a refusal may take the place of one."""


def problem(status: int, code: str, message: str, errors: list[dict[str, str]] | None = None, **extra: Any) -> Response:
    """Return one problem document; `retry_after` among the extra members is a header as well."""
    body = {
        "type": f"urn:crossdock:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": message,
        "success": False,
        "message": message,
        "code": code,
        "errors": errors or [],
        "request_id": secrets.token_hex(8),
        **extra,
    }
    response = make_response(body, status)
    response.headers["Content-Type"] = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = f'Bearer error="{extra.get("error", "invalid_token")}"'
    if "retry_after" in extra:
        response.headers["Retry-After"] = str(extra["retry_after"])
    return response


def refusal(error: Refusal) -> Response:
    """Return the problem for what an action or the door refused."""
    errors = []
    if isinstance(error, Invalid):
        errors = [{"field": name, "message": text} for name, texts in error.errors.items() for text in texts]
    facts = {name: _plain(value) for name, value in error.extra.items() if name not in MEMBERS}
    return problem(error.status, error.code, error.message, errors, **facts)


def http_error(error: HTTPException) -> Response:
    """Return the problem for what Flask itself refused."""
    status = error.code or 500
    wait: dict[str, Any] = {"retry_after": _seconds_to_wait()} if status == 429 else {}
    response = problem(status, CODES.get(status, "refused"), SAID.get(status, error.description or "Refused."), **wait)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def crash() -> Response:
    """Return the problem for a fault of ours; the log holds the cause, the answer doesn't."""
    return problem(500, "internal", "Something broke on our side; nothing was stored half-way. Try again later.")


def _plain(value: Any) -> Any:
    """Return a fact as JSON can hold it: its names are texts, also where they are ids."""
    return {str(name): inner for name, inner in value.items()} if isinstance(value, dict) else value


def _seconds_to_wait() -> int:
    """Return when the limit that was just passed begins anew."""
    passed = limiter.current_limit
    return 60 if passed is None else max(1, ceil(passed.reset_at - time.time()))
