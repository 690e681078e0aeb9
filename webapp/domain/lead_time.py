"""By when an order should leave: its stocks' supply days, counted in the days on which the store works.

The clock starts when the payment was accepted: for orders that come in paid, when they were ordered. The day of that
is day 0; each working day after it counts one. The order should have left by the end of its last day, in the store's
time zone: the longest supply time over the lines still to ship sets it, since the whole order is promised to the buyer.
An order that isn't to be packed (awaiting payment, on hold, finished) has no such moment; a hold doesn't stop the
clock, since the buyer goes on waiting.
"""

import datetime as dt
from functools import lru_cache

from webapp.domain import order_status, store_clock

OWN_DAYS = 1
"""The supply days of the merchant's own shelf, and of a line that has no stock yet."""

EARLIEST, LATEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC), dt.datetime(9000, 1, 1, tzinfo=dt.UTC)

RUNNING = order_status.PACKABLE
"""Statuses of orders that have a moment by which to leave."""


def ship_by(paid_at: dt.datetime, days: int, working_days: str, time_zone: str) -> dt.datetime:
    """Return the moment, aware UTC, at which the last day ends; `working_days` are ISO digits such as "12345".

    A payment in years that no calendar can count from is taken for one at the edge of those that it can.
    """
    paid_on = store_clock.day_at(min(max(paid_at, EARLIEST), LATEST), time_zone)
    return store_clock.midnight(last_day(paid_on, days, working_days) + dt.timedelta(days=1), time_zone)


@lru_cache(4096)
def last_day(paid_on: dt.date, days: int, working_days: str) -> dt.date:
    """Return the working day on which so many supply days are over; without any working day, each day is one."""
    works = {int(digit) for digit in working_days if digit in "1234567"} or set(range(1, 8))
    day = paid_on
    for _ in range(days):
        day = _next(day, works)
    return day if day.isoweekday() in works else _next(day, works)


def ended_on(moment: dt.datetime, time_zone: str) -> dt.date:
    """Return the day that ends at this moment: the one that people read instead of the midnight after it."""
    return store_clock.day_at(moment - dt.timedelta(microseconds=1), time_zone)


def moved(moment: dt.datetime, old: str, new: str) -> dt.datetime:
    """Return the end, by the clock of the time zone `new`, of the day that ends at this moment by that of `old`."""
    return store_clock.midnight(ended_on(moment, old) + dt.timedelta(days=1), new)


def _next(day: dt.date, works: set[int]) -> dt.date:
    day += dt.timedelta(days=1)
    while day.isoweekday() not in works:
        day += dt.timedelta(days=1)
    return day


DUE = ("late", "today", "week")
"""What lists of orders can be narrowed down to by when they should leave."""


def window(due: str, moment: dt.datetime, time_zone: str) -> tuple[dt.datetime | None, dt.datetime]:
    """Return (after, until): orders of `due` should leave after the one moment and by the other.

    `late` has no beginning; `today` and the seven days of `week` begin now, so that none of them holds what is late.
    """
    if due == "late":
        return None, moment
    days = {"today": 1, "week": 7}[due]
    today = store_clock.day_at(moment, time_zone)
    return moment, store_clock.midnight(today + dt.timedelta(days=days), time_zone)
