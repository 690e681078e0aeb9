"""POST /shippings/{id}/deliver: it has arrived."""

import pytest

from tests.api.problems import refused, wrong
from webapp.models import Order, Push, Shipment


@pytest.fixture
def shipped(logistics, shipment):
    logistics("POST", f"/shippings/{shipment.id}/ship")
    return shipment


def deliver(call, shipment, **options):
    return call("POST", f"/shippings/{shipment.id}/deliver", **options)


def test_it_arrives_and_the_channel_is_told_once(logistics, shipped):
    first, again = deliver(logistics, shipped), deliver(logistics, shipped, json={})
    assert (first.status_code, again.status_code) == (200, 200) and first.json == again.json
    assert first.json["data"]["status"] == {"id": "delivered", "name": "Delivered"}
    assert first.json["data"]["delivery_date"] is not None
    assert Shipment.get().status == "delivered" and Order.get().status == "partially_shipped"
    assert Push.select().where(Push.kind == "delivery").count() == 1


def test_the_order_is_delivered_with_its_last_shipment(logistics, rival, shipped):
    pot = rival("POST", "/shippings", json={"order_id": shipped.order_id}).json["data"]["id"]
    rival("POST", f"/shippings/{pot}/ship")
    deliver(logistics, shipped)
    assert Order.get().status == "shipped"
    rival("POST", f"/shippings/{pot}/deliver")
    assert Order.get().status == "delivered"


def test_what_has_not_left_cannot_arrive(logistics, shipment):
    refused(deliver(logistics, shipment), 409, "not_shipped")
    logistics("POST", f"/shippings/{shipment.id}/cancel")
    refused(deliver(logistics, shipment), 409, "not_shipped")
    assert Shipment.get().status == "canceled" and not Push.select().where(Push.kind == "delivery").exists()


def test_it_needs_a_key_that_may_write_shipping(client, api, cast, shipped):
    refused(client.post(f"/api/v1/shippings/{shipped.id}/deliver"), 401, "no_credentials")
    for shipping in ("none", "read"):
        refused(deliver(api(cast.logistics, shipping=shipping), shipped), 403, "scope_missing")
    assert Shipment.get().status == "shipped"


def test_a_foreign_shipment_is_not_found(rival, whole, shipped):
    refused(deliver(rival, shipped), 404, "not_found")
    refused(whole("POST", "/shippings/999/deliver"), 404, "not_found")
    assert Shipment.get().status == "shipped"


def test_it_takes_no_fields(logistics, shipped):
    wrong(deliver(logistics, shipped, json={"date": "2026-11-24"}), "date")
    assert Shipment.get().status == "shipped"
