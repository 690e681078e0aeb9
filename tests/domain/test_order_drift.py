"""What follows from an edit on the channel: at once, by asking, or not at all."""

from webapp.domain.order_drift import Drift, Held, LineState, of_line

NORD, SUD = 1, 2


def test_more_units_are_allocated():
    assert of_line(LineState(2, 2, (Held(NORD, 2, 2),)), 4) == Drift(added=2)


def test_what_nobody_holds_or_has_begun_is_canceled_at_once():
    line = LineState(5, 5, (Held(NORD, 2, 0), Held(SUD, 2, 2)))
    assert of_line(line, 2) == Drift(unassigned=1, freed={NORD: 2})


def test_what_has_begun_is_asked_for():
    assert of_line(LineState(2, 2, (Held(None, 2, 2),)), 1) == Drift(asked={None: 1})
    line = LineState(4, 4, (Held(NORD, 2, 1), Held(SUD, 2, 2)))
    assert of_line(line, 0) == Drift(freed={NORD: 1}, asked={SUD: 2, NORD: 1})


def test_what_was_asked_for_is_not_asked_again():
    assert of_line(LineState(2, 1, (Held(NORD, 2, 2, asked=1),)), 1) == Drift()
    assert of_line(LineState(2, 1, (Held(NORD, 2, 2, asked=1),)), 0) == Drift(asked={NORD: 1})


def test_what_was_refused_is_not_asked_again():
    refused = LineState(2, 1, (Held(NORD, 2, 2),))
    assert of_line(refused, 1) == Drift()
    assert of_line(refused, 2) == Drift()  # The channel has come round to it.
    assert of_line(refused, 0) == Drift(asked={NORD: 1})


def test_what_is_wanted_after_all_is_no_longer_asked_for():
    asked = LineState(3, 1, (Held(NORD, 3, 3, asked=2),))
    assert of_line(asked, 2) == Drift(kept=1)
    assert of_line(asked, 5) == Drift(kept=2, added=2)


def test_what_has_shipped_stays():
    assert of_line(LineState(3, 3, (Held(NORD, 3, 3, shipped=2),)), 0) == Drift(asked={NORD: 1}, gone=2)
    assert of_line(LineState(2, 0, (Held(NORD, 2, 2, shipped=2),)), 0) == Drift()


def test_units_that_came_too_late_once_are_not_added_by_the_next_reading():
    assert of_line(LineState(0, 2), 2) == Drift()
