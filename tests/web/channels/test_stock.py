"""The card of a channel's page that says what the shop is told of stock: off, waiting, told, in trouble, refused."""

import pytest

from tests.web.channels.connecting import row
from webapp.actions import products, publications
from webapp.actions.products import ProductDraft
from webapp.db import now
from webapp.models import Channel, Event, StockLevel


@pytest.fixture
def home(channel) -> str:
    return f"/channels/{channel.id}"


@pytest.fixture
def mug(channel, cast):
    viewer = cast.viewer(cast.admin)
    made = products.create(viewer, ProductDraft("MUG", "Mug", own_quantity=3))
    publications.create(viewer, made.id, channel.id, {"external_id": "1"})
    return made


def test_it_is_off_until_it_is_switched_on(merchant, channel, home, mug):
    page = merchant.get(home).text
    assert f'action="{home}/tell-stock"' in page and "Waiting to be told" not in page
    assert merchant.post(f"{home}/tell-stock").location == home
    page = merchant.get(home).text
    assert (
        row(channel)["tells_stock"] and "Waiting to be told" in page and f'action="{home}/stop-telling-stock"' in page
    )
    assert StockLevel.get().product_id == mug.id
    assert Event.select().order_by(Event.id.desc()).get().message.endswith("is told how much is in stock")
    merchant.post(f"{home}/stop-telling-stock")
    assert not row(channel)["tells_stock"] and StockLevel.select().count() == 0


def test_a_channel_on_which_nothing_is_published_says_what_to_do(merchant, home):
    merchant.post(f"{home}/tell-stock")
    assert "import its products first" in merchant.get(home).text


def test_trouble_and_refusals_are_shown(merchant, channel, home, mug):
    merchant.post(f"{home}/tell-stock")
    Channel.update(stock_error="The shop <answered> 500.", stock_failing_since=now()).execute()
    StockLevel.update(told_version=1, told_at=now(), error="No such <product>.").execute()
    page = merchant.get(home).text
    assert "The shop &lt;answered&gt; 500." in page and "<code>MUG</code> No such &lt;product&gt;." in page


def test_a_kind_that_cannot_be_told_offers_nothing(merchant, channel, home, monkeypatch):
    from dataclasses import replace

    from webapp.connectors.channels import sandbox

    less = replace(sandbox.KIND, capabilities=replace(sandbox.KIND.capabilities, stock_levels=False, catalogue=False))
    monkeypatch.setattr(sandbox, "KIND", less)
    page = merchant.get(home).text
    assert "Stock levels" not in page and "Import products" not in page
    assert merchant.post(f"{home}/tell-stock").status_code == 404
    assert merchant.post(f"{home}/import-products").status_code == 404
