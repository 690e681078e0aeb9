"""What a masked key doesn't see, wherever data leaves, and can't find out by asking in another way."""

import pytest

from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft

SECRETS = {
    "email": "bea@example.com",
    "phone": "+39 055 101",
    "tax_id": "RSSMRA80A01H501U",
    "birth_date": "1980-01-01",
}
RECIPIENT = ("Rocco", "Recipient", "Via Roma 1", "50121", "Firenze")


@pytest.fixture
def private(world):
    """An order with everything that a mask hides."""
    world.product("MUG", logistics=10)
    address = dict(zip(("name", "surname", "address", "postcode", "city"), RECIPIENT, strict=True))
    return world.order(
        ("MUG", 2),
        reference="#77",
        customer={"name": "Bea", "surname": "Buyer", **SECRETS},
        delivery_address={**address, "country_iso": "IT", "phone": "+39 055 202"},
        billing_address={"name": "Bice", "surname": "Bills", "city": "Prato", "tax_id": "IT01234567890"},
        notes="Ring at Nonna's",
        total_cents=1375,
    )


@pytest.fixture
def packed(world, private):
    return shipments.create(world.viewer, private.id, ShipmentDraft(tracking_code="T-9"))


HIDDEN = (*SECRETS.values(), "055 202", "Bice", "Bills", "Prato", "IT01234567890", "Nonna")
"""What "sensitive customer information" is, in this order."""


def everything(call, private, packed) -> str:
    """Return the text of all that the key can read."""
    paths = ("/me", "/orders", f"/orders/{private.id}", "/shippings", f"/shippings/{packed.id}")
    return "".join(call("GET", path).text for path in paths)


def test_without_masks_all_of_it_is_there(api, cast, private, packed):
    text = everything(api(cast.logistics), private, packed)
    assert [word for word in (*HIDDEN, *RECIPIENT) if word not in text] == []


@pytest.mark.parametrize("whose", ["logistics", "the whole store"])
def test_a_key_with_shipping_sees_the_recipient_and_no_more_of_the_customer(api, cast, private, packed, whose):
    call = api(cast.logistics if whose == "logistics" else None, hides_customer=True, shipping="read")
    text = everything(call, private, packed)
    assert [word for word in HIDDEN if word in text] == []
    order = call("GET", f"/orders/{private.id}").json["data"]
    assert order["customer"] == {"name": "Bea", "surname": "Buyer"}
    assert (order["billing_address"], order["notes"]) == ({}, "")
    for shown in (order, call("GET", f"/shippings/{packed.id}").json["data"]):
        assert [shown["delivery_address"][part] for part in ("name", "surname", "address", "postcode", "city")] == [
            *RECIPIENT
        ]


def test_a_key_without_shipping_sees_nobody(api, cast, private, packed):
    call = api(cast.logistics, hides_customer=True, shipping="none")
    text = call("GET", "/orders").text + call("GET", f"/orders/{private.id}").text
    assert [word for word in (*HIDDEN, *RECIPIENT, "Bea", "Buyer") if word in text] == []


def test_what_a_write_answers_is_masked_too(api, cast, private, packed):
    call = api(cast.logistics, hides_customer=True, hides_prices=True)
    body = {"order_id": private.id}
    answers = [
        call("PUT", f"/orders/{private.id}/status", json={"status": "in_process"}),
        call("PUT", f"/shippings/{packed.id}", json={"reference": "R"}),
        call("POST", f"/shippings/{packed.id}/cancel"),
        call("POST", "/shippings", json=body, headers={"Idempotency-Key": "k"}),
        call("POST", "/shippings", json=body, headers={"Idempotency-Key": "k"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 201, 201]
    text = "".join(answer.text for answer in answers)
    assert [word for word in (*HIDDEN, "13.75", "5.0") if word in text] == [] and "Rocco" in text


def test_hidden_prices_are_null_everywhere(api, cast, private, packed):
    for supplier in (cast.logistics, None):
        call = api(supplier, hides_prices=True)
        for order in (call("GET", "/orders").json["data"][0], call("GET", f"/orders/{private.id}").json["data"]):
            assert order["total_price"] is None and order["currency"] == "EUR"
            assert [row["unit_price"] for row in order["rows"]] == [None]
        assert "13.75" not in everything(call, private, packed)


def finds(call, words: str) -> bool:
    found = call("GET", "/orders", query_string={"q": words}).json["total"]
    assert found == len(call("GET", "/orders", query_string={"q": words}).json["data"])
    return bool(found)


def test_search_finds_only_by_what_the_key_may_see(api, cast, private, packed):
    plain = api(cast.logistics)
    masked = api(cast.logistics, hides_customer=True)
    blind = api(cast.logistics, hides_customer=True, shipping="none")
    assert all(finds(plain, words) for words in ("bea@example", "Buyer", "rocco", "Firenze", "#77", "MUG", "T-9"))
    assert not any(finds(masked, words) for words in ("bea@example", "bea@", "example.com", "055"))
    assert all(finds(masked, words) for words in ("rocco", "Recipient", "firenze", "#77", "MUG", "T-9"))
    assert not any(finds(blind, words) for words in ("bea@example", "Buyer", "rocco", "Firenze", "Bea"))
    assert finds(blind, "#77") and finds(blind, "MUG")


def test_no_parameter_asks_for_what_is_masked(api, cast, private):
    call = api(cast.logistics, hides_customer=True, hides_prices=True)
    for name in ("customer", "email", "city", "total_price", "min_total", "sort", "order", "fields", "expand"):
        assert call("GET", "/orders", query_string={name: "x"}).status_code == 422
        assert call("GET", "/shippings", query_string={name: "x"}).status_code == 422
