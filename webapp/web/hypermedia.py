"""Render a page or one block of it, answer a change with a redirect, and give the templates their words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency
from babel.units import format_unit
from flask import Flask, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from jinja2.runtime import Macro
from jinja2_fragments.flask import render_block
from markupsafe import Markup, escape

from webapp.db import now
from webapp.domain import order_status, shipment_status
from webapp.domain.errors import Invalid
from webapp.web import access, given
from webapp.web.languages import language

PAGE = 50
"""Rows of one page of a list."""

MACROS = ("forms", "lists", "bits")

STATUS_COLOURS = {
    "awaiting_payment": "secondary",
    "payment_accepted": "azure",
    "in_process": "indigo",
    "partially_shipped": "yellow",
    "shipped": "green",
    "delivered": "green",
    "canceled": "secondary",
    "on_hold": "orange",
    "returned": "red",
    "draft": "secondary",
    "waiting": "azure",
    "sending": "indigo",
    "sent": "green",
    "failed": "red",
    "dropped": "secondary",
    "running": "indigo",
    "stopped": "secondary",
    "skipped": "secondary",
    "done": "green",
    "issued": "green",
    "voided": "red",
    "asked": "orange",
    "granted": "green",
    "refused": "red",
    "overtaken": "red",
}


STATUS_WORDS = (
    lazy_gettext("Awaiting payment"),
    lazy_gettext("Payment accepted"),
    lazy_gettext("In process"),
    lazy_gettext("Partially shipped"),
    lazy_gettext("Shipped"),
    lazy_gettext("Delivered"),
    lazy_gettext("Canceled"),
    lazy_gettext("On hold"),
    lazy_gettext("Returned"),
    lazy_gettext("Packed"),
    lazy_gettext("Waiting"),
    lazy_gettext("Sending"),
    lazy_gettext("Sent"),
    lazy_gettext("Failed"),
    lazy_gettext("Dropped"),
    lazy_gettext("Running"),
    lazy_gettext("Done"),
    lazy_gettext("Issued"),
    lazy_gettext("Voided"),
    lazy_gettext("Asked"),
    lazy_gettext("Granted"),
    lazy_gettext("Refused"),
    lazy_gettext("Overtaken"),
    lazy_gettext("Active"),
    lazy_gettext("Disabled"),
    lazy_gettext("Stopped"),
    lazy_gettext("Skipped"),
    lazy_gettext("Requested"),
    lazy_gettext("Received"),
    lazy_gettext("Closed"),
    lazy_gettext("Withdrawn"),
)
"""What a badge may say, for the catalogues: `badge` looks its word up there."""


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
        flash(str(message), kind)
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


def own_path(target: str | None) -> str | None:
    """Return a path of this site; None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if any(ord(sign) < 32 for sign in target) else target


def when(moment: dt.datetime | None) -> Markup:
    """Return a moment in relative words, with the exact time on hover."""
    if moment is None:
        return Markup('<span class="text-secondary">–</span>')
    exact = f"{_day(moment)}, {moment:%H:%M:%S} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), exact, _ago(moment))


def _ago(moment: dt.datetime) -> str:
    seconds = (now() - moment).total_seconds()
    ahead, seconds = seconds < 0, abs(seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        if seconds >= max(size, 5):
            count = int(seconds // size)
            if unit == "d" and count > 30:
                return _day(moment)
            return _relative(count, size, unit, ahead, language())
    return _("now")


UNITS: dict[str, Any] = {"d": "day", "h": "hour", "min": "minute", "s": "second"}
"""Babel's names of the units."""


@lru_cache(4096)
def _relative(count: int, size: int, unit: str, ahead: bool, tongue: str) -> str:
    if tongue == "en":
        return " ".join(("in", str(count), unit) if ahead else (str(count), unit, "ago"))
    length = dt.timedelta(seconds=count * size if ahead else -count * size)
    # So high a threshold keeps the unit as it is asked for: 90 minutes don't become an hour.
    told = format_timedelta(length, UNITS[unit], threshold=1e9, format="short", add_direction=True, locale=tongue)
    return str(told)


def span(length: dt.timedelta) -> str:
    """Return a length of time in its largest whole unit."""
    seconds = length.total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return _length(round(seconds / size), size, unit, language())
    return _length(round(max(seconds, 1)), 1, "s", language())


@lru_cache(4096)
def _length(count: int, size: int, unit: str, tongue: str) -> str:
    if tongue == "en":
        return f"{count} {unit}"
    return str(format_unit(count, f"duration-{UNITS[unit]}", length="short", locale=tongue))


def _day(moment: dt.datetime) -> str:
    return _date(moment.date(), language())


@lru_cache(4096)
def _date(day: dt.date, tongue: str) -> str:
    return str(format_date(day, "d MMM y", locale=tongue))


def money(cents: int | None, currency: str) -> str:
    """Return an amount of minor units as people write it."""
    return "–" if cents is None else _amount(cents, currency, language())


@lru_cache(4096)
def _amount(cents: int, currency: str, tongue: str) -> str:
    return str(format_currency(cents / 100, currency, locale=tongue))


def icon(name: str, label: str = "") -> Markup:
    """Return an icon of the sprite: decoration, unless a label names it."""
    hidden = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    source = url_for("static", filename="vendor/icons.svg")
    return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(hidden, source, name)


def badge(status: str, label: str | None = None, colour: str | None = None) -> Markup:
    """Return a status as a badge of colour and word; without either, those that the status has."""
    return _badge(status, label, colour, language())


@lru_cache(1024)
def _badge(status: str, label: str | None, colour: str | None, tongue: str) -> Markup:
    names = {**dict(order_status.STATUSES), **dict(shipment_status.STATUSES)}
    word = label or _(names.get(status) or status.replace("_", " ").capitalize())
    colour = colour or STATUS_COLOURS.get(status, "secondary")
    return Markup('<span class="badge badge-status status-{}">{}</span>').format(colour, escape(word))


def register(app: Flask) -> None:
    """Give every template the functions above, the macros, and who is looking."""
    app.jinja_env.globals.update(when=when, span=span, money=money, icon=icon, badge=badge, PAGE=PAGE)
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
