"""What the Vendure connector is tested with: the real shop, and a way to it that spoils answers on purpose."""

import datetime as dt

import pytest

from tests.connectors.vendure.attended_proxy import AttendedProxy
from tests.servers.vendure.fixture import vendure
from webapp.connectors import http
from webapp.connectors.channels.vendure import Vendure
from webapp.connectors.channels.vendure.client import Client
from webapp.domain.channel import OutgoingShipment

__all__ = ["vendure"]

LONG_AGO = dt.datetime(1999, 1, 1, tzinfo=dt.UTC)


def connect(url, **options) -> Vendure:
    """Return a connector for the shop at this address."""
    page_size = options.pop("page_size", 100)
    return Vendure(Client(url, "superadmin", "superadmin", **options), page_size)


class Placed:
    """An order that was bought in the shop."""

    def __init__(self, shop, lines, **options):
        self.shop = shop
        self.code = shop.place_order(lines, **options)
        held = shop.order(self.code)
        self.id = held["id"]
        self._lines = {line["productVariant"]["sku"]: line["id"] for line in held["lines"]}

    @property
    def state(self):
        return self.shop.order(self.code)["state"]

    def parcel(self, units=1, *, sku="MUG-01", reference="XD-1-1", tracking="TRACK-1", carrier="BRT", **more):
        """Return a shipment of so many mugs; `LAMP=1` adds a lamp to it."""
        lines = [(self._lines[sku], units), *((self._lines[f"{name}-01"], count) for name, count in more.items())]
        return OutgoingShipment(self.id, reference, tuple(lines), carrier, tracking)

    def held(self):
        """Return the shop's fulfilments, canceled ones too: (tracking code, state, units), oldest first."""
        return [
            (one["trackingCode"], one["state"], sum(line["quantity"] for line in one["lines"]))
            for one in self.shop.fulfillments(self.code)
        ]

    def live(self):
        """Return those that weren't canceled."""
        return [one for one in self.held() if one[1] != "Cancelled"]


@pytest.fixture(autouse=True)
def reachable():
    """The tests' servers may be called, and afterwards nothing but public addresses again."""
    http.configure(("127.0.0.1",))
    yield
    http.configure(())


@pytest.fixture
def place(vendure):
    """Buy in the shop: `place(MUG=3, LAMP=1)`."""

    def buy(payment="pay-now", **units):
        return Placed(vendure, {f"{name}-01": count for name, count in units.items()}, payment=payment)

    return buy


@pytest.fixture
def connector(vendure):
    """The connector with nothing in its way."""
    return connect(vendure.url)


@pytest.fixture(scope="session")
def way(vendure):
    """One proxy before the shop for all tests, since each new address costs a login."""
    with AttendedProxy(vendure.url) as running:
        yield running


@pytest.fixture
def proxy(way):
    """The proxy with nothing planned, and a token for it that is good: an earlier test may have ended the last one."""
    way.reset()
    list(connect(way.url).read_orders(LONG_AGO, LONG_AGO))
    way.calls.clear()
    return way


@pytest.fixture
def spoiled(proxy):
    """The connector behind the proxy: `proxy.plan("drop")` loses its next answer."""
    return connect(proxy.url)
