"""Orders come whole, in batches, by the shop's own clock, and in the words of a store's own statuses."""

import datetime as dt

import pytest

from tests.connectors.prestashop.conftest import connect, refusal
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.prestashop import mapping
from webapp.domain import order_status

MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def ids(pages):
    return [int(order.external_id) for page in pages for order in page]


def test_an_order_comes_whole(shop, connector):
    number = shop.sell(("MUG-01", 2), ("LAMP-01", 1), at=MOMENT)
    came = connector.read_order(str(number))

    assert (came.external_id, came.reference, came.currency) == (str(number), "REF000001", "EUR")
    assert (came.status, came.channel_status) == ("payment_accepted", "Payment accepted")
    assert (came.ordered_at, came.updated_at) == (MOMENT, MOMENT)
    assert (came.total_cents, came.shipping_cents, came.shipping_method) == (4160, 500, "Corriere espresso")
    lines = [(line.external_id, line.sku, line.title, line.quantity, line.unit_price_cents) for line in came.lines]
    assert lines == [("1", "MUG-01", "Product MUG-01", 2, 1220), ("2", "LAMP-01", "Product LAMP-01", 1, 1220)]
    assert came.lines[0].ean == "8001234567895" and came.notes == "Ring twice"
    buyer = {"name": "Anna", "surname": "Verdi", "phone": "02 555 0100"}
    assert came.customer == {**buyer, "email": "anna.verdi@example.com"}
    place = {"company": "Studio Verdi", "postcode": "20121", "city": "Milano", "country_iso": "IT"}
    home = {**buyer, **place, "address": "Via Garibaldi 5, Interno 3", "state_iso": "MI"}
    assert came.delivery_address == home
    assert came.billing_address == {**home, "address": "Via Roma 1", "state_iso": ""}


def test_units_that_were_refunded_arent_wanted_any_more(shop, connector):
    number = shop.sell(("MUG-01", 3), ("LAMP-01", 1))
    shop.row("order_details", product_reference="MUG-01")["product_quantity_refunded"] = 2
    shop.row("order_details", product_reference="LAMP-01")["product_quantity_refunded"] = 1
    assert [line.quantity for line in connector.read_order(str(number)).lines] == [1, 0]


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("12.200000", "EUR", 1220),
        ("0.015000", "EUR", 2),
        (12.2, "EUR", 1220),
        ("1200.0000", "JPY", 1200),
        ("", "EUR", 0),
    ],
)
def test_amounts_are_whole_minor_units_of_their_currency(amount, currency, units):
    assert mapping.minor(amount, currency) == units


def test_the_currency_decides_about_minor_units(shop, connector):
    came = connector.read_order(str(shop.sell(("MUG-01", 1), id_currency=2, total_paid_tax_incl="1712.000000")))
    assert (came.currency, came.total_cents, came.shipping_cents) == ("JPY", 1712, 5)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (0, "awaiting_payment"),
        (1, "awaiting_payment"),
        (2, "payment_accepted"),
        (3, "payment_accepted"),
        (4, "shipped"),
        (5, "delivered"),
        (6, "canceled"),
        (7, "canceled"),
        (8, "awaiting_payment"),
        (99, "on_hold"),
    ],
)
@pytest.mark.parametrize("may_read_configuration", [True, False])
def test_a_shops_status_is_understood_by_what_the_shop_says_of_it(shop, state, status, may_read_configuration):
    if may_read_configuration:
        shop.allowed["configurations"] = {"GET"}
    came = connect(shop.url).read_order(str(shop.sell(("MUG-01", 1), state=state)))
    assert came.status == status and status in dict(order_status.STATUSES)


def test_a_status_that_a_shop_made_itself_is_understood_by_its_flags_and_its_mail(shop, connector):
    flags = {"paid": 0, "logable": 0, "deleted": 0}
    shop.add("order_states")
    for state, name, template, shipped in ((20, "Partita!", "", 1), (21, "Annullato dal cliente", "order_canceled", 0)):
        shop.tables["order_states"].append(
            {"id": state, "name": name, "template": template, "shipped": shipped, **flags}
        )
    del shop.tables["order_states"][-3]
    came = [connector.read_order(str(shop.sell(("MUG-01", 1), state=state))) for state in (20, 21)]
    assert [order.status for order in came] == ["shipped", "canceled"]
    assert came[0].channel_status == "Partita!"


def test_the_shops_configuration_goes_before_the_numbers_of_a_new_shop(shop):
    shop.allowed["configurations"] = {"GET"}
    shop.row("configurations", name="PS_OS_CANCELED")["value"] = 8
    connector = connect(shop.url)
    came = [connector.read_order(str(shop.sell(("MUG-01", 1), state=state))).status for state in (8, 6)]
    assert came == ["canceled", "awaiting_payment"]


def test_cash_on_delivery_is_shipped_from_where_the_merchant_says_so(shop):
    number = str(shop.sell(("MUG-01", 1), state=13))
    assert connect(shop.url).read_order(number).status == "awaiting_payment"
    assert connect(shop.url, ready_states="1, 13").read_order(number).status == "payment_accepted"


@pytest.mark.parametrize("count", [1, 20])
def test_the_number_of_calls_doesnt_grow_with_the_orders_of_a_page(shop, connector, count):
    for _ in range(count):
        shop.sell(("MUG-01", 1), at=MOMENT)
    shop.calls.clear()
    assert len(ids(connector.read_orders(MOMENT, MOMENT))) == count
    assert len(shop.calls) == 11
    assert {verb for verb, _, _ in shop.calls} == {"GET"}


def test_nothing_new_gives_no_page(shop, connector):
    assert list(connector.read_orders(MOMENT, MOMENT)) == []


def test_the_first_reading_takes_everything(shop, connector):
    made = [shop.sell(("MUG-01", 1), at=MOMENT + number * SECOND) for number in range(3)]
    assert ids(connector.read_orders(None, MOMENT + 60 * SECOND)) == made


def test_times_are_in_the_zone_that_the_shop_says_rather_than_the_one_in_the_form(shop):
    shop.allowed["configurations"] = {"GET"}
    number = shop.sell(("MUG-01", 1), at=MOMENT)
    connector = connect(shop.url, timezone="America/New_York")
    assert connector.read_order(str(number)).updated_at == MOMENT
    assert ids(connector.read_orders(MOMENT, MOMENT)) == [number]


def test_times_are_in_the_zone_of_the_form_where_the_shop_doesnt_say(shop):
    number = shop.sell(("MUG-01", 1), at=MOMENT)
    shop.touch(number)
    shop.row("orders", id=number)["date_upd"] = "2026-11-20 04:30:00"
    connector = connect(shop.url, timezone="America/New_York")
    assert connector.read_order(str(number)).updated_at == MOMENT
    assert ids(connector.read_orders(MOMENT, MOMENT)) == [number]


@pytest.mark.parametrize("minutes", [-40, 40])
def test_a_shop_whose_clock_is_off_hides_nothing(shop, connector, minutes):
    shop.clock_off = dt.timedelta(minutes=minutes)
    number = shop.sell(("MUG-01", 1))
    now = dt.datetime.now(dt.UTC)
    assert ids(connector.read_orders(now - 60 * SECOND, now + 5 * SECOND)) == [number]


def test_a_shop_whose_clock_is_years_off_isnt_read_from_its_beginning_each_time(shop, connector):
    old = shop.sell(("MUG-01", 1))
    shop.touch(old, MOMENT - dt.timedelta(days=30))
    shop.clock_off = dt.timedelta(days=-3000)
    assert ids(connector.read_orders(MOMENT, MOMENT)) == []


def test_orders_of_the_hour_that_the_shops_clock_shows_twice_are_all_found(shop, connector):
    """At 01:00 UTC the clock in Rome is put back from three to two."""
    midnight = dt.datetime(2026, 10, 25, tzinfo=dt.UTC)
    moments = [midnight + dt.timedelta(minutes=minutes) for minutes in (40, 58, 64, 79)]
    made = [shop.sell(("MUG-01", 1), at=moment) for moment in moments]
    found = ids(connector.read_orders(moments[0], midnight + dt.timedelta(minutes=80)))
    assert sorted(found) == made


@pytest.mark.parametrize("to", [7200, 55])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_an_order_that_changes_between_the_shops_list_and_its_row_hides_no_other(shop, place, to):
    """Its row then shows a later time than the place where it stands: past the span, or inside it."""
    made = [shop.sell(("MUG-01", 1), at=MOMENT + number * SECOND) for number in range(12)]
    shop.meanwhile.append(lambda: shop.touch(made[place], MOMENT + to * SECOND))
    found = ids(connect(shop.url, page_size=4).read_orders(MOMENT, MOMENT + 60 * SECOND))
    assert set(found) == set(made)
    assert len(found) == len(made)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_of_any_size_meet_without_a_gap(shop, size):
    made = [shop.sell(("MUG-01", 1), at=MOMENT + number // 3 * SECOND) for number in range(11)]
    assert ids(connect(shop.url, page_size=size).read_orders(MOMENT, MOMENT + 60 * SECOND)) == made


def test_a_shop_that_ignores_what_it_was_asked_for_is_told_and_not_read_for_ever(shop):
    for _ in range(3):
        shop.sell(("MUG-01", 1), at=MOMENT)
    shop.deaf = True
    for moment in (MOMENT, MOMENT + 3600 * SECOND):
        with pytest.raises(ConnectorError, match="doesn't keep to the times") as caught:
            list(connect(shop.url, page_size=2).read_orders(moment, moment))
        assert not caught.value.permanent


def test_an_order_that_the_shop_doesnt_have_is_a_permanent_error(shop, connector):
    for number in ("999", "", "one", "²", "1|2"):
        assert refusal(lambda number=number: connector.read_order(number)) == "The shop has no such order."


def test_a_time_of_zeros_is_told_and_may_be_tried_again(shop, connector):
    number = shop.sell(("MUG-01", 1))
    shop.row("orders", id=number)["date_upd"] = "0000-00-00 00:00:00"
    with pytest.raises(ConnectorError) as caught:
        connector.read_order(str(number))
    assert not caught.value.permanent
