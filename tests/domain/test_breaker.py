"""When a channel is left alone, and for how long."""

import datetime as dt

from webapp.domain import breaker


def test_a_few_silent_calls_are_tolerated():
    assert {breaker.rest(silent) for silent in range(breaker.TOLERATED)} == {dt.timedelta()}
    assert not breaker.is_trying(breaker.TOLERATED - 1)


def test_rests_grow_and_stay_at_ten_minutes():
    rests = [breaker.rest(breaker.TOLERATED + more).total_seconds() for more in range(8)]
    assert rests == [30, 60, 120, 300, 600, 600, 600, 600]
    assert breaker.is_trying(breaker.TOLERATED)
