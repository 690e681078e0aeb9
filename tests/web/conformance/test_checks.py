"""The conformance page: practice orders, ticks that arrive, a forged message that must be refused."""

import pytest

from tests.actions.conftest import world
from tests.servers.receiver import Receiver
from tests.web.api_keys import wizard
from webapp.actions import conformance, webhooks
from webapp.actions.webhooks import WebhookDraft
from webapp.connectors import http
from webapp.db import now
from webapp.jobs.deliver import send_batch
from webapp.models import ConformanceCheck, Delivery, Order, Push, Supply, Webhook

__all__ = ["world"]


@pytest.fixture
def key(cast):
    return wizard.issue(cast, cast.logistics).key


def test_practice_orders_are_seen_by_the_key_and_told_to_no_shop(as_user, cast, key, world):
    world.product("MUG", logistics=20, rival=20)
    client = as_user(cast.merchant)
    assert client.post(f"/api-keys/{key.id}/checks/orders").status_code == 303
    seen = Order.visible_to(cast.viewer(cast.clerk))
    assert seen.count() == 3 and all(order.reference == f"TEST-{order.id}" for order in seen)
    assert Supply.get(Supply.supplier == cast.logistics.id).reserved == 9
    client.post(f"/api-keys/{key.id}/checks/orders/cancel")
    assert {order.status for order in Order.select()} == {"canceled"} and not Push.select().exists()
    assert Supply.get(Supply.supplier == cast.logistics.id).reserved == 0


def test_without_stock_it_says_what_to_do(as_user, cast, key):
    client = as_user(cast.merchant)
    answer = client.post(f"/api-keys/{key.id}/checks/orders", follow_redirects=True)
    assert "has 3 free units: add stock" in answer.text and not Order.select().exists()


def test_ticks_are_shown_and_can_be_forgotten(as_user, cast, key):
    conformance.tick({(key.store_id, key.id, "list"): now()})
    conformance.tick({(key.store_id, key.id, "list"): now()})
    client = as_user(cast.admin)
    assert "1 of 16 passed" in client.get(f"/api-keys/{key.id}/checks/").text
    client.post(f"/api-keys/{key.id}/checks/anew")
    assert not ConformanceCheck.select().exists()


@pytest.mark.parametrize(("answer", "ticked"), [(401, True), (204, False), (500, False)])
def test_a_receiver_must_refuse_a_forged_message(as_user, cast, key, answer, ticked):
    http.configure(("127.0.0.1",))
    receiver = Receiver(answers=[answer])
    try:
        client = as_user(cast.admin)
        assert (
            "active: register one first" in client.post(f"/api-keys/{key.id}/checks/forge", follow_redirects=True).text
        )
        webhooks.create(cast.viewer(cast.admin), key.id, WebhookDraft(receiver.url))
        client.post(f"/api-keys/{key.id}/checks/forge")
        send_batch(Webhook.get().id)
    finally:
        receiver.stop()
        http.configure(())
    assert ConformanceCheck.select().exists() is ticked
    assert Delivery.get().status == ("sent" if ticked else "failed")
    assert Webhook.get().failing_since is None


def test_clerks_and_strangers_are_kept_out(as_user, cast, key):
    assert as_user(cast.clerk).get(f"/api-keys/{key.id}/checks/").status_code == 403
    assert as_user(cast.stranger).get(f"/api-keys/{key.id}/checks/").status_code == 404
    assert as_user(cast.stranger).post(f"/api-keys/{key.id}/checks/orders").status_code == 404
