"""What becomes of each part of a Medusa's order."""

import datetime as dt

import pytest

from tests.connectors.medusa.conftest import connect
from webapp.domain.channel import IncomingLine

MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def test_an_order_comes_whole(shop, medusa):
    order = shop.sell(("MUG", 3), ("LAMP", 1), at=MOMENT)
    came = medusa.read_order(order["id"])
    assert (came.external_id, came.reference, came.currency) == (order["id"], str(order["display_id"]), "EUR")
    assert (came.status, came.channel_status) == ("payment_accepted", "pending, authorized, not_fulfilled")
    assert (came.total_cents, came.shipping_cents) == (4 * 1220 + 610, 610)
    assert came.lines[0] == IncomingLine(order["items"][0]["id"], "MUG", "Mug", 3, 1220)
    assert came.ordered_at == came.updated_at == MOMENT
    assert came.delivery_address == {
        "name": "Ada",
        "surname": "Rossi",
        "company": "",
        "address": "Via Roma 1",
        "postcode": "20100",
        "city": "Milano",
        "state_iso": "MI",
        "country_iso": "IT",
        "phone": "+39 02 1",
    }
    assert came.shipping_method == "Courier"


def test_a_guest_has_the_name_of_the_address_and_a_customer_an_own_one(shop, medusa):
    guest = medusa.read_order(shop.sell(("MUG", 1))["id"]).customer
    assert guest == {"name": "Ada", "surname": "Rossi", "email": "ada@example.com", "phone": "+39 02 1"}
    buyer = {"first_name": "Ugo", "last_name": None, "email": "ugo@example.com", "phone": "1"}
    known = medusa.read_order(shop.sell(("MUG", 1), customer=buyer)["id"]).customer
    assert known == {"name": "Ugo", "surname": "", "email": "ada@example.com", "phone": "1"}


def test_an_order_without_a_delivery_address_goes_to_the_buyer(shop, medusa):
    assert medusa.read_order(shop.sell(("MUG", 1), shipping_address=None)["id"]).delivery_address["city"] == "Milano"
    nowhere = shop.sell(("MUG", 1), shipping_address={"country_code": "it"}, billing_address=None)
    assert medusa.read_order(nowhere["id"]).delivery_address == {}


@pytest.mark.parametrize(
    ("payment", "ours"),
    [
        ("not_paid", "awaiting_payment"),
        ("awaiting", "awaiting_payment"),
        ("requires_action", "awaiting_payment"),
        ("partially_authorized", "awaiting_payment"),
        ("partially_captured", "awaiting_payment"),
        ("canceled", "awaiting_payment"),
        ("authorized", "payment_accepted"),
        ("captured", "payment_accepted"),
        ("partially_refunded", "payment_accepted"),
        ("refunded", "canceled"),
        ("on_the_moon", "on_hold"),
    ],
)
def test_each_payment_status_has_a_status_of_ours(shop, medusa, payment, ours):
    assert medusa.read_order(shop.sell(("MUG", 1), payment_status=payment)["id"]).status == ours


def test_a_merchant_can_wait_for_the_money_itself(shop):
    order, patient = shop.sell(("MUG", 1)), connect(shop.url, paid_by="captured")
    seen = [patient.read_order(order["id"]).status]
    shop.pay(order)
    assert [*seen, patient.read_order(order["id"]).status] == ["awaiting_payment", "payment_accepted"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pending", "payment_accepted"),
        ("completed", "payment_accepted"),
        ("archived", "payment_accepted"),
        ("canceled", "canceled"),
        ("requires_action", "on_hold"),
    ],
)
def test_each_status_of_an_order_has_one_of_ours(shop, medusa, theirs, ours):
    assert medusa.read_order(shop.sell(("MUG", 1), status=theirs)["id"]).status == ours


def test_an_order_that_costs_nothing_waits_for_no_payment(shop, medusa):
    free = shop.sell(("MUG", 1), total=0, payment_status="not_paid")
    assert medusa.read_order(free["id"]).status == "payment_accepted"


def test_what_has_left_counts_by_units_whatever_the_shop_calls_it(shop, medusa):
    order = shop.sell(("MUG", 2), ("LAMP", 1))
    first = shop.fulfil(order, 1, 0, tracking="A")
    seen = [medusa.read_order(order["id"]).status]
    second = shop.fulfil(order, 1, 1, tracking="B")
    seen.append(medusa.read_order(order["id"]).status)
    for one in (first, second):
        shop.deliver(order, one)
        seen.append(medusa.read_order(order["id"]).status)
    assert seen == ["partially_shipped", "shipped", "shipped", "delivered"]


def test_what_was_only_packed_hasnt_left(shop, medusa):
    order = shop.sell(("MUG", 1))
    shop.fulfil(order, 1)
    assert medusa.read_order(order["id"]).status == "payment_accepted"


def test_units_written_off_arent_wanted_any_more_and_returned_ones_were_sent(shop, medusa):
    order = shop.sell(("MUG", 3), ("LAMP", 2))
    order["items"][0]["detail"]["written_off_quantity"] = 1
    shop.fulfil(order, 0, 2, tracking="A")
    order["items"][1]["detail"]["return_received_quantity"] = 2
    assert [line.quantity for line in medusa.read_order(order["id"]).lines] == [2, 2]


def test_a_line_that_the_shop_shows_several_times_is_one(shop, medusa):
    """Calls that change an order at the same time leave a row each; the one that knows of more is right."""
    order = shop.sell(("MUG", 2))
    shop.fulfil(order, 2, tracking="A")
    (item,) = order["items"]
    stale = item | {"detail": dict.fromkeys(item["detail"], 0) | {"quantity": 2}}
    order["items"] = [stale, item, stale]
    came = medusa.read_order(order["id"])
    assert (came.status, [line.quantity for line in came.lines]) == ("shipped", [2])


@pytest.mark.parametrize(("currency", "total", "minor"), [("jpy", 1500, 1500), ("kwd", 1.234, 1234)])
def test_a_currency_has_its_own_minor_units(shop, medusa, currency, total, minor):
    changes = {"currency_code": currency, "total": total}
    came = medusa.read_order(shop.sell(("MUG", 1), **changes)["id"])
    assert (came.currency, came.total_cents) == (currency.upper(), minor)
