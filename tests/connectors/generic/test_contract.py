"""Any other shop holds to what every kind of channel must hold to, as far as it tells.

How its orders come in is shown, with the same faults, in `tests/api/inbound/`.
"""

import datetime as dt
import itertools
from urllib.parse import urlsplit

import pytest

from tests.connectors.contract import Contract, Rig
from tests.connectors.generic.conftest import connect
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels.generic import Generic
from webapp.domain import signing


class GenericRig(Rig):
    writes = ("POST /",)
    looks = reads_answers = reads = False
    tells_other_tracking = False

    def __init__(self, shop, proxy: FaultProxy) -> None:
        self.shop, self.proxy = shop, proxy
        self._numbers = itertools.count(1)
        self._url = proxy.url + shop.url.removeprefix("http://" + urlsplit(shop.url).netloc)

    def connect(self, seconds: float = 15.0) -> Generic:
        return connect(self._url, self.shop.secret, seconds)

    def stranger(self) -> Generic:
        return connect(self._url, signing.new_secret())

    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        order_id = f"S{next(self._numbers)}"
        self.shop.orders.add(order_id)
        return order_id, "1"

    def touch(self, order_id: str, at: dt.datetime) -> None:
        raise AssertionError("This shop isn't read.")

    def held(self, order_id: str) -> list[str]:
        corrected = {one["reference"]: one["tracking_code"] for one in self.shop.told("shipment.corrected")}
        told = [one for one in self.shop.told("shipment.confirmed") if one["order"]["id"] == order_id]
        return [corrected.get(one["reference"], one["tracking_code"]) for one in told]


@pytest.fixture
def rig(shop):
    with FaultProxy(shop.url.partition("/crossdock")[0]) as proxy:
        yield GenericRig(shop, proxy)


class TestGeneric(Contract):
    """See `tests/connectors/contract.py`."""
