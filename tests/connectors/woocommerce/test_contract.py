"""WooCommerce holds to what every kind of channel must hold to, in each of the three places it has for shipments."""

import datetime as dt
import html
import re

import pytest

from tests.connectors.contract import Contract, Rig
from tests.connectors.woocommerce.conftest import connect
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels.woocommerce import WooCommerce


class WooRig(Rig):
    def __init__(self, shop, proxy: FaultProxy) -> None:
        self.shop, self.proxy = shop, proxy

    def connect(self, seconds: float = 15.0) -> WooCommerce:
        return connect(self.proxy.url, seconds=seconds, page_size=self.page_size)

    def stranger(self) -> WooCommerce:
        return connect(self.proxy.url, secret="cs_wrong")

    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        order = self.shop.sell(("MUG", units), at=at)
        return str(order["id"]), str(order["line_items"][0]["id"])

    def touch(self, order_id: str, at: dt.datetime) -> None:
        self.shop.orders[int(order_id)]["modified"] = at

    def held(self, order_id: str) -> list[str]:
        order = self.shop.orders[int(order_id)]
        metas = [one["meta_data"] for one in order["fulfillments"] if not one["date_deleted"]]
        codes = [{entry["key"]: entry["value"] for entry in meta}.get("_tracking_number", "") for meta in metas]
        codes += [one["tracking_number"] for one in order["shipment_trackings"]]
        notes = [re.search(r"tracking number (\S+)", html.unescape(one["note"])) for one in order["notes"]]
        return codes + [found[1] if found else "" for found in notes]


@pytest.fixture
def rig(shop):
    with FaultProxy(shop.url) as proxy:
        yield WooRig(shop, proxy)


class TestWithFulfilments(Contract):
    """WooCommerce 10.1 and later, with its own fulfilments switched on."""


class TestWithTrackings(Contract):
    """With the Shipment Tracking extension, which keeps no reference of ours."""

    @pytest.fixture
    def rig(self, rig):
        rig.shop.fulfilments, rig.shop.trackings = False, True
        rig.tells_other_tracking = False
        return rig


class TestWithNotes(Contract):
    """With neither of them."""

    @pytest.fixture
    def rig(self, rig):
        rig.shop.fulfilments = False
        rig.corrects = False
        return rig
