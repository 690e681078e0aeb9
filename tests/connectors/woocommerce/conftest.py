"""A local WooCommerce for the connector, one for a module, without orders before each test."""

import pytest

from tests.servers.woocommerce import KEY, SECRET, WooShop
from webapp.connectors import http
from webapp.connectors.channels.woocommerce import WooCommerce
from webapp.connectors.channels.woocommerce.client import Client
from webapp.domain.channel import OutgoingShipment


def connect(url: str, key: str = KEY, secret: str = SECRET, seconds: float = 15.0, page_size: int = 50) -> WooCommerce:
    return WooCommerce(Client(url, key, secret, seconds), page_size)


@pytest.fixture(scope="module")
def server():
    started = WooShop()
    yield started
    started.stop()


@pytest.fixture
def shop(server):
    """The shop with nothing sold, and with the fulfilments feature."""
    http.configure(("127.0.0.1",))
    server.orders.clear()
    server.unloadable.clear()
    server.calls.clear()
    server.mails.clear()
    server.fulfilments, server.trackings, server.old = True, False, False
    return server


@pytest.fixture
def woo(shop) -> WooCommerce:
    """The connector, connected to the shop."""
    return connect(shop.url)


def parcel(order: dict, *units: int, number: int = 1, tracking: str = "TRACK-1", **changes) -> OutgoingShipment:
    """Return a shipment of so many units of each line."""
    lines = [str(line["id"]) for line in order["line_items"]]
    pairs = tuple((line, count) for line, count in zip(lines, units, strict=False) if count)
    values = {"carrier": "BRT", "tracking_url": "https://track.example/?a=1&b=2", **changes}
    return OutgoingShipment(str(order["id"]), f"XD-1-{number}", pairs, tracking_code=tracking, **values)


def writes(shop) -> list[str]:
    return [call for call in shop.calls if not call.startswith("GET ")]
