"""Connecting a Medusa shop: what the test of the connection proves, and how each way to fail is told."""

import pytest

from tests.connectors.medusa.conftest import connect, parcel, writes
from tests.servers.fault_proxy import FaultProxy
from tests.servers.local import LocalServer
from tests.servers.medusa import KEY, READ_KEY
from webapp.connectors.channels import ConnectorError, kind_of, open_channel
from webapp.connectors.channels.medusa.locations import SEVERAL


def answering(status: int, content: bytes, **headers: str) -> LocalServer:
    def handle(call) -> None:
        call.rfile.read(int(call.headers.get("Content-Length") or 0))
        call.send_response_only(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(content)

    return LocalServer(handle)


def test_the_shop_tells_its_name_and_how_many_orders_it_holds(shop, medusa):
    shop.sell(("MUG", 1))
    assert medusa.test() == "Connected to “Casa Bella” on Medusa, which holds 1 orders."
    assert [one["fulfillments"] for one in shop.orders.values()] == [[]]


def test_several_locations_are_told_unless_one_of_them_is_named(shop, medusa):
    shop.goods.locations.append("sloc_sud")
    assert medusa.test().endswith(SEVERAL)
    assert connect(shop.url, location="sloc_sud").test().endswith("orders.")
    with pytest.raises(ConnectorError, match="no stock location with this ID") as caught:
        connect(shop.url, location="sloc_est").test()
    assert caught.value.permanent


def test_a_key_that_may_only_read_is_told_before_the_first_parcel(shop):
    with pytest.raises(ConnectorError, match="may read but not fulfil") as caught:
        connect(shop.url, READ_KEY).test()
    assert caught.value.permanent


def test_a_wrong_key_is_told_with_what_it_must_be(shop):
    with pytest.raises(ConnectorError, match=r"secret API key \(sk_…\)") as caught:
        connect(shop.url, "pk_1234").test()
    assert caught.value.permanent


@pytest.mark.parametrize("ending", ["", "/", "/admin", "/app", "/app/"])
def test_the_address_may_be_that_of_the_admin_pages(shop, ending):
    connector = open_channel("medusa", shop.url + ending, {"sales_channel": " "}, {"key": f" {KEY} "})
    assert connector.test().startswith("Connected to")


def test_the_form_seals_the_key_alone(shop):
    assert {field.name: (field.secret, field.required) for field in kind_of("medusa").fields} == {
        "key": (True, True),
        "paid_by": (False, True),
        "sales_channel": (False, False),
        "location": (False, False),
    }


@pytest.mark.parametrize(
    ("status", "content", "permanent", "told"),
    [
        (404, b"<pre>Cannot GET /admin/orders</pre>", True, "isn't at this address"),
        (403, b"<h1>Blocked</h1>", True, "Something before the shop"),
        (302, b"", True, "sends elsewhere"),
        (200, b"<h1>Welcome</h1>", False, "isn't one of Medusa's"),
        (200, b"[]", False, "isn't one of Medusa's"),
        (200, b'{"orders": []}', True, "isn't one of Medusa's"),
        (409, b'{"type": "conflict"}', False, "answered 409"),
        (500, b'{"type": "unknown_error"}', False, "answered 500"),
        (400, b'{"message": "No."}', True, "The shop refused: No."),
        (404, b'{"message": "Gone."}', True, "The shop refused: Gone."),
    ],
)
def test_each_odd_answer_is_told_for_what_it_is(shop, status, content, permanent, told):
    server = answering(status, content)
    try:
        with pytest.raises(ConnectorError, match=told) as caught:
            connect(server.url).test()
    finally:
        server.stop()
    assert caught.value.permanent is permanent


@pytest.mark.parametrize("unknown", ["x", "", "../stores", "1/2", "order?x", "²"])
def test_an_order_that_the_shop_does_not_have_is_a_permanent_error(shop, medusa, unknown):
    with pytest.raises(ConnectorError, match="no such order") as caught:
        medusa.read_order(unknown)
    assert caught.value.permanent


def test_no_error_shows_the_key(shop):
    order = shop.sell(("MUG", 1))
    with FaultProxy(shop.url) as proxy:
        for fault in ("drop", "error", "garbage", "truncate"):
            proxy.plan(fault)
            with pytest.raises(ConnectorError) as caught:
                connect(proxy.url).confirm_shipment(parcel(order, 1))
            assert KEY not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert writes(shop) == []
