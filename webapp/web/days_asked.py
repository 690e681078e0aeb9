"""The days that the address of a list asks for: a range that moves with them, or from one day to another."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from webapp.db import now
from webapp.domain import date_range, store_clock
from webapp.web import access

DATES = (
    ("today", _("Today")),
    ("yesterday", _("Yesterday")),
    ("7d", _("Last 7 days")),
    ("30d", _("Last 30 days")),
    ("month", _("This month")),
    (date_range.BETWEEN, _("From … to …")),
)
"""The ranges of days to choose from."""


@dataclass(frozen=True)
class DaysAsked:
    """What `dates`, `from` and `to` of an address mean, by the clocks of the store."""

    dates: str = ""
    """A preset of `date_range`, or `between`; empty for all days."""
    first: str = ""
    last: str = ""
    since: dt.datetime | None = None
    """The first moment of the first day."""
    until: dt.datetime | None = None
    """The first moment behind the last day."""


def read(values: Mapping[str, str]) -> DaysAsked:
    """Read the days from an address's values, by name; what can't be a day or a range is none."""
    dates, days = _days(values)
    since, until = date_range.moments(days, access.store().time_zone)
    first, last = (day.isoformat() if day and dates == date_range.BETWEEN else "" for day in days)
    return DaysAsked(dates, first, last, since, until)


def _days(values: Mapping[str, str]) -> tuple[str, date_range.Days]:
    word = values.get("dates", "")
    if word in date_range.PRESETS:
        return word, date_range.days_of(word, store_clock.day_at(now(), access.store().time_zone))
    first, last = (date_range.day_of(values.get(name, "")) for name in ("from", "to"))
    if word not in ("", date_range.BETWEEN) or not (first or last or word):
        return "", (None, None)
    return date_range.BETWEEN, (first, last)
