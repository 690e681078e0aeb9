"""Outbound calls reach public addresses and what is allowed beside them, once, for a bounded time and size."""

import datetime as dt
import logging
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager

import httpx2
import pytest

from webapp.connectors import addresses, http

INSIDE = {
    "loopback.example": ["127.0.0.1"],
    "private.example": ["10.1.2.3"],
    "mapped.example": ["::ffff:10.1.2.3"],
    "metadata.example": ["169.254.169.254"],
    "both.example": ["127.0.0.1", "::1"],
    "nat64.example": ["64:ff9b::a9fe:a9fe"],
}
"""What the resolver of these tests says about names of an attacker."""

HOSTILE = [
    "http://127.0.0.1/",
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://127.255.255.254:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://0177.1:{port}/",
    "http://00000177.0.0.1:{port}/",
    "http://127.0.0.01:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://00000000:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2002:a9fe:a9fe::1]:{port}/",
    "http://[2001:0:7f00:1::]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fc00::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://[2001:db8::1]:{port}/",
    "http://[100::1]:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/latest/meta-data/",
    "http://0251.0376.0251.0376/latest/meta-data/",
    "http://[::ffff:a9fe:a9fe]/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/machine",
    "http://192.0.0.192/opc/v2/",
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://192.168.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://192.0.2.1:{port}/",
    "http://198.18.0.1:{port}/",
    "http://224.0.0.1:{port}/",
    "http://240.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    "http://loopback.example:{port}/",
    "http://private.example:{port}/",
    "http://mapped.example:{port}/",
    "http://metadata.example/",
    "http://both.example:{port}/",
    "http://nat64.example/",
    "http://user:secret@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.com/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "//127.0.0.1:{port}/",
    "http:///",
]


@pytest.fixture(autouse=True)
def closed():
    """Nothing but public addresses, before and after each test."""
    http.configure(())
    yield
    http.configure(())


@pytest.fixture
def resolver(monkeypatch):
    """Let the attacker's names resolve as `INSIDE` says; the list of the questions asked."""
    real, asked = socket.getaddrinfo, []

    def answer(name, port, *rest, **more):
        asked.append(name)
        found = INSIDE.get(name)
        if not found:
            return real(name, port, *rest, **more)
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
"""A whole answer that says what `listening` does next: hang up."""


@contextmanager
def listening(answer=CLOSING, family=socket.AF_INET, pause=0.0):
    """A server that answers each connection with `answer` (bytes, or a list of them); yields (port, what came)."""
    server = socket.socket(family, socket.SOCK_STREAM)
    server.bind(("127.0.0.1" if family == socket.AF_INET else "::", 0))
    server.listen(50)
    came, over = [], threading.Event()

    def serve():
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                came.append(connection.recv(65536))
                try:
                    for part in [answer] if isinstance(answer, bytes) else answer:
                        connection.sendall(part)
                        if over.wait(pause):
                            break
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], came
    finally:
        over.set()
        with socket.socket(family) as last:
            last.connect_ex(server.getsockname())
        server.close()
        thread.join(5)


def test_no_hostile_url_opens_a_connection(resolver, monkeypatch):
    assert len(HOSTILE) >= 60
    opened = []
    monkeypatch.setattr(socket, "create_connection", lambda *values, **more: opened.append(values))
    with listening() as (port, came):
        for url in HOSTILE:
            with pytest.raises((http.BlockedError, http.NoAnswerError)):
                http.ask(http.client(), "GET", url.format(port=port))
        assert opened == [] and came == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com", "example.com", "http://me:pw@example.com", ""]
)
def test_an_address_that_is_no_web_address_is_refused_at_once(url):
    with pytest.raises(http.BlockedError):
        http.vet_url(url)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_public(address):
    assert addresses.is_public(addresses.resolve(address, 443)[0])


@pytest.mark.parametrize(
    "allow", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1:{port}", "loopback.example", "LOOPBACK.example:{port}"]
)
def test_what_the_operator_allows_is_reached_under_its_own_name(allow, resolver):
    with listening() as (port, came):
        http.configure([allow.format(port=port)])
        assert http.ask(http.client(f"http://loopback.example:{port}"), "GET", "/x").text == "ok"
        assert f"host: loopback.example:{port}" in came[0].decode().lower()
        asked = [name for name in resolver if name != "127.0.0.1"]  # The vetted address needs no answer.
        assert asked == ["loopback.example"], "the name is resolved exactly once"


@pytest.mark.parametrize("allow", ["127.0.0.1:1", "10.0.0.0/8", "other.example", "loopback.example:1", "[::1]"])
def test_an_entry_allows_nothing_else(allow, resolver):
    http.configure([allow])
    with listening() as (port, came):
        with pytest.raises(http.BlockedError):
            http.ask(http.client(f"http://loopback.example:{port}"), "GET", "/")
        assert came == []


@pytest.mark.parametrize("allow", ["", "10.0.0.0/99", "10.0.0.1/8"])
def test_a_misspelled_entry_is_refused_at_the_start(allow):
    with pytest.raises(ValueError):
        http.configure([allow])


def test_a_name_that_changes_its_address_is_vetted_at_each_connection(resolver, monkeypatch):
    monkeypatch.setitem(INSIDE, "rebinding.example", ["127.0.0.1"])
    close = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    with listening(close) as (port, came):
        http.configure([f"127.0.0.1:{port}"])
        caller = http.client(f"http://rebinding.example:{port}")
        assert http.ask(caller, "GET", "/").text == "ok"
        monkeypatch.setitem(INSIDE, "rebinding.example", ["169.254.169.254"])
        with pytest.raises(http.BlockedError):
            http.ask(caller, "GET", "/")
        assert len(came) == 1


def test_the_name_is_given_to_tls_and_its_certificate_is_checked(resolver, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=loopback.example", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names = []
    context.sni_callback = lambda connection, name, wanted: names.append(name)
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = server.accept()
        with connection, pytest.raises(OSError):
            context.wrap_socket(connection, server_side=True)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    http.configure(["127.0.0.1"])
    with pytest.raises(http.NoAnswerError):
        http.ask(http.client(f"https://loopback.example:{server.getsockname()[1]}"), "GET", "/")
    thread.join(5)
    server.close()
    assert names == ["loopback.example"]


def test_redirects_are_not_followed():
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with listening(moved) as (port, came):
        http.configure(["127.0.0.1"])
        assert http.ask(http.client(f"http://127.0.0.1:{port}"), "GET", "/").status_code == 302
        assert len(came) == 1


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with listening() as (port, _):
        http.configure(["127.0.0.1"])
        assert http.ask(http.client(f"http://127.0.0.1:{port}"), "GET", "/").text == "ok"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (http.MAX_BYTES + 1),
        b"nonsense",
        b"",
    ],
    ids=["truncated", "compressed", "endless", "not HTTP", "empty"],
)
def test_no_whole_answer_means_that_nobody_knows(answer):
    with listening(answer) as (port, _):
        http.configure(["127.0.0.1"])
        with pytest.raises(http.NoAnswerError):
            http.ask(http.client(f"http://127.0.0.1:{port}"), "GET", "/")


def test_a_dripping_answer_ends_with_the_call_s_time():
    drip = [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"] + [b"x"] * 1000
    with listening(drip, pause=0.05) as (port, _):
        http.configure(["127.0.0.1"])
        began = time.monotonic()
        with pytest.raises(http.NoAnswerError):
            http.ask(http.client(f"http://127.0.0.1:{port}", seconds=0.5), "GET", "/")
        assert time.monotonic() - began < 3


def test_nobody_there_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    http.configure(["127.0.0.1"])
    with pytest.raises(http.NoAnswerError):
        http.ask(http.client(f"http://127.0.0.1:{port}"), "GET", "/")


def test_headers_are_never_logged(caplog):
    caplog.set_level(logging.DEBUG)
    with listening(b"HTTP/1.1 200 OK\r\nX-Token: very-secret\r\nContent-Length: 0\r\n\r\n") as (port, _):
        http.configure(["127.0.0.1"])
        http.ask(http.client(f"http://127.0.0.1:{port}", {"Authorization": "Bearer very-secret"}), "GET", "/")
    assert "very-secret" not in caplog.text


def test_closing_one_client_leaves_the_others_open():
    with listening() as (port, _):
        http.configure(["127.0.0.1"])
        with http.client() as first:
            http.ask(first, "GET", f"http://127.0.0.1:{port}/")
        assert http.ask(http.client(), "GET", f"http://127.0.0.1:{port}/").text == "ok"


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Fri, 27 Nov 2026 09:00:00 GMT", 0),
        ("Fri, 27 Nov 2026 09:00:30 GMT", 0),
        ("Fri, 27 Nov 2026 09:40:00 GMT", 2401),
        ("Fri, 27 Nov 2026 08:20:00 GMT", -2399),
        ("Fri, 27 Nov 2026 09:40:00 -0000", 0),
        ("Fri, 27 Nov 2020 09:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_an_answer_tells_how_far_the_clock_behind_it_is_ahead(date, seconds):
    """Of the second that it shows nobody knows how much is over: it is taken for the whole of it."""
    answer = httpx2.Response(200, headers={"Date": date} if date else {})
    moment = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
    assert http.ahead(answer, moment) == dt.timedelta(seconds=seconds)
