"""What a shop of any other kind is told: signed, under one `webhook-id` for each push, and what its answers mean."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from tests.connectors.contract import fails
from tests.connectors.generic.conftest import connect
from webapp.connectors.channels import Named, kind_of, open_channel
from webapp.connectors.channels.generic import mapping
from webapp.domain import order_status, signing
from webapp.domain.channel import OutgoingShipment

MOMENT = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)
PARCEL = OutgoingShipment("1042", "XD-1-7", (("1", 2), ("2", 1)), "BRT", "T-7", "https://brt.example/T-7", True)


def test_a_shipment_is_told_whole(shop, generic):
    assert generic.named("push-1", MOMENT).confirm_shipment(PARCEL).remote_id == "XD-1-7"
    assert shop.taken == {
        "push-1": {
            "type": "shipment.confirmed",
            "timestamp": "2026-11-26T09:30:00Z",
            "data": {
                "order": {"id": "1042"},
                "reference": "XD-1-7",
                "lines": [{"id": "1", "quantity": 2}, {"id": "2", "quantity": 1}],
                "carrier": "BRT",
                "tracking_code": "T-7",
                "tracking_url": "https://brt.example/T-7",
                "completes_order": True,
            },
        }
    }


def test_delivery_and_status_are_told_under_the_same_reference_and_order(shop, generic):
    generic.confirm_delivery("1042", "XD-1-7")
    generic.set_status("1042", "payment_accepted")
    assert shop.told("shipment.delivered") == [{"order": {"id": "1042"}, "reference": "XD-1-7"}]
    assert shop.told("order.status_changed") == [{"order": {"id": "1042"}, "status": "paid"}]


def test_every_status_of_ours_has_a_word_that_the_shop_may_send_back():
    for ours, _ in order_status.STATUSES:
        assert mapping.status(mapping.WORDS[ours]) == ours


def test_a_repeat_carries_the_same_id_and_another_push_another(shop, generic):
    assert isinstance(generic, Named)
    for name in ("push-1", "push-1", "push-2"):
        generic.named(name, MOMENT).set_status("1042", "on_hold")
    assert shop.calls == ["push-1", "push-1", "push-2"] and list(shop.taken) == ["push-1", "push-2"]


def test_what_has_no_name_is_named_by_what_it_is_about(shop, generic):
    for _ in range(2):
        generic.confirm_shipment(PARCEL)
        generic.confirm_delivery("1042", "XD-1-7")
        generic.set_status("1042", "canceled")
        generic.set_status("1042", "on_hold")
    assert len(shop.calls) == 8 and len(shop.taken) == 4


def test_an_order_id_of_any_letters_can_be_told(shop, generic):
    shop.orders.add("Ordine № 7 “ü”")
    generic.set_status("Ordine № 7 “ü”", "canceled")
    assert shop.told("order.status_changed") == [{"order": {"id": "Ordine № 7 “ü”"}, "status": "canceled"}]


def test_the_test_is_a_signed_ping(shop, generic):
    assert generic.test() == "The shop took a signed ping."
    assert [one["type"] for one in shop.taken.values()] == ["ping"]


def test_a_wrong_secret_is_said_to_be_one(shop):
    error = fails(connect(shop.url, signing.new_secret()).test)
    assert error.permanent and "signing secret" in str(error) and shop.taken == {}


def test_while_a_secret_is_rotated_both_sign(shop):
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).isoformat()
    kept = {signing.SECRET: signing.new_secret(), signing.PREVIOUS: shop.secret, signing.UNTIL: later}
    assert open_channel("generic", shop.url, {}, kept).test()
    over = {**kept, signing.UNTIL: (dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)).isoformat()}
    assert fails(open_channel("generic", shop.url, {}, over).test).permanent


@pytest.mark.parametrize("status", [200, 201, 202, 204, 208])
def test_any_2xx_is_a_yes_whatever_stands_in_it(shop, generic, status):
    shop.answer = (status, {}, b"" if status == 204 else b"<h1>\xff Hello")
    assert generic.confirm_shipment(PARCEL).remote_id == "XD-1-7"


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422])
def test_a_refusal_waits_for_a_person(shop, generic, status):
    shop.answer = (status, {"Location": "http://127.0.0.1:9/"}, b"out of\n stock")
    error = fails(lambda: generic.confirm_shipment(PARCEL))
    assert error.permanent and str(status) in str(error)
    assert ("out of stock" in str(error)) is (status in (400, 404, 405, 409, 410, 413, 415, 422))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_be_over_later_is_tried_again_when_the_shop_wants_it(shop, generic, status):
    shop.answer = (status, {"Retry-After": "70"}, b"")
    error = fails(lambda: generic.confirm_shipment(PARCEL))
    assert (error.permanent, error.retry_after) == (False, 70.0)


def test_an_address_that_may_not_be_called_is_never_called():
    error = fails(connect("http://169.254.169.254/hook", signing.new_secret()).test)
    assert error.permanent and "public" in str(error)


def test_without_an_address_the_test_says_that_nothing_is_told():
    silent = open_channel("generic", "", {}, {signing.SECRET: signing.new_secret()})
    assert "told nothing" in silent.test()
    assert fails(lambda: silent.confirm_shipment(PARCEL)).permanent


def test_without_a_secret_nothing_is_sent(shop):
    assert fails(open_channel("generic", shop.url, {}, {}).test).permanent and shop.calls == []


def test_the_secret_is_nowhere_in_what_is_sent_or_said(shop, generic):
    generic.confirm_shipment(PARCEL)
    shop.answer = (400, {}, b"no")
    assert shop.secret not in json.dumps(shop.taken) + str(fails(lambda: generic.confirm_shipment(PARCEL)))


def test_the_kind_says_that_it_is_not_read_and_needs_no_address():
    kind = kind_of("generic")
    assert (kind.capabilities.reads_orders, kind.needs_address) == (False, False)


def test_a_corrected_code_is_a_message_of_its_own_and_each_code_is_told_once(shop, generic):
    for code in ("RIGHT", "RIGHT", "BETTER"):
        generic.correct_tracking(replace(PARCEL, tracking_code=code), PARCEL.reference)
    assert [one["tracking_code"] for one in shop.told("shipment.corrected")] == ["RIGHT", "BETTER"]
