"""The real Medusa holds to what every kind of channel must hold to, and does what its local stand-in says it does.

It takes a minute to start and seconds for a parcel, so `make test-channels` runs this, and `make test` doesn't. For the
same reason fewer parcels are spoiled here than by the local server; REAL_PARCELS=100 spoils as many.
"""

import datetime as dt
import os
from dataclasses import replace

import pytest

from tests.connectors.catalogue import read
from tests.connectors.contract import Contract, Rig, fails, ids, parcel
from tests.connectors.medusa.conftest import connect
from tests.servers.fault_proxy import FaultProxy
from tests.servers.medusa_real.fixture import medusa_shop
from tests.servers.medusa_real.stocking import STOCK
from webapp.connectors import http
from webapp.connectors.channels.medusa import Medusa, stock
from webapp.domain.channel import StockCount

__all__ = ["medusa_shop"]

PARCELS = int(os.environ.get("REAL_PARCELS", "20"))

pytestmark = [pytest.mark.real_channels, pytest.mark.xdist_group("medusa"), pytest.mark.timeout(3600)]


class RealRig(Rig):
    steps = 2
    patience = 25.0
    """Twenty calls at once take the shop a while. Two at once on one order would leave it with lines counted double."""

    def __init__(self, shop, proxy: FaultProxy) -> None:
        self.shop, self.proxy = shop, proxy

    def connect(self, seconds: float = 15.0) -> Medusa:
        return connect(self.proxy.url, self.shop.key, seconds, self.page_size)

    def stranger(self) -> Medusa:
        return connect(self.proxy.url, "sk_guess")

    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        order = self.shop.sell(MUG=units, at=at)
        return order["id"], order["items"][0]["id"]

    def touch(self, order_id: str, at: dt.datetime) -> None:
        self.shop.touch(order_id, at)

    def held(self, order_id: str) -> list[str]:
        live = [one for one in self.shop.fulfilments(order_id) if not one["canceled_at"]]
        return ["".join(label["tracking_number"] for label in one["labels"]) for one in live]


@pytest.fixture
def rig(medusa_shop):
    http.configure(("127.0.0.1",))
    with FaultProxy(medusa_shop.url) as proxy:
        yield RealRig(medusa_shop, proxy)
    http.configure(())


class TestRealMedusa(Contract):
    """See `tests/connectors/contract.py`."""

    def parcels(self, rig, count):
        return super().parcels(rig, min(count, PARCELS))


def pay(shop, order_id: str) -> None:
    held = shop.admin("GET", f"orders/{order_id}", None, fields="*payment_collections.payments")["order"]
    shop.admin("POST", f"payments/{held['payment_collections'][0]['payments'][0]['id']}/capture", {})


def test_an_order_is_read_whole(rig):
    order = rig.shop.sell(MUG=2, LAMP=1)
    came = rig.connect().read_order(order["id"])
    assert (came.status, came.channel_status) == ("payment_accepted", "pending, authorized, not_fulfilled")
    assert (came.total_cents, came.shipping_cents, came.currency) == (2 * 1220 + 4900 + 610, 610, "EUR")
    lines = {line.sku: (line.quantity, line.unit_price_cents, line.title) for line in came.lines}
    assert lines == {"MUG": (2, 1220, "Mug"), "LAMP": (1, 4900, "Lamp")}
    assert (came.customer["name"], came.customer["email"]) == ("Ada", "ada@example.com")
    assert (came.delivery_address["city"], came.delivery_address["country_iso"]) == ("Milano", "IT")
    assert came.shipping_method == "Courier"


def test_parcels_move_the_status_until_all_are_delivered(rig):
    sold, connector = rig.sell(units=2), rig.connect()
    made = [connector.confirm_shipment(parcel(sold, number)) for number in (1, 2)]
    statuses = [connector.read_order(sold[0]).status]
    for one in made:
        assert connector.confirm_delivery(sold[0], one.remote_id).found is False
        assert connector.confirm_delivery(sold[0], one.remote_id).found is True
        statuses.append(connector.read_order(sold[0]).status)
    assert statuses == ["shipped", "shipped", "delivered"]


def test_a_payment_that_comes_later_is_read_although_it_doesnt_touch_its_order(rig):
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    sold = rig.sell(at=long_ago)
    now = dt.datetime.now(dt.UTC)
    pay(rig.shop, sold[0])
    assert rig.connect().read_order(sold[0]).updated_at == long_ago
    pages = list(rig.connect().read_orders(now, now + dt.timedelta(minutes=1)))
    assert ids(pages).count(sold[0]) == 1


def test_an_order_is_canceled_once_unless_it_is_paid(rig):
    sold, paid, connector = rig.sell(), rig.sell(), rig.connect()
    assert [connector.set_status(sold[0], "canceled").found for _ in range(2)] == [False, True]
    assert connector.read_order(sold[0]).status == "canceled"
    pay(rig.shop, paid[0])
    assert fails(lambda: connector.set_status(paid[0], "canceled")).permanent
    assert fails(lambda: connector.confirm_shipment(parcel(sold))).permanent


def test_two_lines_of_which_one_isnt_counted_go_in_one_parcel(rig):
    order = rig.shop.sell(MUG=1, LAMP=2)
    units = {"MUG": 1, "LAMP": 2}
    lines = tuple((item["id"], units[item["variant_sku"]]) for item in order["items"])
    made = rig.connect().confirm_shipment(replace(parcel((order["id"], "")), lines=lines))
    (held,) = rig.shop.fulfilments(order["id"])
    assert (held["id"], held["location_id"]) == (made.remote_id, rig.shop.goods["location"])


def test_more_than_was_ordered_is_refused_for_good(rig):
    assert fails(lambda: rig.connect().confirm_shipment(parcel(rig.sell(), units=2))).permanent


def test_what_the_shop_sells_is_read_with_prices_and_barcodes(rig):
    found = read(rig.connect())
    assert {sku: one.external_id for sku, one in found.items()} == rig.shop.goods["variants"]
    assert {sku: one.price_cents for sku, one in found.items()} == {"MUG": 1220, "LAMP": 4900}
    assert (found["MUG"].title, found["MUG"].ean) == ("Mug", "800000000003")


def mugs(shop) -> tuple[int, int]:
    """Return what lies there and how much of it is for sale."""
    (item,) = shop.admin("GET", "inventory-items", None, sku="MUG")["inventory_items"]
    (level,) = shop.admin("GET", f"inventory-items/{item['id']}/location-levels")["inventory_levels"]
    return level["stocked_quantity"], level["available_quantity"]


@pytest.mark.parametrize("named", [False, True])
def test_so_many_can_be_sold_whatever_is_reserved_and_also_once_it_has_left(rig, named):
    sold, number = rig.sell(units=3), rig.shop.goods["variants"]["MUG"]
    location = rig.shop.goods["location"] if named else ""
    connector = connect(rig.proxy.url, rig.shop.key, location=location)
    try:
        for _ in range(2):
            assert connector.set_stock([StockCount(number, 7)]) == {}
        stocked, for_sale = mugs(rig.shop)
        assert (stocked >= 10, for_sale) == (True, 7)
        connector.confirm_shipment(parcel(sold, units=3))
        assert mugs(rig.shop) == (stocked - 3, 7)
    finally:
        connector.set_stock([StockCount(number, STOCK)])


def test_what_cannot_be_set_is_named_and_the_rest_is_set_there(rig):
    variants = rig.shop.goods["variants"]
    counts = [StockCount(variants["LAMP"], 1), StockCount("variant_none", 1), StockCount(variants["MUG"], STOCK)]
    assert rig.connect().set_stock(counts) == {variants["LAMP"]: stock.UNCOUNTED, "variant_none": stock.UNKNOWN}
    assert mugs(rig.shop)[1] == STOCK


def test_a_location_that_is_not_there_is_told_before_anything_is_put_at_it(rig):
    connector = connect(rig.proxy.url, rig.shop.key, location="sloc_none")
    assert fails(connector.test).permanent
    assert fails(lambda: connector.set_stock([StockCount(rig.shop.goods["variants"]["MUG"], 1)])).permanent
    mugs(rig.shop)  # There is one level still.
