"""Errors as calm pages: what happened, what it means, what to do now."""

from typing import Any

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from webapp.db import is_collision
from webapp.domain.errors import Collision, Refusal
from webapp.web import access, hypermedia, nonces
from webapp.web.sayings import said

log = structlog.get_logger()

TITLES = {
    400: lazy_gettext("That request can't be read"),
    401: lazy_gettext("You are logged out"),
    403: lazy_gettext("This isn't open to you"),
    404: lazy_gettext("There is nothing here"),
    405: lazy_gettext("This address wants another kind of request"),
    409: lazy_gettext("That isn't possible now"),
    413: lazy_gettext("That is too much at once"),
    422: lazy_gettext("Some of this can't be taken"),
    429: lazy_gettext("Too many tries"),
    500: lazy_gettext("Something broke on our side"),
    503: lazy_gettext("Somebody was a moment quicker"),
}

ADVICE = {
    401: lazy_gettext(
        "Nothing was saved. First log in again in another tab, then go back from here: most browsers still hold "
        "what you typed, and you can send it."
    ),
    404: lazy_gettext("The address may be mistyped, or what it showed is gone or belongs to another store."),
    405: lazy_gettext(
        "It takes what a form sends, and can't be opened by itself. Go back, or begin at the start page."
    ),
    413: lazy_gettext("Send less in one go: a form takes up to 1 MB."),
    429: lazy_gettext("Wait a minute and try again."),
    500: lazy_gettext(
        "Nothing was stored half-way. Try again; if it stays, the operator finds the cause in the log by this time."
    ),
    503: lazy_gettext("Go back: what you typed is still there."),
}


def register(app: Flask) -> None:
    """Hang the pages into the app; paths under /api are answered by the API's own handlers."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crash)


def _page(status: int, message: Any, advice: Any = "") -> Response:
    told = {"title": TITLES.get(status) or _("That didn't work"), "message": said(message), "advice": advice}
    return make_response(render_template("errors/show.html", **told, status=status), status)


def _csrf(error: CSRFError) -> Response:
    if request.endpoint not in access.OPEN and not current_user.is_authenticated:
        return _page(401, ADVICE[401])
    told = _(
        "The form was open for too long or your session has ended. Go back: what you typed is still there. "
        "Then load the page anew and send it again."
    )
    return _page(400, told)


def _refusal(error: Refusal) -> Any:
    """Show a refusal where the person came from; without such a place, as a page."""
    if request.path.startswith("/api/"):
        from webapp.api.errors import refusal

        return refusal(error)
    back = hypermedia.own_path(request.form.get("back"))
    if request.method == "POST" and back and error.status in (409, 503):
        return hypermedia.see(back, error.message, "danger")
    return _page(error.status, error.message, ADVICE[503] if error.status == 503 else "")


def _http(error: HTTPException) -> Any:
    if request.path.startswith("/api/"):
        from webapp.api.errors import http_error

        return http_error(error)
    status = error.code or 500
    if status < 400:
        return error
    stock = type(error).description
    # The limiter's own words are its rule, such as "10 per 1 minute", and no advice.
    own = error.description if status != 429 and error.description != stock else ""
    return _page(status, own or ADVICE.get(status, error.description or ""))


def _crash(error: Exception) -> Any:
    if is_collision(error):
        log.warning("request.collided", method=request.method, route=request.url_rule and request.url_rule.rule)
        nonces.give_back()
        return _refusal(Collision())
    # A link's token is as good as a password, so of such an address the log tells the route alone.
    route = request.url_rule.rule if request.url_rule and "token" in (request.view_args or {}) else request.path
    log.exception("request.crashed", path=route, method=request.method)
    if request.path.startswith("/api/"):
        from webapp.api.errors import crash

        return crash()
    return _page(500, ADVICE[500])
