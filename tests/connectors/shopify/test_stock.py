"""How much may be sold, set in Shopify: at one location, by the rules of each API version."""

import pytest

from tests.connectors.shopify.conftest import connect
from tests.servers.shopify.server import CLIENT, ShopifyShop
from webapp.connectors import http
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.shopify import Shopify
from webapp.connectors.channels.shopify.client import Client
from webapp.connectors.channels.shopify.stock import UNKNOWN
from webapp.domain.channel import StockCount

pytestmark = pytest.mark.xdist_group("shopify")


def count(variant, units: int) -> StockCount:
    return StockCount(f"{variant.number}/{variant.item}", units)


def test_available_units_are_set_at_the_first_location(shopify, shop):
    mug, shirt = shop.offer("MUG"), shop.offer("SHIRT")
    for _ in range(2):
        assert shopify.set_stock([count(mug, 7), count(shirt, 0)]) == {}
    assert (mug.available, shirt.available) == ({"1": 7}, {"1": 0})


def test_another_location_is_set_where_it_is_named_and_a_wrong_one_is_told(server, shop):
    mug = shop.offer("MUG")
    client = Client(server.url, CLIENT["client_secret"], CLIENT["client_id"])
    assert Shopify(client, location=" 2 ").set_stock([count(mug, 7)]) == {} and mug.available == {"2": 7}
    with pytest.raises(ConnectorError, match="no such location") as caught:
        Shopify(client, location="9").set_stock([count(mug, 7)])
    assert caught.value.permanent


def test_what_shopify_refuses_is_left_out_and_the_rest_is_set(shopify, shop):
    mug, shirt = shop.offer("MUG"), shop.offer("SHIRT")
    gone = [StockCount("1/11", 1), StockCount("2/22", 1)]
    refused = shopify.set_stock([gone[0], count(mug, 7), StockCount("sku", 1), gone[1], count(shirt, 8)])
    assert (
        refused["sku"] == UNKNOWN
        and set(refused) == {"sku", "1/11", "2/22"}
        and "could not be found" in refused["1/11"]
    )
    assert (mug.available, shirt.available) == ({"1": 7}, {"1": 8})


def test_a_version_that_has_ended_is_answered_by_the_next_and_gets_what_that_one_takes(server, shop):
    mug = shop.offer("MUG")
    assert connect(server.url, version="2025-10").set_stock([count(mug, 7)]) == {} and mug.available == {"1": 7}


@pytest.mark.parametrize("version", ["2025-10", "2026-01"])
def test_each_version_gets_the_call_that_it_takes(version):
    http.configure(("127.0.0.1",))
    server = ShopifyShop(version)
    try:
        mug = server.shop.offer("MUG")
        assert connect(server.url, version=version).set_stock([count(mug, 7)]) == {} and mug.available == {"1": 7}
    finally:
        server.stop()
        http.configure(())
