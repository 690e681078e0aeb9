"""A channel without clear answers is left alone by all workers, tried with one call, and told all once it is back."""

import datetime as dt

import pytest

from tests.jobs.due import again, leave, sell, statuses
from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from webapp.actions import channels, pushes
from webapp.actions.channels import ChannelDraft
from webapp.db import now
from webapp.domain.breaker import TOLERATED
from webapp.jobs import outbox, push_to_channels
from webapp.jobs.held_pushes import HeldPushes
from webapp.models import Channel, Event, Order, Push

ENOUGH = TOLERATED + 7


@pytest.fixture
def viewer(cast):
    return cast.viewer(cast.admin)


@pytest.fixture
def proxy(shop):
    with FaultProxy(shop.url) as made:
        yield made


@pytest.fixture
def channel(viewer, proxy, shop):
    """A channel with a row of orders to confirm, behind a proxy that spoils what it is told to."""
    sell(shop, ENOUGH)
    made = channels.connect(viewer, "sandbox", ChannelDraft("Behind a bad line", proxy.url, {}, {"key": KEY}))
    leave(made, ENOUGH)
    return made


@pytest.fixture
def resting(channel, proxy):
    """The channel, after it has answered nothing so often that it is left alone."""
    proxy.plan(*["swallow_error"] * TOLERATED)
    assert push_to_channels.drain(channel.id) == 0
    return channel


def row(channel):
    return Channel.get_by_id(channel.id)


def rested(channel):
    """Let the rest be over."""
    Channel.update(rest_until=now()).where(Channel.id == channel.id).execute()


def test_after_a_few_silent_calls_nobody_calls_any_more(resting, proxy):
    assert len(proxy.calls) == TOLERATED
    assert row(resting).silent_calls == TOLERATED
    assert row(resting).rest_until > now() + dt.timedelta(seconds=20)
    assert outbox.due_channels(now()) == []
    assert push_to_channels.drain(resting.id) == 0  # Another worker, which has met no failure itself.
    assert len(proxy.calls) == TOLERATED


def test_what_was_not_tried_has_cost_no_attempt(resting):
    attempts = [push.attempts for push in Push.select().order_by(Push.id)]
    assert attempts == [1] * TOLERATED + [0] * (ENOUGH - TOLERATED)


def test_the_rest_is_told_once_in_the_shops_history(resting, proxy):
    proxy.plan("swallow_error")
    rested(resting)
    push_to_channels.drain(resting.id)
    told = [event.message for event in Event.select().where(Event.kind == "channel.silent")]
    assert told == ["Behind a bad line gave no clear answer 5 times in a row and is left alone a while"]


def test_one_call_alone_tries_whether_it_is_back(resting):
    rested(resting)
    trial = HeldPushes().claim(resting.id)
    assert len(trial) == 1
    assert HeldPushes().claim(resting.id) == []
    assert outbox.due_channels(now()) == []


def test_a_worker_that_dies_with_the_trial_leaves_it_to_another(resting):
    rested(resting)
    assert len(outbox.claim(resting.id, lease=dt.timedelta(seconds=-1))) == 1
    assert len(outbox.claim(resting.id)) == 1


def test_a_trial_that_fails_makes_the_rest_longer(resting, proxy):
    before = row(resting).rest_until
    proxy.plan("swallow_error")
    rested(resting)
    assert push_to_channels.drain(resting.id) == 0
    assert row(resting).rest_until > before
    assert row(resting).silent_calls == TOLERATED + 1


def test_once_it_answers_everything_is_told_at_once(resting):
    Push.update(next_try_at=now()).execute()
    rested(resting)
    assert push_to_channels.drain(resting.id) == ENOUGH
    assert (row(resting).silent_calls, row(resting).rest_until) == (0, None)
    assert Event.select().where(Event.kind == "channel.answers").count() == 1


def test_a_refusal_is_an_answer(resting):
    untried = Push.select().where(Push.attempts == 0).order_by(Push.id).get()
    Push.update(status="dropped").where(Push.id != untried.id).execute()
    Order.update(external_id="999").where(Order.id == untried.order_id).execute()
    rested(resting)
    assert push_to_channels.drain(resting.id) == 0
    assert (again(untried).status, row(resting).silent_calls) == ("failed", 0)


def test_answers_in_between_keep_the_channel_awake(channel, proxy):
    proxy.plan(*[fault for _ in range(ENOUGH) for fault in ("swallow_error", None, None)])
    push_to_channels.drain(channel.id)
    assert "sent" in statuses()
    assert row(channel).rest_until is None


def test_a_person_who_retries_wakes_the_channel(viewer, resting):
    first = Push.select().order_by(Push.id).get()
    pushes.retry_now(viewer, first.id)
    assert push_to_channels.drain(resting.id) == ENOUGH - TOLERATED + 1
    assert again(first).status == "sent"
