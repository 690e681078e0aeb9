"""Reading: every order that changed, however WooCommerce's pages move, and as what it is."""

import datetime as dt

import pytest

from tests.connectors.woocommerce.conftest import connect
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.woocommerce import OVERLAP
from webapp.domain.channel import IncomingLine

MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def ids(pages) -> list[str]:
    return [order.external_id for page in pages for order in page]


def sold(shop, count: int, at: dt.datetime = MOMENT, step: dt.timedelta = dt.timedelta()) -> list[str]:
    return [str(shop.sell(("MUG", 1), at=at + number * step)["id"]) for number in range(count)]


def test_an_order_comes_as_plain_values(shop, woo):
    order = shop.sell(("MUG", 2), ("LAMP", 1), at=MOMENT, customer_note="Ring twice")
    came = woo.read_order(str(order["id"]))
    assert (came.external_id, came.reference, came.currency) == (str(order["id"]), order["number"], "EUR")
    assert (came.status, came.channel_status, came.notes) == ("payment_accepted", "processing", "Ring twice")
    assert (came.total_cents, came.shipping_cents) == (3 * 1220 + 610, 610)
    assert came.lines[0] == IncomingLine(str(order["line_items"][0]["id"]), "MUG", "Mug", 2, 1220)
    assert came.ordered_at == came.updated_at == MOMENT
    assert came.customer == {
        "name": "Ada",
        "surname": "Rossi",
        "email": "ada@example.com",
        "phone": "+39 02 1234",
    }
    assert (came.delivery_address["city"], came.delivery_address["country_iso"]) == ("Milano", "IT")
    assert came.shipping_method == "Flat rate"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pending", "awaiting_payment"),
        ("on-hold", "awaiting_payment"),
        ("failed", "awaiting_payment"),
        ("processing", "payment_accepted"),
        ("completed", "shipped"),
        ("cancelled", "canceled"),
        ("refunded", "canceled"),
        ("trash", "canceled"),
        ("wc-packing", "on_hold"),
    ],
)
def test_each_status_of_the_shop_has_one_of_ours(shop, woo, theirs, ours):
    came = woo.read_order(str(shop.sell(("MUG", 1), status=theirs)["id"]))
    assert (came.status, came.channel_status) == (ours, theirs)


def test_a_basket_is_no_order(shop, woo):
    draft = shop.sell(("MUG", 1), at=MOMENT, status="checkout-draft")
    assert ids(woo.read_orders(MOMENT, MOMENT)) == []
    with pytest.raises(ConnectorError, match="isn't placed yet") as caught:
        woo.read_order(str(draft["id"]))
    assert caught.value.permanent


def test_refunded_units_arent_wanted_any_more(shop, woo):
    order = shop.sell(("MUG", 3), ("LAMP", 1), at=MOMENT)
    shop.refund(order, MUG=1)
    shop.refund(order, MUG=1, LAMP=1)
    (page,) = woo.read_orders(MOMENT, MOMENT)
    assert [line.quantity for line in page[0].lines] == [1, 0]
    assert [line.unit_price_cents for line in page[0].lines] == [1220, 1220]


@pytest.mark.parametrize(("currency", "total", "minor"), [("JPY", "1500", 1500), ("KWD", "1.234", 1234)])
def test_a_currency_has_its_own_minor_units(shop, woo, currency, total, minor):
    changes = {"currency": currency, "total": total, "shipping_total": "0", "shipping_tax": "0"}
    assert woo.read_order(str(shop.sell(("MUG", 1), **changes)["id"])).total_cents == minor


def test_an_order_without_a_delivery_address_goes_to_the_buyer(shop, woo):
    nowhere = dict.fromkeys(("first_name", "last_name", "address_1", "city", "postcode"), "") | {"country": "IT"}
    came = woo.read_order(str(shop.sell(("MUG", 1), shipping=nowhere)["id"]))
    assert came.delivery_address["city"] == "Milano"


def test_an_imported_order_that_lacks_amounts_and_its_day_keeps_nobody_waiting(shop, woo, monkeypatch):
    odd = shop.sell(("MUG", 1), at=MOMENT, shipping_total="", shipping_tax="")
    listed = shop._list
    monkeypatch.setattr(shop, "_list", lambda *values: [{**row, "date_created_gmt": None} for row in listed(*values)])
    ((came,),) = woo.read_orders(MOMENT, MOMENT)
    assert (came.external_id, came.shipping_cents, came.ordered_at) == (str(odd["id"]), 0, MOMENT)


def test_the_sites_own_clock_isnt_taken_for_ours(shop, woo):
    """Read by its own time, an order of this moment would be missed for seven hours, or found for seven too long."""
    inside, _ = sold(shop, 1, MOMENT), sold(shop, 1, MOMENT - dt.timedelta(hours=7))
    assert ids(woo.read_orders(MOMENT, MOMENT)) == inside


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7, 10, 25])
def test_any_number_of_orders_of_one_second_is_read_once_each(shop, count):
    made = sold(shop, count)
    assert ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT)) == made


@pytest.mark.parametrize("crowd", [2, 3, 4, 7])
def test_a_crowded_second_between_others_is_read_once_and_in_order(shop, crowd):
    before, among = sold(shop, 4, MOMENT - 9 * SECOND, SECOND), sold(shop, crowd)
    after = sold(shop, 4, MOMENT + SECOND, SECOND)
    read = ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT + 9 * SECOND))
    assert read == before + among + after


def test_orders_that_leave_a_crowded_second_pull_no_other_out_of_sight(shop, monkeypatch):
    made = sold(shop, 12)
    calls = iter(range(1000))
    listed = shop._list

    def moving(query, headers):
        found = listed(query, headers)
        if 2 <= next(calls) < 6:
            leaver = next(one for one in shop.orders.values() if one["modified"] == MOMENT)
            leaver["modified"] = MOMENT + dt.timedelta(days=1)
        return found

    monkeypatch.setattr(shop, "_list", moving)
    read = ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT))
    left = {name for name in made if shop.orders[int(name)]["modified"] != MOMENT}
    assert len(left) == 4 and set(made) - set(read) <= left and len(read) == len(set(read))


def test_a_page_that_is_short_since_an_order_cant_be_loaded_isnt_taken_for_the_last(shop):
    made = sold(shop, 7, MOMENT, SECOND)
    shop.unloadable.add(int(made[1]))
    read = ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT + 9 * SECOND))
    assert read == [made[0], *made[2:]]


def test_a_first_page_of_which_nothing_can_be_loaded_hides_nothing(shop):
    made = sold(shop, 7, MOMENT, SECOND)
    shop.unloadable |= {int(name) for name in made[:3]}
    assert ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT + 9 * SECOND)) == made[3:]


def test_an_order_that_changes_between_the_shops_search_and_its_answer_hides_no_other(shop, monkeypatch):
    """Its new time at the end of a page would carry the reading past all orders between."""
    made = sold(shop, 9, MOMENT, SECOND)
    listed, bumped = shop._list, []

    def late(query, headers):
        found = listed(query, headers)
        if not bumped:
            bumped.append(found[-1]["id"])
            found[-1]["date_modified_gmt"] = "2026-11-20T09:31:00"
            shop.orders[bumped[0]]["modified"] = MOMENT + dt.timedelta(minutes=1)
        return found

    monkeypatch.setattr(shop, "_list", late)
    read = ids(connect(shop.url, page_size=3).read_orders(MOMENT, MOMENT + dt.timedelta(minutes=2)))
    assert sorted(read) == sorted(made) and read[-1] == str(bumped[0])


def test_a_reading_reaches_back_by_the_overlap(shop, woo):
    sold(shop, 1, MOMENT - OVERLAP - SECOND)
    inside = sold(shop, 1, MOMENT - OVERLAP)
    assert ids(woo.read_orders(MOMENT, MOMENT)) == inside


def test_a_first_reading_takes_everything(shop, woo):
    made = sold(shop, 1, MOMENT - dt.timedelta(days=4000)) + sold(shop, 1)
    assert ids(woo.read_orders(None, MOMENT)) == made


def test_an_old_shop_that_would_give_anything_is_refused(shop, woo):
    shop.old = True
    with pytest.raises(ConnectorError, match=r"needs WooCommerce 5\.8") as caught:
        list(woo.read_orders(MOMENT, MOMENT))
    assert caught.value.permanent


def test_a_shop_that_ignores_the_window_doesnt_keep_the_reader_busy_for_ever(shop, woo, monkeypatch):
    sold(shop, 60, MOMENT - dt.timedelta(days=9))
    listed = shop._list
    monkeypatch.setattr(
        shop,
        "_list",
        lambda query, headers: listed(
            {name: value for name, value in query.items() if not name.startswith("modified")}, headers
        ),
    )
    with pytest.raises(ConnectorError, match="orders of other times"):
        list(woo.read_orders(MOMENT, MOMENT))


@pytest.mark.parametrize("unknown", ["x", "", "1/../2", "²", "0"])
def test_an_order_that_the_shop_does_not_have_is_a_permanent_error(woo, unknown):
    with pytest.raises(ConnectorError, match="no such order") as caught:
        woo.read_order(unknown)
    assert caught.value.permanent
