"""The worker's chores: the heartbeat, what has expired, and lines that a crash left without their stock."""

import datetime as dt

import pytest

from tests.actions.conftest import World, incoming
from webapp.actions import api_keys, orders
from webapp.actions.api_keys import KeyDraft
from webapp.db import now
from webapp.jobs import upkeep
from webapp.models import Allocation, Heartbeat, IdempotentRequest, Supply


@pytest.fixture
def world(cast):
    return World(cast)


def test_a_heart_that_beats_twice_leaves_one_mark(database):
    upkeep.beat()
    first = Heartbeat.get().beaten_at
    upkeep.beat()
    assert [row.worker for row in Heartbeat.select()] == [upkeep.WORKER]
    assert Heartbeat.get().beaten_at > first


def test_workers_that_have_been_silent_for_a_day_are_forgotten(database):
    Heartbeat.create(worker="gone:1", beaten_at=now() - dt.timedelta(hours=25))
    Heartbeat.create(worker="silent:2", beaten_at=now() - dt.timedelta(hours=23))
    upkeep.beat()
    assert {row.worker for row in Heartbeat.select()} == {"silent:2", upkeep.WORKER}


def test_stored_answers_are_kept_as_long_as_was_promised(world):
    key = api_keys.issue(world.viewer, KeyDraft("Robot", orders="write")).key
    for hours in (71, 73):
        moment = now() - dt.timedelta(hours=hours)
        facts = {"store": world.cast.store.id, "api_key": key.id, "digest": "d", "status_code": 201}
        IdempotentRequest.create(**facts, key=f"{hours} hours ago", created_at=moment)
    upkeep.forget_old()
    assert [row.key for row in IdempotentRequest.select()] == ["71 hours ago"]


def test_lines_that_a_crash_left_without_their_stock_get_it(world):
    product = world.product("MUG")
    world.product("POT", own=1)
    orders.import_order(world.channel, incoming(("MUG", 2)))
    assert not Allocation.select().exists()
    # As if the process had ended between the commit that brought the stock and the allocation after it.
    facts = {"store": world.cast.store.id, "product": product.id, "supplier": world.cast.logistics.id}
    Supply.create(**facts, supplier_sku="", quantity=5)
    upkeep.allocate_waiting()
    assert (Allocation.get().quantity, Allocation.get().line.sku, Supply.get().reserved) == (2, "MUG", 2)
    upkeep.allocate_waiting()
    assert (Allocation.select().count(), Supply.get().reserved) == (1, 2)
