"""Reading a Medusa's orders so that none is missed."""

import datetime as dt

import pytest

from tests.connectors.contract import ids
from tests.connectors.medusa.conftest import connect
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.medusa import OVERLAP

MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
FINE = dt.timedelta(microseconds=1)


def sold(shop, count: int, at: dt.datetime = MOMENT, step: dt.timedelta = dt.timedelta()) -> list[str]:
    return [shop.sell(("MUG", 1), at=at + number * step)["id"] for number in range(count)]


def test_a_draft_is_no_order(shop, medusa):
    draft = shop.sell(("MUG", 1), at=MOMENT, status="draft")
    assert ids(medusa.read_orders(MOMENT, MOMENT)) == []
    with pytest.raises(ConnectorError, match="still a draft") as caught:
        medusa.read_order(draft["id"])
    assert caught.value.permanent


def test_a_payment_that_comes_later_is_read_although_it_doesnt_touch_its_order(shop, medusa):
    early = MOMENT - dt.timedelta(days=3)
    unpaid, other = (shop.sell(("MUG", 1), at=early, payment_status="awaiting") for _ in range(2))
    assert ids(medusa.read_orders(MOMENT, MOMENT)) == []
    shop.pay(unpaid, at=MOMENT)
    ((came,),) = medusa.read_orders(MOMENT, MOMENT)
    assert (came.external_id, came.status, came.updated_at) == (unpaid["id"], "payment_accepted", early)
    assert other["payment_status"] == "awaiting"


def test_an_order_that_was_changed_and_paid_is_read_once(shop):
    made = sold(shop, 7, step=SECOND)
    read = ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT + 9 * SECOND))
    assert read == made


def test_one_sales_channel_can_be_read_alone(shop):
    here = shop.sell(("MUG", 1), at=MOMENT, sales_channel_id="sc_here")
    there = shop.sell(("MUG", 1), at=MOMENT)
    paid = [
        shop.sell(("MUG", 1), at=MOMENT - dt.timedelta(days=1), sales_channel_id=one) for one in ("sc_here", "sc_b")
    ]
    for order in paid:
        shop.pay(order, at=MOMENT)
    connector = connect(shop.url, sales_channel="sc_here")
    assert ids(connector.read_orders(MOMENT, MOMENT)) == [here["id"], paid[0]["id"]]
    assert "holds 2 orders" in connector.test() and there["sales_channel_id"] == "sc_web"


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7, 10, 25])
def test_any_number_of_orders_of_one_time_is_read_once_each(shop, count):
    made = sold(shop, count)
    assert ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT)) == made


@pytest.mark.parametrize("crowd", [2, 3, 4, 7])
def test_a_crowded_time_between_others_is_read_once_and_in_order(shop, crowd):
    before, among = sold(shop, 4, MOMENT - 9 * SECOND, SECOND), sold(shop, crowd)
    after = sold(shop, 4, MOMENT + SECOND, SECOND)
    read = ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT + 9 * SECOND))
    assert read == before + among + after


@pytest.mark.parametrize("count", [1, 4, 9])
def test_times_finer_than_are_shown_lose_and_repeat_nothing(shop, count):
    """Some microseconds apart they look alike, and what the database compares isn't what it shows."""
    made = sold(shop, count, MOMENT + 300 * FINE, 50 * FINE)
    read = ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT))
    assert sorted(read) == sorted(made)


def test_orders_that_leave_a_crowded_time_pull_no_other_out_of_sight(shop, monkeypatch):
    made = sold(shop, 12)
    calls = iter(range(1000))
    listed = shop._page

    def moving(name, rows, query):
        found = listed(name, rows, query)
        if name == "orders" and 2 <= next(calls) < 6:
            leaver = next(one for one in shop.orders.values() if one["updated_at"] == MOMENT)
            leaver["updated_at"] = MOMENT + dt.timedelta(days=1)
        return found

    monkeypatch.setattr(shop, "_page", moving)
    read = ids(connect(shop.url, page_size=3).read_orders(None, MOMENT))
    left = {name for name in made if shop.orders[name]["updated_at"] != MOMENT}
    assert len(left) == 4 and set(made) - set(read) <= left and len(read) == len(set(read))


def test_a_reading_reaches_back_by_the_overlap(shop, medusa):
    sold(shop, 1, MOMENT - OVERLAP - SECOND)
    inside = sold(shop, 1, MOMENT - OVERLAP)
    assert ids(medusa.read_orders(MOMENT, MOMENT)) == inside


def test_a_first_reading_takes_everything_and_asks_for_no_payments(shop, medusa):
    made = sold(shop, 1, MOMENT - dt.timedelta(days=4000)) + sold(shop, 1)
    assert ids(medusa.read_orders(None, MOMENT)) == made
    assert not [call for call in shop.calls if "/payments" in call]


def test_a_shop_whose_list_is_empty_although_it_counts_more_is_left_for_now(shop, medusa, monkeypatch):
    monkeypatch.setattr(shop, "_page", lambda name, rows, query: {name: [], "count": 99})
    with pytest.raises(ConnectorError, match="faster than they can be read") as caught:
        list(medusa.read_orders(MOMENT, MOMENT))
    assert not caught.value.permanent


def test_a_shop_that_ignores_the_window_doesnt_keep_the_reader_busy_for_ever(shop, medusa, monkeypatch):
    sold(shop, 60, MOMENT - dt.timedelta(days=9))
    listed = shop._page
    monkeypatch.setattr(
        shop,
        "_page",
        lambda name, rows, query: listed(
            name, rows, {key: value for key, value in query.items() if not key.startswith("updated_at")}
        ),
    )
    with pytest.raises(ConnectorError, match="rows of other times"):
        list(medusa.read_orders(MOMENT, MOMENT))
