"""The list of products: filters, both kinds of paging, and nothing of others, whatever is asked for."""

import datetime as dt

import pytest

from tests.api.problems import refused, wrong
from webapp.db import now
from webapp.models import Product


def listed(call, **query) -> list[str]:
    answer = call("GET", "/products", query_string=query)
    assert answer.status_code == 200, answer.text
    return [row["sku"] for row in answer.json["data"]]


def test_it_lists_what_the_key_may_see(merchant, warehouse, competitor, mug, pot, strange):
    assert listed(merchant) == ["MUG", "POT"]
    assert listed(competitor) == ["MUG", "POT"]
    answer = warehouse("GET", "/products")
    assert (listed(warehouse), answer.json["total"], answer.json["next"]) == (["MUG"], 1, None)
    assert [len(row["provisions"]) for row in answer.json["data"]] == [1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"sku": "MUG"}, ["MUG"]),
        ({"sku": "mug"}, []),
        ({"ean": "8001234567897"}, ["MUG"]),
        ({"ean": "800123456789"}, []),
        ({"q": "uG"}, ["MUG"]),
        ({"q": "8001234567897"}, ["MUG"]),
        ({"q": "P%T"}, []),
        ({"q": " "}, ["MUG", "POT"]),
        ({"active": "true"}, ["MUG"]),
        ({"active": "false"}, ["POT"]),
        ({"active": "0"}, ["POT"]),
        ({"sku": "MUG", "active": "false"}, []),
    ],
)
def test_filters(merchant, mug, pot, query, found):
    Product.update(active=False).where(Product.id == pot.id).execute()
    assert listed(merchant, **query) == found


def test_the_call_of_poleepos_client(merchant, mug):
    assert listed(merchant, offset="0", max="50", active="true") == ["MUG"]


def test_no_filter_finds_what_another_supplier_stocks(warehouse, mug, pot):
    Product.update(ean="4006381333931").where(Product.id == pot.id).execute()
    for query in ({"sku": "POT"}, {"ean": "4006381333931"}, {"q": "pot"}, {"active": "true"}):
        answer = warehouse("GET", "/products", query_string=query)
        assert "POT" not in answer.text and answer.json["total"] == len(answer.json["data"]) <= 1


def test_what_changed_since_a_moment_comes_in_the_order_of_change(merchant, mug, pot):
    past = now() - dt.timedelta(days=1)
    Product.update(updated_at=past).execute()
    assert listed(merchant, updated_after=(past - dt.timedelta(seconds=1)).isoformat()) == ["MUG", "POT"]
    Product.update(updated_at=past - dt.timedelta(seconds=9)).where(Product.id == pot.id).execute()
    since = (past - dt.timedelta(seconds=10)).isoformat()
    assert listed(merchant, updated_after=since) == ["POT", "MUG"]
    first = merchant("GET", "/products", query_string={"updated_after": since, "max": 1}).json
    assert listed(merchant, updated_after=since, cursor=first["next"]) == ["MUG"]
    assert listed(merchant, updated_after=now().isoformat()) == []


def test_pages_by_offset_and_by_cursor(merchant, warehouse, world):
    for number in range(5):
        world.product(f"P{number}", logistics=1)
    world.product("HIDDEN", rival=1)
    assert (listed(merchant, offset=4), listed(merchant, offset=1, max=2)) == (["P4", "HIDDEN"], ["P1", "P2"])
    assert merchant("GET", "/products?max=2").json["total"] == 6
    seen, answer = [], warehouse("GET", "/products?max=2").json
    while True:
        seen += [row["sku"] for row in answer["data"]]
        if answer["next"] is None:
            break
        answer = warehouse("GET", f"/products?max=2&cursor={answer['next']}").json
        assert "total" not in answer
    assert seen == [f"P{number}" for number in range(5)]


def test_a_key_that_hides_prices_sees_none(api, cast, mug):
    (row,) = api(cast.logistics, products="read", hides_prices=True)("GET", "/products").json["data"]
    assert (row["price"], row["price_with_tax"], row["provisions"][0]["purchase_price"]) == (None, None, None)


@pytest.mark.parametrize("query", ["active=yes", "active=", "updated_after=soon", "max=101", "cursor=x", "colour=red"])
def test_a_wrong_parameter_is_told_by_name(merchant, query):
    wrong(merchant("GET", f"/products?{query}"), query.split("=")[0])


def test_the_number_of_statements_doesnt_grow_with_the_products(merchant, warehouse, world, sql_count):
    counts = []
    for upto in (2, 12):
        for number in range(upto):
            Product.get_or_none(sku=f"P{number}") or world.product(f"P{number}", own=1, logistics=1, rival=1)
        for call in (merchant, warehouse):
            with sql_count() as seen:
                assert len(listed(call, max=100)) == upto
            # The key's last use is written in batches, by whichever call finds one due.
            counts.append(len([statement for statement in seen if 'UPDATE "api_key"' not in statement]))
    assert counts[:2] == counts[2:] and max(counts) <= 8, counts


def test_it_needs_a_key_with_the_permission(client, api, mug):
    refused(client.get("/api/v1/products"), 401, "no_credentials")
    refused(api(None)("GET", "/products"), 403, "scope_missing")
