"""Stock reports from several senders at once, and beside orders that take stock meanwhile."""

from itertools import pairwise

import pytest

from tests.actions.conftest import incoming
from tests.actions.test_races import at_once
from webapp.actions import allocations, orders, shipments, stock_reports
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.stock_reports import Row, Taken
from webapp.domain.errors import Forbidden, NotFound
from webapp.domain.stock_report import Report
from webapp.models import Allocation, Change, Event, Order, Supply


@pytest.fixture
def mug(world) -> Supply:
    """Ten mugs at the logistics service."""
    world.product("MUG", logistics=10)
    return Supply.get()


@pytest.fixture
def report(world):
    """Report the logistics service's mugs as its own program; return what became of the row."""
    clerk = world.cast.viewer(world.cast.clerk)
    program = type(clerk)(clerk.store_id, clerk.actor, "key", clerk.supplier_id, products=world.viewer.products)

    def send(quantity, sequence=None, price=None):
        row = Row("sku", "MUG", Report(quantity, price, sequence))
        return stock_reports.take(program, {0: row})[0]

    return send


def test_of_two_reports_at_once_the_one_with_the_higher_number_stays(world, report, mug):
    for start in range(0, 40, 2):

        def send(number, start=start):
            return report(100 + start + number, start + number + 1)

        outcomes = at_once(2, send)
        row = Supply.get()
        assert (row.quantity, row.sequence) == (101 + start, start + 2)
        assert isinstance(outcomes[1], Taken)
        assert isinstance(outcomes[0], Taken) or outcomes[0].code == "stale_sequence"


def test_many_senders_end_at_the_highest_number(report, mug):
    outcomes = at_once(8, lambda number: [report(number * 10 + step, number * 10 + step) for step in range(10)])
    row = Supply.get()
    assert (row.quantity, row.sequence) == (79, 79)
    taken = [result for sent in outcomes for result in sent if isinstance(result, Taken) and result.changed]
    assert Event.select().where(Event.kind == "supply.reported").count() == len(taken)


def test_the_events_tell_an_unbroken_story_whoever_reports(report, mug):
    at_once(4, lambda number: [report(100 * number + step) for step in range(1, 6)])
    events = Event.select().where(Event.kind == "supply.reported").order_by(Event.id)
    told = [row.message.split(": ")[1].split(" → ") for row in events]
    assert told[0][0] == "10" and int(told[-1][1]) == Supply.get().quantity
    assert all(one[1] == other[0] for one, other in pairwise(told))


def test_a_report_beside_a_shipment_leaves_one_or_the_other_order_of_both(world, report, mug):
    order = world.order(("MUG", 4))
    made = shipments.create(world.viewer, order.id, ShipmentDraft())

    def work(number):
        return report(50) if number else shipments.ship(world.viewer, made.id)

    at_once(2, work)
    assert Supply.get().quantity in (50, 46)
    assert Supply.get().reserved == 0


def test_reports_while_orders_come_in_never_give_more_than_there_is(world, report, mug):
    def work(number):
        if number == 0:
            return [report(10 + step, step) for step in range(10)]
        return [orders.import_order(world.channel, incoming(("MUG", 1), external_id=f"{number}-{n}")) for n in range(8)]

    at_once(4, work)
    # An order may look at the stock just before a report and be seen just after it; the worker repeats in a minute.
    allocations.allocate_waiting(world.viewer, mug.product_id)
    row = Supply.get()
    held = sum(allocation.quantity for allocation in Allocation.select())
    assert (row.quantity, row.reserved) == (19, held)
    assert held == 19 and Order.select().count() == 24


def test_numbers_of_the_change_feed_have_no_gap_when_many_report(report, mug):
    at_once(6, lambda number: [report(number * 100 + step) for step in range(1, 6)])
    numbers = sorted(row.number for row in Change.select())
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_supply_that_is_removed_meanwhile_is_not_found(world, mug, report):
    def remove_first(number):
        if number == 0:
            Supply.delete().execute()
        return report(12)

    outcomes = at_once(2, remove_first)
    assert isinstance(outcomes[0], NotFound)
    assert Supply.select().count() == 0


def test_only_who_may_write_products_reports(world, mug):
    clerk = world.cast.viewer(world.cast.clerk)
    with pytest.raises(Forbidden):
        stock_reports.take(clerk, {0: Row("sku", "MUG", Report(1))})
    assert Supply.get().quantity == 10
