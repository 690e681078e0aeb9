"""The outbox: each push is claimed by one worker, in its order, for as long as that worker lives."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.jobs.due import again, another_shipment, follow, leave
from webapp.actions import channels, pushes
from webapp.actions.channels import ChannelDraft
from webapp.db import db, now
from webapp.jobs import breaker, outbox
from webapp.jobs.held_pushes import HeldPushes
from webapp.models import Channel, Push, PushAttempt

MINUTE = dt.timedelta(minutes=1)
OVER = dt.timedelta()
"""A lease that is over as soon as it began."""


@pytest.fixture
def viewer(cast):
    return cast.viewer(cast.admin)


@pytest.fixture
def channel(viewer):
    """A connected channel that nobody calls."""
    return connect(viewer, "Shop")


def connect(viewer, name):
    return channels.connect(viewer, "sandbox", ChannelDraft(name, "http://127.0.0.1:9", {}, {"key": "k"}))


def claimed(channel, **options):
    return [push.id for push in outbox.claim(channel.id, **options)]


def refuse(push):
    """Record that the channel refused a push that was claimed."""
    assert pushes.fail(push, "No.", permanent=True, next_try_at=now())


def test_a_claim_takes_what_is_due_in_its_order_and_counts_the_attempt(channel):
    left = leave(channel, 6)
    before = now()
    first, second = outbox.claim(channel.id, limit=4), outbox.claim(channel.id, limit=4)
    assert [push.id for push in first + second] == [push.id for push in left]
    assert {(push.status, push.attempts) for push in first + second} == {("sending", 1)}
    assert first[0].lease_token != second[0].lease_token
    assert first[0].lease_until >= before + outbox.LEASE
    assert outbox.claim(channel.id) == []


@pytest.mark.parametrize("status", ["sent", "failed", "dropped"])
def test_what_is_done_or_waits_for_a_person_is_not_claimed(channel, status):
    (push,) = leave(channel)
    Push.update(status=status).execute()
    assert (claimed(channel), outbox.due_channels(now()), outbox.oldest_due_seconds()) == ([], [], None)
    assert again(push).attempts == 0


def test_what_is_due_later_waits(channel):
    (push,) = leave(channel)
    Push.update(next_try_at=now() + MINUTE).execute()
    assert (claimed(channel), outbox.due_channels(now())) == ([], [])
    assert outbox.due_channels(now() + 2 * MINUTE) == [channel.id]
    Push.update(next_try_at=now()).execute()
    assert claimed(channel) == [push.id]


def test_six_workers_at_once_claim_each_push_exactly_once(channel):
    left = leave(channel, 90)
    gate = Barrier(6)

    def work(number):
        mine = []
        with db.connection_context():
            gate.wait()
            while batch := outbox.claim(channel.id):
                mine += [(push.id, push.lease_token) for push in batch]
        return mine

    with ThreadPoolExecutor(6) as pool:
        taken = [claim for mine in pool.map(work, range(6)) for claim in mine]
    assert Counter(push for push, _ in taken) == Counter(push.id for push in left)
    assert dict(taken) == {push.id: push.lease_token for push in Push.select()}


def test_each_channel_has_its_own_queue_and_the_longest_waiting_goes_first(viewer, channel):
    other = connect(viewer, "Other shop")
    (late,), (early,) = leave(channel), leave(other)
    Push.update(next_try_at=now() - 5 * MINUTE).where(Push.id == early.id).execute()
    assert outbox.due_channels(now()) == [other.id, channel.id]
    assert outbox.oldest_due_seconds() >= 300
    assert claimed(channel) == [late.id]
    assert outbox.due_channels(now()) == [other.id]


def test_the_pushes_of_one_order_leave_one_after_the_other(channel):
    first, unrelated = leave(channel, 2)
    second = follow(first, "status", shipment=None, payload={"status": "shipped"})
    third = follow(first, "delivery")
    ours, theirs = outbox.claim(channel.id)
    assert (ours.id, theirs.id) == (first.id, unrelated.id)
    assert claimed(channel) == []
    pushes.finish(ours, "sent")
    (ours,) = outbox.claim(channel.id)
    assert ours.id == second.id
    pushes.fail(ours, "No answer.", permanent=False, next_try_at=now() + MINUTE)
    assert (claimed(channel), outbox.due_channels(now())) == ([], [])
    Push.update(next_try_at=now()).where(Push.id == second.id).execute()
    assert claimed(channel) == [second.id]
    assert again(third).status == "waiting"


def test_a_push_that_failed_for_good_lets_the_other_shipments_of_its_order_go(channel):
    (first,) = leave(channel)
    other = follow(first, "shipment", shipment=another_shipment(first))
    told = follow(first, "status", shipment=None, payload={"status": "shipped"})
    refuse(outbox.claim(channel.id)[0])
    (ours,) = outbox.claim(channel.id)
    assert ours.id == other.id
    pushes.finish(ours, "sent")
    assert claimed(channel) == [told.id]


def test_the_delivery_of_a_shipment_waits_until_the_shipment_itself_is_told_or_given_up(channel, viewer):
    (first,) = leave(channel)
    delivery = follow(first, "delivery")
    refuse(outbox.claim(channel.id)[0])
    assert (claimed(channel), outbox.due_channels(now()), outbox.oldest_due_seconds()) == ([], [], None)
    pushes.retry_now(viewer, first.id)
    (ours,) = outbox.claim(channel.id)
    assert ours.id == first.id
    refuse(ours)
    pushes.drop(viewer, first.id)
    assert claimed(channel) == [delivery.id]


def test_what_a_dead_worker_held_is_taken_by_another_when_its_lease_is_over(channel):
    (push,) = leave(channel)
    (lost,) = outbox.claim(channel.id, lease=OVER)
    assert outbox.due_channels(now()) == [channel.id]
    (taken,) = outbox.claim(channel.id)
    assert (taken.id, taken.attempts) == (push.id, 2)
    assert pushes.finish(lost, "sent", remote_id="late") is False
    assert pushes.fail(lost, "Late.", permanent=True, next_try_at=now()) is False
    assert PushAttempt.select().count() == 0
    assert again(push).status == "sending"
    assert pushes.finish(taken, "found", remote_id="f-1")
    assert (again(push).status, again(push).remote_id) == ("sent", "f-1")


def test_what_a_living_worker_holds_is_renewed_and_taken_by_nobody(channel):
    leave(channel)
    held = HeldPushes(MINUTE)
    (push,) = held.claim(channel.id)
    held.renew()
    assert again(push).lease_until > push.lease_until
    assert held.still_hold(push)
    held.end(push.lease_token)
    renewed = again(push).lease_until
    held.renew()
    assert again(push).lease_until == renewed


def test_a_lease_that_ran_out_unnoticed_is_taken_up_again_as_long_as_nobody_has_the_push(channel):
    leave(channel)
    held = HeldPushes(OVER)
    (push,) = held.claim(channel.id)
    held.lease = MINUTE
    held.renew()
    assert held.still_hold(push)
    assert claimed(channel) == []


def test_a_worker_that_was_stopped_for_too_long_knows_that_it_lost_its_push(channel):
    leave(channel, 2)
    held = HeldPushes(OVER)
    lost, kept = held.claim(channel.id)
    assert claimed(channel, limit=1) == [lost.id]
    held.lease = MINUTE
    held.renew()  # Of the two this reaches the second alone, and can't tell that.
    assert not held.still_hold(lost)
    assert held.still_hold(kept)


def test_a_push_given_back_is_free_at_once_and_its_attempt_does_not_count(channel):
    (push,) = leave(channel)
    outbox.give_back(outbox.claim(channel.id)[0])
    assert (again(push).status, again(push).attempts, again(push).lease_until) == ("waiting", 0, None)
    assert claimed(channel) == [push.id]


def test_what_another_worker_has_taken_cannot_be_given_back(channel):
    leave(channel)
    (lost,) = outbox.claim(channel.id, lease=OVER)
    (taken,) = outbox.claim(channel.id)
    outbox.give_back(lost)
    assert (again(taken).status, again(taken).lease_token) == ("sending", taken.lease_token)


def test_a_channel_that_asks_to_wait_is_left_alone_until_then(viewer, channel):
    other = connect(viewer, "Other shop")
    leave(channel, 3)
    leave(other)
    until = now() + 5 * MINUTE
    breaker.rest(channel.id, until)
    breaker.rest(channel.id, until - MINUTE)
    assert outbox.due_channels(now()) == [other.id]
    assert (claimed(channel), len(claimed(other))) == ([], 1)
    assert channel.id in outbox.due_channels(until)


def test_a_trial_with_nothing_to_try_stays_free(channel):
    Channel.update(silent_calls=99).execute()
    assert outbox.claim(channel.id) == []
    (push,) = leave(channel)
    assert [taken.id for taken in outbox.claim(channel.id)] == [push.id]


def test_a_paused_channel_is_told_nothing_until_it_is_resumed(viewer, channel):
    (push,) = leave(channel)
    channels.pause(viewer, channel.id)
    assert (claimed(channel), outbox.due_channels(now()), outbox.oldest_due_seconds()) == ([], [], None)
    channels.resume(viewer, channel.id)
    assert claimed(channel) == [push.id]


def test_a_disconnected_channel_is_told_nothing(channel):
    leave(channel)
    Channel.update(archived_at=now()).execute()
    assert (claimed(channel), outbox.due_channels(now()), outbox.oldest_due_seconds()) == ([], [], None)
