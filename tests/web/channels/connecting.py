"""What is typed to connect the sandbox shop, and what a channel's row holds."""

from types import SimpleNamespace

from tests.servers.sandbox import KEY
from webapp.actions import credentials
from webapp.models import Channel

NOWHERE = SimpleNamespace(url="http://127.0.0.1:9")
"""A shop that nobody runs, for what never calls it."""


def typed(shop, **changes) -> dict[str, str]:
    """Return the filled form; None leaves a field out."""
    sent = {"name": "Casa Bella’s <shop>", "base_url": shop.url, "key": KEY, **changes}
    return {name: value for name, value in sent.items() if value is not None}


def secret(channel: Channel) -> str:
    """Return the key that is stored for the channel."""
    return credentials.opened(Channel.get_by_id(channel.id)).get("key", "")


def row(channel: Channel) -> dict:
    return Channel.select().where(Channel.id == channel.id).dicts().get()
