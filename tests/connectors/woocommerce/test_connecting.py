"""The connection test says what a merchant needs to know: it works and how, or what is wrong."""

import base64
import json

import pytest

from tests.connectors.woocommerce.conftest import connect, writes
from tests.servers.woocommerce import READ_KEY
from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, open_channel
from webapp.connectors.channels.woocommerce import signing
from webapp.db import now
from webapp.domain.channel import OutgoingShipment


def refusal(act) -> tuple[str, bool]:
    with pytest.raises(ConnectorError) as caught:
        act()
    return str(caught.value), caught.value.permanent


@pytest.mark.parametrize(
    ("fulfilments", "trackings", "place"),
    [
        (True, True, "fulfilments, with lines and units"),
        (False, True, "tracking numbers of the Shipment Tracking extension"),
        (False, False, "notes to the customer"),
    ],
)
def test_it_counts_the_orders_and_tells_how_shipments_are_kept(shop, woo, fulfilments, trackings, place):
    shop.fulfilments, shop.trackings = fulfilments, trackings
    order = shop.sell(("MUG", 1))
    before = json.dumps(order, default=str)
    assert woo.test() == f"Connected to WooCommerce, which holds 1 orders. It keeps shipments as {place}."
    assert json.dumps(order, default=str) == before and writes(shop) == ["PUT /wp-json/wc/v3/orders/0"]


def test_a_key_that_may_only_read_is_told_before_the_first_shipment(shop):
    told, permanent = refusal(connect(shop.url, key=READ_KEY).test)
    assert permanent and told == "The key may read but not write: set its permissions to Read/Write."


@pytest.mark.parametrize("wrong", [{"key": "ck_other"}, {"secret": "cs_other"}, {"secret": ""}])
def test_a_wrong_key_is_told(shop, wrong):
    told, permanent = refusal(connect(shop.url, **wrong).test)
    assert permanent and told.startswith("The shop refuses the key: ")


def test_an_old_shop_is_told(shop, woo):
    shop.old = True
    assert refusal(woo.test) == ("The shop needs WooCommerce 5.8 or later.", True)


@pytest.mark.parametrize("address", ["{}/", "{}/wp-json", "{}/wp-json/", " {} "])
def test_an_address_may_be_written_in_several_ways(shop, address):
    opened = open_channel("woocommerce", address.format(shop.url), {"key": READ_KEY}, {"secret": "cs_" + "2" * 40})
    assert list(opened.read_orders(None, now())) == []


def test_a_signature_holds_what_the_shop_takes_for_its_address_also_after_that_has_changed(shop, woo, monkeypatch):
    order = shop.sell(("MUG", 1))
    for home in (shop.url, "https://shop.example.com", "http://localhost/shop"):
        monkeypatch.setattr(shop, "home", home)
        assert woo.read_order(str(order["id"])).reference == order["number"]


def test_over_https_the_key_itself_is_sent():
    assert base64.b64decode(signing.basic("ck_1", "cs_2").removeprefix("Basic ")) == b"ck_1:cs_2"


def test_a_signature_is_that_of_the_reference():
    """The example of RFC 5849, 3.4.1.1, as far as WooCommerce's one-legged kind goes."""
    parameters = {"b5": "=%3D", "a3": "a", "c@": "", "a2": "r b", "oauth_nonce": "7d8f3e4a"}
    assert signing.signature_base("POST", "http://example.com/request", parameters) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26"
        "oauth_nonce%3D7d8f3e4a"
    )


def test_nobody_listening_may_pass():
    http.configure(("127.0.0.1",))
    assert refusal(connect("http://127.0.0.1:1").test) == ("Nothing answers at this address.", False)


@pytest.mark.parametrize("address", ["", "shop", "ftp://127.0.0.1", "http://u:p@127.0.0.1", "http://10.0.0.1"])
def test_an_odd_or_inner_address_is_refused_for_good(address):
    http.configure(())
    assert refusal(lambda: connect(address).test())[1]


ODD = [
    (200, {}),
    (200, []),
    (200, [1]),
    (200, {"id": 1}),
    (200, [{"id": 1}]),
    (200, "text"),
    (302, {}),
    (404, {}),
    (400, {"code": 7, "message": {"deep": []}}),
    (418, []),
]


@pytest.mark.parametrize(("status", "body"), ODD)
def test_an_answer_of_another_kind_of_server_breaks_nothing(stub, status, body):
    stub.answer = (status, {}, body)
    shop = connect(stub.url)
    shipment = OutgoingShipment("1", "XD-1-1", (("1", 1),), "BRT", "T")
    for act in (lambda: shop.read_order("1"), lambda: shop.confirm_shipment(shipment)):
        assert len(refusal(act)[0]) < 400
    if body != []:
        refusal(lambda: list(shop.read_orders(None, now())))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
def test_a_shop_in_trouble_may_be_well_again(stub, status):
    stub.answer = (status, {"Retry-After": "30"}, {})
    with pytest.raises(ConnectorError) as caught:
        connect(stub.url).read_order("1")
    assert (caught.value.permanent, caught.value.retry_after) == (False, 30.0)
