"""PUT /shippings/{id}: add or mend courier, tracking and address of a shipment that lives."""

from tests.api.problems import refused, wrong
from webapp.models import Event, Shipment, ShipmentLine

BEFORE = ("GLS", "T-1", "https://gls-group.eu/track/T-1")


def put(call, shipment, **values):
    return call("PUT", f"/shippings/{shipment.id}", json=values)


def kept() -> tuple[str, str, str]:
    row = Shipment.get()
    return row.carrier, row.tracking_code, row.tracking_url


def test_it_changes_what_the_body_names_and_no_more(logistics, shipment):
    answer = put(logistics, shipment, tracking_code="T-2", reference="R")
    assert answer.status_code == 200 and answer.json == logistics("GET", f"/shippings/{shipment.id}").json
    row = Shipment.get()
    assert (row.tracking_code, row.reference, row.carrier, row.parcel_id) == ("T-2", "R", "GLS", "")
    assert row.tracking_url == "https://gls-group.eu/track/T-2"  # It follows carrier and code.
    assert row.delivery_address == shipment.delivery_address and row.status == "draft"
    assert ShipmentLine.get().quantity == 2


def test_a_tracking_page_that_is_given_stands(logistics, shipment):
    put(logistics, shipment, carrier="Mine", tracking_code="X", tracking_url="https://mine.example/X")
    assert kept() == ("Mine", "X", "https://mine.example/X")
    put(logistics, shipment, tracking_url="")
    assert kept() == ("Mine", "X", "")


def test_an_address_takes_the_place_of_the_old_one(logistics, shipment):
    put(logistics, shipment, delivery_address={"name": "Rocco", "city": "Firenze"})
    assert Shipment.get().delivery_address == {"name": "Rocco", "city": "Firenze"}


def test_nothing_new_changes_nothing(logistics, shipment):
    before = Event.select().count()
    for values in ({}, {"tracking_code": "T-1"}, {"tracking_code": None, "carrier": None}):
        assert put(logistics, shipment, **values).status_code == 200
    assert kept() == BEFORE and Event.select().count() == before


def test_tracking_may_come_after_it_left_and_not_after_it_was_canceled(logistics, shipment):
    logistics("POST", f"/shippings/{shipment.id}/ship")
    assert put(logistics, shipment, tracking_code="LATE").json["data"]["status"]["id"] == "shipped"
    assert kept()[1] == "LATE"
    Shipment.update(status="canceled").execute()
    refused(put(logistics, shipment, tracking_code="X"), 409, "canceled")
    assert kept()[1] == "LATE"


def test_it_needs_a_key_that_may_write_shipping(client, api, cast, shipment):
    refused(client.put(f"/api/v1/shippings/{shipment.id}", json={"tracking_code": "X"}), 401, "no_credentials")
    for shipping in ("none", "read"):
        refused(put(api(cast.logistics, shipping=shipping), shipment, tracking_code="X"), 403, "scope_missing")
    assert kept() == BEFORE


def test_a_foreign_shipment_is_not_found(rival, shipment):
    refused(put(rival, shipment, tracking_code="X"), 404, "not_found")
    refused(rival("PUT", "/shippings/999", json={"tracking_code": "X"}), 404, "not_found")
    assert kept() == BEFORE


def test_it_says_what_is_wrong(logistics, shipment):
    wrong(put(logistics, shipment, carrier="c" * 81), "carrier")
    wrong(put(logistics, shipment, tracking_url="ftp://x"), "tracking_url")
    wrong(put(logistics, shipment, delivery_address={"town": "x"}), "delivery_address.town")
    for field, value in (("status", "shipped"), ("order_id", 5), ("rows", []), ("supplier_id", 1)):
        wrong(put(logistics, shipment, **{field: value}), field)
    assert kept() == BEFORE
