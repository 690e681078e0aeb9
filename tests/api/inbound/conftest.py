"""A shop that sends its orders by itself, and a stranger's."""

import pytest

from tests.api.inbound.shop import shop_of
from webapp.api.inbound import orders
from webapp.api.rates import Rates


@pytest.fixture
def sending(app, world):
    """The shop of our store, which has ten mugs at its logistics service."""
    app.extensions[orders.COUNTS] = Rates()
    world.product("MUG", logistics=10)
    return shop_of(app, world.viewer)


@pytest.fixture
def foreign(app, elsewhere):
    """The shop of the stranger's store."""
    return shop_of(app, elsewhere.viewer)
