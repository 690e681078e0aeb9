"""Connecting a WooCommerce by the form: the merchant reads beforehand how the shop will keep shipments."""

import pytest

from tests.servers.woocommerce import KEY, READ_KEY, SECRET, WooShop
from webapp.connectors import http
from webapp.jobs import import_orders
from webapp.models import Channel, Order, OrderLine

NEW = "/channels/new/woocommerce"


@pytest.fixture
def woo():
    started = WooShop()
    yield started
    started.stop()


@pytest.fixture
def typed(app, woo):
    http.configure(("127.0.0.1",))
    return {"name": "Casa Bella", "base_url": woo.url, "key": KEY, "secret": SECRET}


def test_a_good_test_tells_how_shipments_will_be_kept(merchant, typed, woo):
    page = merchant.post(f"{NEW}/test", data=typed).text
    assert "It keeps shipments as fulfilments, with lines and units." in page
    woo.fulfilments = False
    assert "It keeps shipments as notes to the customer." in merchant.post(f"{NEW}/test", data=typed).text
    assert Channel.select().count() == 0 and SECRET not in page


def test_a_key_that_may_only_read_is_refused_before_anything_is_shipped(merchant, typed):
    answer = merchant.post(f"{NEW}/test", data={**typed, "key": READ_KEY})
    assert answer.status_code == 422 and "set its permissions to Read/Write" in answer.text


def test_a_connected_shop_is_read_and_its_secret_is_kept_apart(merchant, typed, woo):
    order = woo.sell(("MUG-BLUE", 2))
    assert merchant.post(NEW, data=typed).status_code == 303
    channel = Channel.get()
    assert channel.settings == {"key": KEY} and SECRET not in channel.credentials
    import_orders.read_due(channel.id)
    assert (Order.get().external_id, Order.get().status) == (str(order["id"]), "payment_accepted")
    assert (OrderLine.get().sku, OrderLine.get().quantity) == ("MUG-BLUE", 2)
