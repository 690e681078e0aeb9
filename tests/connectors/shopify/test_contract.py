"""Shopify holds to what every kind of channel must hold to."""

import datetime as dt

import pytest

from tests.connectors.contract import Contract, Rig
from tests.connectors.shopify.conftest import connect, held
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels.shopify import Shopify

pytestmark = pytest.mark.xdist_group("shopify")


class ShopifyRig(Rig):
    writes = ("mutation Create",)
    corrections = ("mutation Track",)
    tells_other_tracking = False

    def __init__(self, server, proxy: FaultProxy) -> None:
        self.server, self.proxy = server, proxy

    def connect(self, seconds: float = 15.0) -> Shopify:
        return connect(self.proxy.url, seconds=seconds, page_size=self.page_size)

    def stranger(self) -> Shopify:
        return connect(self.proxy.url, secret="shpss_wrong")

    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        order = self.server.shop.sell(("MUG", units), at=at)
        return str(order.number), str(order.lines[0].number)

    def touch(self, order_id: str, at: dt.datetime) -> None:
        self.server.shop.orders[int(order_id)].updated_at = at

    def held(self, order_id: str) -> list[str]:
        return [code for code, _ in held(self.server.shop.orders[int(order_id)])]

    def expire(self) -> None:
        self.server.log_everybody_out()


@pytest.fixture
def rig(server):
    with FaultProxy(server.url) as proxy:
        yield ShopifyRig(server, proxy)


class TestShopify(Contract):
    """See `tests/connectors/contract.py`. By a client secret, whose tokens end."""
