"""The table of tries under a clock that the test moves: each wait, what receivers ask for, and the fifth day."""

import datetime as dt
from dataclasses import dataclass
from email.utils import format_datetime

import pytest

from tests.jobs import hooks
from tests.jobs.hooks import pump, receiver, register, world
from tests.servers.receiver import Receiver
from webapp.actions import deliveries
from webapp.db import now
from webapp.jobs import deliver, mailbox
from webapp.models import Delivery, DeliveryAttempt, Event, Webhook

__all__ = ["receiver", "register", "world"]

TABLE = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
"""Seconds before the second, third … try, as Standard Webhooks has them."""

MOMENT = dt.timedelta(milliseconds=1)


@dataclass
class Clock:
    """Stands still until the test moves it."""

    moment: dt.datetime = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """What everything that makes, claims and judges messages takes for the present moment."""
    made = Clock()
    for module in (deliver, mailbox, deliveries, hooks):
        monkeypatch.setattr(module, "now", lambda: made.moment)
    return made


def step_to_the_next_try(clock) -> float:
    """See that nothing is sent a moment before the next try, move to it, send; return how long that took to come."""
    began, due = clock.moment, Delivery.get().next_try_at
    clock.moment = due - MOMENT
    assert pump() == 0
    clock.moment = due
    assert pump() == 1
    return (due - began).total_seconds()


def test_each_try_comes_when_the_table_says_and_after_the_tenth_no_other(clock, world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [500] * 10
    world.order(("MUG", 1))
    assert pump() == 1
    waits = []
    while Delivery.get().status == "waiting":
        Webhook.update(failing_since=clock.moment).execute()  # The five days have their own test.
        waits.append(step_to_the_next_try(clock))
    assert len(waits) == len(TABLE)
    for wait, wanted in zip(waits, TABLE, strict=True):
        assert 0.8 * wanted <= wait <= 1.2 * wanted
    clock.moment += dt.timedelta(days=30)
    assert pump() == 0 and Delivery.get().status == "failed"
    assert len(receiver.received) == DeliveryAttempt.select().count() == 10
    assert len({message.message_id for message in receiver.received}) == 1


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_what_a_receiver_asks_for_is_waited_for_in_either_form(status, form, world, receiver, register, cast):
    register(cast.logistics)
    world.order(("MUG", 1))
    world.order(("MUG", 1), external_id="2")
    began = now()
    until = began + dt.timedelta(hours=1)
    receiver.answers = [(status, {"Retry-After": "3600" if form == "seconds" else format_datetime(until, usegmt=True)})]
    assert pump() == 1
    asked, other = Delivery.select().order_by(Delivery.id)
    for row in (asked, other):
        wait = row.next_try_at - began
        assert dt.timedelta(minutes=59) <= wait <= dt.timedelta(minutes=61)
    assert (asked.attempts, other.attempts) == (1, 0)


def test_a_wish_shorter_than_the_table_does_not_shorten_it(clock, world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [500, (503, {"Retry-After": "1"})]
    world.order(("MUG", 1))
    pump()
    step_to_the_next_try(clock)
    assert (Delivery.get().next_try_at - clock.moment).total_seconds() >= 240


def test_a_fifth_day_without_a_success_pauses_it_and_says_so(clock, world, receiver, register, cast):
    register(cast.logistics)
    receiver.answers = [500] * 100
    began = clock.moment
    for half_day in range(20):
        world.order(("MUG", 1), external_id=f"d{half_day}")
        pump()
        if not Webhook.get().enabled:
            break
        clock.moment += dt.timedelta(hours=12)
    assert clock.moment - began == dt.timedelta(days=5)
    told = Event.get(Event.kind == "webhook.paused").message
    assert "24 Nov 2026, 09:00 UTC without one success" in told and "without one success" in Webhook.get().pause_reason
    sent = len(receiver.received)
    clock.moment += dt.timedelta(days=1)
    assert pump() == 0 and len(receiver.received) == sent


def test_ten_minutes_without_a_receiver_lose_nothing(clock, world, register, cast):
    down = Receiver()
    down.stop()
    hook = register(cast.logistics, url=down.url)
    for minute in range(11):
        world.order(("MUG", 1), external_id=f"m{minute}")
        pump()
        clock.moment += dt.timedelta(minutes=1)
    assert not Delivery.select().where(Delivery.status != "waiting").exists()
    assert Webhook.get().failing_since is not None
    up = Receiver(port=down.port)
    try:
        clock.moment += dt.timedelta(minutes=40)
        pump()
    finally:
        up.stop()
    assert [row.status for row in Delivery.select()] == ["sent"] * 11
    numbers = [int(message.message_id.rpartition("_")[2]) for message in up.received]
    assert numbers == sorted(set(numbers)) and len(numbers) == 11
    assert Webhook.get_by_id(hook.webhook.id).failing_since is None
