"""Ranges of days begin and end at the store's own midnights, whatever the clocks do meanwhile."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.date_range import PRESETS, day_of, days_of, moments

ROME = ZoneInfo("Europe/Rome")
TODAY = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("today", "2026-03-01", "2026-03-01"),
        ("yesterday", "2026-02-28", "2026-02-28"),
        ("7d", "2026-02-23", "2026-03-01"),
        ("30d", "2026-01-31", "2026-03-01"),
        ("month", "2026-03-01", "2026-03-01"),
    ],
)
def test_presets_move_with_the_day(preset, first, last):
    assert preset in PRESETS
    assert days_of(preset, TODAY) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_another_word_means_no_days():
    assert days_of("tomorrow", TODAY) == (None, None)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-26", 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day, hours):
    since, until = moments((dt.date.fromisoformat(day), dt.date.fromisoformat(day)), "Europe/Rome")
    assert until - since == dt.timedelta(hours=hours)
    assert since.astimezone(ROME).time() == until.astimezone(ROME).time() == dt.time()


def test_an_open_end_stays_open():
    assert moments((None, None), "Europe/Rome") == (None, None)


@pytest.mark.parametrize("word", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31", "20261126", "2026-W01-1"])
def test_what_is_no_day_is_none(word):
    assert day_of(word) is None
