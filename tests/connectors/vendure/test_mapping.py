"""What Vendure's words become with us, where the real shop of the other tests has no such case."""

import datetime as dt

import pytest

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.vendure import mapping
from webapp.domain import order_status
from webapp.domain.channel import OutgoingShipment

ADDRESS = {
    "fullName": None,
    "company": None,
    "streetLine1": None,
    "streetLine2": None,
    "city": None,
    "province": None,
    "postalCode": None,
    "countryCode": None,
    "phoneNumber": None,
}
ORDER = {
    "id": "7",
    "code": "ABC",
    "state": "PaymentSettled",
    "currencyCode": "EUR",
    "orderPlacedAt": "2026-11-24T08:00:00.500Z",
    "updatedAt": "2026-11-24T09:00:00.000+01:00",
    "totalWithTax": 1000,
    "shippingWithTax": 0,
    "customer": None,
    "shippingAddress": None,
    "billingAddress": ADDRESS,
    "shippingLines": [],
    "lines": [],
}


def test_an_order_without_buyer_addresses_or_shipping_comes_empty_and_not_broken():
    came = mapping.incoming(ORDER)
    assert came.customer == {"name": "", "surname": "", "email": "", "phone": ""}
    assert (came.delivery_address, came.billing_address, came.shipping_method) == ({}, {}, "")


def test_times_come_in_utc():
    came = mapping.incoming(ORDER)
    assert came.ordered_at == dt.datetime(2026, 11, 24, 8, 0, 0, 500_000, tzinfo=dt.UTC)
    assert (came.updated_at, came.updated_at.tzinfo) == (dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC), dt.UTC)


def test_times_go_out_in_utc_to_the_millisecond_below():
    rome = dt.timezone(dt.timedelta(hours=1))
    assert mapping.stamp(dt.datetime(2026, 11, 24, 9, 0, 0, 123_999, tzinfo=rome)) == "2026-11-24T08:00:00.123Z"


def test_every_status_is_one_of_ours():
    assert set(mapping.STATUSES.values()) <= set(dict(order_status.STATUSES))


def test_a_state_that_the_shop_added_itself_puts_the_order_on_hold_and_keeps_its_word():
    came = mapping.incoming({**ORDER, "state": "AwaitingEngraving"})
    assert (came.status, came.channel_status) == ("on_hold", "AwaitingEngraving")


def test_an_order_that_was_never_placed_is_refused():
    with pytest.raises(ConnectorError, match="isn't placed yet"):
        mapping.incoming({**ORDER, "orderPlacedAt": None})


@pytest.mark.parametrize(
    ("full", "name", "surname"),
    [
        ("Anna Verdi", "Anna", "Verdi"),
        ("Anna Maria Verdi", "Anna Maria", "Verdi"),
        ("Anna", "Anna", ""),
        (" Anna  Verdi ", "Anna", "Verdi"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_the_last_word_of_a_full_name_is_the_surname(full, name, surname):
    came = mapping.incoming({**ORDER, "shippingAddress": {**ADDRESS, "fullName": full, "city": "Milano"}})
    assert (came.delivery_address["name"], came.delivery_address["surname"]) == (name, surname)


def test_of_equally_old_fulfilments_the_one_with_the_smaller_number_is_older():
    fulfilments = [{"createdAt": "2026-11-24T08:00:00Z", "id": number} for number in ("10", "9", "100")]
    assert [one["id"] for one in sorted(fulfilments, key=mapping.by_age)] == ["9", "10", "100"]


def test_a_reference_is_never_taken_for_a_longer_one():
    shipment = OutgoingShipment("7", "XD-1-1", (), "BRT", "")
    methods = {"BRT · XD-1-1": True, "A · B · XD-1-1": True, "BRT · XD-1-11": False, "BRT": False, "": False}
    assert {method: mapping.is_ours({"method": method}, shipment) for method in methods} == methods
