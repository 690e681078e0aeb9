"""What a stock report means beside what is held."""

import pytest

from webapp.domain.stock_report import CHANGED, RENUMBERED, STALE, UNCHANGED, Held, Report, judge

HELD = Held(7, 250, 5)


@pytest.mark.parametrize(
    ("report", "meaning"),
    [
        (Report(8, sequence=6), CHANGED),
        (Report(7, sequence=6), RENUMBERED),
        (Report(7, 250, 6), RENUMBERED),
        (Report(7, 251, 6), CHANGED),
        (Report(7, sequence=5), UNCHANGED),
        (Report(7, 250, 5), UNCHANGED),
        (Report(8, sequence=5), STALE),
        (Report(7, 251, 5), STALE),
        (Report(7, sequence=4), STALE),
        (Report(8, sequence=4), STALE),
        (Report(8), CHANGED),
        (Report(7), UNCHANGED),
        (Report(0), CHANGED),
    ],
)
def test_a_report_beside_one_that_carried_the_number_five(report, meaning):
    assert judge(report, HELD) == meaning


def test_the_first_number_counts_whatever_it_is():
    assert judge(Report(7, sequence=0), Held(7, None, None)) == RENUMBERED
    assert judge(Report(1, sequence=0), Held(7, None, None)) == CHANGED


def test_a_first_price_is_news_and_none_leaves_it():
    assert judge(Report(7, 0), Held(7, None, None)) == CHANGED
    assert judge(Report(7, None), Held(7, 250, None)) == UNCHANGED
