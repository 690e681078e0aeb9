"""What pages are often looked at with."""

import pytest

from tests.web.orders import shop


@pytest.fixture
def order(cast):
    """An order of which the logistics service and its rival hold a line each."""
    return shop.split_order(cast, shop.channel(cast.store))
