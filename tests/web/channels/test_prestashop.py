"""Connecting a PrestaShop by the form, with a policy for orders that leave in several parcels."""

import pytest

from tests.servers.prestashop import KEY, PrestaShopServer
from webapp.connectors import http
from webapp.jobs import import_orders
from webapp.models import Channel, Order, OrderLine

NEW = "/channels/new/prestashop"


@pytest.fixture
def prestashop():
    started = PrestaShopServer()
    yield started
    started.stop()


@pytest.fixture
def typed(app, prestashop):
    http.configure(("127.0.0.1",))
    return {
        "name": "Bottega",
        "base_url": prestashop.url,
        "key": KEY,
        "timezone": "Europe/Rome",
        "partial_policy": "first",
    }


def test_the_form_says_what_the_shop_cant_take_and_asks_what_to_do_then(merchant):
    page = merchant.get(NEW).text
    assert "An order that leaves in several parcels" in page and 'class="form-select"' in page
    assert 'selected value="last"' in page and "Told with the first parcel" in page
    assert 'value="Europe/Rome"' in page and "Webservice key" in page


def test_a_good_test_tells_what_was_found_out(merchant, typed):
    page = merchant.post(f"{NEW}/test", data=typed).text
    assert "Connected to “Bottega &amp; Figli” (PrestaShop 8.1.7)" in page and "Europe/Rome" in page
    assert 'selected value="first"' in page


def test_a_test_that_fails_names_the_missing_permission(merchant, typed, prestashop):
    del prestashop.allowed["states"]
    answer = merchant.post(f"{NEW}/test", data=typed)
    assert answer.status_code == 422 and "The key lacks permissions: states (GET)." in answer.text


def test_a_connected_shop_is_read_and_its_policy_is_kept_and_can_be_changed(merchant, typed, prestashop):
    number = prestashop.sell(("MUG-BLUE", 2))
    assert merchant.post(NEW, data=typed).status_code == 303
    channel = Channel.get()
    assert channel.settings["partial_policy"] == "first" and KEY not in str(channel.settings)
    import_orders.read_due(channel.id)
    assert (Order.get().external_id, OrderLine.get().sku) == (str(number), "MUG-BLUE")

    page = merchant.get(f"/channels/{channel.id}/edit").text
    assert 'selected value="first"' in page
    answer = merchant.post(f"/channels/{channel.id}", data={**typed, "key": "", "partial_policy": "each"})
    assert answer.status_code == 303 and Channel.get().settings["partial_policy"] == "each"


def test_a_policy_that_isnt_offered_is_refused(merchant, typed):
    answer = merchant.post(NEW, data={**typed, "partial_policy": "never"})
    assert answer.status_code == 422 and Channel.select().count() == 0
