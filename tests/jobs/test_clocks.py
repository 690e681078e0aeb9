"""A clock that is off, the shop's or ours, hides no order: a shop writes its orders' times by its own."""

import datetime as dt

import pytest

from tests.servers import medusa, prestashop, woocommerce
from tests.servers.shopify import server as shopify
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.connectors import http
from webapp.db import now
from webapp.jobs import line, reading
from webapp.models import Channel, Order

pytestmark = pytest.mark.xdist_group("shopify")

SECOND = dt.timedelta(seconds=1)
SHOPS = {
    "woocommerce": (woocommerce.WooShop, {"key": woocommerce.KEY}, {"secret": woocommerce.SECRET}),
    "medusa": (medusa.MedusaShop, {}, {"key": medusa.KEY}),
    "prestashop": (prestashop.PrestaShopServer, {}, {"key": prestashop.KEY}),
    "shopify": (
        shopify.ShopifyShop,
        {"client_id": shopify.CLIENT["client_id"]},
        {"secret": shopify.CLIENT["client_secret"]},
    ),
}


@pytest.fixture(params=SHOPS)
def shop(request, cast, stocked):
    """A shop of each kind, connected, with one order."""
    server, settings, secrets = SHOPS[request.param]
    http.configure(("127.0.0.1",))
    started = server()
    channels.connect(stocked, request.param, ChannelDraft("Clocks", started.url, settings, secrets))
    sell(started, now() - SECOND)
    yield started
    started.stop()
    http.configure(())


def sell(shop, at=None) -> None:
    """Sell by the shop's clock, which is right."""
    (shop if hasattr(shop, "sell") else shop.shop).sell(("MUG-BLUE", 1), at=at)


def read(monkeypatch, minutes: float) -> None:
    """Read the shop by our clock, which is ahead by so many minutes."""
    for module in (reading, line):
        monkeypatch.setattr(module, "now", lambda: now() + dt.timedelta(minutes=minutes))
    run = reading.read(Channel.get(Channel.name == "Clocks"))
    assert run.status == "done", run.errors


@pytest.mark.parametrize("minutes", [-600, -40, 40, 600])
def test_what_is_sold_between_two_readings_by_a_clock_that_is_off_comes_in_at_once(shop, monkeypatch, minutes):
    read(monkeypatch, minutes)
    sell(shop, now() - SECOND)
    read(monkeypatch, minutes)
    assert Order.select().count() == 2


@pytest.mark.parametrize("before", [-40, 0, 40])
@pytest.mark.parametrize("after", [-40, 0, 40])
def test_a_clock_that_is_put_right_or_wrong_between_two_readings_hides_nothing(shop, monkeypatch, before, after):
    read(monkeypatch, before)
    sell(shop, now() - SECOND)
    for _ in range(3):  # One that finds nothing may ask nothing, and then learns nothing of the clock.
        read(monkeypatch, after)
    assert Order.select().count() == 2


def test_a_clock_that_is_right_or_a_moment_off_is_left_out(shop, monkeypatch):
    read(monkeypatch, 0.5)
    assert "ahead" not in Channel.get(Channel.name == "Clocks").read_cursor
