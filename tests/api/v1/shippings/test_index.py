"""GET /shippings: the list, its filters, and whom it hides what from."""

import datetime as dt

import pytest

from tests.api.problems import refused, wrong
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Shipment

DAY = dt.timedelta(days=1)


@pytest.fixture
def pot(world, shipment):
    """The pot of the same order, packed by the rival after the mugs."""
    draft = ShipmentDraft(source=world.cast.rival.id, tracking_code="T-2")
    return shipments.create(world.viewer, shipment.order_id, draft)


def ids(call, **query) -> list[int]:
    answer = call("GET", "/shippings", query_string=query)
    assert answer.status_code == 200, answer.json
    assert answer.json["total"] == len(answer.json["data"])
    return [row["id"] for row in answer.json["data"]]


def test_it_lists_the_keys_shipments_as_single_ones_are_shown(logistics, whole, shipment, pot):
    answer = whole("GET", "/shippings")
    assert answer.json.keys() == {"success", "message", "data", "next", "total"}
    shown = [whole("GET", f"/shippings/{made.id}").json["data"] for made in (shipment, pot)]
    assert answer.json["data"] == shown
    assert ids(logistics) == [shipment.id]


def test_it_needs_a_key_that_may_read_shipping(client, api, cast, shipment):
    refused(client.get("/api/v1/shippings"), 401, "no_credentials")
    refused(api(cast.logistics, shipping="none")("GET", "/shippings"), 403, "scope_missing")
    assert ids(api(cast.logistics, orders="none", shipping="read")) == [shipment.id]


def test_it_hides_other_stores_and_other_suppliers_shipments(logistics, rival, whole, pot, shipment, elsewhere):
    elsewhere.product("MUG", logistics=10)
    shipments.create(elsewhere.viewer, elsewhere.order(("MUG", 1)).id, ShipmentDraft())
    assert (ids(logistics), ids(rival), ids(whole)) == ([shipment.id], [pot.id], [shipment.id, pot.id])


def test_filters(whole, world, shipment, pot):
    other = world.order(("MUG", 1), external_id="2")
    third = shipments.create(world.viewer, other.id, ShipmentDraft())
    shipments.ship(world.viewer, pot.id)
    assert ids(whole, order_id=other.id) == [third.id] and ids(whole, order_id=10**17) == []
    assert (ids(whole, status="draft"), ids(whole, status="shipped")) == ([shipment.id, third.id], [pot.id])
    assert (ids(whole, tracking_code="T-2"), ids(whole, tracking_code="T")) == ([pot.id], [])
    assert ids(whole, status="draft", order_id=shipment.order_id, tracking_code="T-1") == [shipment.id]


def test_filter_by_time_of_change(whole, shipment, pot):
    Shipment.update(updated_at=pot.updated_at + DAY).where(Shipment.id == shipment.id).execute()
    assert ids(whole, updated_after="2020-01-01") == [pot.id, shipment.id]
    assert ids(whole, updated_after=pot.updated_at.isoformat()) == [shipment.id]


def test_it_says_which_filter_is_wrong(logistics, shipment):
    for order_id in ("", "x", "-1", "1.5", "9" * 19, "٣"):
        wrong(logistics("GET", "/shippings", query_string={"order_id": order_id}), "order_id")
    for status in ("", "lost", "Shipped"):
        wrong(logistics("GET", "/shippings", query_string={"status": status}), "status")
    wrong(logistics("GET", "/shippings?updated_after=soon"), "updated_after")
    wrong(logistics("GET", "/shippings?carrier=GLS"), "carrier")
