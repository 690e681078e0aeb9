"""GET /shippings/{id}: one shipment, with its lines and where it is."""

import re

from tests.api.problems import refused
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import OrderLine

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_it_has_this_shape(logistics, cast, order, shipment):
    answer = logistics("GET", f"/shippings/{shipment.id}")
    assert (answer.status_code, answer.json["success"], answer.json["message"]) == (200, True, None)
    shown = answer.json["data"]
    for name in ("creation_date", "update_date"):
        assert MOMENT.fullmatch(shown[name])
    assert (
        shown.items()
        >= {
            "id": shipment.id,
            "order_id": order.id,
            "supplier_id": cast.logistics.id,
            "status": {"id": "draft", "name": "Packed"},
            "carrier": "GLS",
            "tracking_code": "T-1",
            "tracking_url": "https://gls-group.eu/track/T-1",
            "parcel_id": "",
            "reference": "",
            "delivery_address": {"name": "Bea", "surname": "Buyer", "city": "Milano"},
            "rows": [{"id": OrderLine.get(OrderLine.sku == "MUG").id, "sku": "MUG", "quantity": 2}],
            "shipping_date": None,
            "delivery_date": None,
        }.items()
    )


def test_its_dates_follow_its_life(logistics, shipment):
    path = f"/shippings/{shipment.id}"
    logistics("POST", f"{path}/ship")
    shipped = logistics("GET", path).json["data"]
    assert MOMENT.fullmatch(shipped["shipping_date"]) and shipped["delivery_date"] is None
    logistics("POST", f"{path}/deliver")
    delivered = logistics("GET", path).json["data"]
    assert MOMENT.fullmatch(delivered["delivery_date"])
    assert (delivered["status"]["id"], delivered["shipping_date"]) == ("delivered", shipped["shipping_date"])


def test_it_needs_a_key_that_may_read_shipping(client, api, cast, shipment):
    path = f"/shippings/{shipment.id}"
    refused(client.get(f"/api/v1{path}"), 401, "no_credentials")
    refused(api(cast.logistics, shipping="none")("GET", path), 403, "scope_missing")
    assert api(cast.logistics, orders="none", shipping="read")("GET", path).status_code == 200


def test_a_foreign_shipment_is_not_found(rival, whole, shipment, elsewhere, foreign_order):

    foreign = shipments.create(elsewhere.viewer, foreign_order.id, ShipmentDraft())
    refused(rival("GET", f"/shippings/{shipment.id}"), 404, "not_found")
    refused(whole("GET", f"/shippings/{foreign.id}"), 404, "not_found")
    assert whole("GET", f"/shippings/{shipment.id}").status_code == 200
