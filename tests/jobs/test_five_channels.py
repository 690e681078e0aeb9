"""Two workers tell five shops, one of which hangs and one of which asks to wait, and are killed again and again.

None is lost, none told twice, each order's pushes keep their order, and the shops that answer don't wait for the one
that doesn't. A small game in each run of the tests; the whole one is
`FIVE_CHANNELS_PUSHES=10000 FIVE_CHANNELS_KILLS=200 make test ARGS="tests/jobs/test_five_channels.py -o timeout=0"`.
"""

import os
import random
import sqlite3
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from tests.conftest import ENCRYPTION_KEY
from tests.jobs.due import leave, never_read, sell, wait_until
from tests.jobs.reaper import Deaths, Reaper
from tests.servers.sandbox import KEY, SandboxShop
from tests.servers.worker import Worker
from webapp.actions import channels, pushes
from webapp.actions.channels import ChannelDraft
from webapp.db import now
from webapp.domain.errors import Conflict
from webapp.models import Channel, Push

PUSHES = int(os.environ.get("FIVE_CHANNELS_PUSHES", "300"))
KILLS = int(os.environ.get("FIVE_CHANNELS_KILLS", "8"))
WORKERS = 2
ORDERS = PUSHES // 10
"""Of each shop; each order has a shipment and then its delivery to tell."""

SECONDS = 500 + PUSHES / 5
"""After which the game has failed, on a machine that does other things too."""


class Hanging(Reaper):
    """Takes every call and answers none, until it is healed."""

    def __init__(self, upstream: str, deaths: Deaths) -> None:
        self.healed = threading.Event()
        self.hung = 0
        super().__init__(upstream, deaths)

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        if self.healed.is_set():
            return super().handle(call)
        self.hung += 1
        self.healed.wait(120)
        return self._cut(call)

    def stop(self) -> None:
        self.healed.set()
        super().stop()


class Busy(Reaper):
    """Answers one call in ten with a 429 that asks for a second."""

    def __init__(self, upstream: str, deaths: Deaths) -> None:
        self.refused = self._came = 0
        super().__init__(upstream, deaths)

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._came += 1
            refuse = self._came % 10 == 0
            self.refused += refuse
        if not refuse:
            return super().handle(call)
        call.rfile.read(int(call.headers.get("Content-Length") or 0))
        call.send_response_only(429)
        call.send_header("Retry-After", "1")
        call.send_header("Content-Length", "0")
        return call.end_headers()


@pytest.fixture
def deaths(database_url, tmp_path):
    settings = {"INSTANCE_DIR": str(tmp_path), "PUSH_LEASE_SECONDS": "4", "PUSH_TICK_SECONDS": "0.1"}

    def start(number: int) -> Worker:
        return Worker(database_url, ENCRYPTION_KEY, tmp_path / f"worker-{number}.log", **settings)

    made = Deaths(start, KILLS, WORKERS, random.Random(5))
    yield made
    made.kill_all()


@pytest.fixture
def shops(tmp_path):
    made = []
    for number in range(5):
        (tmp_path / f"shop-{number}").mkdir()
        made.append(SandboxShop(tmp_path / f"shop-{number}"))
    yield made
    for shop in made:
        shop.stop()


@pytest.fixture
def proxies(shops, deaths):
    kinds = (Reaper, Reaper, Reaper, Busy, Hanging)
    made = [kind(shop.url, deaths) for kind, shop in zip(kinds, shops, strict=True)]
    yield made
    for proxy in made:
        proxy.stop()


def connect(viewer, proxies) -> list[Channel]:
    """Connect the five, with all there is to tell them."""
    made = []
    for number, proxy in enumerate(proxies):
        draft = ChannelDraft(f"Shop {number}", proxy.url, {}, {"key": KEY})
        made.append(never_read(channels.connect(viewer, "sandbox", draft)))
        told = leave(made[-1], ORDERS)
        facts = {"channel": made[-1].id, "kind": "delivery", "next_try_at": now()}
        of = [{"store": one.store_id, "order": one.order_id, "shipment": one.shipment_id, **facts} for one in told]
        for first in range(0, ORDERS, 500):
            Push.insert_many(of[first : first + 500]).execute()
    return made


def held(shop) -> list[tuple[int, str, int]]:
    """Return what the shop's own data has of fulfilments: order, our reference, whether it was delivered."""
    told = sqlite3.connect(shop.data)
    rows = told.execute("SELECT order_id, reference, delivered FROM fulfilments ORDER BY order_id, id").fetchall()
    told.close()
    return rows


def open_pushes(*of: Channel) -> int:
    return Push.select().where(Push.channel.in_([one.id for one in of]), Push.status != "sent").count()


@pytest.mark.timeout(SECONDS + 100)
def test_whatever_dies_hangs_or_refuses_each_shop_is_told_all_of_it_once_and_in_order(stocked, deaths, shops, proxies):
    busy, hanging = proxies[3:]
    for shop in shops:
        sell(shop, ORDERS)
    made = connect(stocked, proxies)
    began = time.monotonic()

    def told(*of: Channel) -> bool:
        deaths.happened.clear()
        deaths.replace()
        deaths.happened.wait(0.5)
        return not open_pushes(*of)

    wait_until(lambda: told(*made[:4]), seconds=SECONDS)
    spent = time.monotonic() - began
    assert open_pushes(made[4]) == 2 * ORDERS  # All else was told while this one still hung …
    assert 0 < hanging.hung < ORDERS  # … and was left alone, instead of being asked for each order.
    print(f"\n{8 * ORDERS} pushes in {spent:.0f} s, {deaths.counts.total()} deaths, {hanging.hung} calls hung")

    hanging.healed.set()
    for push in list(Push.select().where(Push.channel == made[4].id, Push.attempts > 0)):
        with suppress(Conflict):  # A worker may have it in hand just now.
            pushes.retry_now(stocked, push.id)
    Push.update(next_try_at=now()).where(Push.status == "waiting").execute()
    channels.wake(stocked, made[4].id)
    wait_until(lambda: told(*made), seconds=SECONDS)
    assert deaths.stop() == [0] * WORKERS

    assert deaths.counts.total() == KILLS and busy.refused > 0
    for shop in shops:
        rows = held(shop)
        assert [order for order, _, _ in rows] == list(range(1, ORDERS + 1))  # None lost, none twice.
        assert len({reference for _, reference, _ in rows}) == ORDERS and all(delivered for *_, delivered in rows)
    shipment, delivery = Push.alias(), Push.alias()
    overtaken = (
        shipment.select()
        .join(delivery, on=(delivery.shipment == shipment.shipment) & (delivery.kind == "delivery"))
        .where(shipment.kind == "shipment", delivery.sent_at < shipment.sent_at)
    )
    assert overtaken.count() == 0
