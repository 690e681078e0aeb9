"""Every way in which the call can fail is a ConnectorError that says whether a repeat can help."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, open_channel
from webapp.db import now
from webapp.domain.channel import OutgoingShipment


def connect(url, key=KEY):
    return open_channel("sandbox", url, {}, {"key": key})


@pytest.fixture
def proxied(shop):
    """The shop behind a proxy that spoils answers: the proxy and the connector."""
    with FaultProxy(shop.url) as proxy:
        yield proxy, connect(proxy.url)


@pytest.fixture
def strange():
    """A server that is no sandbox shop: it gives each call the `answer` it was told."""
    http.configure(("127.0.0.1",))

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = self.server.answer
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815 - the base class looks for these.

        def log_message(self, *values: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def failure(act) -> ConnectorError:
    with pytest.raises(ConnectorError) as error:
        act()
    assert KEY not in str(error.value)
    return error.value


def test_the_test_names_the_shop(sandbox):
    assert sandbox.test() == "Connected to “Sandbox shop”."


def test_a_wrong_key_is_refused_for_good(shop):
    error = failure(connect(shop.url, "wrong").test)
    assert error.permanent and "refuses the key" in str(error)


def test_nobody_listening_may_pass(shop):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = failure(connect(f"http://127.0.0.1:{free.getsockname()[1]}").test)
    assert not error.permanent and "no answer" in str(error)


def test_an_address_that_is_not_allowed_is_never_called(shop):
    http.configure(())
    error = failure(connect(shop.url).test)
    assert error.permanent and "isn't public" in str(error)


@pytest.mark.parametrize(
    "address", ["", "shop", "ftp://127.0.0.1", "http://", "http://user:pass@127.0.0.1", "http://["]
)
def test_what_is_no_address_is_refused_for_good(address):
    error = failure(lambda: connect(address).test())
    assert error.permanent


@pytest.mark.parametrize("fault", ["drop", "refuse", "error", "swallow_error", "truncate"])
def test_an_answer_that_does_not_come_whole_may_come_the_next_time(proxied, fault):
    proxy, sandbox = proxied
    proxy.plan(fault)
    assert not failure(sandbox.test).permanent
    assert sandbox.test() == "Connected to “Sandbox shop”."


def test_a_call_too_many_tells_how_long_to_wait(shop, sandbox):
    shop.break_next(limit=1)
    error = failure(sandbox.test)
    assert not error.permanent and error.retry_after == 1.0


@pytest.mark.parametrize("wait", ["soon", "", "-1", "²", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_that_is_no_number_is_none(strange, wait):
    strange.answer = (429, {"Retry-After": wait}, b"")
    error = failure(connect(f"http://127.0.0.1:{strange.server_port}").test)
    assert (error.permanent, error.retry_after) == (False, None)


ORDER = {"id": 1, "number": "S-1", "status": "paid", "currency": "EUR", "placed_at": "yesterday", "lines": []}
ODD = [
    (200, b"<h1>Welcome</h1>"),
    (200, b""),
    (200, b"[]"),
    (200, b"{}"),
    (200, b'{"orders": null, "next": null, "name": null, "fulfilments": 7}'),
    (200, b'{"orders": [{}], "next": null, "fulfilments": [{}]}'),
    (200, b'{"orders": [1], "fulfilments": [null]}'),
    (200, json.dumps({"orders": [ORDER], "next": None, **ORDER}).encode()),
    (302, b"{}"),
    (404, b"<h1>Not here</h1>"),
    (400, b'{"error": {"deep": []}}'),
    (418, b"{}"),
]


@pytest.mark.parametrize(("status", "content"), ODD)
def test_an_answer_of_another_kind_of_server_breaks_nothing(strange, status, content):
    strange.answer = (status, {}, content)
    sandbox = connect(f"http://127.0.0.1:{strange.server_port}")
    for act in (
        lambda: list(sandbox.read_orders(None, now())),
        lambda: sandbox.read_order("1"),
        lambda: sandbox.confirm_shipment(OutgoingShipment("1", "XD-1-1", (("1", 1),), "BRT", "T")),
    ):
        assert len(str(failure(act))) < 300


@pytest.mark.parametrize("content", [b"<h1>Welcome</h1>", b"[]", b"{}", b"7"])
def test_a_test_of_another_kind_of_server_says_so(strange, content):
    strange.answer = (200, {}, content)
    error = failure(connect(f"http://127.0.0.1:{strange.server_port}").test)
    assert error.permanent and str(error) == "The answer isn't that of a sandbox shop."
