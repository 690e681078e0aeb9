"""Orders and stock to act on, made through the actions themselves."""

import datetime as dt

import pytest

from webapp.actions import channels, orders, products, supplies
from webapp.actions.channels import ChannelDraft
from webapp.actions.products import ProductDraft
from webapp.actions.supplies import SupplyDraft
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.models import Order, OrderLine

MOMENT = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


def incoming(*lines, external_id="1", **values):
    """An order as a channel hands it over; lines are (sku, quantity) pairs."""
    facts = {
        "reference": f"#{external_id}",
        "status": "payment_accepted",
        "channel_status": "paid",
        "currency": "EUR",
        "ordered_at": MOMENT,
        "updated_at": MOMENT,
        "total_cents": 1000,
        "customer": {"name": "Bea", "surname": "Buyer", "email": "bea@example.com"},
        "delivery_address": {"name": "Bea", "surname": "Buyer", "city": "Milano"},
        **values,
    }
    rows = tuple(
        IncomingLine(f"{external_id}-{n}", sku, sku.title(), quantity, 500)
        for n, (sku, quantity) in enumerate(lines, 1)
    )
    return IncomingOrder(external_id=external_id, lines=rows, **facts)


class World:
    """A store with a channel, seen by its admin."""

    def __init__(self, cast):
        self.cast = cast
        self.viewer = cast.viewer(cast.admin)
        self.channel = channels.connect(
            self.viewer, "sandbox", ChannelDraft("Shop", "http://127.0.0.1:9", {}, {"key": "k"})
        )

    def product(self, sku, own=0, **stock):
        """Create a product; `logistics=5` gives that supplier of the cast five units."""
        made = products.create(self.viewer, ProductDraft(sku, sku.title(), own_quantity=own))
        for name, units in stock.items():
            supplies.add(self.viewer, made.id, SupplyDraft(getattr(self.cast, name).id, "", units))
        return made

    def order(self, *lines, **values) -> Order:
        """Import an order and return its row."""
        return Order.get_by_id(orders.import_order(self.channel, incoming(*lines, **values)).order_id)

    def line(self, order, sku) -> OrderLine:
        return OrderLine.get(OrderLine.order == order.id, OrderLine.sku == sku)


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture
def merchant(viewer_of, cast):
    return viewer_of(cast.merchant)


@pytest.fixture
def clerk(viewer_of, cast):
    return viewer_of(cast.clerk)
