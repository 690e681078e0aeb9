"""POST /shippings/{id}/waybill as JSON: made of the shipment's data, drafted or issued, once."""

import pytest

from tests.api.problems import alike, refused, wrong
from tests.api.v1.waybills.label import data, path
from webapp.models import Change, Waybill, WaybillFile

FIELDS = {
    *("id", "shipping_id", "status", "origin", "number", "formats", "replaces", "reason", "sender", "recipient"),
    *("carrier", "tracking_code", "tracking_url", "reference", "order_reference", "parcels", "cash_on_delivery"),
    *("notes", "creation_date", "update_date", "issue_date", "void_date"),
}


def test_it_is_issued_unless_told_otherwise(logistics, shipment):
    answer = logistics("POST", path(shipment))
    seen = data(answer, 201)
    assert seen.keys() == FIELDS and answer.headers["Location"] == "/api/v1" + path(shipment)
    assert (seen["status"], seen["origin"]) == ({"id": "issued", "name": "Issued"}, "created")
    assert (seen["shipping_id"], seen["number"], seen["carrier"]) == (shipment.id, "T-1", "GLS")
    assert seen["formats"] == ["application/pdf", "application/zpl"]
    assert (seen["sender"]["name"], seen["recipient"]["surname"]) == ("Nord Logistica", "Buyer")
    assert seen["issue_date"].endswith("Z") and seen["void_date"] is None
    assert data(logistics("GET", f"/shippings/{shipment.id}"))["waybill"] == {"id": "issued", "name": "Issued"}


def test_a_draft_has_no_files_yet_and_takes_what_is_typed(logistics, shipment):
    body = {
        "issue": False,
        "sender": {"name": " My Shop ", "city": "Roma"},
        "recipient": {"name": "Door", "surname": "Man"},
        "reference": "REF",
        "notes": "Ring twice.",
        "cash_on_delivery": {"amount": 12.05},
    }
    seen = data(logistics("POST", path(shipment), json=body), 201)
    assert (seen["status"]["id"], seen["formats"], seen["issue_date"]) == ("draft", [], None)
    assert (seen["sender"]["name"], seen["recipient"]["surname"]) == ("My Shop", "Man")
    assert (seen["reference"], seen["notes"]) == ("REF", "Ring twice.")
    assert seen["cash_on_delivery"] == {"amount": 12.05, "currency": "EUR"}
    assert not WaybillFile.select().exists()


def test_a_second_live_one_is_a_conflict_that_names_the_first(logistics, shipment):
    first = data(logistics("POST", path(shipment), json={"issue": False}), 201)
    told = refused(logistics("POST", path(shipment)), 409, "waybill_exists")
    assert told["waybill"] == {"id": first["id"], "status": "draft"}
    assert Waybill.select().count() == 1


def test_a_replacement_points_at_what_it_replaces(logistics, shipment):
    refused(logistics("POST", path(shipment), json={"replace": True}), 409, "nothing_to_replace")
    first = data(logistics("POST", path(shipment)), 201)
    second = data(logistics("POST", path(shipment), json={"replace": True, "notes": "New"}), 201)
    assert (second["replaces"], second["notes"]) == (first["id"], "New")
    assert Waybill.get_by_id(first["id"]).status == "replaced"
    answer = logistics("POST", path(shipment), json={"replace": True, "issue": False})
    assert "at once" in wrong(answer, "issue")[0]


def test_a_canceled_shipment_has_no_use_for_one(logistics, shipment):
    logistics("POST", f"/shippings/{shipment.id}/cancel")
    refused(logistics("POST", path(shipment)), 409, "canceled")
    assert not Waybill.select().exists()


def test_the_same_key_makes_it_once(logistics, shipment):
    headers = {"Idempotency-Key": "one"}
    first = logistics("POST", path(shipment), headers=headers)
    again = logistics("POST", path(shipment), headers=headers)
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true" and Waybill.select().count() == 1


BODIES = {
    "issue": [1, "true", None],
    "replace": ["x"],
    "colour": ["red"],
    "notes": ["n" * 121, 7],
    "reference": ["r" * 121],
    "sender.phone": [{"sender": {"phone": "1"}}],
    "recipient.email": [{"recipient": {"email": "a@b.c"}}],
    "recipient.name": [{"recipient": {"name": 7}}],
    "cash_on_delivery.amount": [
        {"cash_on_delivery": {"amount": amount}} for amount in (0, -1, 10**12, "12", None, True)
    ],
    "cash_on_delivery.currency": [
        {"cash_on_delivery": {"amount": 1, "currency": word}} for word in ("eur", "EURO", "")
    ],
}


@pytest.mark.parametrize("field", BODIES)
def test_what_cannot_be_taken_is_told_at_its_field(logistics, shipment, field):
    for value in BODIES[field]:
        body = value if "." in field else {field: value}
        wrong(logistics("POST", path(shipment), json=body), field)
    assert not Waybill.select().exists()


@pytest.mark.parametrize("text", ["\u0000", "a\u0000b"])
def test_what_no_column_holds_is_refused(logistics, shipment, text):
    wrong(logistics("POST", path(shipment), json={"notes": text}), "notes")
    wrong(logistics("POST", path(shipment), json={"sender": {"name": text}}), "sender.name")


def test_a_foreign_shipment_and_an_unknown_one_are_alike(rival, logistics, shipment, api, cast):
    unknown = refused(rival("POST", "/shippings/999999/waybill"), 404, "not_found")
    assert unknown["message"] == "There is no such shipment."
    for verb in ("GET", "POST", "PUT", "DELETE"):
        foreign = rival(verb, path(shipment), **({"json": {}} if verb in ("POST", "PUT") else {}))
        assert foreign.status_code == 404 and alike(foreign, rival("POST", "/shippings/999999/waybill"))
    assert not Waybill.select().exists()


@pytest.mark.parametrize(
    ("level", "verb"), [("none", "GET"), ("none", "POST"), ("read", "POST"), ("read", "PUT"), ("read", "DELETE")]
)
def test_it_needs_shipping(api, cast, shipment, level, verb):
    call = api(cast.logistics, shipping=level)
    told = refused(call(verb, path(shipment)), 403, "scope_missing")
    assert told["required"] == f"shipping:{'read' if verb == 'GET' else 'write'}"


def test_the_feed_tells_whom_it_concerns(logistics, shipment, cast):
    before = Change.select().count()
    logistics("POST", path(shipment))
    told = [(row.subject, row.supplier_id) for row in Change.select().order_by(Change.number).offset(before)]
    assert told == [("shipment", None), ("shipment", cast.logistics.id)]
