"""Ranges of days that a list is narrowed down to, as moments in the store's time zone."""

import datetime as dt
from zoneinfo import ZoneInfo

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


def day_of(word: str) -> dt.date | None:
    """Return the day that `2026-11-26` means; None for anything else, and for years that no list can hold."""
    try:
        day = dt.date.fromisoformat(word)
    except ValueError:
        return None
    return day if day.isoformat() == word and 1970 <= day.year <= 9000 else None


def moments(days: Days, zone: ZoneInfo) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the first moment of the range and the first one behind it: a day may have 23 or 25 hours."""
    first, last = days
    return (
        _midnight(first, zone) if first else None,
        _midnight(last + dt.timedelta(1), zone) if last else None,
    )


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
