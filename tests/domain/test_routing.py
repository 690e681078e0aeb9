"""What routing rules do to the choice of stocks, as sentences."""

import datetime as dt

import pytest

from webapp.domain.allocation import Candidate, Choice, Demand, plan
from webapp.domain.routing import Facts, Preference, Rule, preference

NOON = dt.time(12)
TO_FRANCE = Facts("FR", 7, NOON)


def stock(supplier, free=10, *, product=1, priority=10, days=3):
    return Candidate(product, supplier, supplier, f"Supplier {supplier}", free, priority, days)


def own(free=10, product=1):
    return Candidate(product, None, None, "Own stock", free, 0, 0)


ONE_UNIT = (Demand(1, 1, 1),)


def chosen(candidates, *rules, demands=ONE_UNIT):
    return plan(demands, candidates, Preference(rules))


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule("All", "prefer"), True),
        (Rule("France", "prefer", countries=frozenset({"FR", "BE"})), True),
        (Rule("Italy", "prefer", countries=frozenset({"IT"})), False),
        (Rule("Shop", "prefer", channels=frozenset({7})), True),
        (Rule("Other shop", "prefer", channels=frozenset({8})), False),
        (Rule("From noon on", "prefer", after=NOON), True),
        (Rule("Later", "prefer", after=dt.time(12, 1)), False),
        (Rule("Both", "prefer", countries=frozenset({"FR"}), channels=frozenset({8})), False),
    ],
    ids=lambda value: value.name if isinstance(value, Rule) else "",
)
def test_a_rule_is_about_orders_that_meet_all_that_it_asks(rule, fits):
    assert preference([rule], TO_FRANCE) == Preference((rule,) if fits else ())


def test_a_preferred_stock_goes_before_own_stock_and_priority():
    rule = Rule("Lyon", "prefer", frozenset({6}))
    (made,) = chosen([own(), stock(5, priority=0), stock(6)], rule)
    assert made.choices == (Choice(6, 6, 1),)
    assert made.tie_break == "the rule “Lyon”"


def test_own_stock_can_be_preferred_or_used_last():
    assert chosen([own(), stock(5)], Rule("Last", "avoid", frozenset({None})))[0].choices == (Choice(5, 5, 1),)
    first = [Rule("Depot", "prefer", frozenset({None})), Rule("Not here", "avoid", frozenset({None}))]
    assert chosen([own(), stock(5)], *first)[0].choices == (Choice(None, None, 1),)


def test_a_stock_that_is_used_last_is_still_used_where_no_other_has_units():
    made = chosen([stock(5, 0), stock(6)], Rule("Last", "avoid", frozenset({6})))[0]
    assert made.choices == (Choice(6, 6, 1),)


def test_a_stock_that_covers_the_whole_line_beats_a_preferred_one_that_does_not():
    made = chosen([stock(5, 1), stock(6, 3)], Rule("Five", "prefer", frozenset({5})), demands=[Demand(1, 1, 3)])[0]
    assert made.choices == (Choice(6, 6, 3),)


def test_fewest_parcels_outweighs_own_stock_and_priority():
    both = [Demand(1, 1, 1), Demand(2, 2, 1)]
    stocks = [own(), stock(5), stock(5, product=2)]
    assert {choice.supplier_id for made in chosen(stocks, demands=both) for choice in made.choices} == {None, 5}
    made = chosen(stocks, Rule("One parcel", "fewest_parcels"), demands=both)
    assert {choice.supplier_id for row in made for choice in row.choices} == {5}
    assert made[0].tie_break == "the rule “One parcel”"


def test_the_first_rule_outweighs_the_second():
    rules = [Rule("A", "prefer", frozenset({5})), Rule("B", "prefer", frozenset({6}))]
    assert chosen([stock(5), stock(6)], *rules)[0].choices[0].supplier_id == 5
    assert chosen([stock(5), stock(6)], *reversed(rules))[0].choices[0].supplier_id == 6


def test_where_the_rules_leave_stocks_alike_the_usual_ranking_counts():
    rule = Rule("Both", "prefer", frozenset({5, 6}))
    (made,) = chosen([stock(5, priority=2), stock(6, priority=1), stock(7, priority=0)], rule)
    assert (made.choices[0].supplier_id, made.tie_break) == (6, "priority")
