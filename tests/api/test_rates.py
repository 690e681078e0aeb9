"""How requests are counted against a key's limit."""

from webapp.api.rates import Rates


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_window_begins_with_the_first_request_and_ends_a_minute_later():
    clock = Clock()
    rates = Rates(clock)
    told = [rates.count(1, 2) for _ in range(3)]
    assert [(rate.allowed, rate.remaining, rate.reset) for rate in told] == [
        (True, 1, 60),
        (True, 0, 60),
        (False, 0, 60),
    ]
    clock.now += 59.5
    assert (rates.count(1, 2).allowed, rates.count(1, 2).reset) == (False, 1)
    clock.now += 0.5
    again = rates.count(1, 2)
    assert (again.allowed, again.remaining, again.reset) == (True, 1, 60)


def test_each_key_has_a_count_of_its_own():
    rates = Rates(Clock())
    assert rates.count(1, 1).allowed and not rates.count(1, 1).allowed
    assert rates.count(2, 1).allowed


def test_a_limit_that_is_narrowed_counts_at_once():
    rates = Rates(Clock())
    assert all(rates.count(1, 5).allowed for _ in range(3))
    narrowed = rates.count(1, 2)
    assert (narrowed.allowed, narrowed.remaining) == (False, 0)
