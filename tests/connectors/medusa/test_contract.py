"""Medusa holds to what every kind of channel must hold to."""

import datetime as dt

import pytest

from tests.connectors.contract import Contract, Rig
from tests.connectors.medusa.conftest import connect, held
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels.medusa import Medusa


class MedusaRig(Rig):
    steps = 2

    def __init__(self, shop, proxy: FaultProxy) -> None:
        self.shop, self.proxy = shop, proxy

    def connect(self, seconds: float = 15.0) -> Medusa:
        return connect(self.proxy.url, seconds=seconds, page_size=self.page_size)

    def stranger(self) -> Medusa:
        return connect(self.proxy.url, key="sk_guess")

    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        order = self.shop.sell(("MUG", units), at=at)
        return order["id"], order["items"][0]["id"]

    def touch(self, order_id: str, at: dt.datetime) -> None:
        self.shop.orders[order_id]["updated_at"] = at

    def held(self, order_id: str) -> list[str]:
        return held(self.shop.orders[order_id])


@pytest.fixture
def rig(shop):
    with FaultProxy(shop.url) as proxy:
        yield MedusaRig(shop, proxy)


class TestMedusa(Contract):
    """See `tests/connectors/contract.py`."""
