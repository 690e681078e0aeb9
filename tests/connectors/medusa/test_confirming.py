"""Confirming on Medusa: two steps, each found again; by hand; deliveries and cancellations."""

import json
from dataclasses import replace

import pytest

from tests.connectors.contract import fails
from tests.connectors.medusa.conftest import connect, held, parcel, writes
from tests.servers.fault_proxy import FaultProxy
from tests.servers.medusa import KEY


def body(call: str) -> dict:
    return json.loads(call.partition("{")[1] + call.partition("{")[2])


def test_a_parcel_becomes_a_fulfilment_that_was_sent_off(shop, medusa):
    order = shop.sell(("MUG", 3), ("LAMP", 1))
    made = medusa.confirm_shipment(parcel(order, 2, 1))
    (one,) = order["fulfillments"]
    assert (made.remote_id, made.found, made.detail) == (one["id"], False, "")
    assert [item["quantity"] for item in one["items"]] == [2, 1] and one["shipped_at"]
    url = "https://track.example/?a=1&b=2"
    assert one["labels"] == [{"tracking_number": "TRACK-1", "tracking_url": url, "label_url": ""}]
    assert one["metadata"] == {"crossdock_reference": "XD-1-1"}


def test_the_place_of_the_reservation_is_named_and_the_buyer_hears_once_with_the_tracking(shop, medusa):
    medusa.confirm_shipment(parcel(shop.sell(("MUG", 1)), 1))
    fulfilment, shipment = map(body, writes(shop))
    assert (fulfilment["location_id"], fulfilment["no_notification"]) == ("sloc_nord", True)
    assert shipment["no_notification"] is False


def test_where_nothing_is_reserved_the_shop_takes_its_own_place(shop, medusa):
    medusa.confirm_shipment(parcel(shop.sell(("LAMP", 1)), 1))
    assert "location_id" not in body(writes(shop)[0])


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "track.example/1", "ftp://track.example/1"])
def test_an_address_that_isnt_one_of_the_web_is_left_out(shop, medusa, url):
    order = shop.sell(("MUG", 1))
    medusa.confirm_shipment(parcel(order, 1, tracking_url=url))
    assert order["fulfillments"][0]["labels"][0]["tracking_url"] == ""


def test_a_fulfilment_of_ours_without_a_shipment_is_continued_and_never_made_twice(shop, medusa):
    order = shop.sell(("MUG", 2))
    with FaultProxy(shop.url) as proxy:
        proxy.plan(None, "swallow_error", only="POST /")
        assert not fails(lambda: connect(proxy.url).confirm_shipment(parcel(order, 1))).permanent
    assert held(order) == [""]
    made = medusa.confirm_shipment(parcel(order, 1))
    assert (made.found, held(order)) == (False, ["TRACK-1"])


def test_lines_named_twice_are_added_up(shop, medusa):
    order = shop.sell(("MUG", 3))
    line = order["items"][0]["id"]
    medusa.confirm_shipment(replace(parcel(order, 1), lines=((line, 1), (line, 2))))
    assert [item["quantity"] for item in order["fulfillments"][0]["items"]] == [3]


def test_two_parcels_with_one_tracking_code_are_two(shop, medusa):
    order = shop.sell(("MUG", 2))
    made = [medusa.confirm_shipment(parcel(order, 1, number=number)) for number in (1, 2)]
    assert len({one.remote_id for one in made}) == 2 and held(order) == ["TRACK-1", "TRACK-1"]


def test_what_was_sent_off_by_hand_under_the_same_code_counts(shop, medusa):
    order = shop.sell(("MUG", 1))
    one = shop.fulfil(order, 1, tracking="TRACK-1")
    made = medusa.confirm_shipment(parcel(order, 1))
    assert (made.remote_id, made.found, made.detail) == (one["id"], True, "It was entered on the shop by hand.")
    assert writes(shop) == []


@pytest.mark.parametrize("code", ["OTHER", ""])
def test_what_was_sent_off_by_hand_under_another_code_waits_for_a_person(shop, medusa, code):
    order = shop.sell(("MUG", 1))
    shop.fulfil(order, 1, tracking=code)
    error = fails(lambda: medusa.confirm_shipment(parcel(order, 1)))
    assert error.permanent and f"another tracking code, {code or 'none'}" in str(error)
    assert len(held(order)) == 1


def test_what_was_only_packed_by_hand_is_sent_off_with_our_code(shop, medusa):
    order = shop.sell(("MUG", 2))
    one = shop.fulfil(order, 2)
    made = medusa.confirm_shipment(parcel(order, 2))
    assert (made.remote_id, made.found, held(order)) == (one["id"], False, ["TRACK-1"])


def test_units_packed_by_hand_in_another_way_are_a_refusal(shop, medusa):
    order = shop.sell(("MUG", 2))
    shop.fulfil(order, 2)
    error = fails(lambda: medusa.confirm_shipment(parcel(order, 1)))
    assert error.permanent and "exceeds the reserved quantity" in str(error)
    assert held(order) == [""]


def test_a_fulfilment_that_the_shop_canceled_waits_for_a_person(shop, medusa):
    order = shop.sell(("MUG", 2))
    with FaultProxy(shop.url) as proxy:
        proxy.plan(None, "swallow_error", only="POST /")
        fails(lambda: connect(proxy.url).confirm_shipment(parcel(order, 1)))
    shop.take_back(order, order["fulfillments"][0])
    assert "has canceled this fulfilment" in str(fails(lambda: medusa.confirm_shipment(parcel(order, 1))))
    assert held(order) == []


@pytest.mark.parametrize("sent", [False, True])
def test_of_two_tries_that_both_came_through_one_is_kept(shop, medusa, sent):
    """The first try's call can be carried out after the second has looked in vain."""
    order = shop.sell(("MUG", 4))
    twins = [shop.fulfil(order, 1), shop.fulfil(order, 1, tracking="TRACK-1" if sent else None)]
    for one in twins:
        one["metadata"] = {"crossdock_reference": "XD-1-1"}
    made = medusa.confirm_shipment(parcel(order, 1))
    assert (made.remote_id, made.found) == (twins[1 if sent else 0]["id"], sent)
    assert held(order) == ["TRACK-1"]


def test_where_the_shop_cant_cancel_the_second_try_the_first_is_sent_off_and_a_person_told(shop, medusa):
    """Of two calls at the same time the shop counts the units once, and then it has none to give back."""
    order = shop.sell(("MUG", 4))
    for one in (shop.fulfil(order, 1), shop.fulfil(order, 1)):
        one["metadata"] = {"crossdock_reference": "XD-1-1"}
    order["items"][0]["detail"]["fulfilled_quantity"] = 0
    made = medusa.confirm_shipment(parcel(order, 1))
    assert "a second fulfilment" in made.detail and held(order) == ["TRACK-1", ""]


def test_a_canceled_order_takes_no_parcel(shop, medusa):
    order = shop.sell(("MUG", 1), status="canceled")
    error = fails(lambda: medusa.confirm_shipment(parcel(order, 1)))
    assert error.permanent and "has been canceled" in str(error)


def test_a_delivery_is_told_once_however_often(shop, medusa):
    order = shop.sell(("MUG", 1))
    made = medusa.confirm_shipment(parcel(order, 1))
    told = [medusa.confirm_delivery(order["id"], made.remote_id).found for _ in range(2)]
    assert told == [False, True] and order["fulfillments"][0]["delivered_at"]


@pytest.mark.parametrize("fault", ["drop", "error", "garbage"])
def test_a_delivery_whose_answer_is_lost_is_found_by_the_repeat(shop, medusa, fault):
    order = shop.sell(("MUG", 1))
    made = medusa.confirm_shipment(parcel(order, 1))
    with FaultProxy(shop.url) as proxy:
        proxy.plan(fault, only="POST /")
        assert not fails(lambda: connect(proxy.url).confirm_delivery(order["id"], made.remote_id)).permanent
    assert medusa.confirm_delivery(order["id"], made.remote_id).found
    assert medusa.confirm_shipment(parcel(order, 1)).found


def test_a_fulfilment_that_isnt_there_cant_be_delivered(shop, medusa):
    order = shop.sell(("MUG", 1))
    assert fails(lambda: medusa.confirm_delivery(order["id"], "ful_none")).permanent
    shop.take_back(order, shop.fulfil(order, 1))
    assert fails(lambda: medusa.confirm_delivery(order["id"], order["fulfillments"][0]["id"])).permanent


def test_an_order_is_canceled_once(shop, medusa):
    order = shop.sell(("MUG", 1))
    assert [medusa.set_status(order["id"], "canceled").found for _ in range(2)] == [False, True]
    assert order["status"] == "canceled"


def test_a_paid_order_is_for_a_person_to_cancel_since_the_shop_would_pay_back(shop, medusa):
    order = shop.sell(("MUG", 1))
    shop.pay(order)
    error = fails(lambda: medusa.set_status(order["id"], "canceled"))
    assert error.permanent and "pays the money back" in str(error)
    assert (order["status"], order["refunded"]) == ("pending", 0)


def test_an_order_with_parcels_isnt_canceled(shop, medusa):
    order = shop.sell(("MUG", 1))
    medusa.confirm_shipment(parcel(order, 1))
    error = fails(lambda: medusa.set_status(order["id"], "canceled"))
    assert error.permanent and "All fulfillments must be canceled" in str(error)


def test_other_statuses_are_the_shops_own_affair(shop, medusa):
    order = shop.sell(("MUG", 1))
    assert medusa.set_status(order["id"], "in_process").found
    assert shop.calls == [] and KEY not in repr(medusa)
