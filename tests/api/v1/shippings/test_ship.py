"""POST /shippings/{id}/ship: hand a shipment over; stock, order and channel follow, once."""

from tests.api.problems import refused, wrong
from webapp.actions import orders
from webapp.models import Event, Order, Push, Shipment, Supply


def ship(call, shipment, **options):
    return call("POST", f"/shippings/{shipment.id}/ship", **options)


def supply(cast) -> tuple[int, int]:
    row = Supply.get(Supply.supplier == cast.logistics)
    return row.quantity, row.reserved


def test_it_hands_over_and_everything_follows(logistics, cast, order, shipment):
    assert supply(cast) == (10, 2)
    answer = ship(logistics, shipment)
    assert answer.status_code == 200 and answer.json == logistics("GET", f"/shippings/{shipment.id}").json
    shown = answer.json["data"]
    assert shown["status"] == {"id": "shipped", "name": "Shipped"} and shown["shipping_date"] is not None
    assert (Shipment.get().status, Order.get().status, supply(cast)) == ("shipped", "partially_shipped", (8, 0))
    push = Push.get()
    assert (push.kind, push.status, push.shipment_id, push.order_id) == ("shipment", "waiting", shipment.id, order.id)
    assert Event.get(Event.kind == "shipment.shipped").actor_label == "API key Nord Logistica"


def test_the_order_is_shipped_with_its_last_line(logistics, rival, shipment):
    ship(logistics, shipment)
    pot = rival("POST", "/shippings", json={"order_id": shipment.order_id}).json["data"]["id"]
    assert Order.get().status == "partially_shipped"
    rival("POST", f"/shippings/{pot}/ship", json={})
    assert Order.get().status == "shipped" and Push.select().where(Push.kind == "shipment").count() == 2


def test_again_changes_nothing_and_late_never_undoes_a_delivery(logistics, cast, shipment):
    first = ship(logistics, shipment)
    assert ship(logistics, shipment).json == first.json
    logistics("POST", f"/shippings/{shipment.id}/deliver")
    assert ship(logistics, shipment).json["data"]["status"]["id"] == "delivered"
    assert supply(cast) == (8, 0) and Push.select().where(Push.kind == "shipment").count() == 1


def test_what_was_canceled_or_lies_on_hold_does_not_leave(logistics, world, order, shipment):
    orders.set_status(world.viewer, order.id, "on_hold")
    told = refused(ship(logistics, shipment), 409, "not_packable")
    assert "On hold" in told["message"] and told["status"] == 409
    assert Shipment.get().status == "draft"
    Shipment.update(status="canceled").execute()
    refused(ship(logistics, shipment), 409, "canceled")
    assert not Push.select().where(Push.kind == "shipment").exists()


def test_it_needs_a_key_that_may_write_shipping(client, api, cast, shipment):
    refused(client.post(f"/api/v1/shippings/{shipment.id}/ship"), 401, "no_credentials")
    for shipping in ("none", "read"):
        refused(ship(api(cast.logistics, shipping=shipping), shipment), 403, "scope_missing")
    assert Shipment.get().status == "draft"


def test_a_foreign_shipment_is_not_found(rival, whole, shipment):
    refused(ship(rival, shipment), 404, "not_found")
    refused(whole("POST", "/shippings/999/ship"), 404, "not_found")
    assert Shipment.get().status == "draft" and not Push.select().exists()


def test_it_takes_no_fields(logistics, shipment):
    wrong(ship(logistics, shipment, json={"tracking_code": "T-2"}), "tracking_code")
    wrong(ship(logistics, shipment, json=[]), "body")
    assert Shipment.get().status == "draft"
