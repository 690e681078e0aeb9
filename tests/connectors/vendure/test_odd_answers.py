"""What another server than Vendure, or a proxy before it, may answer: always a ConnectorError, with the right bit."""

import datetime as dt
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.connectors.vendure.conftest import connect
from webapp.connectors.channels import ConnectorError
from webapp.domain.channel import OutgoingShipment, StockCount

MOMENT = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
LOGIN = {"data": {"login": {"__typename": "CurrentUser"}}}
TOKEN = {"vendure-auth-token": "a-token"}


@contextmanager
def answering(*answers):
    """A server that gives these answers in turn, the last one for ever: (status, body, headers)."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            status, body, headers = left.pop(0) if len(left) > 1 else left[0]
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *values):
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def failure(*answers, call=lambda connector: connector.test()):
    with answering(*answers) as url, pytest.raises(ConnectorError) as caught:
        call(connect(url))
    return caught.value


def failure_logged_in(status, body, headers=None):
    """The failure of a look whose login went well."""
    answers = (200, LOGIN, TOKEN), (status, body, headers or {})
    return failure(*answers, call=lambda connector: connector.read_order("1"))


def error(code, message="Something is wrong."):
    return {"errors": [{"message": message, "extensions": {"code": code}}], "data": None}


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [
        (200, "<h1>Welcome</h1>", False),
        (200, "", False),
        (200, "null", False),
        (200, [], False),
        (200, {}, False),
        (200, {"data": None}, False),
        (200, {"data": []}, False),
        (200, {"data": "x"}, False),
        (200, {"errors": "broken"}, False),
        (200, {"errors": [], "data": None}, False),
        (200, {"errors": ["broken"]}, False),
        (400, error("BAD_USER_INPUT"), True),
        (401, "<h1>Log in</h1>", True),
        (403, {"message": "no"}, True),
        (404, "", True),
        (301, "", True),
        (302, {"data": {}}, True),
        (429, "", False),
        (500, error("BAD_USER_INPUT"), False),
        (502, "<h1>Bad gateway</h1>", False),
        (503, "", False),
    ],
)
def test_an_odd_answer_is_a_connector_error(status, body, permanent):
    assert failure((status, body, {})).permanent is permanent
    assert failure_logged_in(status, body).permanent is permanent


@pytest.mark.parametrize("data", [{}, {"order": {}}, {"orders": 7, "productVariants": {"items": [None]}}])
def test_an_answer_of_another_graphql_server_is_a_connector_error_whatever_is_asked(data):
    shipment = OutgoingShipment("1", "XD-1-1", (("1", 1),), "BRT", "T-1")
    asked = (
        lambda shop: shop.test(),
        lambda shop: list(shop.read_orders(None, MOMENT)),
        lambda shop: shop.read_order("1"),
        lambda shop: shop.confirm_shipment(shipment),
        lambda shop: shop.confirm_delivery("1", "1"),
        lambda shop: shop.set_status("1", "canceled"),
        lambda shop: list(shop.read_products()),
        lambda shop: shop.set_stock([StockCount("1", 2)]),
    )
    for call in asked:
        told = failure((200, LOGIN, TOKEN), (200, {"data": data}, {}), call=call)
        assert str(told) == "The answer isn't one of Vendure's Admin API." and not told.permanent


@pytest.mark.parametrize(
    ("code", "permanent"),
    [("INTERNAL_SERVER_ERROR", False), ("", False), ("GRAPHQL_VALIDATION_FAILED", True), ("ENTITY_NOT_FOUND", True)],
)
def test_an_error_inside_a_200_keeps_its_words_and_tells_whether_a_repeat_can_help(code, permanent):
    told = failure_logged_in(200, error(code, "The shelf fell down."))
    assert (str(told), told.permanent) == ("Vendure reported an error: The shelf fell down.", permanent)


@pytest.mark.parametrize(("status", "header", "seconds"), [(429, "30", 30), (503, "7", 7), (429, "soon", None)])
def test_a_wait_that_the_shop_asks_for_is_handed_on(status, header, seconds):
    told = failure_logged_in(status, "", {"Retry-After": header})
    assert (told.retry_after, told.permanent) == (seconds, False)


def test_a_login_without_a_token_tells_what_the_shop_must_allow():
    told = failure((200, LOGIN, {}))
    assert told.permanent and "it must allow the bearer method" in str(told)


def test_a_login_whose_answer_has_no_user_is_refused():
    assert failure((200, {"data": {"login": None}}, TOKEN)).permanent
    assert failure((200, {"data": {}}, TOKEN)).permanent


def test_a_token_that_is_refused_again_and_again_ends_at_the_second_try():
    told = failure_logged_in(200, error("FORBIDDEN"))
    assert told.permanent and "lacks the permissions" in str(told)


def test_an_answer_without_end_is_cut_off():
    told = failure_logged_in(200, json.dumps({"data": "x" * 9_000_000}))
    assert not told.permanent
