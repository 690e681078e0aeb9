"""The sandbox shop holds to what every kind of channel must hold to."""

import datetime as dt

import pytest

from tests.connectors.contract import Contract, Rig
from tests.connectors.sandbox.conftest import write
from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from webapp.connectors.channels.sandbox import Sandbox
from webapp.connectors.channels.sandbox.client import Client
from webapp.connectors.channels.sandbox.mapping import stamp


class SandboxRig(Rig):
    def __init__(self, shop, proxy: FaultProxy) -> None:
        self.shop, self.proxy = shop, proxy

    def connect(self, seconds: float = 15.0) -> Sandbox:
        return Sandbox(Client(self.proxy.url, KEY, seconds), self.page_size)

    def stranger(self) -> Sandbox:
        return Sandbox(Client(self.proxy.url, "wrong"))

    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        order_id = self.shop.sell(("MUG-BLUE", units))
        if at:
            self.touch(order_id, at)
        return order_id, str(self.shop.order(order_id)["lines"][0]["id"])

    def touch(self, order_id: str, at: dt.datetime) -> None:
        write(self.shop, f"UPDATE orders SET updated_at = '{stamp(at)}' WHERE id = {order_id}")

    def held(self, order_id: str) -> list[str]:
        return [one["tracking_code"] for one in self.shop.order(order_id)["fulfilments"]]


@pytest.fixture
def rig(shop):
    with FaultProxy(shop.url) as proxy:
        yield SandboxRig(shop, proxy)


class TestSandbox(Contract):
    """See `tests/connectors/contract.py`."""
