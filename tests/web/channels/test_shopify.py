"""Connecting a Shopify shop by the form."""

import datetime as dt

import pytest

from tests.servers.shopify.server import CLIENT, ShopifyShop
from webapp.connectors import http
from webapp.db import now
from webapp.jobs import import_orders
from webapp.models import Channel, Order, OrderLine

pytestmark = pytest.mark.xdist_group("shopify")

NEW = "/channels/new/shopify"


@pytest.fixture
def server():
    started = ShopifyShop()
    yield started
    started.stop()


@pytest.fixture
def typed(app, server):
    http.configure(("127.0.0.1",))
    secret = {"client_id": CLIENT["client_id"], "secret": CLIENT["client_secret"]}
    return {"name": "Casa Bella", "base_url": server.url, "version": "2026-10", "notify": "no", **secret}


def test_the_form_offers_the_newest_version(merchant):
    page = merchant.get(NEW).text
    assert 'value="2026-10"' in page and "Client secret or access token" in page


def test_a_permission_that_is_missing_is_said_before_anything_is_stored(merchant, typed, server):
    server.shop.scopes.remove("write_merchant_managed_fulfillment_orders")
    answer = merchant.post(f"{NEW}/test", data=typed)
    assert answer.status_code == 422 and "write_merchant_managed_fulfillment_orders" in answer.text
    assert Channel.select().count() == 0


def test_a_connected_shop_is_read_and_its_secret_is_kept_apart(merchant, typed, server):
    placed = server.shop.sell(("MUG-BLUE", 2), at=now() - dt.timedelta(seconds=5))
    assert "Connected to the Shopify shop “Casa Bella”." in merchant.post(f"{NEW}/test", data=typed).text
    assert merchant.post(NEW, data=typed).status_code == 303
    channel = Channel.get()
    settings = {"client_id": CLIENT["client_id"], "version": "2026-10", "notify": "no", "location": ""}
    assert channel.settings == settings
    assert CLIENT["client_secret"] not in channel.credentials
    import_orders.read_due(channel.id)
    assert (Order.get().external_id, Order.get().status) == (str(placed.number), "payment_accepted")
    assert (OrderLine.get().sku, OrderLine.get().quantity) == ("MUG-BLUE", 2)
