"""One product: Poleepo's fields and no other, scope and masks, and whether it has changed."""

import orjson
import pytest

from tests.api.problems import alike, refused
from webapp.models import Product, Supply

FIELDS = {
    *("id", "type", "sku", "ean", "title", "price", "price_with_tax", "vat_rate", "quantity", "active", "weight"),
    *("main_category_id", "main_category_path", "width", "height", "depth", "images", "provisions", "tags"),
    *("creation_date", "update_date"),
}


def read(call, product) -> dict:
    answer = call("GET", f"/products/{product.id}")
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_it_has_poleepos_fields_and_no_other(merchant, mug):
    seen = read(merchant, mug)
    assert seen.keys() == FIELDS
    assert seen["type"] == {"id": "simple", "name": "Simple product"}
    assert (seen["sku"], seen["ean"], seen["title"], seen["active"]) == ("MUG", "8001234567897", "Mug", True)
    assert (seen["weight"], seen["width"], seen["height"], seen["depth"]) == (0.35, 8.5, None, None)
    assert (seen["images"], seen["tags"], seen["main_category_id"], seen["main_category_path"]) == ([], [], None, "")
    assert seen["creation_date"].endswith("Z") and len(seen["update_date"]) == len("2026-11-24T09:30:00Z")


def test_prices_are_numbers_in_major_units(merchant, mug):
    raw = merchant("GET", f"/products/{mug.id}").get_data()
    assert b'"price":8.2,' in raw and b'"price_with_tax":10.0,' in raw and b'"vat_rate":22.0,' in raw
    assert b'"purchase_price":4.0,' in raw
    assert orjson.loads(raw)["data"]["price_with_tax"] == 10


def test_the_whole_store_sees_its_own_shelf_and_every_provision(merchant, mug, cast):
    seen = read(merchant, mug)
    assert seen["quantity"] == 5
    held = [(row["supplier"]["name"], row["supplier_sku"], row["quantity"]) for row in seen["provisions"]]
    assert held == [("Nord Logistica", "MUG", 10), ("Rival Warehousing", "R-1", 3)]
    assert [row["purchase_price"] for row in seen["provisions"]] == [4, 3.5]


def test_a_supplier_sees_its_own_provision_alone(warehouse, mug, cast):
    seen = read(warehouse, mug)
    (row,) = seen["provisions"]
    assert (row["supplier"]["id"], row["purchase_price"], row["priority"]) == (cast.logistics.id, 4, None)
    assert seen["quantity"] == 10
    text = warehouse("GET", f"/products/{mug.id}").text
    assert "Rival" not in text and "R-1" not in text


@pytest.mark.parametrize("supplier", [None, "logistics"])
def test_a_key_that_hides_prices_sees_none(api, cast, mug, supplier):
    call = api(supplier and getattr(cast, supplier), products="read", hides_prices=True)
    seen = read(call, mug)
    assert (seen["price"], seen["price_with_tax"]) == (None, None)
    assert {row["purchase_price"] for row in seen["provisions"]} == {None}
    assert seen.keys() == FIELDS


def test_a_product_that_isnt_in_reach_reads_like_none(warehouse, merchant, mug, pot, strange):
    unknown = warehouse("GET", f"/products/{10**17}")
    refused(unknown, 404, "not_found")
    assert alike(warehouse("GET", f"/products/{pot.id}"), unknown)
    assert alike(warehouse("GET", f"/products/{strange.id}"), unknown)
    assert alike(merchant("GET", f"/products/{strange.id}"), unknown)


def test_a_supplier_that_no_longer_stocks_it_no_longer_sees_it(warehouse, mug, cast):
    read(warehouse, mug)
    Supply.delete().where(Supply.supplier == cast.logistics.id).execute()
    refused(warehouse("GET", f"/products/{mug.id}"), 404, "not_found")


def test_the_etag_tells_whether_anything_in_it_changed(merchant, mug):
    first = merchant("GET", f"/products/{mug.id}")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert merchant("GET", f"/products/{mug.id}", headers=tag).status_code == 304
    Supply.update(quantity=11).execute()
    assert merchant("GET", f"/products/{mug.id}", headers=tag).status_code == 200


def test_an_archived_product_is_still_shown_as_inactive(merchant, mug):
    Product.update(active=False, archived_at=mug.created_at).execute()
    assert read(merchant, mug)["active"] is False


def test_it_needs_a_key_with_the_permission(client, api, mug):
    refused(client.get(f"/api/v1/products/{mug.id}"), 401, "no_credentials")
    refused(api(None)("GET", f"/products/{mug.id}"), 403, "scope_missing")
