"""What Crossdock makes of Shopify's orders: money, buyers that are hidden, lines that changed, pages."""

import datetime as dt

import pytest

from tests.connectors.shopify.conftest import connect, parcel
from tests.servers.shopify.goods import money
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.shopify import OVERLAP, mapping

pytestmark = pytest.mark.xdist_group("shopify")

MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def test_an_order_arrives_whole(shop, shopify):
    placed = shop.sell(("MUG", 2), at=MOMENT)
    order = shopify.read_order(str(placed.number))

    assert (order.external_id, order.reference) == (str(placed.number), f"#{placed.number}")
    assert (order.status, order.channel_status) == ("payment_accepted", "paid, unfulfilled")
    assert (order.currency, order.total_cents, order.shipping_cents) == ("EUR", 3090, 590)
    assert (order.ordered_at, order.updated_at) == (dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC), MOMENT)
    assert order.customer == {"name": "Anna", "surname": "Bianchi", "email": "anna@example.com", "phone": ""}
    assert order.delivery_address == {
        "name": "Anna",
        "surname": "Bianchi",
        "company": "",
        "address": "Via Roma 1, Scala B",
        "postcode": "20121",
        "city": "Milano",
        "state_iso": "MI",
        "country_iso": "IT",
        "phone": "+39 02 123",
    }
    assert (order.shipping_method, order.notes) == ("Standard", "Ring twice.")
    line = order.lines[0]
    assert (line.external_id, line.sku, line.title) == (str(placed.lines[0].number), "MUG", "MUG - blue")
    assert (line.quantity, line.unit_price_cents) == (2, 1250)


def test_a_buyer_whom_the_app_may_not_see_is_left_empty_and_the_order_comes_in(shop, shopify):
    shop.hidden = True
    placed = shop.sell(("MUG", 2), at=MOMENT)
    for order in (shopify.read_order(str(placed.number)), next(shopify.read_orders(MOMENT, MOMENT))[0]):
        assert order.customer == {"name": "", "surname": "", "email": "", "phone": ""}
        assert order.delivery_address == {} == order.billing_address
        assert order.lines[0].quantity == 2


def test_a_buyer_without_account_or_address_breaks_nothing(shop, shopify):
    gone = {"customer": None, "shippingAddress": None, "billingAddress": None, "email": None, "shippingLine": None}
    order = shopify.read_order(str(shop.sell(("MUG", 2), **gone, note=None).number))
    assert order.delivery_address == {} and order.shipping_method == "" and order.notes == ""


def test_an_address_that_is_masked_to_its_town_counts_as_none(shop, shopify):
    parts = ("firstName", "lastName", "company", "address1", "address2", "provinceCode", "phone")
    masked = dict.fromkeys(parts) | {"city": "Milano", "zip": "20121", "countryCodeV2": "IT"}
    assert shopify.read_order(str(shop.sell(("MUG", 1), shippingAddress=masked).number)).delivery_address == {}


@pytest.mark.parametrize(
    ("price", "currency", "cents"),
    [("12.5", "EUR", 1250), ("12.50", "EUR", 1250), ("0.005", "EUR", 1), ("1200", "JPY", 1200), ("1.234", "KWD", 1234)],
)
def test_prices_are_decimal_texts_of_the_shops_own_currency(shop, shopify, price, currency, cents):
    placed = shop.place([shop.line("MUG", 1, price=price)], currencyCode=currency)
    assert shopify.read_order(str(placed.number)).lines[0].unit_price_cents == cents


def test_taxes_go_on_top_where_the_shops_prices_dont_hold_them(shop, shopify):
    line = shop.line("MUG", 3, price="10.00", taxes=("1.50", "0.60"))
    placed = shop.place([line], taxesIncluded=False)
    order = shopify.read_order(str(placed.number))
    assert (order.lines[0].unit_price_cents, order.shipping_cents) == (1070, 700)
    placed.changes["taxesIncluded"] = True
    order = shopify.read_order(str(placed.number))
    assert (order.lines[0].unit_price_cents, order.shipping_cents) == (1000, 590)


def test_refunded_units_and_what_isnt_shipped_are_wanted_no_more(shop, shopify):
    lines = [shop.line("MUG", 3, refunded=1), shop.line("GIFT-CARD", 1, requires_shipping=False), shop.line(None, 1)]
    order = shopify.read_order(str(shop.place(lines).number))
    assert [(line.sku, line.quantity) for line in order.lines] == [("MUG", 2), ("GIFT-CARD", 0), ("", 1)]


def test_an_order_of_many_lines_comes_in_whole(shop, shopify):
    placed = shop.sell(*[(f"SKU-{number}", 1) for number in range(230)], at=MOMENT)
    order = next(shopify.read_orders(MOMENT, MOMENT))[0]
    assert [line.sku for line in order.lines] == [line.sku for line in placed.lines]


STATES = [
    ("PAID", "UNFULFILLED", "payment_accepted"),
    ("AUTHORIZED", "UNFULFILLED", "payment_accepted"),
    ("PARTIALLY_REFUNDED", "IN_PROGRESS", "payment_accepted"),
    ("PAID", "PENDING_FULFILLMENT", "payment_accepted"),
    ("PENDING", "UNFULFILLED", "awaiting_payment"),
    ("PARTIALLY_PAID", "UNFULFILLED", "awaiting_payment"),
    ("EXPIRED", "UNFULFILLED", "awaiting_payment"),
    ("PENDING", "FULFILLED", "shipped"),
    ("PAID", "PARTIALLY_FULFILLED", "partially_shipped"),
    ("REFUNDED", "FULFILLED", "shipped"),
    ("REFUNDED", "UNFULFILLED", "canceled"),
    ("VOIDED", "ON_HOLD", "canceled"),
    ("PAID", "ON_HOLD", "on_hold"),
    ("PAID", "SCHEDULED", "on_hold"),
    ("PAID", "FULFILLMENT_NOT_REQUIRED", "shipped"),
    (None, "UNFULFILLED", "on_hold"),
]


@pytest.mark.parametrize(("payment", "shipping", "status"), STATES)
def test_payment_and_shipping_make_one_status(shop, shopify, payment, shipping, status):
    placed = shop.sell(("MUG", 1), displayFinancialStatus=payment, displayFulfillmentStatus=shipping)
    assert shopify.read_order(str(placed.number)).status == status


def test_shipping_here_is_shipped_there(shop, shopify):
    placed = shop.sell(("MUG", 2))
    shopify.confirm_shipment(parcel(placed, MUG=2))
    assert shopify.read_order(str(placed.number)).status == "shipped"


def test_the_first_reading_takes_all_and_later_ones_reach_back_a_bit(server, shop):
    placed = [shop.sell(("MUG", 1), at=MOMENT - dt.timedelta(days=day)) for day in (40, 3, 0)]
    shop.sell(("MUG", 1), at=MOMENT + dt.timedelta(seconds=1))
    shopify = connect(server.url, page_size=2)
    every = [order.external_id for page in shopify.read_orders(None, MOMENT) for order in page]
    assert every == [str(order.number) for order in placed]
    later = [order.external_id for page in shopify.read_orders(MOMENT + OVERLAP, MOMENT + OVERLAP) for order in page]
    assert later[0] == every[-1]


def test_nothing_new_is_no_page(shopify):
    assert list(shopify.read_orders(None, MOMENT)) == []


def test_a_full_page_stays_below_what_a_query_may_cost(shop, shopify):
    for _ in range(25):
        shop.sell(("MUG", 1), at=MOMENT)
    assert [len(page) for page in shopify.read_orders(MOMENT, MOMENT)] == [10, 10, 5]


def test_the_search_names_both_bounds_in_quotes():
    rome = dt.timezone(dt.timedelta(hours=1))
    assert mapping.changed_between(MOMENT.astimezone(rome), MOMENT + dt.timedelta(milliseconds=900)) == (
        "updated_at:>='2026-11-20T09:30:00Z' AND updated_at:<='2026-11-20T09:30:00Z'"
    )


def test_an_amount_that_is_none_is_a_connector_error(shop, shopify):
    placed = shop.sell(("MUG", 1), currentTotalPriceSet=money("a lot"))
    with pytest.raises(ConnectorError):
        shopify.read_order(str(placed.number))
