"""The worker is killed fifty times while it pushes five hundred shipments: none is lost, and none arrives twice."""

import random
import sqlite3
from collections import Counter

import pytest

from tests.conftest import ENCRYPTION_KEY
from tests.jobs.due import leave, never_read, sell, wait_until
from tests.jobs.reaper import Deaths, Reaper
from tests.servers.sandbox import KEY
from tests.servers.worker import Worker
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.models import Push, PushAttempt

PUSHES = 500
KILLS = 50
WORKERS = 2
"""As many work at once; each that is killed is replaced."""


@pytest.fixture
def deaths(database_url, tmp_path):
    settings = {"INSTANCE_DIR": str(tmp_path), "PUSH_LEASE_SECONDS": "4", "PUSH_TICK_SECONDS": "0.1"}

    def start(number: int) -> Worker:
        return Worker(database_url, ENCRYPTION_KEY, tmp_path / f"worker-{number}.log", **settings)

    made = Deaths(start, KILLS, WORKERS, random.Random(50))
    yield made
    made.kill_all()


@pytest.fixture
def reaper(shop, deaths):
    with Reaper(shop.url, deaths) as made:
        yield made


@pytest.mark.timeout(600)  # Starting a worker takes a second of a processor's time, and more where that is shared.
def test_fifty_kills_lose_none_of_five_hundred_shipments(reaper, deaths, shop, cast, stocked):
    sell(shop, PUSHES)
    channel = channels.connect(stocked, "sandbox", ChannelDraft("Sandbox", reaper.url, {}, {"key": KEY}))
    leave(never_read(channel), PUSHES)

    def all_told() -> bool:
        """Replace the dead; tell whether nothing is left to do, as far as this is seen a moment later."""
        deaths.happened.clear()
        deaths.replace()
        deaths.happened.wait(0.5)
        return not Push.select().where(Push.status != "sent").exists()

    wait_until(all_told, seconds=550)
    assert deaths.stop() == [0] * WORKERS

    assert deaths.counts.total() == KILLS
    assert len(deaths.workers) == KILLS + WORKERS
    # Each push that was under way at a death was tried again …
    unheard = KILLS - sum(count for death, count in deaths.counts.items() if death.endswith("answered"))
    assert sum(attempts for (attempts,) in Push.select(Push.attempts).tuples()) >= PUSHES + unheard
    # … and found on the shop where that had acted.
    outcomes = Counter(outcome for (outcome,) in PushAttempt.select(PushAttempt.outcome).tuples())
    assert outcomes.total() == PUSHES
    assert outcomes["sent"] + outcomes["found"] == PUSHES
    assert outcomes["found"] >= deaths.counts["POST acted"] > 0

    with sqlite3.connect(shop.data) as told:
        rows = told.execute("SELECT order_id, reference FROM fulfilments ORDER BY order_id").fetchall()
    told.close()
    assert [order for order, _ in rows] == list(range(1, PUSHES + 1))
    assert len({reference for _, reference in rows}) == PUSHES
