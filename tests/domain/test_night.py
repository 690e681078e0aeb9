"""When it is night in a store."""

import datetime as dt

import pytest

from webapp.domain import night


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 26, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "began"),
    [
        (at(1), "Europe/Rome", at(1)),
        (at(4, 59), "Europe/Rome", at(1)),
        (at(5), "Europe/Rome", None),
        (at(0, 59), "Europe/Rome", None),
        (at(2), "UTC", at(2)),
        (at(3), "Nowhere/At all", at(2)),
        (at(3), "", at(2)),
        (at(10), "America/Los_Angeles", at(10)),
    ],
)
def test_the_night_is_that_of_the_stores_clock(moment, zone, began):
    assert night.began(moment, zone) == began
