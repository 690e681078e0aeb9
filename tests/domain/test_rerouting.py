"""What may be typed into the grid of stocks, and what it would change."""

from webapp.domain import rerouting
from webapp.domain.allocation import Candidate
from webapp.domain.rerouting import Line, Stock

NORD, RIVAL = 1, 2


def stock(source, held=0, packed=0, free=5, product=7, serves=True):
    name = {0: "Own stock", NORD: "Nord", RIVAL: "Rival"}[source]
    supply = source * 10 + product if source else None
    seen = Candidate(product, supply, source or None, name, free, 10, 3)
    return Stock(source, name, held, packed, free, seen if serves else None)


def line(*stocks, wanted=4, line_id=1, product=7):
    return Line(line_id, product, wanted, stocks)


def test_a_split_within_what_is_free_is_sound():
    lines = [line(stock(NORD, held=4), stock(RIVAL))]
    assert rerouting.problems(lines, {(1, NORD): 1, (1, RIVAL): 3}) == {}


def test_more_than_a_stock_has_is_refused_at_its_field():
    lines = [line(stock(NORD, held=4), stock(RIVAL, free=2))]
    told = rerouting.problems(lines, {(1, NORD): 0, (1, RIVAL): 3})
    assert told == {(1, RIVAL): "Rival has 2 for this line at most."}


def test_two_lines_of_one_product_share_what_is_free():
    lines = [line(stock(NORD, free=3), wanted=2), line(stock(NORD, free=3), wanted=2, line_id=2)]
    assert rerouting.problems(lines, {(1, NORD): 1, (2, NORD): 2}) == {}
    assert set(rerouting.problems(lines, {(1, NORD): 2, (2, NORD): 2})) == {(1, NORD), (2, NORD)}


def test_more_than_the_line_wants_is_refused():
    lines = [line(stock(NORD, held=4), stock(RIVAL))]
    assert "wants 4 units; this makes 5" in rerouting.problems(lines, {(1, NORD): 4, (1, RIVAL): 1})[(1, RIVAL)]


def test_what_is_packed_cannot_be_taken_away():
    lines = [line(stock(NORD, held=4, packed=2), stock(RIVAL))]
    assert "has packed 2" in rerouting.problems(lines, {(1, NORD): 1, (1, RIVAL): 3})[(1, NORD)]


def test_the_outcome_names_who_loses_who_gets_and_how_many_parcels():
    lines = [line(stock(NORD, held=4), stock(RIVAL)), line(stock(0, held=1, product=8), line_id=2, wanted=1, product=8)]
    made = rerouting.outcome(lines, {(1, NORD): 0, (1, RIVAL): 3, (2, 0): 1})
    assert [(move.name, move.before, move.after) for move in made.moves] == [("Nord", 4, 0), ("Rival", 0, 3)]
    assert (made.lines, made.parcels_before, made.parcels_after, made.unassigned) == ((1,), 2, 2, 1)


def test_automatic_keeps_what_is_packed_and_plans_the_rest_anew():
    lines = [line(stock(0, free=3), stock(NORD, held=2, packed=1, free=0), stock(RIVAL, held=2, free=9))]
    assert rerouting.automatic(lines) == {(1, 0): 3, (1, NORD): 1, (1, RIVAL): 0}


def test_automatic_leaves_out_who_rejected_the_line():
    lines = [line(stock(NORD, free=9, serves=False), stock(RIVAL, free=9))]
    assert rerouting.automatic(lines) == {(1, NORD): 0, (1, RIVAL): 4}


def test_the_version_changes_with_every_change_of_who_holds_what():
    before = [line(stock(NORD, held=4))]
    assert rerouting.version(before) == rerouting.version([line(stock(NORD, held=4, free=1))])
    for after in (line(stock(NORD, held=3)), line(stock(NORD, held=4, packed=1)), line(stock(NORD, held=4), wanted=3)):
        assert rerouting.version(before) != rerouting.version([after])
