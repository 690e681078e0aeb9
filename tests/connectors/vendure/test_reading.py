"""Reading the real shop: every placed order that changed, once, in order, whatever happens meanwhile."""

import datetime as dt
from itertools import count

import pytest

from tests.connectors.vendure.conftest import connect
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.vendure import OVERLAP, mapping

pytestmark = pytest.mark.xdist_group("vendure")

DAYS = count(1)
AS_STORED = {"seconds": "%Y-%m-%d %H:%M:%S", "milliseconds": "%Y-%m-%d %H:%M:%S.000"}
"""Vendure on SQLite keeps a time in one text or the other: by the database's clock, or by its own."""


SHELF = []
"""Orders that earlier tests sold; since a reading changes nothing of them, the next test may take them again."""


class Day:
    """A day of long ago on which only the test's own orders changed."""

    def __init__(self, shop, place):
        self._shop, self._place, self.sold = shop, place, []
        self.noon = dt.datetime(2001, 1, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=next(DAYS))

    def at(self, seconds):
        return self.noon + dt.timedelta(seconds=seconds)

    def sell(self, seconds, stored="milliseconds"):
        """Sell a mug; the order changed so many seconds after noon. Return it."""
        order = SHELF.pop() if SHELF else self._place(MUG=1)
        self.sold.append(order)
        self.change(order.code, seconds, stored)
        return order

    def change(self, code, seconds, stored="milliseconds"):
        self._shop.set_updated_at(code, self.at(seconds).strftime(AS_STORED[stored]))

    def pages(self, connector, since=0, until=3600):
        """Read from noon on, or so many seconds after it, less the overlap."""
        return connector.read_orders(self.at(since), self.at(until))

    def read(self, connector, **bounds):
        return [order.external_id for page in self.pages(connector, **bounds) for order in page]


@pytest.fixture
def day(vendure, place):
    made = Day(vendure, place)
    yield made
    SHELF.extend(made.sold)


@pytest.fixture
def by_twos(vendure):
    """A connector that reads two orders at a time."""
    return connect(vendure.url, page_size=2)


def test_an_order_comes_whole(connector, place):
    order = place(MUG=2, LAMP=1)
    came = connector.read_order(order.id)

    assert (came.external_id, came.reference) == (order.id, order.code)
    assert (came.status, came.channel_status, came.currency) == ("payment_accepted", "PaymentSettled", "USD")
    assert [(line.sku, line.title, line.quantity, line.unit_price_cents) for line in came.lines] == [
        ("MUG-01", "Product MUG-01", 2, 1574),
        ("LAMP-01", "Product LAMP-01", 1, 5978),
    ]
    assert (came.total_cents, came.shipping_cents, came.shipping_method) == (9626, 500, "Standard Shipping")
    assert came.customer == {
        "name": "Anna",
        "surname": "Verdi",
        "email": "anna.verdi@example.com",
        "phone": "+39 02 555 0100",
    }
    assert came.delivery_address == {
        "name": "Anna",
        "surname": "Verdi",
        "company": "Studio Verdi",
        "address": "Via Garibaldi 5, Interno 3",
        "postcode": "20121",
        "city": "Milano",
        "state_iso": "MI",
        "country_iso": "IT",
        "phone": "+39 02 555 0100",
    }
    assert came.ordered_at.tzinfo is dt.UTC and came.updated_at.tzinfo is dt.UTC


def test_an_order_whose_payment_is_only_authorized_is_accepted_too(connector, place):
    came = connector.read_order(place("pay-later", MUG=1).id)
    assert (came.status, came.channel_status) == ("payment_accepted", "PaymentAuthorized")


def test_every_state_of_a_placed_order_is_known(vendure):
    process = vendure.admin("{ globalSettings { serverConfig { orderProcess { name } } } }")["globalSettings"]
    states = {state["name"] for state in process["serverConfig"]["orderProcess"]}
    assert states - set(mapping.STATUSES) == {"Created", "Draft", "AddingItems"}


def test_an_order_is_found_from_the_moment_it_was_placed(connector, place):
    before = dt.datetime.now(dt.UTC)
    order = place(MUG=1)
    found = [one.external_id for page in connector.read_orders(before, dt.datetime.now(dt.UTC)) for one in page]
    assert order.id in found


def test_pages_are_whole_oldest_first_and_meet_without_a_gap(day, by_twos):
    placed = [day.sell(seconds).id for seconds in (30, 10, 50, 20, 40)]
    pages = [[order.external_id for order in page] for page in day.pages(by_twos)]

    first, second, third, fourth, fifth = (placed[n] for n in (1, 3, 0, 4, 2))
    assert pages == [[first, second], [third, fourth], [fifth]]


def test_a_last_page_that_is_just_full_ends_the_reading(day, by_twos):
    placed = [day.sell(seconds).id for seconds in (1, 2, 3, 4)]
    assert day.read(by_twos) == placed


def test_nothing_new_gives_no_page(day, connector):
    assert list(day.pages(connector)) == []


@pytest.mark.parametrize("stored", [("seconds",), ("milliseconds",), ("seconds", "milliseconds")])
def test_orders_of_one_instant_all_come_once_across_page_edges(day, by_twos, stored):
    placed = [day.sell(5, stored[n % len(stored)]).id for n in range(5)]
    after = day.sell(6, "seconds").id
    assert sorted(day.read(by_twos)) == sorted([*placed, after])


def test_baskets_are_never_read_and_take_no_place_in_a_page(vendure, day, by_twos):
    first = day.sell(1).id
    for seconds in (2, 3, 4):
        day.change(vendure.open_basket({"MUG-01": 1}), seconds)
    second = day.sell(5).id
    assert [[order.external_id for order in page] for page in day.pages(by_twos)] == [[first, second]]


def test_a_reading_reaches_back_by_the_overlap_and_up_to_its_end(day, connector):
    overlap = int(OVERLAP.total_seconds())
    too_early, again, new, last, too_late = (
        day.sell(seconds).id for seconds in (-overlap - 1, -overlap + 1, 0, 60, 61)
    )
    found = day.read(connector, until=60)
    assert found == [again, new, last]
    assert not {too_early, too_late} & set(found)


def test_an_order_that_changes_during_the_reading_pulls_no_other_out_of_it(day, by_twos):
    first, second, third, fourth = (day.sell(seconds) for seconds in (1, 2, 3, 4))
    pages = day.pages(by_twos)
    assert [order.external_id for order in next(pages)] == [first.id, second.id]

    day.change(first.code, 7200)
    day.change(third.code, 7201)
    assert [order.external_id for page in pages for order in page] == [fourth.id]
    assert day.read(by_twos, since=7000, until=8000) == [first.id, third.id]


def test_a_token_that_ends_between_two_pages_costs_no_order(vendure, day, by_twos):
    placed = [day.sell(seconds).id for seconds in (1, 2, 3)]
    pages = day.pages(by_twos)
    found = [order.external_id for order in next(pages)]
    vendure.log_everybody_out()
    assert found + [order.external_id for page in pages for order in page] == placed


@pytest.mark.parametrize("fault", ["drop", "refuse", "error", "truncate", "garbage"])
def test_a_failed_page_raises_and_may_be_tried_again(day, proxy, fault):
    placed = [day.sell(seconds).id for seconds in (1, 2, 3)]
    connector = connect(proxy.url, page_size=2)
    proxy.plan(None, fault, only="query Orders")
    pages = day.pages(connector)
    next(pages)
    with pytest.raises(ConnectorError) as caught:
        next(pages)
    assert not caught.value.permanent
    assert day.read(connector) == placed


def test_an_order_that_the_shop_doesnt_have_is_a_permanent_error(connector):
    for external_id in ("999999", "not-a-number", ""):
        with pytest.raises(ConnectorError, match="The shop has no such order") as caught:
            connector.read_order(external_id)
        assert caught.value.permanent


def test_a_basket_isnt_an_order(vendure, connector):
    basket = vendure.order(vendure.open_basket({"MUG-01": 1}))["id"]
    with pytest.raises(ConnectorError, match="isn't placed yet") as caught:
        connector.read_order(basket)
    assert caught.value.permanent
