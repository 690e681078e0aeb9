"""Reading what changed: each order once, in order, up to the bound, whatever lies at the edge of a page."""

import datetime as dt

import pytest

from tests.connectors.sandbox.conftest import write
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.sandbox import OVERLAP
from webapp.domain.channel import IncomingLine

MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
LATER = MOMENT + dt.timedelta(hours=1)
TICK = dt.timedelta(microseconds=1)


def sell(shop, count=1, at=MOMENT) -> list[str]:
    """Place orders that all change at one moment; return their ids."""
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    made = [shop.sell(("MUG-BLUE", 1)) for _ in range(count)]
    write(shop, f"UPDATE orders SET placed_at = '{moment}', updated_at = '{moment}' WHERE id IN ({', '.join(made)})")
    return made


def ids(pages) -> list[str]:
    return [order.external_id for page in pages for order in page]


def test_an_order_comes_as_plain_values(shop, sandbox):
    placed = shop.sell(("MUG-BLUE", 2), ("MOKA-3", 1))
    held, order = shop.order(placed), sandbox.read_order(placed)
    assert (order.external_id, order.reference) == (placed, held["number"])
    assert (order.status, order.channel_status, order.currency) == ("payment_accepted", "paid", "EUR")
    assert order.total_cents == 2 * 1490 + 2990 and order.updated_at == order.ordered_at
    assert order.lines[0] == IncomingLine(str(held["lines"][0]["id"]), "MUG-BLUE", "Enamel mug, blue", 2, 1490)
    assert order.customer["email"] == held["buyer"]["email"]
    assert order.delivery_address["city"] == held["buyer"]["city"]
    assert order.ordered_at.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pending", "awaiting_payment"),
        ("paid", "payment_accepted"),
        ("partially_shipped", "partially_shipped"),
        ("shipped", "shipped"),
        ("delivered", "delivered"),
        ("canceled", "canceled"),
        ("a-new-one", "on_hold"),
    ],
)
def test_each_status_of_the_shop_has_one_of_ours(shop, sandbox, theirs, ours):
    placed = shop.sell(("MUG-BLUE", 1))
    write(shop, f"UPDATE orders SET status = '{theirs}'")
    order = sandbox.read_order(placed)
    assert (order.status, order.channel_status) == (ours, theirs)


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 120])
def test_equal_times_at_the_edge_of_a_page_lose_and_repeat_nothing(shop, sandbox, count):
    made = sell(shop, count)
    pages = list(sandbox.read_orders(None, LATER))
    assert ids(pages) == made
    assert max(len(page) for page in pages) <= 50


def test_a_reading_goes_by_time_and_then_by_id(shop, sandbox):
    late, early = sell(shop, 2, LATER), sell(shop, 2, MOMENT)
    assert ids(sandbox.read_orders(None, LATER)) == early + late


def test_the_upper_bound_holds_for_what_is_sold_during_the_reading(shop, sandbox):
    made = sell(shop, 60)
    pages = sandbox.read_orders(None, MOMENT)
    first = next(pages)
    sell(shop, 30, MOMENT + TICK)
    assert ids([first, *pages]) == made


def test_what_changes_during_the_reading_is_left_to_the_next_one(shop, sandbox):
    made = sell(shop, 60)
    pages = sandbox.read_orders(None, MOMENT)
    first = next(pages)
    write(shop, f"UPDATE orders SET updated_at = '2026-11-20T11:00:00.000000Z' WHERE id IN ({made[0]}, {made[-1]})")
    assert ids([first, *pages]) == made[:-1]
    assert ids(sandbox.read_orders(MOMENT + OVERLAP, LATER + dt.timedelta(hours=1))) == [made[0], made[-1]]


def test_a_reading_reaches_back_by_the_overlap_and_no_further(shop, sandbox):
    sell(shop, 1, LATER - OVERLAP)
    inside = sell(shop, 1, LATER - OVERLAP + TICK)
    at_bound = sell(shop, 1, LATER)
    sell(shop, 1, LATER + TICK)
    assert ids(sandbox.read_orders(LATER, LATER)) == inside + at_bound


def test_a_page_that_fails_ends_the_reading_with_an_error(shop, sandbox):
    sell(shop, 60)
    pages = sandbox.read_orders(None, LATER)
    assert len(next(pages)) == 50
    shop.break_next(fail=1)
    with pytest.raises(ConnectorError) as error:
        next(pages)
    assert not error.value.permanent


@pytest.mark.parametrize("unknown", ["999999", "x", "", "1/../2", "²"])
def test_an_order_that_the_shop_does_not_have_is_a_permanent_error(shop, sandbox, unknown):
    with pytest.raises(ConnectorError, match="no such order") as error:
        sandbox.read_order(unknown)
    assert error.value.permanent
