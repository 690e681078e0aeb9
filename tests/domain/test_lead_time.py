"""By when an order should leave: working days, time zones, and what happens without either."""

import datetime as dt

import pytest

from webapp.domain.lead_time import ended_on, last_day, ship_by

ROME, WEEK = "Europe/Rome", "12345"
FRIDAY = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def day(moment, time_zone=ROME):
    return f"{ended_on(moment, time_zone):%a %d}"


@pytest.mark.parametrize(("days", "told"), [(0, "Fri 20"), (1, "Mon 23"), (2, "Tue 24"), (5, "Fri 27"), (6, "Mon 30")])
def test_supply_days_are_working_days_after_the_day_of_the_payment(days, told):
    assert day(ship_by(FRIDAY, days, WEEK, ROME)) == told


@pytest.mark.parametrize(("days", "told"), [(0, "Mon 23"), (1, "Mon 23"), (2, "Tue 24")])
def test_what_is_paid_at_the_weekend_counts_from_monday(days, told):
    assert day(ship_by(FRIDAY + dt.timedelta(days=1), days, WEEK, ROME)) == told


def test_a_store_that_works_on_saturdays_ships_then():
    assert day(ship_by(FRIDAY, 1, "123456", ROME)) == "Sat 21"


def test_the_day_ends_at_midnight_of_the_stores_own_clock():
    assert ship_by(FRIDAY, 0, WEEK, ROME) == dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
    assert ship_by(FRIDAY, 0, WEEK, "America/New_York") == dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)


def test_late_in_the_evening_it_is_tomorrow_already_further_east():
    thursday = dt.datetime(2026, 11, 19, 23, 30, tzinfo=dt.UTC)
    assert day(ship_by(thursday, 0, WEEK, ROME)) == "Fri 20"
    assert day(ship_by(thursday, 0, WEEK, "UTC"), "UTC") == "Thu 19"


def test_a_day_on_which_the_clocks_change_ends_at_midnight_all_the_same():
    sunday = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)
    assert ship_by(sunday, 0, "7", ROME) == dt.datetime(2026, 10, 25, 23, tzinfo=dt.UTC)
    assert ship_by(sunday - dt.timedelta(days=1), 0, "6", ROME) == dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC)


def test_a_store_without_working_days_works_every_day():
    assert last_day(dt.date(2026, 11, 20), 2, "") == dt.date(2026, 11, 22)


def test_a_time_zone_that_nobody_knows_is_utc():
    assert ship_by(FRIDAY, 0, WEEK, "Middle/Earth") == dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
