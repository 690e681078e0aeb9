"""The connection test says what a merchant needs to know; every odd answer is a ConnectorError with the right bit."""

import pytest

from tests.connectors.shopify.conftest import connect, parcel
from tests.servers.fault_proxy import FaultProxy
from tests.servers.shopify.server import CLIENT, TOKEN
from webapp.connectors import http
from webapp.connectors.channels import KINDS, ConnectorError, open_channel
from webapp.connectors.channels.shopify import KIND, address

pytestmark = pytest.mark.xdist_group("shopify")


def failure(act) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        act()
    return caught.value


def answered(stub, status, body, headers=None) -> ConnectorError:
    """Return how a look and a write end that get this answer."""
    stub.answer = (status, headers or {}, body)
    connector = connect(stub.url, secret=TOKEN, client_id="")
    looked, wrote = failure(lambda: connector.read_order("1")), failure(lambda: connector.set_status("1", "canceled"))
    assert (looked.permanent, looked.retry_after) == (wrote.permanent, wrote.retry_after)
    return looked


def error(code, message="The shelf fell down.", **more):
    return {"errors": [{"message": message, "extensions": {"code": code}}], "data": None, **more}


def test_a_token_or_a_client_secret_connects(server):
    told = "Connected to the Shopify shop “Casa Bella”."
    assert connect(server.url).test() == told
    assert connect(server.url, secret=TOKEN, client_id="").test() == told


def test_the_form_fields_reach_the_shop(server, shop):
    assert "shopify" in KINDS and {field.name for field in KIND.fields if field.secret} == {"secret", "hook_secret"}
    settings = {"client_id": CLIENT["client_id"], "version": "", "notify": "no"}
    shopify = open_channel("shopify", f" {server.url}/admin/ ", settings, {"secret": CLIENT["client_secret"]})
    order = shop.sell(("MUG", 1))
    shopify.confirm_shipment(parcel(order, MUG=1))
    assert shop.mails == [] and len(order.fulfilments) == 1


@pytest.mark.parametrize("version", ["2026-02", "latest", "unstable", "2026-1", "../..", "2026-10/x"])
def test_what_is_no_version_is_refused_on_opening(version):
    assert failure(lambda: connect("https://shop.example.com", version=version)).permanent


def test_a_version_that_has_ended_is_told(server):
    told = connect(server.url, version="2024-01").test()
    assert told.endswith("Shopify answered by API version 2026-10 instead of 2024-01.")


def test_a_version_that_isnt_there_yet_is_refused(server):
    told = failure(connect(server.url, version="2031-01").test)
    assert told.permanent and "version" in str(told)


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("https://bella.myshopify.com", "https://bella.myshopify.com"),
        (" https://bella.myshopify.com/admin/api/ ", "https://bella.myshopify.com"),
        ("https://admin.shopify.com/store/bella-2/orders", "https://bella-2.myshopify.com"),
        ("https://admin.shopify.com", "https://admin.shopify.com"),
    ],
)
def test_an_address_is_taken_as_the_browser_shows_it(typed, root):
    assert address.root(typed) == root


@pytest.mark.parametrize(
    "typed", ["http://[nonsense", "ftp://shop.example.com", "https://me:pass@shop.example.com", "shop"]
)
def test_an_odd_address_is_refused_on_opening(typed):
    assert failure(lambda: connect(typed)).permanent


@pytest.mark.parametrize("typed", ["http://10.0.0.1", "http://169.254.169.254/latest", "http://127.0.0.1:9"])
def test_an_address_inside_is_refused(typed):
    http.configure(())
    told = failure(connect(typed).test)
    assert told.permanent and "isn't public" in str(told)


def test_an_address_where_nothing_answers_may_be_tried_again(server):
    told = failure(connect("http://127.0.0.1:1").test)
    assert (str(told), told.permanent) == ("Nothing answers at this address.", False)


@pytest.mark.parametrize("wrong", [{"secret": "shpat_wrong", "client_id": ""}, {"client_id": "guess"}, {"secret": "x"}])
def test_wrong_credentials_are_told_and_good_ones_before_dont_help(server, wrong):
    connect(server.url).test()
    told = failure(connect(server.url, **wrong).test)
    assert told.permanent and "refuses" in str(told)


@pytest.mark.parametrize(
    ("lost", "word"),
    [
        ({"read_orders", "write_orders"}, "read_orders"),
        ({"write_merchant_managed_fulfillment_orders"}, "write_merchant_managed_fulfillment_orders"),
    ],
)
def test_a_permission_that_is_missing_is_named(server, shop, lost, word):
    shop.scopes -= lost
    told = failure(connect(server.url).test)
    assert told.permanent and word in str(told)


def test_what_the_app_may_not_do_besides_is_named_before_it_is_wanted(server, shop):
    shop.scopes = {"read_orders", "write_merchant_managed_fulfillment_orders", "write_inventory", "read_locations"}
    lacks = "The app lacks permissions, and what the guide names them for isn't done: "
    assert connect(server.url).test().endswith(f". {lacks}write_fulfillments, write_orders, read_products.")
    shop.scopes |= {"write_fulfillments", "write_orders", "write_products"}  # Who may write may read.
    assert "lacks" not in connect(server.url).test()


def test_a_token_that_ended_is_replaced_once_and_no_further(server, shop):
    order = shop.sell(("MUG", 1))
    shopify = connect(server.url)
    shopify.test()
    server.log_everybody_out()
    server.meanwhile("mutation Create", server.log_everybody_out)
    shopify.confirm_shipment(parcel(order, MUG=1))
    assert len(order.fulfilments) == 1

    with FaultProxy(server.url) as proxy:
        behind = connect(proxy.url)
        behind.test()
        server.meanwhile("query Order", server.log_everybody_out)
        server.meanwhile("client_credentials", lambda: server.meanwhile("query Order", server.log_everybody_out))
        assert failure(lambda: behind.read_order(str(order.number))).permanent
        assert sum("grant_type" in call for call in proxy.calls) == 2


@pytest.mark.parametrize(("fault", "permanent"), [("swallow_error", False), ("limit", False), ("drop", False)])
def test_a_login_that_goes_wrong_may_be_tried_again(server, fault, permanent):
    with FaultProxy(server.url) as proxy:
        proxy.plan(fault)
        told = failure(connect(proxy.url).test)
        assert (told.permanent, told.retry_after) == (permanent, 7.0 if fault == "limit" else None)
        assert connect(proxy.url).test().startswith("Connected")


@pytest.mark.parametrize(("available", "rate", "seconds"), [(0, 100, 7), (0, 1, 601), (101, 50, 10), (600.5, 50, 1)])
def test_a_throttled_call_waits_as_long_as_its_601_points_take_to_come_back(server, shop, available, rate, seconds):
    order = shop.sell(("MUG", 1))
    shopify = connect(server.url)
    shopify.test()
    server.points, server.restore_rate = available, rate
    told = failure(lambda: shopify.set_status(str(order.number), "canceled"))
    assert (told.permanent, told.retry_after) == (False, seconds)
    assert order.cancelled_at is None


@pytest.mark.parametrize("cost", [None, {}, {"requestedQueryCost": "x"}, {"throttleStatus": {"restoreRate": 0}}])
def test_a_throttled_call_that_tells_no_price_waits_a_second(stub, cost):
    told = answered(stub, 200, error("THROTTLED", extensions={"cost": cost}))
    assert (told.permanent, told.retry_after) == (False, 1.0)


ODD = [
    (200, None, False),
    (200, [], False),
    (200, {}, False),
    (200, {"data": None}, False),
    (200, {"data": []}, False),
    (200, {"data": "x"}, False),
    (200, {"errors": "broken"}, False),
    (200, {"errors": ["broken"], "data": {}}, False),
    (200, {"errors": [{"message": 5, "extensions": []}]}, False),
    (200, {"data": {}}, True),
    (200, {"data": {"order": None}}, True),
    (200, {"data": {"order": {}}}, True),
    (200, {"data": {"order": "x"}}, True),
    (200, error("INTERNAL_SERVER_ERROR"), False),
    (200, error(""), False),
    (200, error("ACCESS_DENIED"), True),
    (200, error("SHOP_INACTIVE"), True),
    (200, error("MAX_COST_EXCEEDED"), True),
    (200, error("undefinedField"), True),
    (301, {}, True),
    (302, {"data": {}}, True),
    (400, error("BAD_REQUEST"), True),
    (401, {"errors": "[API] Invalid API key"}, True),
    (402, {}, True),
    (403, {}, True),
    (404, {"errors": "Not Found"}, True),
    (408, {}, False),
    (423, {}, True),
    (429, {}, False),
    (430, {}, False),
    (500, error("BAD_REQUEST"), False),
    (502, {}, False),
    (503, {}, False),
]


@pytest.mark.parametrize(("status", "body", "permanent"), ODD)
def test_an_odd_answer_is_a_connector_error(stub, status, body, permanent):
    assert answered(stub, status, body).permanent is permanent


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, "2.0", 2), (429, "0.5", 1), (429, "30", 30), (503, "7", 7), (429, "soon", None)],
)
def test_a_wait_that_shopify_asks_for_is_handed_on(stub, status, header, seconds):
    assert answered(stub, status, {}, {"Retry-After": header}).retry_after == seconds


def test_words_of_shopify_reach_the_merchant(stub):
    assert str(answered(stub, 200, error("ACCESS_DENIED"))) == "Shopify reported an error: The shelf fell down."


@pytest.mark.parametrize("path", [["result"], ["order", "fulfillments"], ["order", "customer", {}], [], None, "email"])
def test_a_denial_of_more_than_a_buyer_is_told(stub, path):
    denied = {"message": "No.", "path": path, "extensions": {"code": "ACCESS_DENIED"}}
    told = answered(stub, 200, {"data": {"result": None, "order": None}, "errors": [denied]})
    assert told.permanent and "No." in str(told)
