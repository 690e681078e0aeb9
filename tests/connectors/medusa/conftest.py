"""A local Medusa for the connector, one for a module, without orders before each test."""

import pytest

from tests.servers.medusa import KEY, MedusaShop
from webapp.connectors import http
from webapp.connectors.channels.medusa import Medusa
from webapp.connectors.channels.medusa.client import Client
from webapp.domain.channel import OutgoingShipment


def connect(url: str, key: str = KEY, seconds: float = 15.0, page_size: int = 20, **chosen: str) -> Medusa:
    return Medusa(Client(url, key, seconds), page_size=page_size, **chosen)


@pytest.fixture(scope="module")
def server():
    started = MedusaShop()
    yield started
    started.stop()


@pytest.fixture
def shop(server):
    """The shop with nothing sold."""
    http.configure(("127.0.0.1",))
    server.orders.clear()
    server.goods.clear()
    server.calls.clear()
    server.meanwhile.clear()
    return server


@pytest.fixture
def medusa(shop) -> Medusa:
    """The connector, connected to the shop."""
    return connect(shop.url)


def parcel(order: dict, *units: int, number: int = 1, tracking: str = "TRACK-1", **changes) -> OutgoingShipment:
    """Return a shipment of so many units of each line."""
    lines = [line["id"] for line in order["items"]]
    pairs = tuple((line, count) for line, count in zip(lines, units, strict=False) if count)
    values = {"carrier": "BRT", "tracking_url": "https://track.example/?a=1&b=2", **changes}
    return OutgoingShipment(order["id"], f"XD-1-{number}", pairs, tracking_code=tracking, **values)


def held(order: dict) -> list[str]:
    """Return the tracking code of each fulfilment that stands, an empty one where it wasn't sent off."""
    live = [one for one in order["fulfillments"] if not one["canceled_at"]]
    return ["".join(label["tracking_number"] for label in one["labels"]) for one in live]


def writes(shop) -> list[str]:
    return [call for call in shop.calls if call.startswith("POST ")]
