"""Confirming on the shop: looked for before it is created, so that a lost answer makes no second fulfilment."""

import pytest

from webapp.connectors.channels import ConnectorError
from webapp.domain.channel import OutgoingShipment


@pytest.fixture
def placed(shop) -> str:
    return shop.sell(("MUG-BLUE", 2), ("MOKA-3", 1))


def shipment(shop, placed, *units, reference="XD-1-1") -> OutgoingShipment:
    lines = [str(line["id"]) for line in shop.order(placed)["lines"]]
    pairs = tuple((line, count) for line, count in zip(lines, units, strict=False) if count)
    return OutgoingShipment(placed, reference, pairs, "BRT", "TRACK-1", "https://track.example/1")


def held(shop, placed) -> list[tuple]:
    return [(one["reference"], one["carrier"], one["tracking_code"]) for one in shop.order(placed)["fulfilments"]]


def test_a_shipment_arrives_with_carrier_tracking_and_lines(shop, sandbox, placed):
    made = sandbox.confirm_shipment(shipment(shop, placed, 2, 1))
    order = shop.order(placed)
    assert order["status"] == "shipped" and held(shop, placed) == [("XD-1-1", "BRT", "TRACK-1")]
    assert order["fulfilments"][0]["tracking_url"] == "https://track.example/1"
    assert [line["quantity"] for line in order["fulfilments"][0]["lines"]] == [2, 1]
    assert (made.remote_id, made.found) == (str(order["fulfilments"][0]["id"]), False)


def test_parts_make_fulfilments_of_their_own(shop, sandbox, placed):
    sandbox.confirm_shipment(shipment(shop, placed, 1, reference="XD-1-1"))
    assert shop.order(placed)["status"] == "partially_shipped"
    sandbox.confirm_shipment(shipment(shop, placed, 1, 1, reference="XD-1-2"))
    assert shop.order(placed)["status"] == "shipped" and len(held(shop, placed)) == 2


def test_a_repeat_finds_the_first_although_the_shop_would_take_it_again(shop, sandbox, placed):
    first = sandbox.confirm_shipment(shipment(shop, placed, 1))
    again = sandbox.confirm_shipment(shipment(shop, placed, 1))
    assert (again.remote_id, again.found) == (first.remote_id, True) and "TRACK-1" in again.detail
    assert len(held(shop, placed)) == 1


@pytest.mark.parametrize("fault", ["drop", "fail", "limit"])
def test_after_a_lost_answer_or_a_refused_call_one_fulfilment_stands(shop, sandbox, placed, fault):
    parcel = shipment(shop, placed, 1)
    shop.break_next(**{fault: 1})
    with pytest.raises(ConnectorError) as error:
        sandbox.confirm_shipment(parcel)
    assert not error.value.permanent
    sandbox.confirm_shipment(parcel)
    assert len(held(shop, placed)) == 1


def test_more_than_was_ordered_is_refused_for_good_with_the_shops_words(shop, sandbox, placed):
    with pytest.raises(ConnectorError, match="units left") as error:
        sandbox.confirm_shipment(shipment(shop, placed, 3))
    assert error.value.permanent and held(shop, placed) == []


def test_a_delivery_can_be_told_twice(shop, sandbox, placed):
    made = sandbox.confirm_shipment(shipment(shop, placed, 2, 1))
    for _ in range(2):
        assert sandbox.confirm_delivery(placed, made.remote_id).remote_id == made.remote_id
    assert shop.order(placed)["status"] == "delivered"


def test_a_cancellation_can_be_told_twice(shop, sandbox, placed):
    assert not sandbox.set_status(placed, "canceled").found
    assert sandbox.set_status(placed, "canceled").found
    assert shop.order(placed)["status"] == "canceled"


def test_what_has_shipped_is_not_canceled(shop, sandbox, placed):
    sandbox.confirm_shipment(shipment(shop, placed, 1))
    with pytest.raises(ConnectorError, match="shipped already") as error:
        sandbox.set_status(placed, "canceled")
    assert error.value.permanent


@pytest.mark.parametrize("status", ["in_process", "on_hold", "shipped"])
def test_a_status_that_the_shop_does_not_know_changes_nothing_there(shop, sandbox, placed, status):
    before = shop.order(placed)
    assert sandbox.set_status(placed, status).found
    assert shop.order(placed) == before
