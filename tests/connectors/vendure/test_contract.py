"""The real Vendure holds to what every kind of channel must hold to."""

import datetime as dt

import pytest

from tests.connectors.contract import Contract, Rig
from tests.connectors.vendure.conftest import connect
from webapp.connectors.channels.vendure import Vendure
from webapp.connectors.channels.vendure.client import Client

pytestmark = pytest.mark.xdist_group("vendure")


class VendureRig(Rig):
    writes = ("addFulfillmentToOrder", "transitionFulfillmentToState")
    steps = 2

    def __init__(self, shop, proxy) -> None:
        self.shop, self.proxy = shop, proxy
        self._codes: dict[str, str] = {}

    def connect(self, seconds: float = 15.0) -> Vendure:
        return connect(self.proxy.url, seconds=seconds, page_size=self.page_size)

    def stranger(self) -> Vendure:
        return Vendure(Client(self.proxy.url, "superadmin", "guess"))

    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        code = self.shop.place_order({"MUG-01": units})
        order = self.shop.order(code)
        self._codes[order["id"]] = code
        if at:
            self.touch(order["id"], at)
        return order["id"], order["lines"][0]["id"]

    def touch(self, order_id: str, at: dt.datetime) -> None:
        self.shop.set_updated_at(self._codes[order_id], at.strftime("%Y-%m-%d %H:%M:%S.000"))

    def held(self, order_id: str) -> list[str]:
        made = self.shop.fulfillments(self._codes[order_id])
        return [one["trackingCode"] for one in made if one["state"] != "Cancelled"]

    def expire(self) -> None:
        self.shop.log_everybody_out()


@pytest.fixture
def rig(vendure, proxy):
    return VendureRig(vendure, proxy)


class TestVendure(Contract):
    """See `tests/connectors/contract.py`."""
