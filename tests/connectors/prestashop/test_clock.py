"""A shop's clock on the wall: moments become its times and back, also where it is put forward or back."""

import datetime as dt

import pytest

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.prestashop import clock
from webapp.connectors.channels.prestashop.clock import Clock

ROME = Clock("Europe/Rome")


def utc(written):
    return dt.datetime.fromisoformat(f"{written}+00:00")


def span(start, end, zone=ROME):
    return tuple(str(time) for time in zone.span(utc(start) if start else None, utc(end)))


def test_a_span_is_told_in_the_shops_own_time_to_the_second():
    told = ("2026-11-24 09:00:00", "2026-11-24 10:30:00")
    assert span("2026-11-24 08:00:00", "2026-11-24 09:30:00.900000") == told


def test_summer_is_told_by_the_summers_clock():
    assert span("2026-07-01 08:00:00", "2026-07-01 09:00:00") == ("2026-07-01 10:00:00", "2026-07-01 11:00:00")


def test_where_the_clock_is_put_back_the_hour_that_is_shown_twice_is_in_the_span_as_a_whole():
    first, last = span("2026-10-25 00:40:00", "2026-10-25 01:20:00")
    assert first <= "2026-10-25 02:00:00" and last >= "2026-10-25 02:59:59"


def test_a_span_that_ends_just_after_the_clock_was_put_back_reaches_what_was_shown_before():
    assert span("2026-10-24 20:00:00", "2026-10-25 01:10:00")[1] >= "2026-10-25 02:59:59"


def test_a_span_that_begins_just_before_the_clock_is_put_back_reaches_what_is_shown_after():
    assert span("2026-10-25 00:50:00", "2026-10-25 12:00:00")[0] <= "2026-10-25 02:00:00"


def test_where_the_clock_is_put_forward_nothing_is_lost():
    first, last = span("2026-03-29 00:30:00", "2026-03-29 01:30:00")
    assert first <= "2026-03-29 01:30:00" and last >= "2026-03-29 03:30:00"


def test_a_reading_without_a_beginning_begins_before_all_shops():
    assert span(None, "2026-11-24 08:00:00") == ("1970-01-02 00:00:00", "2026-11-24 09:00:00")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-24 09:00:00", "2026-11-24 08:00:00"),
        ("2026-07-01 10:00:00", "2026-07-01 08:00:00"),
        ("2026-10-25 02:30:00", "2026-10-25 00:30:00"),
    ],
)
def test_a_time_on_the_wall_is_a_moment(written, moment):
    assert ROME.moment(written) == utc(moment) and ROME.moment(written).tzinfo is dt.UTC


@pytest.mark.parametrize("written", ["0000-00-00 00:00:00", "", "yesterday"])
def test_what_is_no_time_is_refused(written):
    with pytest.raises(ValueError, match="time data"):
        clock.wall(written)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "CET+1 hour"])
def test_a_zone_that_nobody_knows_is_told(zone):
    with pytest.raises(ConnectorError, match="no time zone") as caught:
        Clock(zone)
    assert caught.value.permanent


def test_a_span_is_a_filter_with_both_ends():
    assert clock.between(dt.datetime(2026, 1, 2), dt.datetime(2026, 1, 3, 4, 5, 6)) == (
        "[2026-01-02 00:00:00,2026-01-03 04:05:06]"
    )
