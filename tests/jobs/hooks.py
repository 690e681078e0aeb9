"""A receiver with a webhook that leads to it, and what the worker does for it, done at once."""

import pytest

from tests.actions.conftest import World
from tests.servers.receiver import Receiver
from webapp.actions import api_keys, webhooks
from webapp.actions.api_keys import KeyDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.connectors import http
from webapp.db import now
from webapp.jobs import mailbox
from webapp.jobs.deliver import send_batch
from webapp.jobs.fan_out import fan_out
from webapp.models import Delivery


@pytest.fixture
def world(cast):
    """MUG is stocked by the logistics service, POT by its rival; receivers of this machine may be called."""
    http.configure(("127.0.0.1",))
    made = World(cast)
    made.product("MUG", logistics=50)
    made.product("POT", rival=50)
    yield made
    http.configure(())  # With it go the kept connections.


@pytest.fixture
def receiver():
    """A receiver that takes whatever comes."""
    started = Receiver()
    yield started
    started.stop()


@pytest.fixture
def register(world, receiver):
    """Register the receiver for a key of a supplier; return the webhook with its secret."""

    def make(supplier, *wanted, url="", **rights):
        draft = KeyDraft("Key", supplier_id=supplier.id if supplier else None, **{"orders": "read", **rights})
        issued = api_keys.issue(world.viewer, draft)
        api_keys.enable(world.viewer, issued.key.id)
        return webhooks.create(world.viewer, issued.key.id, WebhookDraft(url or receiver.url, list(wanted)))

    return make


def pump() -> int:
    """Make the messages and send what is due, as the worker does; return how many tries that took."""
    fan_out()
    tried = 0
    for webhook_id in mailbox.due_webhooks(now()):
        while count := send_batch(webhook_id):
            tried += count
    return tried


def due_now() -> None:
    """Make every message due that waits for its next try, as time does."""
    Delivery.update(next_try_at=now()).where(Delivery.status == "waiting").execute()
