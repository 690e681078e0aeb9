"""Units that move are a change of their product, for the store and for the supplier whose stock it is."""

import pytest

from tests.actions.conftest import incoming
from webapp.actions import acceptance, assignments, orders, record, shipments, supplies
from webapp.actions.acceptance import Rejected
from webapp.actions.assignments import Assigned
from webapp.actions.packing import OWN
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.supplies import SupplyDraft
from webapp.models import Change, Product, Store, Supply


@pytest.fixture
def stocks(world):
    """MUG lies at the logistics service and its rival, POT at the rival alone, MAT on the own shelf."""
    world.product("MUG", logistics=5, rival=5)
    world.product("POT", rival=5)
    world.product("MAT", own=5)
    Change.delete().execute()
    return world


@pytest.fixture
def names(cast):
    return {None: "store", cast.logistics.id: "logistics", cast.rival.id: "rival"}


@pytest.fixture
def told(names):
    """Return which products' changes were told to whom since it was asked last, in the order of their numbers."""

    def ask():
        rows = list(Change.select().where(Change.subject == "product").order_by(Change.number))
        skus = dict(Product.select(Product.id, Product.sku).tuples())
        Change.delete().execute()
        assert {(row.action, row.order_id) for row in rows} <= {("changed", None)}
        return [f"{skus[row.subject_id]} {names[row.supplier_id]}" for row in rows]

    return ask


def test_an_order_that_holds_units_tells_each_stock_once_behind_itself(stocks, told):
    stocks.order(("MUG", 1), ("POT", 1), ("MUG", 2), ("MAT", 1))
    subjects = [row.subject for row in Change.select().order_by(Change.number)]
    assert subjects == ["order"] * 2 + ["product"] * 5
    assert told() == ["MUG store", "MUG rival", "POT store", "POT rival", "MAT store"]


def test_all_lines_of_an_order_share_one_range_of_numbers(stocks, sql_count):
    with sql_count() as few:
        stocks.order(("MUG", 1), external_id="few")
    with sql_count() as many:
        stocks.order(("MUG", 1), ("POT", 1), ("MAT", 1), external_id="many")
    raised = [sum("UPDATE" in said and "change_seq" in said for said in seen) for seen in (few, many)]
    assert raised == [1, 1]
    numbers = [row.number for row in Change.select().order_by(Change.number)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_thousands_of_stocks_that_move_at_once_are_told_without_a_gap(world):
    before = Store.get_by_id(world.viewer.store_id).change_seq
    record.changed(world.viewer.store_id, "order", 1, order_id=1, moved=[(number, 7) for number in range(1, 2001)])
    rows = list(Change.select().where(Change.number > before).order_by(Change.number))
    assert [row.number for row in rows] == list(range(before + 1, before + 4002))
    products = [(row.subject_id, row.supplier_id) for row in rows if row.subject == "product"]
    assert products == [(number, whom) for number in range(1, 2001) for whom in (None, 7)]
    assert Store.get_by_id(world.viewer.store_id).change_seq == before + 4001


def test_units_that_leave_are_told_and_units_that_are_packed_are_not(stocks, told, cast):
    order = stocks.order(("MUG", 6), ("MAT", 1))
    told()
    packed = [
        shipments.create(stocks.viewer, order.id, ShipmentDraft(source=source)) for source in (cast.logistics.id, OWN)
    ]
    assert told() == []
    shipments.ship(stocks.viewer, packed[0].id)
    assert told() == ["MUG store", "MUG logistics"]
    shipments.ship(stocks.viewer, packed[1].id)
    assert told() == ["MAT store"]
    shipments.ship(stocks.viewer, packed[1].id)
    assert told() == []


@pytest.mark.parametrize("by", ["hand", "channel"])
def test_a_cancellation_gives_units_back_and_tells_it(stocks, told, by):
    order = stocks.order(("MUG", 6), ("MAT", 1))
    orders.set_status(stocks.viewer, order.id, "on_hold")
    told()
    if by == "hand":
        orders.set_status(stocks.viewer, order.id, "canceled")
    else:
        orders.import_order(stocks.channel, incoming(("MUG", 6), ("MAT", 1), status="canceled"))
    assert told() == ["MUG store", "MUG logistics", "MUG rival", "MAT store"]
    assert not Supply.select().where(Supply.reserved > 0).exists()


def test_a_status_that_moves_no_units_tells_nothing_of_stock(stocks, told):
    order = stocks.order(("MUG", 1))
    told()
    orders.set_status(stocks.viewer, order.id, "in_process")
    assert told() == []


def test_a_line_that_goes_elsewhere_is_told_to_both_stocks(stocks, told, cast):
    order = stocks.order(("MUG", 2))
    line = stocks.line(order, "MUG")
    told()
    acceptance.reject(cast.viewer(cast.clerk), order.id, [Rejected(line.id, "Damaged")])
    assert told() == ["MUG store", "MUG logistics", "MUG rival"]
    assignments.assign(stocks.viewer, order.id, [Assigned(line.id, cast.rival.id, 1)])
    assert told() == ["MUG store", "MUG rival"]
    assignments.assign(cast.viewer(cast.rival_clerk), order.id, [Assigned(line.id, cast.rival.id, 0)])
    assert told() == ["MUG store", "MUG rival"]


def test_what_the_channel_changes_is_told_for_the_stocks_that_it_moves(stocks, told):
    stocks.order(("MUG", 2), ("MAT", 1))
    told()
    orders.import_order(stocks.channel, incoming(("MUG", 6), ("MAT", 1)))
    assert told() == ["MUG store", "MUG logistics", "MUG rival"]


def test_stock_that_comes_for_a_waiting_order_is_told_twice_counted_and_held(stocks, told, cast):
    stocks.order(("POT", 8))
    told()
    pot = Product.get(Product.sku == "POT")
    supplies.add(stocks.viewer, pot.id, SupplyDraft(cast.logistics.id, "", 9))
    assert told() == ["POT store", "POT logistics"] * 2
