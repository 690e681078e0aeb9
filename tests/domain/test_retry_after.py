"""What other systems ask for with `Retry-After`, in either form, and what can't be read."""

import datetime as dt

import pytest

from webapp.domain import backoff, retry_after

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("Tue, 24 Nov 2026 09:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 09:02:00 -0000", 120),
        ("Tuesday, 24-Nov-26 09:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 10:02:00 +0100", 120),
    ],
)
def test_seconds_and_dates_are_both_read(header, seconds):
    assert retry_after.seconds(header, NOW) == seconds


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "soon", "-5", "1.5", "²", "٣", "1e9", "Tue, 24 Nov", "Tue, 24 Nov 2026 08:59:59 GMT"),
        *("Tue, 99 Nov 2026 09:02:00 GMT", f"Tue, 24 Nov {'9' * 30} 09:02:00 GMT"),
        *("Tue, 24 Nov 2026 09:02:00 +9999999999", "Mon, 01 Jan 0001 00:00:00 +2359"),
    ],
)
def test_what_cannot_be_read_asks_for_nothing(header):
    assert retry_after.seconds(header, NOW) is None


def test_nobody_is_waited_for_longer_than_a_day():
    for header in ("9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"):
        assert backoff.asked_wait(retry_after.seconds(header, NOW)) == dt.timedelta(days=1)
