"""Webhooks over a bad line and from workers that are killed: every message arrives, whole and under its own id."""

import json
import random
from collections import Counter

import pytest
from standardwebhooks.webhooks import Webhook as Standard

from tests.conftest import ENCRYPTION_KEY
from tests.jobs.due import wait_until
from tests.jobs.hooks import due_now, pump, receiver, register, world
from tests.servers.fault_proxy import FaultProxy
from tests.servers.receiver import Receiver
from tests.servers.worker import Worker
from webapp.actions import deliveries
from webapp.connectors import receivers
from webapp.db import now
from webapp.jobs import mailbox
from webapp.jobs.fan_out import fan_out
from webapp.models import Delivery, DeliveryAttempt

__all__ = ["receiver", "register", "world"]

MESSAGES = 50

FAULTS = {None: 45, "error": 15, "swallow_error": 15, "drop": 5, "refuse": 5, "hang": 10, "truncate": 5}
"""Of a hundred calls: 30 are answered 500, 10 reset, 10 left hanging, 5 answered by half."""

UNHEARD = ("swallow_error", "refuse")
"""The receiver hears nothing of these."""

KILLS = 3

TOLD_BEFORE_DEATH = 10
"""Messages that a worker has sent of a batch when it dies, none of them recorded."""


def ids(messages) -> list[str]:
    return [message.message_id for message in messages]


def numbers(messages) -> list[int]:
    return [json.loads(message.body)["data"]["number"] for message in messages]


def test_a_bad_line_loses_nothing_and_changes_no_message(world, register, cast, monkeypatch):
    monkeypatch.setattr(receivers, "SECONDS", 0.1)
    chance = random.Random(2026)
    planned = [*FAULTS, *chance.choices(list(FAULTS), list(FAULTS.values()), k=2000)]
    target = Receiver(text=b"taken, thank you")
    with FaultProxy(target.url) as proxy:
        hook = register(cast.logistics, url=f"{proxy.url}/hook")
        for number in range(MESSAGES):
            world.order(("MUG", 1), external_id=f"n{number}")
        proxy.plan(*planned)
        while fan_out() or Delivery.select().where(Delivery.status != "sent").exists():
            due_now()
            pump()
            if Delivery.select().where(Delivery.status == "failed").exists():  # Ten times in a row, by chance.
                deliveries.replay(world.viewer, hook.webhook.id, failed=True)
        calls = len(proxy.calls)
    target.stop()
    met = Counter(planned[:calls])
    assert met.keys() == FAULTS.keys()
    assert DeliveryAttempt.select().count() == calls
    assert len(target.received) == calls - sum(met[fault] for fault in UNHEARD)
    bodies = {row.message_id: row.body for row in Delivery.select()}
    assert len(bodies) == MESSAGES and set(ids(target.received)) == set(bodies)
    for message in target.received:
        assert message.body.decode() == bodies[message.message_id]
        Standard(hook.secret).verify(message.body, message.headers)


def test_what_comes_first_is_sent_first_and_a_failure_is_overtaken_without_disturbing_the_rest(
    world, receiver, register, cast
):
    register(cast.logistics)
    for number in range(6):
        world.order(("MUG", 1), external_id=f"n{number}")
    receiver.answers = [204, 204, 500]
    pump()
    due_now()
    pump()
    first, second, failing, *others = sorted(set(numbers(receiver.received)))
    assert numbers(receiver.received) == [first, second, failing, *others, failing]


@pytest.mark.timeout(200)
def test_workers_that_are_killed_in_the_middle_of_a_batch_lose_nothing(
    world, receiver, register, cast, database_url, tmp_path
):
    hook = register(cast.logistics)
    workers = []

    def start() -> Worker:
        log = tmp_path / f"worker-{len(workers)}.log"
        workers.append(Worker(database_url, ENCRYPTION_KEY, log, INSTANCE_DIR=str(tmp_path)))
        return workers[-1]

    try:
        for life in range(KILLS):
            for number in range(15):
                world.order(("MUG", 1), external_id=f"{life}-{number}")
            came = len(receiver.received)
            receiver.answers = [*[204] * TOLD_BEFORE_DEATH, None]
            worker = start()
            receiver.wait_for(came + TOLD_BEFORE_DEATH + 1, 60)
            worker.kill()
            receiver.answers = []
            stranded = Delivery.update(lease_until=now()).where(Delivery.status == "sending").execute()
            assert stranded > TOLD_BEFORE_DEATH
        worker = start()
        worker.until(lambda: not Delivery.select().where(Delivery.status != "sent").exists())
        assert worker.stop() == 0
    finally:
        for worker in workers:
            worker.kill()
    bodies = {row.message_id: row.body for row in Delivery.select()}
    assert len(bodies) == 15 * KILLS
    counted = Counter(ids(receiver.received))
    assert counted.keys() == bodies.keys()
    assert sum(counted.values()) == 15 * KILLS + (TOLD_BEFORE_DEATH + 1) * KILLS
    for message in receiver.received:
        assert message.body.decode() == bodies[message.message_id]
        Standard(hook.secret).verify(message.body, message.headers)


def test_messages_that_are_made_while_a_worker_dies_are_made_once(world, register, cast, receiver):
    register(cast.logistics)
    for number in range(3):
        world.order(("MUG", 1), external_id=f"n{number}")
    fan_out()
    taken = mailbox.claim(Delivery.get().webhook_id)
    world.order(("MUG", 1), external_id="later")
    assert pump() == 1  # The new one; the others are with the worker that died.
    Delivery.update(lease_until=now()).where(Delivery.status == "sending").execute()
    wait_until(pump)
    assert sorted(ids(receiver.received)) == sorted(row.message_id for row in Delivery.select())
    assert len(taken) == 3 and {row.status for row in Delivery.select()} == {"sent"}
