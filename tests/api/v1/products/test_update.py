"""Changing a product: in parts, on the state that was seen, and never by a supplier."""

import pytest

from tests.actions.test_races import at_once
from tests.api.problems import alike, refused, wrong
from tests.api.v1.products.test_create import SENT
from webapp.actions import products
from webapp.models import Allocation, Change, Event, Product


def change(call, product, **values) -> dict:
    answer = call("PUT", f"/products/{product.id}", json=values)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_what_is_left_out_stays_as_it_is(merchant, mug):
    before = merchant("GET", f"/products/{mug.id}").json["data"]
    after = change(merchant, mug, title="Big mug")
    assert after["title"] == "Big mug" and after["update_date"] >= before["update_date"]
    assert {**after, "title": "", "update_date": ""} == {**before, "title": "", "update_date": ""}


def test_a_poleepo_client_writes_the_whole_product_or_only_its_tags(merchant, mug):
    seen = change(merchant, mug, **SENT)
    assert {name: seen[name] for name in SENT} == SENT
    tagged = change(merchant, mug, tags=[{"id": 4, "value": "Rosso"}, {"value": "Nuovo"}])
    assert [tag["value"] for tag in tagged["tags"]] == ["Rosso", "Nuovo"]
    assert change(merchant, mug, tags=tagged["tags"])["tags"] == tagged["tags"]
    assert {name: tagged[name] for name in SENT} == SENT


def test_what_a_client_read_it_can_write_back_without_changing_anything(merchant, mug):
    seen = merchant("GET", f"/products/{mug.id}").json["data"]
    computed = {"id", "price_with_tax", "provisions", "creation_date", "update_date"}
    before = Change.select().count()
    assert change(merchant, mug, **{name: seen[name] for name in seen if name not in computed}) == seen
    assert Change.select().count() == before


def test_a_change_is_told_to_the_store_and_to_every_seller(merchant, mug, cast):
    Change.delete().execute()
    change(merchant, mug, title="Big mug")
    told = [(row.subject_id, row.supplier_id) for row in Change.select().order_by(Change.number)]
    assert told == [(mug.id, None), (mug.id, cast.logistics.id), (mug.id, cast.rival.id)]
    event = Event.get(Event.kind == "product.changed")
    assert (event.data, event.actor_kind) == ({"title": ["Mug", "Big mug"]}, "key")


def test_some_things_can_be_emptied_and_others_not(merchant, mug):
    seen = change(merchant, mug, weight=None, main_category_id=None, ean="")
    assert (seen["weight"], seen["main_category_id"], seen["ean"]) == (None, None, "")
    for name in ("sku", "title", "price", "vat_rate", "quantity", "active", "ean", "images", "tags", "type"):
        wrong(merchant("PUT", f"/products/{mug.id}", json={name: None}), name)


def test_more_on_the_own_shelf_goes_to_orders_that_wait(merchant, world):
    cup = world.product("CUP")
    order = world.order(("CUP", 3))
    assert not Allocation.select().exists()
    change(merchant, cup, quantity=4)
    assert Allocation.get(Allocation.order == order.id).quantity == 3
    change(merchant, cup, quantity=1)
    assert (Product.get_by_id(cup.id).own_quantity, Product.get_by_id(cup.id).own_reserved) == (1, 3)


def test_a_new_sku_is_joined_to_lines_that_wait_for_it(merchant, mug, world):
    order = world.order(("GHOST", 1))
    change(merchant, mug, sku="GHOST")
    assert Allocation.get(Allocation.order == order.id).supplier_id is None


def test_a_change_on_a_state_that_is_gone_is_refused(merchant, mug):
    path = f"/products/{mug.id}"
    tag = {"If-Match": merchant("GET", path).headers["ETag"]}
    assert merchant("PUT", path, json={"title": "First"}, headers=tag).status_code == 200
    refused(merchant("PUT", path, json={"title": "Second"}, headers=tag), 412, "stale")
    fresh = merchant("GET", path).headers["ETag"]
    answer = merchant("PUT", path, json={"title": "Third"}, headers={"If-Match": fresh})
    assert answer.json["data"]["title"] == "Third"
    assert answer.headers["ETag"] == merchant("GET", path).headers["ETag"]
    assert merchant("PUT", path, json={"title": "Fourth"}, headers={"If-Match": "*"}).status_code == 200


def test_changes_of_different_fields_at_once_all_stay(merchant, mug, world):
    values = [{"title": "Big mug"}, {"weight_grams": 400}, {"ean": "4006381333931"}, {"own_quantity": 6}]
    at_once(4, lambda number: products.edit(world.viewer, mug.id, values[number]))
    row = Product.get_by_id(mug.id)
    assert (row.title, row.weight_grams, row.ean, row.own_quantity) == ("Big mug", 400, "4006381333931", 6)


def test_an_archived_product_isnt_taken_into_use_by_a_program(merchant, mug, world):
    products.archive(world.viewer, mug.id)
    refused(merchant("PUT", f"/products/{mug.id}", json={"active": True}), 409, "archived")
    assert change(merchant, mug, title="Old mug")["active"] is False
    products.restore(world.viewer, mug.id)
    assert change(merchant, mug, active=False)["active"] is False
    assert Product.get_by_id(mug.id).archived_at is None


def test_a_sku_of_another_product_is_told_at_its_field(merchant, mug, pot):
    wrong(merchant("PUT", f"/products/{mug.id}", json={"sku": "POT"}), "sku")
    wrong(merchant("PUT", f"/products/{mug.id}", json={"ean": "8001234567890"}), "ean")
    wrong(merchant("PUT", f"/products/{mug.id}", json={"price_with_tax": 1}), "price_with_tax")
    assert Product.get_by_id(mug.id).sku == "MUG"


def test_a_key_that_hides_prices_cant_feel_for_one(api, mug):
    call = api(None, products="write", hides_prices=True)
    for price in (8.2, 9):
        refused(call("PUT", f"/products/{mug.id}", json={"price": price}), 403, "masked")
    assert change(call, mug, title="Big mug")["price"] is None
    assert Product.get_by_id(mug.id).price_cents == 820


def test_a_supplier_changes_none(warehouse, mug, pot, strange):
    own = warehouse("PUT", f"/products/{mug.id}", json={"title": "Mine"})
    refused(own, 403, "scope_missing")
    for other in (pot.id, strange.id, 10**17):
        assert alike(warehouse("PUT", f"/products/{other}", json={"title": "Mine"}), own)
    assert not Product.select().where(Product.title == "Mine").exists()


def test_another_stores_product_reads_like_none(merchant, strange):
    unknown = merchant("PUT", f"/products/{10**17}", json={"title": "Mine"})
    refused(unknown, 404, "not_found")
    assert alike(merchant("PUT", f"/products/{strange.id}", json={"title": "Mine"}), unknown)
    assert Product.get_by_id(strange.id).title == "Mug"


@pytest.mark.parametrize("level", ["none", "read"])
def test_it_needs_a_key_with_the_permission_to_write(client, api, mug, level):
    refused(client.put(f"/api/v1/products/{mug.id}", json={"title": "x"}), 401, "no_credentials")
    answer = api(None, products=level)("PUT", f"/products/{mug.id}", json={"title": "x"})
    assert refused(answer, 403, "scope_missing")["required"] == "products:write"
