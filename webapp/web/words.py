"""What the pages say of moments, lengths, amounts and statuses, in the reader's language."""

import datetime as dt
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency
from babel.units import format_unit
from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup, escape

from webapp.db import now
from webapp.domain import order_status, shipment_status
from webapp.web.languages import language

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
    lazy_gettext("Draft"),
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


def when(moment: dt.datetime | None) -> Markup:
    """Return a moment in relative words, with the exact time on hover."""
    if moment is None:
        return Markup('<span class="text-secondary">–</span>')
    tongue = language()
    return _time(moment, _ago(moment, tongue), tongue)


@lru_cache(4096)
def _time(moment: dt.datetime, told: str, tongue: str) -> Markup:
    exact = f"{_date(moment.date(), tongue)}, {moment:%H:%M:%S} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), exact, told)


def _ago(moment: dt.datetime, tongue: str) -> str:
    seconds = (now() - moment).total_seconds()
    ahead, seconds = seconds < 0, abs(seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        if seconds >= max(size, 5):
            count = int(seconds // size)
            if unit == "d" and count > 30:
                return _date(moment.date(), tongue)
            return _relative(count, size, unit, ahead, tongue)
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
    if "sprite" not in g:
        g.sprite = url_for("static", filename="vendor/icons.svg")
    return _icon(g.sprite, name, label)


@lru_cache(1024)
def _icon(source: str, name: str, label: str) -> Markup:
    hidden = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(hidden, source, name)


def badge(status: str, label: str | None = None, colour: str | None = None) -> Markup:
    """Return a status as a badge of colour and word; without either, those that the status has."""
    return _badge(status, label, colour, language())


def shipment_badge(status: str) -> Markup:
    """Return a shipment's status as a badge: what is a draft elsewhere is packed here."""
    return badge(status, _(shipment_status.name(status)))


@lru_cache(1024)
def _badge(status: str, label: str | None, colour: str | None, tongue: str) -> Markup:
    word = label or _(dict(order_status.STATUSES).get(status) or status.replace("_", " ").capitalize())
    colour = colour or STATUS_COLOURS.get(status, "secondary")
    return Markup('<span class="badge badge-status status-{}">{}</span>').format(colour, escape(word))
