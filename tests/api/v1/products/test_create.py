"""Creating a product: what Poleepo's clients send, once, with every fault at its field."""

import pytest

from tests.api.problems import alike, refused, wrong
from webapp.models import Allocation, Change, Event, Product

SENT = {
    "sku": "BB03308",
    "title": "Barolo 2019",
    "price": 36.89,
    "vat_rate": 22.0,
    "quantity": 12,
    "active": True,
    "main_category_id": 8360,
}
"""What a client of Poleepo sends, its numbers made with Python's float()."""

LEAST = {"sku": "CUP", "title": "Cup", "price": 5, "vat_rate": 22, "main_category_id": 1}


def create(call, **changes) -> dict:
    answer = call("POST", "/products", json={**LEAST, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json["data"]


def test_a_poleepo_clients_product_comes_in(merchant):
    answer = merchant("POST", "/products", json=SENT)
    assert answer.status_code == 201
    made = answer.json["data"]
    assert answer.headers["Location"] == f"/api/v1/products/{made['id']}"
    assert {name: made[name] for name in SENT} == SENT
    assert made["price_with_tax"] == 45.01
    row = Product.get_by_id(made["id"])
    assert (row.price_cents, row.vat_basis_points, row.own_quantity, row.main_category_id) == (3689, 2200, 12, 8360)
    assert merchant("GET", f"/products/{made['id']}").json["data"] == made


def test_everything_that_can_be_sent_comes_back(merchant):
    more = {
        "type": "bundle",
        "ean": "8001234567897",
        "main_category_path": "Home > Kitchen",
        "weight": 1.25,
        "width": 30.5,
        "height": 10,
        "depth": 0.1,
        "images": ["https://cdn.example.com/a.jpg", "http://cdn.example.com/b.png"],
        "tags": [{"id": 9, "value": "Autunno"}, {"value": " Lana "}],
    }
    made = create(merchant, **more)
    assert made["type"] == {"id": "bundle", "name": "Bundle"}
    assert [tag["value"] for tag in made["tags"]] == ["Autunno", "Lana"] and made["tags"][0]["id"] == 9
    assert {name: made[name] for name in more if name not in ("type", "tags")} == {
        name: value for name, value in more.items() if name not in ("type", "tags")
    }
    row = Product.get_by_id(made["id"])
    assert (row.weight_grams, row.width_mm, row.height_mm, row.depth_mm) == (1250, 305, 100, 1)
    assert create(merchant, sku="V", type={"id": "variant", "name": "Variant"})["type"]["id"] == "variant"


def test_what_happened_is_told_to_people_and_programs(merchant, cast):
    made = create(merchant)
    event = Event.get(Event.kind == "product.created")
    assert (event.subject_id, event.actor_kind, event.store_id) == (made["id"], "key", cast.store.id)
    change = Change.get(Change.subject == "product")
    assert (change.subject_id, change.supplier_id, change.action) == (made["id"], None, "changed")


def test_an_order_that_waited_for_the_sku_gets_its_stock(merchant, world):
    first, second = world.order(("CUP", 2)), world.order(("BOWL", 1), external_id="2")
    create(merchant, quantity=5)
    headers = {"Idempotency-Key": "bowl"}
    body = {**LEAST, "sku": "BOWL", "quantity": 5}
    assert merchant("POST", "/products", json=body, headers=headers).status_code == 201
    held = {row.order_id: row.quantity for row in Allocation.select()}
    assert held == {first.id: 2, second.id: 1}


def test_the_same_request_twice_creates_one(merchant):
    headers = {"Idempotency-Key": "once"}
    first = merchant("POST", "/products", json=LEAST, headers=headers)
    again = merchant("POST", "/products", json=LEAST, headers=headers)
    assert (first.status_code, again.status_code, again.json["data"]) == (201, 201, first.json["data"])
    assert Product.select().count() == 1
    other = merchant("POST", "/products", json={**LEAST, "sku": "OTHER"}, headers=headers)
    refused(other, 422, "idempotency_key_reused")


def test_an_amount_is_rounded_to_the_cent_and_shown_as_it_is_kept(merchant):
    assert create(merchant, price=8.196721)["price"] == 8.2
    assert create(merchant, sku="A", price=0.005)["price"] == 0.01


def test_a_sku_that_is_taken_is_told_at_its_field(merchant, mug, strange):
    (told,) = wrong(merchant("POST", "/products", json={**LEAST, "sku": " MUG "}), "sku")
    assert "MUG already" in told
    assert Product.select().count() == 2


def test_another_store_may_have_the_same_sku(merchant, strange):
    assert create(merchant, sku="MUG")["id"] != strange.id


@pytest.mark.parametrize("missing", LEAST)
def test_what_poleepo_wants_is_wanted(merchant, missing):
    wrong(merchant("POST", "/products", json={name: LEAST[name] for name in LEAST if name != missing}), missing)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("sku", ["", "  ", "x" * 65, 7, None]),
        ("title", ["", " ", "x" * 256, None]),
        ("price", [-0.01, "5", 1e11, True, None]),
        ("vat_rate", [-1, 100.01, "22"]),
        ("main_category_id", [0, -1, 10**18, "8360", 1.5, None]),
        ("quantity", [-1, 1.5, "3", 10**12, None]),
        ("active", ["true", 1, None]),
        ("ean", ["8001234567895", "abc", "1" * 15]),
        ("weight", [-1, 1e9, "1 kg"]),
        ("id", [1]),
        ("provisions", [[]]),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_creates_nothing(merchant, field, values):
    for value in values:
        wrong(merchant("POST", "/products", json={**LEAST, field: value}), field)
    assert Product.select().count() == 0 and Change.select().count() == 0


def test_lists_say_which_entry_is_wrong(merchant):
    wrong(merchant("POST", "/products", json={**LEAST, "images": ["https://a.example", "file:///x"]}), "images.1")
    wrong(merchant("POST", "/products", json={**LEAST, "tags": [{"value": ""}, {"word": "x"}]}), *TAGS_WRONG)
    wrong(merchant("POST", "/products", json={**LEAST, "type": "service"}), "type")


TAGS_WRONG = ("tags.0.value", "tags.1.value", "tags.1.word")


def test_a_supplier_creates_none(warehouse, world):
    told = refused(warehouse("POST", "/products", json=LEAST), 403, "scope_missing")
    assert "whole store" in told["message"]
    assert alike(warehouse("POST", "/products", json={"wrong": 1}), warehouse("POST", "/products", json=LEAST))
    assert Product.select().count() == 0


def test_a_key_is_told_only_the_calls_that_it_can_make(merchant, warehouse):
    whole, bound = merchant("GET", "/me").json["data"]["calls"], warehouse("GET", "/me").json["data"]["calls"]
    assert "PUT /provisions" in bound and "GET /products" in bound
    assert set(whole) - set(bound) == {
        f"{verb} {path}"
        for verb, path in (
            ("POST", "/products"),
            ("PUT", "/products/{id}"),
            ("POST", "/channels/publications"),
            ("PUT", "/channels/publications/{id}"),
        )
    }


def test_it_needs_a_key_with_the_permission_to_write(client, api):
    refused(client.post("/api/v1/products", json=LEAST), 401, "no_credentials")
    told = refused(api(None, products="read")("POST", "/products", json=LEAST), 403, "scope_missing")
    assert told["required"] == "products:write"
    assert Product.select().count() == 0


def test_a_key_that_hides_prices_may_set_the_first_one_and_sees_none(api):
    made = create(api(None, products="write", hides_prices=True), price=9)
    assert made["price"] is None and Product.get().price_cents == 900
