"""GET /orders/{id}: one order, whole, and what may be done to it now."""

import re

from tests.api.problems import refused
from webapp.actions import orders, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import OrderLine, Shipment

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_it_has_this_shape(whole, world):
    world.product("MUG", logistics=10)
    address = {"name": "Rocco", "surname": "Recipient", "city": "Firenze", "country_iso": "IT", "phone": "055"}
    order = world.order(
        ("MUG", 2),
        external_id="77",
        total_cents=123456789,
        delivery_address=address,
        billing_address={"name": "Bice"},
        notes="Ring twice",
        shipping_method="Express",
    )
    OrderLine.update(ean="4006381333931", unit_price_cents=1010).execute()
    answer = whole("GET", f"/orders/{order.id}")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert (answer.json["success"], answer.json["message"]) == (True, None)
    shown = answer.json["data"]
    for name in ("creation_date", "update_date"):
        assert MOMENT.fullmatch(shown.pop(name))
    assert (
        shown.items()
        >= {
            "id": order.id,
            "reference_id": "#77",
            "external_id": "77",
            "source_id": world.channel.id,
            "status": {"id": "payment_accepted", "name": "Payment accepted"},
            "customer": {"name": "Bea", "surname": "Buyer", "email": "bea@example.com"},
            "delivery_address": address,
            "billing_address": {"name": "Bice"},
            "notes": "Ring twice",
            "shipping_method": "Express",
            "total_price": 1234567.89,
            "currency": "EUR",
            "order_date": "2026-11-24T08:00:00Z",
            "shippings": [],
            "partial": False,
        }.items()
    )
    (row,) = shown["rows"]
    assert (
        row.items()
        >= {
            "id": OrderLine.get().id,
            "sku": "MUG",
            "supplier_sku": "MUG",
            "ean": "4006381333931",
            "title": "Mug",
            "quantity": 2,
            "open_quantity": 2,
            "unit_price": 10.1,
        }.items()
    )


def test_it_needs_a_key_that_may_read_orders(client, api, cast, order):
    refused(client.get(f"/api/v1/orders/{order.id}"), 401, "no_credentials")
    refused(api(cast.logistics, orders="none")("GET", f"/orders/{order.id}"), 403, "scope_missing")


def test_a_foreign_order_is_not_found(rival, logistics, whole, world, order, foreign_order):
    mugs = world.order(("MUG", 1), external_id="2")
    refused(rival("GET", f"/orders/{mugs.id}"), 404, "not_found")
    for call in (logistics, whole):
        refused(call("GET", f"/orders/{foreign_order.id}"), 404, "not_found")


def actions(call, order) -> tuple[list[str], dict[str, str]]:
    shown = call("GET", f"/orders/{order.id}").json["data"]
    return shown["allowed_actions"], shown["refused_actions"]


def test_it_names_what_may_be_done_and_why_not_the_rest(logistics, whole, api, cast, order):
    allowed, reasons = actions(logistics, order)
    assert {"status:in_process", "ship"} <= set(allowed) and "status:canceled" not in allowed and "ship" not in reasons
    assert {"status:in_process", "status:on_hold", "status:canceled", "ship"} <= set(actions(whole, order)[0])
    allowed, reasons = actions(api(cast.logistics, orders="read", shipping="read"), order)
    assert allowed == [] and reasons["status"] and reasons["ship"]


def test_what_it_names_is_what_the_calls_then_do(logistics, world, order):
    path = f"/orders/{order.id}"
    logistics("PUT", f"{path}/status", json={"status": "in_process"})
    made = logistics("POST", "/shippings", json={"order_id": order.id}).json["data"]["id"]
    allowed, reasons = actions(logistics, order)
    assert "ship" not in allowed and "waits to be packed" in reasons["ship"]
    refused(logistics("POST", "/shippings", json={"order_id": order.id}), 409, "nothing_open")
    logistics("POST", f"/shippings/{made}/cancel")
    assert "ship" in actions(logistics, order)[0]
    orders.set_status(world.viewer, order.id, "on_hold")
    allowed, reasons = actions(logistics, order)
    assert "ship" not in allowed and "On hold" in reasons["ship"]
    refused(logistics("POST", "/shippings", json={"order_id": order.id}), 409, "not_packable")
    assert Shipment.get().status == "canceled"


def test_its_lines_and_shippings_follow_what_leaves(logistics, world, order):
    mine = world.cast.logistics.id
    line = world.line(order, "MUG").id
    made = shipments.create(world.viewer, order.id, ShipmentDraft({line: 1}, source=mine))
    shipments.ship(world.viewer, made.id)
    gone = shipments.create(world.viewer, order.id, ShipmentDraft(source=mine))
    shipments.cancel(world.viewer, gone.id)
    shown = logistics("GET", f"/orders/{order.id}").json["data"]
    assert [(row["quantity"], row["open_quantity"]) for row in shown["rows"]] == [(2, 1)]
    assert shown["shippings"] == [{"id": made.id}] and shown["status"]["id"] == "partially_shipped"
