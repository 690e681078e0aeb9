"""Which stock serves which line, as sentences."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.allocation import Candidate, Choice, Demand, plan, plan_each
from webapp.domain.routing import NONE

PRODUCT = 1


def stock(supply, free, *, supplier=None, priority=10, days=3, product=PRODUCT):
    return Candidate(product, supply, supplier or supply, f"Supplier {supplier or supply}", free, priority, days)


def own(free, product=PRODUCT):
    return Candidate(product, None, None, "Own stock", free, 0, 0)


def one(candidates, quantity=1):
    (made,) = plan([Demand(1, PRODUCT, quantity)], candidates)
    return made


def test_own_stock_goes_before_any_supplier():
    made = one([stock(5, 10, priority=0), own(10)])
    assert made.choices == (Choice(None, None, 1),)
    assert (made.rule, made.tie_break) == ("whole_line", "own stock goes first")


def test_the_lower_priority_number_wins():
    made = one([stock(5, 10, priority=2), stock(6, 10, priority=1)])
    assert made.choices[0].supply_id == 6 and made.tie_break == "priority"


def test_the_shorter_supply_time_wins_among_equal_priorities():
    made = one([stock(5, 10, days=4), stock(6, 10, days=2)])
    assert made.choices[0].supply_id == 6 and made.tie_break == "shorter supply time"


def test_the_older_supply_wins_when_all_else_is_equal():
    made = one([stock(6, 10), stock(5, 10)])
    assert made.choices[0].supply_id == 5 and made.tie_break == "the older supply"


def test_one_stock_that_covers_the_whole_line_beats_a_split():
    made = one([own(2), stock(5, 3)], quantity=3)
    assert made.choices == (Choice(5, 5, 3),)
    assert made.tie_break == "only this one could cover the whole line"


def test_a_line_that_no_stock_covers_alone_is_split_over_the_ranking():
    made = one([own(2), stock(5, 3), stock(6, 9, priority=20)], quantity=12)
    assert made.choices == (Choice(None, None, 2), Choice(5, 5, 3), Choice(6, 6, 7))
    assert (made.rule, made.unassigned) == ("split", 0)


def test_what_nobody_can_cover_stays_unassigned():
    made = one([stock(5, 2)], quantity=5)
    assert (made.choices, made.unassigned) == ((Choice(5, 5, 2),), 3)
    assert one([stock(5, 0)]).rule == "nothing_in_stock"


def test_a_line_of_an_unknown_sku_is_left_alone():
    (made,) = plan([Demand(1, None, 4)], [own(10)])
    assert (made.rule, made.unassigned, made.candidates) == ("unknown_product", 4, ())


def test_fewer_parcels_are_preferred_among_equal_priorities():
    demands = [Demand(1, 1, 1), Demand(2, 2, 1)]
    candidates = [stock(10, 5, supplier=7, days=1, product=1), stock(11, 5, supplier=8, days=5, product=1)]
    candidates += [stock(12, 5, supplier=8, days=5, product=2)]
    first, second = plan(demands, candidates)
    assert first.choices[0].supplier_id == second.choices[0].supplier_id == 8
    assert first.tie_break == "fewer parcels"


def test_two_lines_of_a_product_share_its_free_units():
    first, second = plan([Demand(2, PRODUCT, 2), Demand(1, PRODUCT, 2)], [own(3)])
    assert (first.line_id, first.unassigned) == (1, 0)
    assert (second.line_id, second.choices, second.unassigned) == (2, (Choice(None, None, 1),), 1)


def test_every_candidate_is_kept_with_what_it_had():
    made = one([stock(5, 0), own(10)])
    assert [(row.supply_id, row.free) for row in made.candidates] == [(None, 10), (5, 0)]


stocks = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 6), st.integers(0, 2), st.integers(0, 3)), max_size=8
).map(
    lambda rows: [
        stock(n, f, supplier=n % 3 + 1, priority=p, days=d, product=k) for n, (k, f, p, d) in enumerate(rows, 1)
    ]
)
demands = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 8)), min_size=1, max_size=5).map(
    lambda rows: [Demand(n, product, quantity) for n, (product, quantity) in enumerate(rows, 1)]
)


@given(demands, stocks, st.randoms())
def test_no_plan_takes_more_than_is_there_or_asked_for_and_the_order_of_candidates_does_not_matter(
    wanted, there, chance
):
    made = plan(wanted, there)
    taken: dict[int, int] = {}
    for row, demand in zip(made, wanted, strict=True):
        assert sum(choice.quantity for choice in row.choices) + row.unassigned == demand.quantity
        for choice in row.choices:
            taken[choice.supply_id] = taken.get(choice.supply_id, 0) + choice.quantity
    assert all(units <= next(c.free for c in there if c.supply_id == supply) for supply, units in taken.items())
    shuffled = list(there)
    chance.shuffle(shuffled)
    assert [row.choices for row in plan(wanted, shuffled)] == [row.choices for row in made]


def test_orders_planned_together_get_what_those_before_them_leave():
    orders = [[Demand(1, PRODUCT, 3)], [Demand(2, PRODUCT, 3), Demand(3, None, 1)], [Demand(4, PRODUCT, 1)]]
    first, second, third = plan_each([(order, NONE) for order in orders], [stock(5, 4), stock(6, 2, priority=20)])
    assert [made.choices for made in first] == [(Choice(5, 5, 3),)]
    assert [made.choices for made in second] == [(Choice(5, 5, 1), Choice(6, 6, 2)), ()]
    assert second[0].candidates[0].free == 1
    assert (third[0].choices, third[0].rule) == ((), "nothing_in_stock")
