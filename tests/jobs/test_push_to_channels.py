"""Telling the channels: every way a try can end is recorded, retried as the table says, and harms no other push."""

import datetime as dt
import random
import threading

import pytest
from structlog.testing import capture_logs

from tests.jobs.due import again, another_shipment, follow, leave, sell, statuses, wait_until
from tests.servers.fault_proxy import FaultProxy
from tests.servers.gate import Gate
from webapp.actions import channels, credentials, pushes
from webapp.actions.channels import ChannelDraft
from webapp.db import db, now
from webapp.domain import backoff
from webapp.jobs import outbox, push_to_channels, sending
from webapp.jobs.claimed import Claimed
from webapp.jobs.held_pushes import HeldPushes
from webapp.jobs.lanes import Lane
from webapp.jobs.line import Line
from webapp.jobs.push_to_channels import Pusher
from webapp.models import Channel, Event, Push, PushAttempt

MOMENT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def viewer(cast):
    return cast.viewer(cast.admin)


@pytest.fixture
def connect(viewer):
    """Connect a sandbox channel at an address: `connect(url)`."""

    def make(url, name="Stub", key="test-shop-key"):
        return channels.connect(viewer, "sandbox", ChannelDraft(name, url, {}, {"key": key}))

    return make


@pytest.fixture
def gate(shop):
    """What stands before the sandbox shop and holds calls until it is opened."""
    with Gate(shop.url) as made:
        yield made


def in_background(work):
    """Run it in a thread with a database connection of its own."""

    def run():
        with db.connection_context():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def outcomes(push):
    return [row.outcome for row in push.tries.order_by(PushAttempt.id)]


def test_the_table_of_waits_under_a_fixed_clock_and_chance():
    chance = random.Random(7)
    waits = [(backoff.next_try(n, MOMENT, chance) - MOMENT).total_seconds() for n in range(1, 12)]
    told = (5, 258, 1_909, 5_969, 18_258, 34_066, 41_489, 72_214, 70_416, 84_107, 71_534)
    assert tuple(round(wait) for wait in waits) == told


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(None, 0), (0, 0), (-5, 0), (90, 90), (86_400, 86_400), (10.0**16, 86_400), (10.0**300, 86_400)],
)
def test_what_a_channel_asks_for_is_bounded_by_a_day(asked, waits):
    assert backoff.asked_wait(asked) == dt.timedelta(seconds=waits)


def test_a_shop_without_an_answer_is_tried_again_by_the_table_and_at_last_given_up(stub, connect, viewer):
    stub.answer = (500, {}, {})
    channel = connect(stub.url)
    (push,) = leave(channel)
    for attempt in range(1, sending.ATTEMPTS):
        before = now()
        assert push_to_channels.drain(channel.id) == 0
        delay = backoff.DELAYS[min(attempt, len(backoff.DELAYS)) - 1]
        row = again(push)
        assert (row.status, row.attempts, row.last_error) == ("waiting", attempt, "The shop answered 500.")
        assert (
            before + dt.timedelta(seconds=delay * 0.8) <= row.next_try_at <= now() + dt.timedelta(seconds=delay * 1.2)
        )
        assert push_to_channels.drain(channel.id) == 0  # It isn't due, so this makes no try.
        Push.update(next_try_at=now()).execute()
        Channel.update(rest_until=None).execute()

    assert push_to_channels.drain(channel.id) == 0
    row = again(push)
    assert (row.status, row.attempts) == ("failed", 12)
    assert row.last_error == "Given up after 12 tries. The shop answered 500."
    assert outcomes(push) == ["unknown"] * 12
    told = Event.get(Event.kind == "push.failed")
    assert (told.order_id, told.subject_id, told.actor_label) == (push.order_id, push.id, "Worker")
    assert "Given up after 12 tries" in told.message

    stub.answer = (200, {}, {"id": 5, "fulfilments": []})
    pushes.retry_now(viewer, push.id)
    assert push_to_channels.drain(channel.id) == 1
    assert (again(push).status, again(push).attempts, again(push).remote_id) == ("sent", 1, "5")


def test_a_refusal_waits_for_a_person_at_once_and_stops_nobody_else(channel, shop):
    sell(shop, 2)
    first, plain = leave(channel, 2)
    second, third = (follow(first, "shipment", shipment=another_shipment(first)) for _ in range(2))
    last = follow(first, "status", shipment=None, payload={"status": "shipped"})
    assert push_to_channels.drain(channel.id) == 4
    assert [again(push).status for push in (first, plain, second, third, last)] == [*["sent"] * 3, "failed", "sent"]
    assert (again(third).attempts, again(third).last_error) == (1, "The shop refused: Line 1 has 0 units left.")
    assert [outcomes(push) for push in (plain, third)] == [["sent"], ["refused"]]
    assert [one["tracking_code"] for one in shop.order("1")["fulfilments"]] == ["T-1", "OTHER"]


def test_retry_after_is_honoured_for_the_whole_channel_and_costs_the_others_no_attempt(stub, connect):
    stub.answer = (429, {"Retry-After": "600"}, {})
    channel = connect(stub.url)
    left = leave(channel, 6)
    before = now()
    assert push_to_channels.drain(channel.id) == 0
    rows = [again(push) for push in left]
    assert len(stub.calls) == 1
    assert [row.attempts for row in rows] == [1, 0, 0, 0, 0, 0]
    assert {row.status for row in rows} == {"waiting"}
    assert rows[0].last_error == "The shop wants fewer calls."
    rest = Channel.get_by_id(channel.id).rest_until
    assert before + dt.timedelta(seconds=600) <= rest <= now() + dt.timedelta(seconds=600)
    leave(channel, first=7)
    assert outbox.due_channels(rest - SECOND) == [] and outbox.due_channels(rest) == [channel.id]


def test_a_shop_that_asks_to_wait_for_ages_is_asked_again_after_a_day(stub, connect):
    stub.answer = (429, {"Retry-After": "9" * 40}, {})
    channel = connect(stub.url)
    (push,) = leave(channel)
    assert push_to_channels.drain(channel.id) == 0
    assert now() + 0.9 * DAY < again(push).next_try_at <= now() + DAY


def test_a_shop_that_asks_for_a_short_wait_is_tried_again_within_a_minute_however_often_it_asks(stub, connect):
    stub.answer = (429, {"Retry-After": "1"}, {})
    channel = connect(stub.url)
    (push,) = leave(channel)
    Push.update(attempts=30).execute()
    before = now()
    push_to_channels.drain(channel.id)
    assert again(push).status == "waiting"
    assert before + 40 * SECOND < again(push).next_try_at <= now() + 60 * SECOND


@pytest.mark.parametrize("fault", ["drop", "error", "garbage", "truncate"])
def test_an_answer_that_got_lost_after_the_shop_acted_makes_no_second_shipment(shop, connect, fault):
    sell(shop, 1)
    with FaultProxy(shop.url) as proxy:
        channel = connect(proxy.url, "Behind a bad line")
        (push,) = leave(channel)
        proxy.plan(fault, only="tracking_code")
        push_to_channels.drain(channel.id)
        assert again(push).status in ("waiting", "failed")
        Push.update(status="waiting", next_try_at=now()).execute()
        assert push_to_channels.drain(channel.id) == 1
    assert (again(push).status, outcomes(push)[-1]) == ("sent", "found")
    assert len(shop.order("1")["fulfilments"]) == 1


def test_a_shop_that_is_down_fails_only_its_own_pushes(channel, connect, shop):
    sell(shop, 1)
    down = connect("http://127.0.0.1:9", "Down")
    leave(down, 2)
    leave(channel)
    assert [push_to_channels.drain(down.id), push_to_channels.drain(channel.id)] == [0, 1]
    assert statuses() == ["waiting", "waiting", "sent"]


def test_credentials_that_nobody_can_read_fail_the_pushes_visibly(channel, shop, viewer):
    sell(shop, 5)
    left = leave(channel, 5)
    sealed = Channel.get_by_id(channel.id).credentials
    Channel.update(credentials="not-what-any-key-opens").execute()
    assert push_to_channels.drain(channel.id) == 0
    assert statuses() == ["failed"] * 5
    assert "can't be read with the present encryption keys" in again(left[0]).last_error
    assert Event.select().where(Event.kind == "push.failed").count() == 5
    assert outbox.due_channels(now()) == []

    Channel.update(credentials=sealed).execute()
    for push in left:
        pushes.retry_now(viewer, push.id)
    assert push_to_channels.drain(channel.id) == 5


def test_a_kind_of_channel_that_is_gone_costs_its_pushes_a_try_and_waits(channel):
    leave(channel, 2)
    Channel.update(kind="retired").execute()
    assert push_to_channels.drain(channel.id) == 0
    assert {(row.status, row.attempts) for row in Push.select()} == {("waiting", 1)}
    assert "knows no channels of the kind “retired”" in Push.get().last_error
    assert outbox.due_channels(now()) == []


def test_a_push_that_breaks_us_costs_itself_a_try_and_the_others_nothing(channel, shop):
    sell(shop, 3)
    _, second, _ = leave(channel, 3)
    Push.update(kind="status", payload={}).where(Push.id == second.id).execute()  # It doesn't name the status.
    assert push_to_channels.drain(channel.id) == 2
    assert statuses() == ["sent", "waiting", "sent"]
    row = again(second)
    assert row.last_error == "Something broke on our side (KeyError): the operator finds it in the log."
    assert row.next_try_at > now()
    assert (row.attempts, outcomes(row), row.lease_token) == (1, ["unknown"], "")


def test_words_of_a_shop_that_no_database_takes_are_kept_without_them(stub, connect):
    stub.answer = (409, {}, {"error": "Broken\0 \ud800 words " + "x" * 5_000})
    channel = connect(stub.url)
    (push,) = leave(channel)
    assert push_to_channels.drain(channel.id) == 0
    row = again(push)
    assert row.status == "failed"
    assert "Broken ? words xxx" in row.last_error
    assert PushAttempt.get().detail == row.last_error
    stub.answer = (200, {}, {"id": "1\0" + "y" * 5_000, "fulfilments": []})
    Push.update(status="waiting").execute()
    assert push_to_channels.drain(channel.id) == 1
    assert again(push).remote_id == "1" + "y" * 199


def test_a_delivery_is_told_after_its_shipment_was(channel, shop, viewer):
    sell(shop, 1)
    (push,) = leave(channel)
    delivery = follow(push, "delivery")
    assert push_to_channels.drain(channel.id) == 2
    (told,) = shop.order("1")["fulfilments"]
    assert (told["delivered"], str(told["id"])) == (True, again(delivery).remote_id)


def test_a_delivery_whose_shipment_was_given_up_says_so_instead_of_waiting_for_ever(channel, viewer):
    (push,) = leave(channel)
    delivery = follow(push, "delivery")
    pushes.drop(viewer, push.id)
    assert push_to_channels.drain(channel.id) == 0
    row = again(delivery)
    assert (row.status, row.attempts) == ("failed", 1)
    assert "wasn't told of the shipment itself" in row.last_error


def test_no_transaction_is_open_while_a_channel_is_called(gate, connect, shop):
    sell(shop, 1)
    channel = connect(gate.url, "Slow")
    (push,) = leave(channel)
    worker = in_background(lambda: push_to_channels.drain(channel.id))
    assert gate.arrived.wait(30)
    # This would wait for the worker's transaction, on SQLite for any and on PostgreSQL for one that holds the row.
    assert Push.update(last_error="seen meanwhile").where(Push.id == push.id, Push.status == "sending").execute() == 1
    gate.open()
    worker.join()
    assert (again(push).status, again(push).last_error) == ("sent", "")


def test_a_slow_channel_does_not_hold_up_another(gate, connect, channel, shop):
    sell(shop, 4)
    slow = connect(gate.url, "Slow")
    leave(slow, 2)
    quick = leave(channel, 2, first=3)
    pusher = Pusher()
    pusher.tick()
    assert gate.arrived.wait(30)
    pusher.tick()
    wait_until(lambda: [again(push).status for push in quick] == ["sent", "sent"])
    assert statuses()[:2] == ["sending", "sending"]
    more = leave(channel, 1, first=5)[0]
    sell(shop, 1)
    wait_until(lambda: pusher.tick() or again(more).status == "sent")
    assert statuses()[:2] == ["sending", "sending"]
    gate.open()
    wait_until(lambda: set(statuses()) == {"sent"})
    pusher.close()


def test_a_pusher_that_closes_ends_the_call_under_way_and_gives_back_the_rest(gate, connect, shop):
    sell(shop, 6)
    channel = connect(gate.url, "Slow")
    leave(channel, 6)
    pusher = Pusher()
    pusher.tick()
    assert gate.arrived.wait(30)
    closing = in_background(pusher.close)
    wait_until(lambda: pusher._lanes.stopped)
    gate.open()
    closing.join()
    assert [(row.status, row.attempts) for row in Push.select().order_by(Push.id)] == [("sent", 1)] + [
        ("waiting", 0)
    ] * 5
    assert Push.select().where(Push.lease_until.is_null(False)).count() == 0
    pusher.tick()
    assert statuses().count("sent") == 1
    assert [len(shop.order(str(n))["fulfilments"]) for n in range(1, 7)] == [1, 0, 0, 0, 0, 0]


def test_a_call_that_takes_longer_than_the_lease_stays_with_its_worker_while_that_one_lives(gate, connect, shop):
    sell(shop, 2)
    channel = connect(gate.url, "Slow")
    leave(channel, 2)
    pusher = Pusher(lease=dt.timedelta(seconds=30))
    pusher.tick()
    assert gate.arrived.wait(30)
    Push.update(lease_until=now() + dt.timedelta(seconds=1)).execute()  # As if 29 of them were over.
    pusher.held.renew()
    assert all(row.lease_until > now() + dt.timedelta(seconds=20) for row in Push.select())
    assert outbox.claim(channel.id) == []
    gate.open()
    wait_until(lambda: statuses() == ["sent", "sent"])
    pusher.close()


def test_a_worker_that_lost_its_batch_during_a_long_call_sends_nothing_of_it_again(gate, connect, channel, shop):
    sell(shop, 4)
    slow = connect(gate.url, "Slow")
    left = leave(slow, 4)
    over = HeldPushes(dt.timedelta())
    worker = in_background(lambda: push_to_channels.drain(slow.id, over))
    assert gate.arrived.wait(30)
    taken = outbox.claim(slow.id)
    assert [push.id for push in taken] == [push.id for push in left]
    for push in taken:  # Another worker, on another line to the same shop.
        line = Line(channel)
        assert sending.send(push, sending.opened(channel, line), line, Claimed(taken)) is None
    gate.open()
    worker.join()
    assert {(row.status, row.attempts) for row in Push.select()} == {("sent", 2)}
    assert [len(shop.order(str(n))["fulfilments"]) for n in range(1, 5)] == [1] * 4
    assert len(gate.calls) == 1  # The look that was under way; the other three were found to be lost.
    assert PushAttempt.select().count() == 4


def test_more_slow_channels_than_threads_take_turns(connect, stub, viewer):
    stub.answer = (200, {}, {"id": 5, "fulfilments": []})
    made = [connect(stub.url, f"Shop {n}") for n in range(5)]
    for channel in made:
        leave(channel, 3)
    pusher = Pusher(2)
    wait_until(lambda: pusher.tick() or set(statuses()) == {"sent"})
    pusher.close()


def test_a_drain_ends_when_it_is_told_to(channel, shop):
    sell(shop, 8)
    leave(channel, 8)
    turns = iter([True, True, True, False, False])
    assert push_to_channels.drain(channel.id, going=lambda: next(turns)) == 2
    assert statuses() == ["sent"] * 2 + ["waiting"] * 6


def test_a_turn_that_breaks_is_noted_in_the_log(database):
    pusher = Pusher()
    with capture_logs() as noted:
        pusher._turn(10**9, Lane(threading.Event()))  # No such channel.
    assert [(entry["event"], entry["channel"]) for entry in noted] == [("push.turn_broke", 10**9)]
    pusher.close()


def test_the_key_of_the_channel_reaches_neither_rows_nor_log(stub, connect, capsys):
    stub.answer = (401, {}, {"error": "The key is wrong."})
    channel = connect(stub.url, key="a-very-secret-key")
    leave(channel)
    assert push_to_channels.drain(channel.id) == 0
    assert statuses() == ["failed"]
    rows = [*Push.select().dicts(), *PushAttempt.select().dicts(), *Event.select().dicts()]
    assert "a-very-secret-key" not in f"{rows}{capsys.readouterr()}"
    assert credentials.opened(Channel.get_by_id(channel.id)) == {"key": "a-very-secret-key"}


def test_pushes_that_are_claimed_together_share_what_they_read(channel, shop, sql_count):
    """Another one adds what is written of it, and its shipment with that one's codes: five statements at most."""
    sell(shop, 6)
    leave(channel, 1)
    push_to_channels.drain(channel.id)  # SQL is made with the first.
    with sql_count() as one:
        leave(channel, 1, first=2)
        assert push_to_channels.drain(channel.id) == 1
    with sql_count() as four:
        leave(channel, 4, first=3)
        assert push_to_channels.drain(channel.id) == 4
    assert len(four) - len(one) <= 3 * 5, four
    assert [len(shop.order(str(number))["fulfilments"]) for number in range(1, 7)] == [1] * 6
