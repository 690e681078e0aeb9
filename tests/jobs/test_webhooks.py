"""Webhooks from change to receiver: scope, masks, signatures, tries, pauses, and nothing lost on the way."""

import datetime as dt
import json

import pytest
from standardwebhooks.webhooks import Webhook as Standard
from standardwebhooks.webhooks import WebhookVerificationError

from tests.jobs.hooks import due_now, pump, receiver, register, world
from tests.servers.receiver import Receiver
from webapp.actions import api_keys, deliveries, orders, shipments, supplies, webhooks
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.supplies import SupplyDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.connectors import http
from webapp.db import now
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.jobs import mailbox
from webapp.jobs.deliver import Deliverer
from webapp.jobs.fan_out import fan_out
from webapp.jobs.wake import Waker
from webapp.models import Delivery, DeliveryAttempt, Event, Supply, Webhook
from webapp.wire import events

__all__ = ["receiver", "register", "world"]


def test_a_change_arrives_signed_with_the_order_as_the_key_sees_it(world, receiver, register, cast):
    hook = register(cast.logistics)
    order = world.order(("MUG", 1), ("POT", 1))
    assert pump() == 1
    (message,) = receiver.received
    told = Standard(hook.secret).verify(message.body, message.headers)
    assert told["type"] == "order.updated" and told["data"]["id"] == order.id
    assert [row["sku"] for row in told["data"]["object"]["rows"]] == ["MUG"]
    assert message.message_id == f"msg_{hook.webhook.id}_{told['data']['number']}"
    assert message.headers["content-type"] == "application/json"
    delivery = Delivery.get()
    assert (delivery.status, delivery.attempts, delivery.number) == ("sent", 1, told["data"]["number"])
    assert DeliveryAttempt.get().status_code == 204


def test_a_changed_byte_breaks_the_signature(world, receiver, register, cast):
    hook = register(cast.logistics)
    world.order(("MUG", 1))
    pump()
    (message,) = receiver.received
    with pytest.raises(WebhookVerificationError):
        Standard(hook.secret).verify(message.body + b" ", message.headers)


def test_masks_of_the_key_hold_for_what_is_sent(world, receiver, register, cast):
    register(cast.logistics, hides_customer=True, hides_prices=True)
    world.order(("MUG", 1))
    pump()
    text = receiver.received[0].body.decode()
    assert "bea@example.com" not in text and "Buyer" not in text
    assert json.loads(text)["data"]["object"]["total_price"] is None


def test_each_is_told_of_its_own_and_of_what_it_wants(world, receiver, register, cast):
    register(cast.rival)
    wanting = register(cast.logistics, "order.withdrawn")
    order = world.order(("MUG", 1))
    assert pump() == 0
    orders.set_status(world.viewer, order.id, "canceled")
    assert pump() == 1
    told = json.loads(receiver.received[0].body)
    assert told["type"] == "order.withdrawn" and told["data"]["object"] is None
    assert Delivery.get().webhook_id == wanting.webhook.id


def test_stock_that_changes_is_told_with_the_product(world, receiver, register, cast):
    register(cast.logistics, "product.updated", products="read")
    supply = Supply.get(Supply.supplier == cast.logistics.id)
    draft = SupplyDraft(cast.logistics.id, supply.supplier_sku, 7)
    supplies.update(world.viewer, supply.product_id, supply.id, draft)
    pump()
    told = json.loads(receiver.received[0].body)["data"]
    assert told["subject"] == "product" and told["object"]["provisions"][0]["quantity"] == 7


@pytest.mark.parametrize("scoped", [True, False])
def test_units_that_an_order_holds_and_that_leave_are_told_to_who_sees_the_stock(
    world, receiver, register, cast, scoped
):
    register(cast.logistics if scoped else None, "product.updated", products="read")
    order = world.order(("MUG", 2), ("POT", 1))
    pump()
    packed = shipments.create(world.viewer, order.id, ShipmentDraft(source=cast.logistics.id))
    shipments.ship(world.viewer, packed.id)
    pump()
    told = [json.loads(message.body)["data"]["object"] for message in receiver.received]
    stock = [(one["sku"], one["provisions"][0]["quantity"], one["provisions"][0]["free"]) for one in told]
    held, left = ("MUG", 50, 48), ("MUG", 48, 48)
    assert stock == ([held, left] if scoped else [held, ("POT", 50, 49), left])


def test_what_happened_before_it_was_registered_is_not_told(world, receiver, register, cast):
    world.order(("MUG", 1))
    register(cast.logistics)
    assert pump() == 0 and receiver.received == []


def test_making_messages_twice_makes_them_once(world, register, cast):
    register(cast.logistics)
    world.order(("MUG", 1))
    assert (fan_out(), fan_out(), Delivery.select().count()) == (1, 0, 1)


def test_three_hundred_changes_are_told_each_once_and_in_order(world, receiver, register, cast):
    register(cast.logistics)
    for number in range(300):
        world.order(("MUG", 1), external_id=f"n{number}") if number < 40 else orders.set_status(
            world.viewer, 1, "in_process" if number % 2 else "payment_accepted"
        )
    pump()
    numbers = [json.loads(message.body)["data"]["number"] for message in receiver.received]
    assert numbers == sorted(set(numbers)) and len(numbers) == Delivery.select().count() >= 200


def test_a_failure_is_tried_again_by_the_table_under_the_same_id(world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [500]
    world.order(("MUG", 1))
    before = now()
    pump()
    first = Delivery.get()
    assert before + dt.timedelta(seconds=4) <= first.next_try_at <= now() + dt.timedelta(seconds=6)
    assert first.status == "waiting"
    assert Delivery.get().last_error == "The receiver answered 500."
    receiver.answers = [404]
    due_now()
    before = now()
    pump()
    assert before + dt.timedelta(minutes=4) <= Delivery.get().next_try_at <= now() + dt.timedelta(minutes=6)
    due_now()
    pump()
    assert Delivery.get().status == "sent" and len({message.message_id for message in receiver.received}) == 1
    assert [row.status_code for row in DeliveryAttempt.select().order_by(DeliveryAttempt.id)] == [500, 404, 204]


def test_after_the_last_try_it_has_failed_and_can_be_replayed_with_the_whole_table(world, receiver, register, cast):
    hook = register(cast.logistics)
    world.order(("MUG", 1))
    for _ in range(deliveries.TRIES):
        receiver.answers = [503]
        pump()
        due_now()
    assert (Delivery.get().status, Delivery.get().attempts) == ("failed", 10)
    assert deliveries.replay(world.viewer, hook.webhook.id, failed=True) == 1
    assert (Delivery.get().status, Delivery.get().attempts) == ("waiting", 0)
    pump()
    assert Delivery.get().status == "sent" and len({message.message_id for message in receiver.received}) == 1


def test_a_range_of_numbers_is_sent_again(world, receiver, register, cast):
    hook = register(cast.logistics)
    for number in range(3):
        world.order(("MUG", 1), external_id=f"n{number}")
    pump()
    first, second, _ = [row.number for row in Delivery.select().order_by(Delivery.id)]
    assert deliveries.replay(world.viewer, hook.webhook.id, first, second) == 2
    pump()
    assert len(receiver.received) == 5
    with pytest.raises(Invalid):
        deliveries.replay(world.viewer, hook.webhook.id, 5, 4)


def test_retry_after_is_honoured_and_holds_the_others_back_too(world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [(429, {"Retry-After": "120"})]
    for number in range(3):
        world.order(("MUG", 1), external_id=f"n{number}")
    began = now()
    pump()
    assert len(receiver.received) == 1
    waits = [(row.next_try_at - began).total_seconds() for row in Delivery.select()]
    assert min(waits) >= 119 and [row.attempts for row in Delivery.select().order_by(Delivery.id)] == [1, 0, 0]


def test_410_ends_it_at_once_and_says_so(world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [410]
    world.order(("MUG", 1))
    pump()
    hook = Webhook.get()
    assert (hook.enabled, Delivery.get().status) == (False, "failed") and "410" in hook.pause_reason
    assert Event.get(Event.kind == "webhook.paused")
    world.order(("MUG", 1), external_id="2")
    assert pump() == 0 and len(receiver.received) == 1


def test_five_days_without_a_success_pause_it(world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [500, 500]
    world.order(("MUG", 1))
    pump()
    assert Webhook.get().failing_since is not None and Webhook.get().enabled
    Webhook.update(failing_since=now() - dt.timedelta(days=5)).execute()
    due_now()
    pump()
    assert not Webhook.get().enabled and "without one success" in Webhook.get().pause_reason


def test_a_success_ends_the_count_of_days(world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [500]
    world.order(("MUG", 1))
    pump()
    due_now()
    pump()
    assert Webhook.get().failing_since is None and Webhook.get().last_success_at is not None


def test_during_a_rotation_both_secrets_verify_and_afterwards_the_new_one_alone(world, receiver, register, cast):
    hook = register(cast.logistics)
    fresh = webhooks.rotate(world.viewer, hook.webhook.id, 24)
    world.order(("MUG", 1))
    pump()
    for secret in (hook.secret, fresh.secret):
        Standard(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    Webhook.update(previous_secret_until=now() - dt.timedelta(seconds=1)).execute()
    world.order(("MUG", 1), external_id="2")
    pump()
    Standard(fresh.secret).verify(receiver.received[1].body, receiver.received[1].headers)
    with pytest.raises(WebhookVerificationError):
        Standard(hook.secret).verify(receiver.received[1].body, receiver.received[1].headers)


def test_the_secret_is_not_readable_in_the_row(register, cast):
    hook = register(cast.logistics)
    assert hook.secret not in Webhook.get().secret


def test_an_address_that_became_private_is_refused_at_sending_and_nothing_is_sent(world, receiver, register, cast):
    register(cast.logistics)
    world.order(("MUG", 1))
    http.configure(())
    pump()
    assert receiver.received == [] and Delivery.get().status == "failed"
    assert "isn't public" in Delivery.get().last_error


def test_a_paused_webhook_keeps_what_happens_for_later(world, receiver, register, cast):
    hook = register(cast.logistics)
    webhooks.pause(world.viewer, hook.webhook.id)
    world.order(("MUG", 1))
    assert pump() == 0
    webhooks.resume(world.viewer, hook.webhook.id)
    assert pump() == 1 and len(receiver.received) == 1


def test_a_disabled_key_is_told_nothing(world, receiver, register, cast):
    hook = register(cast.logistics)
    api_keys.disable(world.viewer, hook.webhook.api_key_id)
    world.order(("MUG", 1))
    assert pump() == 0 and Delivery.select().count() == 0


def test_a_test_message_is_sent_like_any_other(world, receiver, register, cast):
    hook = register(cast.logistics)
    deliveries.send_test(world.viewer, hook.webhook.id, events.test_body())
    pump()
    assert (
        Standard(hook.secret).verify(receiver.received[0].body, receiver.received[0].headers)["type"] == "webhook.test"
    )


def test_a_claim_whose_worker_died_is_taken_over_after_its_lease(world, receiver, register, cast):
    hook = register(cast.logistics)
    world.order(("MUG", 1))
    fan_out()
    assert len(mailbox.claim(hook.webhook.id)) == 1
    assert pump() == 0
    Delivery.update(lease_until=now() - dt.timedelta(seconds=1)).execute()
    assert pump() == 1 and Delivery.get().attempts == 2


def test_one_that_is_being_sent_cannot_be_sent_again(world, register, cast):
    hook = register(cast.logistics)
    world.order(("MUG", 1))
    fan_out()
    mailbox.claim(hook.webhook.id)
    with pytest.raises(Conflict):
        deliveries.resend(world.viewer, hook.webhook.id, Delivery.get().id)
    with pytest.raises(NotFound):
        deliveries.resend(cast.viewer(cast.stranger), hook.webhook.id, Delivery.get().id)


def test_eleven_webhooks_of_one_key_are_one_too_many(world, register, cast):
    hook = register(cast.logistics)
    for _ in range(9):
        webhooks.create(world.viewer, hook.webhook.api_key_id, WebhookDraft("https://example.com"))
    with pytest.raises(Conflict):
        webhooks.create(world.viewer, hook.webhook.api_key_id, WebhookDraft("https://example.com"))


def test_a_commit_wakes_the_sender_and_one_silent_receiver_holds_up_nobody(world, receiver, register, cast):
    silent = Receiver(answers=[None] * 20)
    register(cast.logistics, url=silent.url)
    register(cast.logistics)
    deliverer = Deliverer(threads=4)
    waker = Waker([deliverer.tick])
    waker.start()
    try:
        for number in range(5):
            world.order(("MUG", 1), external_id=f"n{number}")
            receiver.wait_for(number + 1)
        silent.wait_for(1)
    finally:
        silent.stop()
        waker.close()
        deliverer.close()
    assert [json.loads(message.body)["data"]["object"]["reference_id"] for message in receiver.received] == [
        f"#n{number}" for number in range(5)
    ]
