"""Bodies and queries: what can't be read, what isn't known, what no column holds. None of it is stored."""

import pytest

from tests.api.problems import refused, wrong
from webapp.models import Shipment

URL = "/shippings"
JSON = "application/json"


@pytest.fixture
def send(logistics, order):
    """Post raw bytes to /shippings; afterwards, nothing has been stored."""

    def post(data, content_type=JSON, **headers):
        return logistics("POST", URL, data=data, content_type=content_type, headers=headers)

    yield post
    assert Shipment.select().count() == 0


def test_another_media_type_is_415(send, order):
    good = f'{{"order_id": {order.id}}}'
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "application/merge-patch+json"):
        told = refused(send(good, kind), 415, "unsupported_media_type")
        assert "application/json" in told["message"]
    refused(send({"order_id": "1"}, "multipart/form-data"), 415, "unsupported_media_type")
    refused(send(good, None), 415, "unsupported_media_type")


def test_a_body_over_the_limit_is_413_with_or_without_an_idempotency_key(send):
    for headers in ({}, {"Idempotency-Key": "large"}):
        refused(send(b" " * 5_000_001, **headers), 413, "too_large")


def test_what_is_no_json_is_400(send):
    broken = ("{", '{"order_id": 1,}', "{'order_id': 1}", '{"order_id": NaN}', "nope", " ", '{"order_id": 1}x')
    for text in (*broken, '{"reference": "\\ud800"}', b'{"reference": "\xff"}', "[" * 2000 + "]" * 2000):
        refused(send(text), 400, "malformed")


def test_json_that_is_no_object_is_422(send):
    for text in ("[]", "1", "null", '"order_id"', "true"):
        wrong(send(text), "body")


def test_unknown_fields_are_refused_by_name_at_every_depth(send, order):
    asked = f'{{"order_id": {order.id}, "colour": 1, "rows": [{{"sku": "MUG", "quantity": 1, "size": 2}}],'
    answer = send(asked + '"delivery_address": {"planet": "x"}}')
    assert set(wrong(answer, "delivery_address.planet", "rows.0.size", "colour")) == {"This field isn't known."}


def test_nul_is_refused_where_it_stands(send, order):
    wrong(send(f'{{"order_id": {order.id}, "reference": "a\\u0000b"}}'), "reference")
    wrong(send(f'{{"order_id": {order.id}, "rows": [{{"sku": "MUG\\u0000", "quantity": 1}}]}}'), "rows.0.sku")
    wrong(send(f'{{"order_id": {order.id}, "delivery_address": {{"city": "\\u0000"}}}}'), "delivery_address.city")
    wrong(send(f'{{"order_id": {order.id}, "a\\u0000": 1}}'), "body")


def test_deep_json_is_refused_and_breaks_nothing(send, order):
    for depth in (100, 990, 1020):
        deep = "[" * depth + "]" * depth
        wrong(send(f'{{"order_id": {order.id}, "colour": {deep}}}'), "colour")


def test_numbers_are_whole_and_in_range(send, order):
    for number in (0, -1, 10**18, 10**30, 1.5, 0.0, 1e18, "true", "null", '"1"', "[]", "1e400"):
        answer = send(f'{{"order_id": {number}}}')
        if number == "1e400":  # No number of JSON's readers, so it isn't JSON.
            refused(answer, 400, "malformed")
        else:
            wrong(answer, "order_id")
        wrong(send(f'{{"order_id": {order.id}, "rows": [{{"sku": "MUG", "quantity": 1000001}}]}}'), "rows.0.quantity")


def test_a_whole_number_may_be_written_with_a_point(logistics, order):
    """As JSON Schema has it: 1.0 is an integer, and some languages write all their numbers so."""
    sent = f'{{"order_id": {order.id}.0, "rows": [{{"sku": "MUG", "quantity": 2E0}}], "parcels": [{{"weight": 2.0}}]}}'
    made = logistics("POST", "/shippings", data=sent, content_type="application/json")
    assert made.status_code == 201, made.json
    assert (made.json["data"]["order_id"], made.json["data"]["rows"][0]["quantity"]) == (order.id, 2)
    half = logistics("POST", "/shippings", data=sent.replace("2E0", "0.5"), content_type="application/json")
    wrong(half, "rows.0.quantity")


def test_every_fault_is_told_at_once(send):
    answer = send('{"order_id": "x", "carrier": 5, "tracking_url": "javascript:alert(1)", "rows": []}')
    wrong(answer, "carrier", "tracking_url", "order_id", "rows")


def test_no_body_at_all_is_an_empty_object(send):
    wrong(send(b""), "order_id")


def test_the_query_knows_its_parameters(logistics, order):
    for path in ("/orders", "/shippings", "/suppliers", "/carriers"):
        answer = logistics("GET", f"{path}?colour=red&size=2")
        assert wrong(answer, "colour", "size") == ["This address doesn't know this parameter."] * 2
    wrong(logistics("GET", "/orders?q=a%00b"), "q")
    wrong(logistics("GET", "/shippings?tracking_code=%00"), "tracking_code")
    for odd in ("%ff", "%ed%a0%80", "'", "%25", "_", "\\", "a" * 5000):
        assert logistics("GET", f"/orders?q={odd}").json["total"] == 0, odd
        assert logistics("GET", f"/shippings?tracking_code={odd}").json["total"] == 0, odd


def test_moments_are_moments(logistics, order):
    for path in ("/orders", "/shippings"):
        for odd in (
            "yesterday",
            "2026-13-01",
            "2026-11-24T25:00:00Z",
            "1",
            "0001-01-01T00:00:00%2B23:00",
            "%D9%A3",
            "",
        ):
            wrong(logistics("GET", f"{path}?updated_after={odd}"), "updated_after")
    midnight = "2020-01-01T00:00:00"
    for moment in ("2020-01-01", midnight, f"{midnight}Z", f"{midnight}%2B02:00", f"{midnight}+02:00"):
        assert logistics("GET", f"/orders?updated_after={moment}").json["total"] == 1, moment
    assert logistics("GET", "/orders?updated_after=2999-01-01T00:00:00.5Z").json["total"] == 0
