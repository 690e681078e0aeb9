"""The list of supplies: the viewer's own alone, by every name, with what is free of them."""

import datetime as dt

import pytest

from tests.api.problems import refused, wrong
from webapp.db import now
from webapp.models import Supply

FIELDS = {
    *("id", "product_id", "sku", "ean", "supplier", "supplier_sku", "quantity", "reserved", "free", "purchase_price"),
    *("priority", "sequence", "creation_date", "update_date"),
}


def listed(call, **query) -> list[tuple[str, str]]:
    answer = call("GET", "/provisions", query_string=query)
    assert answer.status_code == 200, answer.text
    return [(row["supplier"]["name"].split()[0], row["sku"]) for row in answer.json["data"]]


def test_the_whole_store_sees_all_and_a_supplier_its_own(merchant, warehouse, competitor, mug, pot, strange):
    assert listed(merchant) == [("Nord", "MUG"), ("Rival", "MUG"), ("Rival", "POT")]
    assert listed(warehouse) == [("Nord", "MUG")]
    assert listed(competitor) == [("Rival", "MUG"), ("Rival", "POT")]
    assert "Rival" not in warehouse("GET", "/provisions").text


def test_a_row_has_this_shape(warehouse, mug, cast, world):
    world.order(("MUG", 7))
    (row,) = warehouse("GET", "/provisions").json["data"]
    supply = Supply.get(Supply.supplier == cast.logistics.id)
    assert row.keys() == FIELDS
    assert (row["id"], row["product_id"], row["ean"]) == (supply.id, mug.id, "8001234567897")
    assert row["supplier"] == {"id": cast.logistics.id, "name": "Nord Logistica"}
    assert (row["quantity"], row["reserved"], row["free"]) == (10, 7, 3)
    assert (row["purchase_price"], row["priority"], row["sequence"]) == (4, None, None)


def test_who_ranks_behind_whom_is_the_stores_own(merchant, mug):
    assert [row["priority"] for row in merchant("GET", "/provisions").json["data"]] == [10, 10]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"supplier_sku": "R-1"}, [("Rival", "MUG")]),
        ({"supplier_sku": "MUG"}, [("Nord", "MUG")]),
        ({"sku": "MUG"}, [("Nord", "MUG"), ("Rival", "MUG")]),
        ({"sku": "POT"}, [("Rival", "POT")]),
        ({"ean": "8001234567897"}, [("Nord", "MUG"), ("Rival", "MUG")]),
        ({"ean": "4006381333931"}, []),
        ({"sku": "POT", "supplier_sku": "R-1"}, []),
    ],
)
def test_filters(merchant, mug, pot, query, found):
    assert listed(merchant, **query) == found


def test_by_product(merchant, warehouse, mug, pot):
    assert listed(merchant, product_id=pot.id) == [("Rival", "POT")]
    assert listed(warehouse, product_id=pot.id) == []


def test_no_filter_finds_what_another_supplier_stocks(warehouse, mug, pot):
    for query in ({"supplier_sku": "R-1"}, {"sku": "POT"}, {"product_id": pot.id}):
        answer = warehouse("GET", "/provisions", query_string=query).json
        assert (answer["data"], answer["total"]) == ([], 0)


def test_what_was_reported_since_a_moment_comes_in_the_order_of_change(merchant, mug, pot):
    past = now() - dt.timedelta(days=1)
    Supply.update(updated_at=past).execute()
    Supply.update(updated_at=past + dt.timedelta(seconds=9)).where(Supply.supplier_sku == "R-1").execute()
    since = (past - dt.timedelta(seconds=1)).isoformat()
    assert listed(merchant, updated_after=since) == [("Nord", "MUG"), ("Rival", "POT"), ("Rival", "MUG")]
    first = merchant("GET", "/provisions", query_string={"updated_after": since, "max": 2}).json
    assert listed(merchant, updated_after=since, cursor=first["next"]) == [("Rival", "MUG")]
    assert listed(merchant, updated_after=now().isoformat()) == []


def test_pages_by_offset_and_by_cursor(merchant, mug, pot):
    answer = merchant("GET", "/provisions?max=2").json
    assert (len(answer["data"]), answer["total"]) == (2, 3)
    assert listed(merchant, max=2, offset=2) == listed(merchant, cursor=answer["next"]) == [("Rival", "POT")]


def test_a_key_that_hides_prices_sees_none(api, cast, mug):
    (row,) = api(cast.logistics, products="read", hides_prices=True)("GET", "/provisions").json["data"]
    assert row["purchase_price"] is None and row["quantity"] == 10


@pytest.mark.parametrize(
    "query", ["product_id=0", "product_id=x", "updated_after=soon", "max=0", "cursor=x", "stock=1"]
)
def test_a_wrong_parameter_is_told_by_name(warehouse, query):
    wrong(warehouse("GET", f"/provisions?{query}"), query.split("=")[0])


def test_the_number_of_statements_doesnt_grow_with_the_supplies(merchant, world, sql_count):
    counts = []
    for skus in (("A", "B"), ("C", "D", "E", "F", "G", "H")):
        for sku in skus:
            world.product(sku, logistics=1, rival=1)
        with sql_count() as seen:
            listed(merchant, max=100)
        counts.append(len([statement for statement in seen if 'UPDATE "api_key"' not in statement]))
    assert counts[0] == counts[1] <= 6, counts


def test_it_needs_a_key_with_the_permission(client, api):
    refused(client.get("/api/v1/provisions"), 401, "no_credentials")
    refused(api(None)("GET", "/provisions"), 403, "scope_missing")
