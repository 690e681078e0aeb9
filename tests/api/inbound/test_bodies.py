"""What a shop may send: every fault is told with a pointer to its place, and nothing is taken in beside one."""

import json

import pytest

from tests.api.inbound.shop import order
from tests.api.problems import MEMBERS, refused
from webapp.models import Order, SyncRun

JSON = "application/json"


def faults(answer) -> dict[str, str]:
    """Assert that nothing was taken in, and return pointer -> what is wrong there."""
    told = answer.json
    assert (answer.status_code, told["code"]) == (422, "invalid"), told
    assert answer.content_type == "application/problem+json" and told.keys() == MEMBERS
    assert all(fault.keys() == {"field", "pointer", "message"} for fault in told["errors"])
    assert Order.select().count() == 0 and SyncRun.select().count() == 0
    return {fault["pointer"]: fault["message"] for fault in told["errors"]}


def address(**changes) -> dict:
    return {**order()["delivery_address"], **changes}


def line(**changes) -> dict:
    return {**order()["lines"][0], **changes}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"id": None}, "#/id"),
        ({"id": " "}, "#/id"),
        ({"id": 1042}, "#/id"),
        ({"id": "x" * 121}, "#/id"),
        ({"id": "a\x00b"}, "#/id"),
        ({"status": "eaten"}, "#/status"),
        ({"status": None}, "#/status"),
        ({"status": 1}, "#/status"),
        ({"currency": "EURO"}, "#/currency"),
        ({"currency": "€"}, "#/currency"),
        ({"currency": "EUR\n"}, "#/currency"),
        ({"ordered_at": "2026-11-20T09:30:00"}, "#/ordered_at"),
        ({"ordered_at": 1700000000}, "#/ordered_at"),
        ({"ordered_at": "0001-01-01T00:00:00+23:00"}, "#/ordered_at"),
        ({"updated_at": "yesterday"}, "#/updated_at"),
        ({"updated_at": "2099-01-01T00:00:00Z"}, "#/updated_at"),
        ({"updated_at": None}, "#/updated_at"),
        ({"lines": []}, "#/lines"),
        ({"lines": {}}, "#/lines"),
        ({"lines": [line()] * 501}, "#/lines"),
        ({"lines": [line(sku="")]}, "#/lines/0/sku"),
        ({"lines": [line(), line(id="l2", sku="S" * 65)]}, "#/lines/1/sku"),
        ({"lines": [line(quantity=-1)]}, "#/lines/0/quantity"),
        ({"lines": [line(quantity=1.5)]}, "#/lines/0/quantity"),
        ({"lines": [line(quantity="2")]}, "#/lines/0/quantity"),
        ({"lines": [line(quantity=True)]}, "#/lines/0/quantity"),
        ({"lines": [line(quantity=10**30)]}, "#/lines/0/quantity"),
        ({"lines": [line(unit_price="12,50")]}, "#/lines/0/unit_price"),
        ({"lines": [line(unit_price="NaN")]}, "#/lines/0/unit_price"),
        ({"lines": [line(unit_price="1e999999999")]}, "#/lines/0/unit_price"),
        ({"lines": [line(unit_price=-1)]}, "#/lines/0/unit_price"),
        ({"lines": [line(unit_price=12.505)]}, "#/lines/0/unit_price"),
        ({"lines": [line(unit_price=True)]}, "#/lines/0/unit_price"),
        ({"lines": [line(colour="red")]}, "#/lines/0/colour"),
        ({"lines": [line(), line()]}, "#/lines/1/id"),
        ({"lines": [line(id=""), line(id="")]}, "#/lines/1/sku"),
        ({"total": "1e-3"}, "#/total"),
        ({"shipping": "0.001"}, "#/shipping"),
        ({"currency": "JPY", "shipping": "0.5", "lines": [line(unit_price=1)]}, "#/shipping"),
        ({"delivery_address": None}, "#/delivery_address"),
        ({"delivery_address": address(city=" ")}, "#/delivery_address/city"),
        ({"delivery_address": address(country_iso="Italy")}, "#/delivery_address/country_iso"),
        ({"delivery_address": address(name="", surname="")}, "#/delivery_address"),
        ({"delivery_address": address(planet="x")}, "#/delivery_address/planet"),
        ({"delivery_address": []}, "#/delivery_address"),
        ({"customer": {"email": "x" * 256}}, "#/customer/email"),
        ({"billing_address": {"city": "\x00"}}, "#/billing_address/city"),
        ({"notes": "x" * 5001}, "#/notes"),
        ({"type": "shipment.confirmed"}, "#/type"),
        ({"a/b~c": 1}, "#/a~1b~0c"),
        ({"lines": [line(id=str(n), quantity=10**6, unit_price="9999999") for n in range(2)]}, "#/lines"),
    ],
)
def test_each_fault_is_told_at_its_place(sending, changes, pointer):
    told = faults(sending.send(order(**changes)))
    assert list(told) == [pointer] and told[pointer]


def test_all_faults_are_told_at_once_and_no_order_is_taken_in_beside_a_bad_one(sending):
    bad = order(id="1044", status="eaten", lines=[line(sku=""), line(id="l2", quantity=None)])
    told = faults(sending.send(order(), order(id="1043"), bad))
    assert set(told) == {"#/orders/2/lines/0/sku", "#/orders/2/lines/1/quantity"}
    told = faults(sending.send(order(), order(id="1043", status="eaten"), order()))
    assert set(told) == {"#/orders/1/status", "#/orders/2/id"}
    assert "eaten" in told["#/orders/1/status"] and "paid, processing" in told["#/orders/1/status"]


def test_what_is_no_order_is_told_too(sending):
    assert list(faults(sending.post(b"[]"))) == ["#"]
    assert list(faults(sending.post(b'"order"'))) == ["#"]
    assert list(faults(sending.post(b'{"orders": []}'))) == ["#/orders"]
    assert list(faults(sending.post(b'{"orders": 1}'))) == ["#/orders"]
    assert list(faults(sending.post(b'{"orders": [1, null]}'))) == ["#/orders/0", "#/orders/1"]
    assert list(faults(sending.send(*[order(id=str(number)) for number in range(101)]))) == ["#/orders"]
    assert "#/id" in faults(sending.post(b"{}"))


def test_a_message_of_ours_that_is_sent_back_is_no_order(sending):
    body = {"type": "ping", "timestamp": "2026-11-20T09:30:00Z", "data": {}}
    assert {"#/type", "#/timestamp", "#/data"} < set(faults(sending.post(json.dumps(body).encode())))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_media_type_is_415(sending, kind):
    refused(sending.post(json.dumps(order()).encode(), Content_Type=kind), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"id": NaN}', b'{"id": "\xff"}', b'{"id": "\\ud800"}', b"[" * 2000 + b"]" * 2000, b"{}x", b"\x00"],
)
def test_what_is_no_json_is_400(sending, body):
    refused(sending.post(body), 400, "malformed")
    assert Order.select().count() == 0


def test_deep_nesting_breaks_nothing(sending):
    deep = json.dumps(order())[:-1].encode() + b', "x": ' + b"[" * 900 + b"]" * 900 + b"}"
    assert list(faults(sending.post(deep))) == ["#/x"]


def test_a_body_over_the_limit_is_413(sending):
    refused(sending.post(b" " * 5_000_001), 413, "too_large")
