"""POST /shippings/{id}/cancel: unpack what hasn't left."""

from tests.api.problems import refused, wrong
from webapp.models import Shipment, Supply


def cancel(call, shipment, **options):
    return call("POST", f"/shippings/{shipment.id}/cancel", **options)


def test_its_units_wait_again(logistics, cast, shipment):
    first, again = cancel(logistics, shipment), cancel(logistics, shipment, json={})
    assert (first.status_code, again.status_code) == (200, 200) and first.json == again.json
    assert first.json["data"]["status"] == {"id": "canceled", "name": "Canceled"}
    order = logistics("GET", f"/orders/{shipment.order_id}").json["data"]
    assert (order["shippings"], order["rows"][0]["open_quantity"]) == ([], 2)
    assert Shipment.get().status == "canceled" and Supply.get(Supply.supplier == cast.logistics).reserved == 2
    assert logistics("POST", "/shippings", json={"order_id": shipment.order_id}).status_code == 201


def test_what_was_handed_over_cannot_be_unpacked(logistics, shipment):
    for verb in ("ship", "deliver"):
        logistics("POST", f"/shippings/{shipment.id}/{verb}")
        refused(cancel(logistics, shipment), 409, "already_shipped")
    assert Shipment.get().status == "delivered"


def test_it_needs_a_key_that_may_write_shipping(client, api, cast, shipment):
    refused(client.post(f"/api/v1/shippings/{shipment.id}/cancel"), 401, "no_credentials")
    for shipping in ("none", "read"):
        refused(cancel(api(cast.logistics, shipping=shipping), shipment), 403, "scope_missing")
    assert Shipment.get().status == "draft"


def test_a_foreign_shipment_is_not_found(rival, whole, shipment):
    refused(cancel(rival, shipment), 404, "not_found")
    refused(whole("POST", "/shippings/999/cancel"), 404, "not_found")
    assert Shipment.get().status == "draft"


def test_it_takes_no_fields(logistics, shipment):
    wrong(cancel(logistics, shipment, json={"reason": "x"}), "reason")
    assert Shipment.get().status == "draft"
