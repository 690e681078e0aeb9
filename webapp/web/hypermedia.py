"""Render a page or one block of it, answer a change with a redirect, and give the templates their globals."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, flash, make_response, redirect, render_template, request
from flask_login import current_user
from flask_wtf import FlaskForm
from jinja2.runtime import Macro
from jinja2_fragments.flask import render_block

from webapp.domain.errors import Conflict, Invalid
from webapp.web import access, given
from webapp.web.sayings import said
from webapp.web.words import badge, icon, money, shipment_badge, span, when

PAGE = 50
"""Rows of one page of a list."""

MACROS = ("forms", "lists", "bits")


@dataclass(frozen=True)
class Page:
    """One page of a list in keyset order."""

    rows: list[Any]
    next_after: str | None
    """Where the following page starts; None on the last one."""
    previous: str | None = None
    """Where the page before ends, for lists that can be read backwards; None on the first one."""


def page_of(rows: Iterable[Any], size: int = PAGE) -> Page:
    """Cut a query of `size + 1` rows into a page; the extra row only tells that more follow."""
    found = list(rows)
    more = len(found) > size
    found = found[:size]
    return Page(found, str(found[-1].id) if more else None)


def after() -> int | None:
    """Return the id that the list goes on after; None for the first page or a number that can't be one."""
    return given.number(request.args, "after")


def search_words() -> str:
    """Return what was typed into the search box, without the blanks around it and NUL, at most 200 characters."""
    return given.words(request.args)


def page(template: str, block: str | None = None, status: int = 200, **values: Any) -> Response:
    """Render the whole page, or just its block where htmx asks for a part of it."""
    if block is not None and request.htmx.wants_fragment:  # type: ignore[attr-defined]
        text = render_block(template, block, **values)
    else:
        text = render_template(template, **values)
    response = make_response(text, status)
    response.headers["Vary"] = "HX-Request"
    if current_user.is_authenticated:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def see(url: str, message: str | None = None, kind: str = "success") -> Response:
    """Answer a change: show this page next, with a message on it."""
    if message:
        flash(said(str(message)), kind)
    if request.headers.get("HX-Request") == "true":
        return make_response("", 204, {"HX-Redirect": url})
    return make_response(redirect(url, code=303))


def put_errors(form: FlaskForm, invalid: Invalid) -> None:
    """Put an action's objections on the fields that they are about; what has no field goes on top of the form."""
    for name, messages in invalid.errors.items():
        if name in form:
            form[name].errors = [*form[name].errors, *messages]
        else:
            form.form_errors.extend(messages)


def put_refusal(form: FlaskForm, refused: Invalid | Conflict) -> int:
    """Put what an action refuses on the form that asked for it; return the answer's status."""
    if isinstance(refused, Invalid):
        put_errors(form, refused)
    else:
        form.form_errors.append(refused.message)
    return refused.status


def own_path(target: str | None) -> str | None:
    """Return a path of this site; None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if any(ord(sign) < 32 for sign in target) else target


def register(app: Flask) -> None:
    """Give every template the functions above, the macros, and who is looking."""
    words = {"when": when, "span": span, "money": money, "icon": icon, "badge": badge, "shipment_badge": shipment_badge}
    app.jinja_env.globals.update(words, PAGE=PAGE)
    app.jinja_env.filters.update(words)  # For rows: a filter is found once for all of them.
    app.context_processor(_context)
    for name in MACROS:
        with app.app_context():
            module = app.jinja_env.get_template(f"macros/{name}.html").module
        shown = {word: macro for word, macro in vars(module).items() if isinstance(macro, Macro)}
        app.jinja_env.globals.update(shown)


def _context() -> dict[str, Any]:
    if not current_user.is_authenticated or not access.memberships():
        return {"viewer": None, "store": None, "memberships": []}
    return {"viewer": access.viewer(), "store": access.store(), "memberships": access.memberships()}
