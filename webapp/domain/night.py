"""When it is night in a store, which is when heavy chores are done."""

import datetime as dt

from webapp.domain import store_clock

FROM, TO = 2, 6
"""Hours of the store's own clock."""


def began(moment: dt.datetime, time_zone: str) -> dt.datetime | None:
    """Return when the night began that it is in the time zone at this moment, in UTC; None by day.

    A zone that nobody knows is UTC.
    """
    local = moment.astimezone(store_clock.zone(time_zone))
    if not FROM <= local.hour < TO:
        return None
    return local.replace(hour=FROM, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
