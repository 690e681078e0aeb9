"""A POST that is sent twice under one Idempotency-Key takes effect once, and is answered twice alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from tests.api.problems import refused
from webapp.actions import api_keys
from webapp.actions.api_keys import KeyDraft
from webapp.db import db
from webapp.models import ApiKey, Event, IdempotentRequest, Order, Push, Shipment, ShipmentLine, Waybill

ONCE = {"Idempotency-Key": "pack 1"}


@pytest.fixture
def pack(logistics, order):
    """Post a shipment of the order under a key; by default one mug, always the same request."""

    def post(call=logistics, key="pack 1", **values):
        body = {"order_id": order.id, "rows": [{"sku": "MUG", "quantity": 1}], **values}
        return call("POST", "/shippings", json=body, headers={"Idempotency-Key": key})

    return post


def test_the_same_request_gets_the_stored_answer(pack):
    first, again = pack(), pack()
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data and again.content_type == first.content_type == "application/json"
    for name in ("Location", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert Shipment.select().count() == 1
    (kept,) = IdempotentRequest.select()
    assert (kept.key, kept.status_code, kept.api_key_id) == ("pack 1", 201, ApiKey.get().id)


def test_the_stored_answer_is_what_was_said_then(pack, logistics):
    made = pack().json["data"]
    logistics("POST", f"/shippings/{made['id']}/ship")
    assert pack().json["data"] == made and made["status"]["id"] == "draft"


def test_another_request_under_the_key_is_refused(pack, logistics):
    made = pack().json["data"]
    for other in (pack(rows=[{"sku": "MUG", "quantity": 2}]), pack(reference="x")):
        (fault,) = refused(other, 422, "idempotency_key_reused")["errors"]
        assert fault["field"] == "Idempotency-Key"
    refused(logistics("POST", f"/shippings/{made['id']}/ship", headers=ONCE), 422, "idempotency_key_reused")
    assert [(row.id, row.status) for row in Shipment.select()] == [(made["id"], "draft")]


def test_a_raw_upload_is_the_same_request_only_with_the_same_query_and_media_type(logistics, shipment):
    at = f"/shippings/{shipment.id}/waybill"

    def upload(query="?issue=false", media="application/zpl"):
        headers = {"Content-Type": media, **ONCE}
        return logistics("POST", at + query, data=b"^XA^FS^XZ", headers=headers)

    first = upload()
    assert first.status_code == 201 and first.json["data"]["status"]["id"] == "draft"
    for other in (upload(""), upload("?issue=true"), upload(media="application/pdf"), upload(media="text/plain")):
        refused(other, 422, "idempotency_key_reused")
    assert upload().data == first.data
    assert [(row.status, row.shipment_id) for row in Waybill.select()] == [("draft", shipment.id)]


def test_without_a_key_or_under_another_each_request_counts(pack, logistics, order):
    body = {"order_id": order.id, "rows": [{"sku": "MUG", "quantity": 1}]}
    assert pack(key="a").status_code == 201
    assert logistics("POST", "/shippings", json=body).status_code == 201
    refused(pack(key="b"), 409, "nothing_open")
    assert Shipment.select().count() == 2


def test_two_api_keys_may_use_the_same_words(pack, rival):
    mugs, pots = pack(), pack(rival, rows=[{"sku": "POT", "quantity": 1}])
    assert (mugs.status_code, pots.status_code) == (201, 201)
    assert mugs.json["data"]["id"] != pots.json["data"]["id"]
    assert pack(rival, rows=[{"sku": "POT", "quantity": 1}]).json == pots.json


def test_a_refusal_is_not_stored_so_the_key_can_be_used_again(pack):
    refused(pack(rows=[{"sku": "MUG", "quantity": 3}]), 409, "over_shipping")
    refused(pack(rows=[{"sku": "POT", "quantity": 1}]), 422, "invalid")
    assert IdempotentRequest.select().count() == 0
    assert pack().status_code == 201


def test_a_key_has_one_to_255_printable_characters(pack):
    for bad in ("", "k" * 256, "a\tb", "\x7f", " a", "chiave è"):
        (fault,) = refused(pack(key=bad), 422, "invalid")["errors"]
        assert fault["field"] == "Idempotency-Key"
    assert Shipment.select().count() == 0
    assert pack(key="k" * 255).status_code == 201


def test_shipping_delivering_and_canceling_are_safe_to_repeat(pack, logistics):
    for first, then in (("ship", "deliver"), ("cancel", None)):
        made = pack(key=f"pack for {first}").json["data"]["id"]
        for verb in filter(None, (first, then)):
            headers = {"Idempotency-Key": f"{verb} {made}"}
            answers = [logistics("POST", f"/shippings/{made}/{verb}", headers=headers) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [200, 200]
            assert answers[0].data == answers[1].data
    assert sorted(row.status for row in Shipment.select()) == ["canceled", "delivered"]
    assert Push.select().where(Push.kind == "shipment").count() == 1


def test_a_key_that_was_narrowed_learns_nothing_from_a_stored_answer(pack, cast):
    assert "Milano" in pack().text
    viewer, key = cast.viewer(cast.admin), ApiKey.get()
    masked = KeyDraft(key.name, supplier_id=key.supplier_id, orders="write", shipping="write", hides_customer=True)
    api_keys.edit(viewer, key.id, masked)
    refused(pack(), 422, "idempotency_key_reused")
    api_keys.edit(viewer, key.id, replace(masked, shipping="none"))
    answer = pack()
    assert answer.status_code in (403, 422) and "Milano" not in answer.text
    assert Shipment.select().count() == 1


def test_fifty_at_once_have_one_effect_and_one_answer(app, pair, order):
    token = app.test_client().post("/api/v1/oauth/access_token", json={**pair, "grant": "client_credentials"})
    headers = {"Authorization": f"Bearer {token.json['access_token']}", **ONCE}
    gate = Barrier(50)

    def post(number):
        gate.wait()
        try:
            return app.test_client().post("/api/v1/shippings", json={"order_id": order.id}, headers=headers)
        finally:
            db.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(post, range(50)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert [(row.line.sku, row.quantity) for row in ShipmentLine.select()] == [("MUG", 2)]
    assert Event.select().where(Event.kind == "shipment.created").count() == 1
    assert Order.get().status == "in_process"
