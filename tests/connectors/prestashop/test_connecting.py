"""The connection test says what works and what was found out, or what is wrong and where to mend it."""

import pytest

from tests.connectors.prestashop.conftest import connect, refusal
from tests.servers.prestashop import KEY
from webapp.connectors.channels import ConnectorError, open_channel


def test_it_names_the_shop_its_version_its_zone_and_the_status_that_it_will_set(shop, connector):
    version = "1.6.1.24" if shop.old else "8.1.7"
    assert connector.test() == (
        f"Connected to “Bottega & Figli” (PrestaShop {version}). "
        "Its times are in Europe/Rome, and shipped is its status 4, “Shipped”."
    )
    assert {verb for verb, _, _ in shop.calls} == {"GET"}


def test_it_takes_the_zone_from_the_shop_where_it_may(shop):
    shop.allowed["configurations"] = {"GET"}
    shop.row("configurations", name="PS_TIMEZONE")["value"] = "America/New_York"
    assert "in America/New_York," in connect(shop.url).test()


@pytest.mark.parametrize("address", ["{}/", "{}/api", "{}/api/", " {} "])
def test_an_address_may_be_written_in_several_ways(shop, address):
    opened = open_channel("prestashop", address.format(shop.url), {"timezone": "Europe/Rome"}, {"key": KEY})
    assert opened.test().startswith("Connected")


def test_every_missing_permission_is_named(shop, connector):
    del shop.allowed["addresses"]
    shop.allowed["order_histories"] = {"GET"}
    shop.allowed["order_carriers"] = set()
    told = refusal(connector.test)
    assert told == ("The key lacks permissions: addresses (GET), order_carriers (GET, PUT), order_histories (POST).")


def test_what_the_key_may_not_do_besides_is_named_before_it_is_wanted(shop, connector):
    del shop.allowed["combinations"]
    shop.allowed["stock_availables"] = {"GET"}
    told = "The key lacks permissions, and what the guide names them for isn't done: "
    assert connector.test().endswith(f"“Shipped”. {told}combinations (GET), stock_availables (PUT).")


def test_a_permission_that_is_taken_away_later_is_told_in_the_shops_words(shop, connector):
    number = str(shop.sell(("MUG", 1)))
    del shop.allowed["addresses"]
    told = refusal(lambda: connector.read_order(number))
    assert told.startswith("The key lacks a permission.") and '"addresses" is not allowed' in told


def test_a_wrong_key_is_told(shop):
    told = refusal(connect(shop.url, key="X" * 32).test)
    assert told == "The shop refuses the key. Authentification key is not active"


def test_a_webservice_that_is_switched_off_is_told_and_may_be_tried_again(shop, connector):
    shop.off = True
    with pytest.raises(ConnectorError, match="The webservice is switched off in the shop") as caught:
        connector.test()
    assert not caught.value.permanent


def test_an_address_without_a_webservice_is_told(shop):
    assert "no webservice at this address" in refusal(connect(f"{shop.url}/elsewhere").test)


def test_an_address_where_nothing_answers_may_be_tried_again(shop):
    with pytest.raises(ConnectorError, match="Nothing answers at this address") as caught:
        connect("http://127.0.0.1:1").test()
    assert not caught.value.permanent


@pytest.mark.parametrize("address", ["http://10.0.0.1", "ftp://shop.example.com", "http://user:word@shop.example.com"])
def test_an_address_that_may_not_be_called_is_refused(shop, address):
    refusal(lambda: connect(address).test())


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"timezone": "Rome"}, "There is no time zone “Rome”"),
        ({"shipped_state": "Shipped"}, "Status that means shipped: give numbers"),
        ({"ready_states": "2; 3"}, "Further statuses to ship from: give numbers"),
        ({"shop_id": "²"}, "Number of the shop: give numbers"),
    ],
)
def test_a_field_that_makes_no_sense_is_told_by_its_name(shop, settings, told):
    assert refusal(lambda: open_channel("prestashop", shop.url, settings, {"key": KEY})).startswith(told)


def test_one_of_several_shops_is_named_in_every_call(shop):
    open_channel("prestashop", shop.url, {"shop_id": "2"}, {"key": KEY}).test()
    assert shop.calls and all(query["id_shop"] == "2" for _, _, query in shop.calls)
