"""The outbox as people and workers change it: left with its cause, finished, failed, helped, given up."""

import dataclasses
import datetime as dt

import pytest

from webapp.actions import orders, pushes, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now, transaction
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.domain.viewer import Level
from webapp.jobs import outbox
from webapp.models import Channel, Event, Order, Push, PushAttempt

TOMORROW = dt.timedelta(days=1)


@pytest.fixture
def shipped(world):
    """One shipment that left the logistics service's stock; return the push that tells of it."""
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    made = shipments.create(world.viewer, order.id, ShipmentDraft(carrier="BRT", tracking_code="T-1"))
    shipments.ship(world.viewer, made.id)
    return Push.get(Push.kind == "shipment")


def again(push):
    return Push.get_by_id(push.id)


def put(push, status, **values):
    """Set the push's state as if it had come to that."""
    Push.update(status=status, **values).where(Push.id == push.id).execute()


def claim(push):
    (claimed,) = outbox.claim(push.channel_id)
    assert claimed.id == push.id
    return claimed


def events(push):
    query = Event.select().where(Event.subject == "push", Event.subject_id == push.id).order_by(Event.id)
    return [(row.kind, row.actor_label, row.order_id) for row in query]


def test_a_shipment_leaves_a_push_that_is_due_at_once(world, shipped):
    assert (shipped.kind, shipped.status, shipped.attempts) == ("shipment", "waiting", 0)
    assert (shipped.channel_id, shipped.shipment.tracking_code) == (world.channel.id, "T-1")
    assert shipped.next_try_at <= now()
    assert outbox.due_channels(now()) == [world.channel.id]


def test_a_push_goes_with_the_transaction_that_wanted_it(world, shipped):
    with pytest.raises(RuntimeError), transaction():
        pushes.leave(Order.get(), "status", payload={"status": "delivered"})
        assert Push.select().count() == 2
        raise RuntimeError
    assert Push.select().count() == 1


def test_a_status_that_was_set_by_hand_is_told(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    orders.set_status(world.viewer, order.id, "canceled")
    push = Push.get()
    assert (push.kind, push.payload, push.shipment_id) == ("status", {"status": "canceled"}, None)


@pytest.mark.parametrize("loss", ["no channel", "disconnected"])
def test_nobody_is_left_a_push_whom_it_cannot_reach(world, loss):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    if loss == "disconnected":
        Channel.update(archived_at=now(), enabled=False).execute()
    else:
        Order.update(channel=None).execute()
    made = shipments.create(world.viewer, order.id, ShipmentDraft())
    shipments.ship(world.viewer, made.id)
    assert Order.get().status == "shipped"
    assert Push.select().count() == 0


def test_a_push_that_reached_the_channel_is_done(shipped):
    claimed = claim(shipped)
    assert pushes.finish(claimed, "sent", remote_id="f-" + "1" * 300, milliseconds=12)
    row = again(shipped)
    assert (row.status, row.last_error, row.lease_until, row.lease_token) == ("sent", "", None, "")
    assert row.sent_at <= now()
    assert len(row.remote_id) == 200
    attempt = PushAttempt.get()
    assert (attempt.push_id, attempt.outcome, attempt.milliseconds) == (shipped.id, "sent", 12)
    assert events(shipped) == [("push.sent", "Worker", shipped.order_id)]
    assert pushes.finish(claimed, "sent") is False
    assert PushAttempt.select().count() == 1


def test_what_the_channel_had_already_is_told_as_that(shipped):
    pushes.finish(claim(shipped), "found", detail="BRT T-1")
    assert (PushAttempt.get().outcome, PushAttempt.get().detail) == ("found", "BRT T-1")
    assert Event.get(Event.kind == "push.sent").message == "The channel already had it"


def test_a_try_without_an_answer_waits_for_the_next_one_and_is_no_event(shipped):
    following = now() + TOMORROW
    assert pushes.fail(claim(shipped), "No answer.", permanent=False, next_try_at=following, milliseconds=15_000)
    row = again(shipped)
    assert (row.status, row.last_error, row.next_try_at, row.lease_until) == ("waiting", "No answer.", following, None)
    assert (PushAttempt.get().outcome, PushAttempt.get().milliseconds) == ("unknown", 15_000)
    assert events(shipped) == []


def test_a_refusal_waits_for_a_person_and_is_an_event_of_the_order(shipped):
    words = "No. " + "x" * 2_000
    assert pushes.fail(claim(shipped), words, permanent=True, next_try_at=now())
    row = again(shipped)
    assert (row.status, len(row.last_error), row.lease_until) == ("failed", 1_000, None)
    assert PushAttempt.get().outcome == "refused"
    assert events(shipped) == [("push.failed", "Worker", shipped.order_id)]
    assert Event.get(Event.kind == "push.failed").message.startswith("The channel can't be told: No. xxx")


def test_the_last_of_many_tries_without_an_answer_was_no_refusal(shipped):
    pushes.fail(claim(shipped), "Given up.", permanent=True, next_try_at=now(), outcome="unknown")
    assert (again(shipped).status, PushAttempt.get().outcome) == ("failed", "unknown")


def test_words_that_no_database_takes_do_not_keep_a_try_from_being_recorded(shipped):
    odd = "a\0b\ud800c"
    assert pushes.fail(claim(shipped), odd, permanent=True, next_try_at=now())
    assert (again(shipped).last_error, PushAttempt.get().detail) == ("ab?c", "ab?c")
    put(shipped, "waiting")
    assert pushes.finish(claim(shipped), "sent", detail=odd, remote_id=odd)
    assert again(shipped).remote_id == "ab?c"


@pytest.mark.parametrize("status", ["waiting", "failed", "dropped"])
def test_retry_now_lets_a_push_go_at_once_with_all_its_attempts(world, shipped, status):
    put(shipped, status, next_try_at=now() + TOMORROW, attempts=12, last_error="No answer.")
    pushes.retry_now(world.viewer, shipped.id)
    row = again(shipped)
    assert (row.status, row.attempts) == ("waiting", 0)
    assert row.next_try_at <= now()
    assert events(shipped) == [("push.retried", "Ada Admin", shipped.order_id)]
    pushes.retry_now(world.viewer, shipped.id)
    assert again(shipped).status == "waiting"
    assert claim(shipped).attempts == 1


@pytest.mark.parametrize("status", ["sending", "sent"])
def test_what_is_under_way_or_done_is_neither_retried_nor_given_up(world, shipped, status):
    put(shipped, status, lease_until=now() + TOMORROW, lease_token="held")
    for help_it in (pushes.retry_now, pushes.drop):
        with pytest.raises(Conflict) as refused:
            help_it(world.viewer, shipped.id)
        assert refused.value.code == "not_waiting"
    assert (again(shipped).status, again(shipped).lease_token) == (status, "held")
    assert events(shipped) == []


def test_nothing_is_retried_for_a_channel_that_is_disconnected(world, shipped):
    put(shipped, "dropped")
    Channel.update(archived_at=now(), enabled=False).execute()
    with pytest.raises(Conflict) as refused:
        pushes.retry_now(world.viewer, shipped.id)
    assert refused.value.code == "channel_disconnected"
    assert again(shipped).status == "dropped"


@pytest.mark.parametrize("status", ["waiting", "failed"])
def test_a_push_can_be_given_up_by_hand(world, shipped, status):
    put(shipped, status)
    pushes.drop(world.viewer, shipped.id)
    assert again(shipped).status == "dropped"
    assert events(shipped) == [("push.dropped", "Ada Admin", shipped.order_id)]
    assert outbox.due_channels(now()) == []
    with pytest.raises(Conflict):
        pushes.drop(world.viewer, shipped.id)


def test_a_clerk_helps_the_pushes_of_its_own_shipments_alone_and_gives_none_up(world, shipped):
    put(shipped, "failed")
    clerk, rival = world.cast.viewer(world.cast.clerk), world.cast.viewer(world.cast.rival_clerk)
    with pytest.raises(NotFound):
        pushes.retry_now(rival, shipped.id)
    for somebody in (clerk, rival):
        with pytest.raises(Forbidden):
            pushes.drop(somebody, shipped.id)
    assert again(shipped).status == "failed"
    pushes.retry_now(clerk, shipped.id)
    assert again(shipped).status == "waiting"


def test_a_clerk_reaches_no_push_that_is_about_the_whole_order(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    orders.set_status(world.viewer, order.id, "in_process")
    with pytest.raises(NotFound):
        pushes.retry_now(world.cast.viewer(world.cast.clerk), Push.get().id)


def test_a_stranger_finds_no_push_of_another_store(world, shipped):
    stranger = world.cast.viewer(world.cast.stranger)
    for help_it in (pushes.retry_now, pushes.drop):
        with pytest.raises(NotFound):
            help_it(stranger, shipped.id)
    with pytest.raises(NotFound):
        pushes.retry_now(world.viewer, shipped.id + 1)
    assert again(shipped).status == "waiting"


def test_who_may_not_write_shipments_helps_no_push(world, shipped):
    reader = dataclasses.replace(world.viewer, shipping=Level.READ)
    for help_it in (pushes.retry_now, pushes.drop):
        with pytest.raises(Forbidden):
            help_it(reader, shipped.id)
    assert events(shipped) == []


@pytest.mark.parametrize("status", ["waiting", "failed"])
def test_a_push_that_a_person_carried_out_counts_as_told(world, shipped, status):
    put(shipped, status, last_error="No.", reason="refused")
    pushes.done_elsewhere(world.viewer, shipped.id, "Typed into the shop.", " 77 ")
    row = again(shipped)
    assert (row.status, row.remote_id, row.last_error, row.reason) == ("sent", "77", "", "")
    assert row.sent_at <= now()
    attempt = PushAttempt.get()
    assert (attempt.outcome, attempt.detail) == ("elsewhere", "Typed into the shop.")
    assert events(shipped) == [("push.done_elsewhere", "Ada Admin", shipped.order_id)]
    told = Event.get(Event.kind == "push.done_elsewhere")
    assert told.message.endswith("done elsewhere: Typed into the shop.") and told.data == {"why": told.data["why"]}
    with pytest.raises(Conflict):
        pushes.done_elsewhere(world.viewer, shipped.id, "Again.")


def test_why_a_push_was_given_up_is_on_the_timeline(world, shipped):
    pushes.drop(world.viewer, shipped.id, "The buyer was phoned.")
    assert Event.get(Event.kind == "push.dropped").message.endswith("given up: The buyer was phoned.")


def test_why_a_push_failed_is_a_word_until_it_goes_on(world, shipped):
    pushes.fail(claim(shipped), "No.", permanent=True, next_try_at=now(), reason="conflict", remote_id="7")
    assert (again(shipped).reason, again(shipped).remote_id) == ("conflict", "7")
    pushes.retry_now(world.viewer, shipped.id)
    assert again(shipped).reason == ""
    pushes.fail(claim(shipped), "No answer.", permanent=False, next_try_at=now())
    assert again(shipped).reason == ""


def test_what_stands_in_the_way_is_overwritten_when_a_person_wants_that(world, shipped):
    pushes.fail(claim(shipped), "Other.", permanent=True, next_try_at=now(), reason="conflict", remote_id="7")
    pushes.overwrite(world.viewer, shipped.id)
    row = again(shipped)
    assert (row.status, row.reason, row.remote_id, row.payload) == ("waiting", "", "7", {"overwrite": True})
    assert events(shipped)[-1] == ("push.overwriting", "Ada Admin", shipped.order_id)


@pytest.mark.parametrize("facts", [{"reason": "refused", "remote_id": "7"}, {"reason": "conflict", "remote_id": ""}])
def test_only_a_known_conflict_is_overwritten(world, shipped, facts):
    put(shipped, "failed", **facts)
    with pytest.raises(Conflict):
        pushes.overwrite(world.viewer, shipped.id)
    assert again(shipped).status == "failed"


@pytest.mark.parametrize(
    "settle", [pushes.done_elsewhere, lambda viewer, push_id, _: pushes.overwrite(viewer, push_id)]
)
def test_settling_by_hand_is_for_those_who_work_for_the_whole_store(world, shipped, settle):
    put(shipped, "failed", reason="conflict", remote_id="7")
    with pytest.raises(Forbidden):
        settle(world.cast.viewer(world.cast.clerk), shipped.id, "Why.")
    with pytest.raises(NotFound):
        settle(world.cast.viewer(world.cast.stranger), shipped.id, "Why.")
    assert again(shipped).status == "failed"
