"""A real sandbox shop, and a channel that was connected to it by the form."""

import pytest

from tests.journeys.conftest import shop
from tests.web.channels.connecting import typed
from webapp.models import Channel

__all__ = ["shop"]


@pytest.fixture
def merchant(app, as_user, cast):
    """The merchant's browser."""
    return as_user(cast.merchant)


@pytest.fixture
def channel(merchant, shop) -> Channel:
    """The shop, connected by the merchant."""
    answer = merchant.post("/channels/new/sandbox", data=typed(shop))
    assert answer.status_code == 303, answer.text
    return Channel.get()
