"""When it is time to tell."""

import datetime as dt

import pytest

from webapp.domain import notices

NOON = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def test_what_is_new_is_gathered_for_ten_minutes():
    assert not notices.is_due(NOON - 9 * MINUTE, None, NOON)
    assert notices.is_due(NOON - 10 * MINUTE, None, NOON)


def test_nobody_gets_more_than_one_mail_an_hour():
    assert not notices.is_due(NOON - 30 * MINUTE, NOON - 59 * MINUTE, NOON)
    assert notices.is_due(NOON - 30 * MINUTE, NOON - HOUR, NOON)


@pytest.mark.parametrize(
    ("moment", "zone", "days", "day"),
    [
        ("2026-11-26T06:59:59", "Europe/Rome", "12345", None),
        ("2026-11-26T07:00:00", "Europe/Rome", "12345", "2026-11-26"),
        ("2026-06-26T06:00:00", "Europe/Rome", "12345", "2026-06-26"),
        ("2026-11-26T10:59:59", "Europe/Rome", "12345", "2026-11-26"),
        ("2026-11-26T11:00:00", "Europe/Rome", "12345", None),
        ("2026-11-28T08:00:00", "Europe/Rome", "12345", None),
        ("2026-11-28T08:00:00", "Europe/Rome", "6", "2026-11-28"),
        ("2026-11-25T19:30:00", "Pacific/Auckland", "4", "2026-11-26"),
    ],
)
def test_the_summary_comes_at_eight_by_the_stores_clock_on_working_days(moment, zone, days, day):
    assert notices.digest_day(dt.datetime.fromisoformat(moment + "+00:00"), zone, days) == day
