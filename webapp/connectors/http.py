"""How every outbound call is made: to vetted addresses only, without redirects or proxies, bounded in time and size."""

import datetime as dt
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpcore2
import httpx2

from webapp.connectors import addresses
from webapp.connectors.addresses import BlockedError
from webapp.domain import retry_after

__all__ = [
    "BlockedError",
    "NoAnswerError",
    "Watch",
    "ahead",
    "ask",
    "asked_wait",
    "client",
    "configure",
    "vet_target",
    "vet_url",
    "watched",
]

SECONDS = 15.0
"""How long one whole call may take, from the first connection to the last byte of the answer."""

SECOND = dt.timedelta(seconds=1)

MAX_BYTES = 8_000_000
"""How long an answer may be."""


@dataclass(frozen=True)
class Watch:
    """What is done around each call of the clients that are made under it."""

    before: Callable[[httpx2.Request], None]
    """May wait, and raise ConnectorError where the call is not to be made."""
    after: Callable[[httpx2.Response], None]
    """Gets each answer as soon as it is whole."""


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let `watch` see all calls, whenever they come, of the clients that are made inside."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


_LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=15)
_deadline: ContextVar[float] = ContextVar("deadline")


class NoAnswerError(Exception):
    """No whole answer came, so the other side may have acted or not: look before repeating."""


def configure(allow: Iterable[str]) -> None:
    """Set what may be reached although it isn't public: hosts, `host:port` pairs, networks; else raise ValueError.

    Called once by each process at its start. Kept connections are dropped, since they were vetted by the old list.
    """
    _SHARED.replace(addresses.Policy(allow))
    for name in ("httpx2", "httpcore2"):  # At DEBUG they write headers, and with them tokens, into the log.
        logging.getLogger(name).setLevel(logging.WARNING)


def client(base_url: str = "", headers: Mapping[str, str] | None = None, seconds: float = SECONDS) -> httpx2.Client:
    """Return a client for one outside system; raise BlockedError for an odd scheme or a login inside the address.

    It needs no closing: all clients share one pool of connections. Answers must come uncompressed.
    """
    if base_url:
        vet_url(base_url)
    return httpx2.Client(
        base_url=base_url,
        headers={"Accept-Encoding": "identity", "User-Agent": "Crossdock", **(headers or {})},
        transport=_SHARED,
        timeout=httpx2.Timeout(seconds, connect=min(seconds, 5.0)),
        follow_redirects=False,
        trust_env=False,
        event_hooks=_hooks(_watch.get()),
    )


def _hooks(watch: Watch | None) -> dict[str, list[Callable[..., Any]]]:
    if watch is None:
        return {}

    def after(response: httpx2.Response) -> None:
        response.read()
        watch.after(response)

    return {"request": [watch.before], "response": [after]}


def ask(client: httpx2.Client, method: str, url: str, **options: Any) -> httpx2.Response:
    """Make one call and return its whole answer, whatever its status.

    Raise BlockedError where the address isn't allowed (nothing was sent), NoAnswerError where no whole answer came.
    """
    try:
        return client.request(method, url, **options)
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
        raise NoAnswerError(f"No answer ({type(error).__name__}).") from error


def asked_wait(response: httpx2.Response) -> float | None:
    """Return for how many seconds the answer asks to be left alone; None where it doesn't say."""
    return retry_after.seconds(response.headers.get("Retry-After"), dt.datetime.now(dt.UTC))


def ahead(response: httpx2.Response, moment: dt.datetime) -> dt.timedelta:
    """Return how far the clock behind an answer, which came at `moment`, is ahead of ours.

    Nothing where it doesn't tell or is days off, and below a minute: so long the answer may have been on its way.
    """
    try:
        off = parsedate_to_datetime(response.headers.get("Date", "")) + SECOND - moment  # It leaves fractions out.
    except (OverflowError, TypeError, ValueError):
        return dt.timedelta()
    return off if dt.timedelta(minutes=1) <= abs(off) < dt.timedelta(days=1) else dt.timedelta()


def vet_url(url: str) -> None:
    """Raise BlockedError unless this is a plain http or https URL; its address is vetted when it is connected to."""
    try:
        _vet(httpx2.URL(url))
    except httpx2.InvalidURL as error:
        raise BlockedError("This isn't a valid address.") from error


def vet_target(url: str) -> None:
    """Raise BlockedError unless the URL may be called now: its form and each address behind its name are looked at.

    A name that nobody knows now is let through: it may be known when it is called, and is vetted again then.
    """
    vet_url(url)
    parsed = httpx2.URL(url)
    port = parsed.port or {"http": 80, "https": 443}[parsed.scheme]
    with suppress(OSError):
        _SHARED.policy.vetted(parsed.host, port)


def _vet(url: httpx2.URL) -> None:
    if url.scheme not in ("http", "https") or not url.host:
        raise BlockedError("Give an address that begins with https:// or http://.")
    if url.userinfo:
        raise BlockedError("Leave user name and password out of the address.")


class _Backend(httpcore2.NetworkBackend):
    """Opens connections: resolves once and connects to what was vetted. TLS still checks the name, not the address."""

    def __init__(self, policy: addresses.Policy) -> None:
        self._policy = policy
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError("no address")
        try:
            found = self._policy.vetted(host, port)
        except OSError as error:
            raise httpcore2.ConnectError("The host isn't known.") from error
        for address in found:
            try:
                return _Stream(self._plain.connect_tcp(address, port, _left(timeout), local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        raise BlockedError("Sockets of this machine aren't for outbound calls.")


class _Stream(httpcore2.NetworkStream):
    """A connection whose every wait ends with the call's deadline: dripping bytes doesn't prolong it."""

    def __init__(self, plain: httpcore2.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, _left(timeout))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    """Return how long to wait now: the call's remaining time, or less."""
    left = _deadline.get(time.monotonic() + SECONDS) - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("The call took too long.")
    return left if timeout is None else min(left, timeout)


class _Bounded(httpx2.SyncByteStream):
    """An answer's body that stops at `MAX_BYTES`."""

    def __init__(self, plain: httpx2.SyncByteStream) -> None:
        self._plain = plain

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._plain:
            size += len(part)
            if size > MAX_BYTES:
                raise httpx2.ReadError("The answer is too long.")
            yield part

    def close(self) -> None:
        self._plain.close()


class _Guarded(httpx2.HTTPTransport):
    """A pool of connections to vetted addresses. httpx2 has no public hook for it, hence its version is pinned."""

    def __init__(self, policy: addresses.Policy) -> None:
        super().__init__(verify=_tls(), trust_env=False, limits=_LIMITS)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_tls(),
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            network_backend=_Backend(policy),
        )


class _Shared(httpx2.BaseTransport):
    """What all clients of this process send through. Closing a client leaves it open for the others."""

    def __init__(self) -> None:
        self._inner: _Guarded | None = None
        self._lock = threading.Lock()
        self.policy = addresses.Policy(())

    def replace(self, policy: addresses.Policy) -> None:
        with self._lock:
            old, self._inner, self.policy = self._inner, None, policy
        if old is not None:
            old.close()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        _vet(request.url)
        with self._lock:  # Two first calls at once share one pool.
            inner = self._inner = self._inner or _Guarded(self.policy)
        seconds = request.extensions.get("timeout", {}).get("read") or SECONDS
        _deadline.set(time.monotonic() + seconds)
        response = inner.handle_request(request)
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding.strip().lower() not in ("", "identity"):
            response.close()  # A small compressed answer can unpack to any size.
            raise httpx2.ReadError("The answer is compressed although that wasn't accepted.")
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)
        return httpx2.Response(
            response.status_code, headers=response.headers, stream=_Bounded(stream), extensions=response.extensions
        )


@cache
def _tls() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


_SHARED = _Shared()
