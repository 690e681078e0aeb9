"""The contract of every channel, held against a local PrestaShop."""

import pytest

from tests.connectors.contract import Contract, Rig
from tests.connectors.prestashop.conftest import connect


class PrestaShopRig(Rig):
    """The local shop; what it shows of an order is its tracking number, once for each time it was set as shipped."""

    writes = ("PUT /api", "POST /api", "<prestashop>")
    steps = 2
    parts = False

    def __init__(self, shop, proxy):
        self.shop, self.proxy = shop, proxy

    def connect(self, seconds=15.0):
        return connect(self.proxy.url, seconds=seconds, page_size=self.page_size)

    def stranger(self):
        return connect(self.proxy.url, key="X" * 32)

    def sell(self, units=1, at=None):
        order = self.shop.sell(("MUG-BLUE", units), at=at)
        return str(order), str(self.shop.row("order_details", id_order=order)["id"])

    def touch(self, order_id, at):
        self.shop.touch(int(order_id), at)

    def held(self, order_id):
        tracking = self.shop.row("order_carriers", id_order=int(order_id))["tracking_number"]
        return [tracking for state in self.shop.moves(int(order_id)) if state == 4]


@pytest.fixture
def rig(shop, proxy):
    return PrestaShopRig(shop, proxy)


@pytest.mark.parametrize("shop", [False], indirect=True, ids=["today"])
class TestPrestaShop(Contract):
    """See `tests/connectors/contract.py`."""
