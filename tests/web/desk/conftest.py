"""Orders at the desks of a logistics service, of its rival and of the merchant's own shelf."""

import pytest

from tests.web.orders import shop
from webapp.actions import acceptance
from webapp.models import Order, Product


@pytest.fixture
def channel(cast):
    return shop.channel(cast.store)


@pytest.fixture
def order(cast, channel) -> Order:
    """One order of which the logistics service serves two units of MINE and its rival three of RIVALSKU."""
    made = shop.split_order(cast, channel)
    Product.update(ean="4006381333931", weight_grams=400).where(Product.sku == "MINE").execute()
    Product.update(ean="4012345678901").where(Product.sku == "RIVALSKU").execute()
    return made


@pytest.fixture
def accepted(cast, order) -> Order:
    """The same order, accepted by the logistics service."""
    acceptance.accept(cast.viewer(cast.clerk), order.id)
    return order


@pytest.fixture
def own(cast, channel) -> Order:
    """An order from the merchant's own shelf."""
    shop.stocked(cast.store, "OWN")
    return shop.order(channel, ("OWN", 1))


def line_of(order: Order, sku: str = "MINE") -> int:
    return next(row.id for row in order.lines if row.sku == sku)
