"""A receiver of signed messages, and the connector that tells it."""

import pytest

from tests.servers.signed_receiver import SignedReceiver
from webapp.connectors import http
from webapp.connectors.channels.generic import Generic
from webapp.connectors.channels.generic.client import Client
from webapp.domain import signing


@pytest.fixture
def shop():
    http.configure(("127.0.0.1",))
    started = SignedReceiver(signing.new_secret())
    started.orders.add("1042")
    yield started
    started.stop()
    http.configure(())


@pytest.fixture
def generic(shop) -> Generic:
    return connect(shop.url, shop.secret)


def connect(url: str, secret: str, seconds: float = 15.0) -> Generic:
    """Return a connector that signs with the secret."""
    return Generic(Client(url, {signing.SECRET: secret}, seconds))
