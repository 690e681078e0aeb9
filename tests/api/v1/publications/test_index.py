"""The list of publications: as Poleepo's client reads it, by every filter, and nothing for a supplier's key."""

import pytest

from tests.api.problems import refused, wrong
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.models import Publication


@pytest.fixture
def second(world, pot, published):
    """The pot on another channel of another kind, with a SKU of its own, switched off."""
    draft = ChannelDraft("Vendure", "http://127.0.0.1:9", {}, {"username": "u", "password": "p"})
    shop = channels.connect(world.viewer, "vendure", draft)
    return Publication.create(store=world.cast.store, product=pot, channel=shop, sku="POT-V", active=False)


def listed(call, **query) -> list[str]:
    answer = call("GET", "/channels/publications", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.json["total"] == len(answer.json["data"])
    return [row["sku"] for row in answer.json["data"]]


def test_poleepos_client_joins_a_products_sku_with_the_channels_id_of_it(merchant, published, mug):
    answer = merchant("GET", "/channels/publications?source=SANDBOX&offset=0&max=50")
    (row,) = answer.json["data"]
    assert (row["sku"], row["source_id"], row["source"]) == ("MUG", "gid-77", {"id": "SANDBOX", "name": "Shop"})
    assert (row["product_id"], row["external_id"], row["active"]) == (mug.id, "gid-77", True)
    assert (row["title"], row["price"]) == ("Mug", 8.2)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["MUG", "POT-V"]),
        ({"source": "VENDURE"}, ["POT-V"]),
        ({"source": "sandbox"}, ["MUG"]),
        ({"source": "SHOPIFY"}, []),
        ({"active": "true"}, ["MUG"]),
        ({"active": "false"}, ["POT-V"]),
        ({"identifier": "gid-77"}, ["MUG"]),
        ({"identifier": "MUG"}, ["MUG"]),
        ({"identifier": "POT-V"}, ["POT-V"]),
        ({"identifier": "POT"}, []),
        ({"identifier": "gid"}, []),
        ({"source": "VENDURE", "active": "true"}, []),
    ],
)
def test_filters(merchant, second, query, found):
    assert listed(merchant, **query) == found


def test_by_product_and_by_channel(merchant, second, published):
    assert listed(merchant, product=published.product_id) == ["MUG"]
    assert listed(merchant, source=second.channel_id) == ["POT-V"]
    assert listed(merchant, product=10**17) == []


def test_pages_by_offset_and_by_cursor(merchant, second):
    first = merchant("GET", "/channels/publications?max=1").json
    assert (first["total"], [row["sku"] for row in first["data"]]) == (2, ["MUG"])
    rest = merchant("GET", f"/channels/publications?cursor={first['next']}").json
    assert ([row["sku"] for row in rest["data"]], rest["next"]) == (["POT-V"], None)


def test_a_suppliers_key_sees_none_even_of_what_it_stocks(warehouse, published):
    assert listed(warehouse) == listed(warehouse, product=published.product_id) == []


def test_another_stores_publications_are_not_in_it(merchant, foreign):
    assert listed(merchant) == listed(merchant, identifier="gid-77") == []


def test_a_key_that_hides_prices_sees_none(api, published):
    (row,) = api(None, products="read", hides_prices=True)("GET", "/channels/publications").json["data"]
    assert row["price"] is None


@pytest.mark.parametrize("query", ["active=maybe", "product=x", "product=0", "max=0", "cursor=x", "channel=1"])
def test_a_wrong_parameter_is_told_by_name(merchant, query):
    wrong(merchant("GET", f"/channels/publications?{query}"), query.split("=")[0])


def test_the_number_of_statements_doesnt_grow_with_the_publications(merchant, world, published, sql_count):
    counts = []
    for skus in ([], ["A", "B", "C", "D", "E"]):
        for sku in skus:
            Publication.create(store=world.cast.store, product=world.product(sku), channel=world.channel)
        with sql_count() as seen:
            listed(merchant)
        counts.append(len([statement for statement in seen if 'UPDATE "api_key"' not in statement]))
    assert counts[0] == counts[1] <= 6, counts


def test_it_needs_a_key_with_the_permission(client, api):
    refused(client.get("/api/v1/channels/publications"), 401, "no_credentials")
    refused(api(None)("GET", "/channels/publications"), 403, "scope_missing")
