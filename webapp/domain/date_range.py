"""Ranges of days that a list is narrowed down to, as moments in the store's time zone."""

import datetime as dt

from webapp.domain import store_clock

PRESETS = ("today", "yesterday", "7d", "30d", "month")
"""Ranges that move with the days."""

BETWEEN = "between"
"""Stands for a first and a last day that somebody chose."""

Days = tuple[dt.date | None, dt.date | None]
"""The first and the last day, both included; None is open."""


def days_of(preset: str, today: dt.date) -> Days:
    """Return the days that a preset means; both open for a word that is none."""
    match preset:
        case "today":
            return today, today
        case "yesterday":
            return today - dt.timedelta(1), today - dt.timedelta(1)
        case "7d":
            return today - dt.timedelta(6), today
        case "30d":
            return today - dt.timedelta(29), today
        case "month":
            return today.replace(day=1), today
    return None, None


def day_of(word: str, first_year: int = 1970, last_year: int = 9000) -> dt.date | None:
    """Return the day that `2026-11-26` means; None for anything else, and for years that no list can hold."""
    try:
        day = dt.date.fromisoformat(word)
    except ValueError:
        return None
    return day if day.isoformat() == word and first_year <= day.year <= last_year else None


def moments(days: Days, time_zone: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the first moment of the range and the first one behind it: a day may have 23 or 25 hours."""
    first, last = days
    return (
        store_clock.midnight(first, time_zone) if first else None,
        store_clock.midnight(last + dt.timedelta(1), time_zone) if last else None,
    )
