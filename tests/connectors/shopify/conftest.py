"""What the Shopify connector is tested with: a shop whose types are the real schema's, without orders."""

import pytest

from tests.servers.shopify.server import CLIENT, ShopifyShop
from tests.servers.shopify.shop import Shop
from webapp.connectors import http
from webapp.connectors.channels.shopify import PAGE_SIZE, Shopify
from webapp.connectors.channels.shopify.client import Client
from webapp.domain.channel import OutgoingShipment


def connect(url, *, secret="", client_id=None, version="", seconds=15.0, page_size=PAGE_SIZE, notify=True) -> Shopify:
    """Return a connector for the shop at this address."""
    client_id = CLIENT["client_id"] if client_id is None else client_id
    client = Client(url, secret or CLIENT["client_secret"], client_id, version, seconds)
    return Shopify(client, page_size, notify)


def parcel(order, *, reference="XD-1-1", tracking="TRACK-1", carrier="BRT", url="", **units) -> OutgoingShipment:
    """Return a shipment: `parcel(order, MUG=2)`."""
    lines = {line.sku: str(line.number) for line in order.lines}
    wanted = tuple((lines[sku], count) for sku, count in units.items())
    return OutgoingShipment(str(order.number), reference, wanted, carrier, tracking, url)


def held(order) -> list[tuple[str, int]]:
    """Return the tracking code and units of each fulfilment that stands."""
    live = [one for one in order.fulfilments if one.status == "SUCCESS"]
    return [(one.code, sum(units for _, units in one.taken)) for one in live]


@pytest.fixture(scope="session")
def process():
    """One server for all tests of a process: its schema takes a second to read."""
    started = ShopifyShop()
    yield started
    started.stop()


@pytest.fixture
def server(process):
    """The server with an empty shop."""
    http.configure(("127.0.0.1",))
    process.shop, process.points = Shop(), 10_000.0
    process._meanwhile.clear()
    yield process
    http.configure(())


@pytest.fixture
def shop(server):
    return server.shop


@pytest.fixture
def shopify(server):
    """The connector, connected to the shop."""
    return connect(server.url)
