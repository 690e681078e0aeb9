"""A shop that sends its orders by itself, and a stranger's."""

import pytest

from tests.api.conftest import elsewhere, world
from tests.api.inbound.shop import SendingShop
from webapp.actions import channel_secrets, channels
from webapp.actions.channels import ChannelDraft
from webapp.api.inbound import orders
from webapp.api.rates import Rates

__all__ = ["elsewhere", "world"]


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


def shop_of(app, viewer, name: str = "Own shop", url: str = "") -> SendingShop:
    """Connect a shop that sends its orders by itself."""
    channel = channels.connect(viewer, "generic", ChannelDraft(name, url), reads=False)
    return SendingShop(app.test_client(), channel, channel_secrets.current(channel)[0])
