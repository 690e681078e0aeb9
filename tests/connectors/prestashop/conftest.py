"""A local PrestaShop for the connector, as it is today and as a 1.6 was, and a way to it that spoils answers."""

import pytest

from tests.servers.fault_proxy import FaultProxy
from tests.servers.prestashop import KEY, PrestaShopServer
from webapp.connectors import http
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.prestashop import PrestaShop
from webapp.connectors.channels.prestashop.client import Client
from webapp.domain.channel import OutgoingShipment


def connect(url, *, key=KEY, seconds=15.0, page_size=50, **settings) -> PrestaShop:
    """Return a connector for the shop at this address."""
    return PrestaShop(Client(url, key, seconds=seconds), settings, page_size)


def parcel(order, tracking="TRACK-1", siblings=()) -> OutgoingShipment:
    """Return a shipment of one unit of an order."""
    return OutgoingShipment(str(order), "XD-1-1", (("1", 1),), "BRT", tracking, siblings=siblings)


def refusal(act) -> str:
    """Do what must be refused for good; return the words."""
    with pytest.raises(ConnectorError) as caught:
        act()
    assert caught.value.permanent, caught.value
    return str(caught.value)


@pytest.fixture(params=[False, True], ids=["today", "as 1.6"])
def shop(request):
    """A shop that has sold nothing yet."""
    http.configure(("127.0.0.1",))
    started = PrestaShopServer(old=request.param)
    yield started
    started.stop()
    http.configure(())


@pytest.fixture
def connector(shop):
    """The connector with nothing in its way."""
    return connect(shop.url)


@pytest.fixture
def proxy(shop):
    """A way to the shop that spoils what it is told to."""
    with FaultProxy(shop.url) as made:
        yield made
