"""The clock of a store: its days begin at midnight of its own time zone, and may have 23 or 25 hours."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(256)
def zone(name: str) -> dt.tzinfo:
    """Return a time zone by its name; UTC for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return dt.UTC


def day_at(moment: dt.datetime, time_zone: str) -> dt.date:
    """Return which day it is there at a moment."""
    return moment.astimezone(zone(time_zone)).date()


def midnight(day: dt.date, time_zone: str) -> dt.datetime:
    """Return the moment, aware UTC, at which a day begins there."""
    return dt.datetime.combine(day, dt.time(), zone(time_zone)).astimezone(dt.UTC)
