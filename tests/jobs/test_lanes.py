"""Several orders of one channel are told at once where it answers slowly, and never two calls of one order."""

import re
import threading
import time
from collections import Counter

import pytest

from tests.jobs.due import again, another_shipment, follow, leave, sell, statuses, wait_until
from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.jobs import pace
from webapp.jobs.lanes import LANES, TURN, Lane
from webapp.jobs.push_to_channels import Pusher
from webapp.models import Channel, Push


class DistantShop(FaultProxy):
    """Stands before a shop and takes a while for each call; knows how many came at once, of all orders and of one."""

    def __init__(self, upstream: str) -> None:
        self.hangs = threading.Event()
        self.healed = threading.Event()
        self.most = self.most_of_one = 0
        self._inside: Counter[str] = Counter()
        self._lock = threading.Lock()
        super().__init__(upstream)

    def handle(self, call):
        (order,) = re.findall(r"/orders/(\d+)", call.path)
        with self._lock:
            self._inside[order] += 1
            self.most = max(self.most, self._inside.total())
            self.most_of_one = max(self.most_of_one, self._inside[order])
        time.sleep(0.02)
        if self.hangs.is_set():
            self.healed.wait(60)
        with self._lock:  # Before the answer, after which the same order's next call may come at once.
            self._inside[order] -= 1
        super().handle(call)

    def stop(self):
        self.healed.set()
        super().stop()


@pytest.fixture
def distant(shop):
    with DistantShop(shop.url) as made:
        yield made


@pytest.fixture
def connect(cast):
    def make(url, **limit):
        draft = ChannelDraft("Distant", url, {}, {"key": KEY}, **limit)
        return channels.connect(cast.viewer(cast.admin), "sandbox", draft)

    return make


@pytest.fixture
def pusher(database):
    made = Pusher()
    yield made
    made.close()


def at_work(pusher):
    return len(pusher._lanes.running())


def test_a_slow_shop_is_told_several_orders_at_once_and_each_in_its_order(pusher, distant, connect, shop):
    sell(shop, 40)
    channel = connect(distant.url)
    for push in leave(channel, 40):
        follow(push, "shipment", shipment=another_shipment(push))
    wait_until(lambda: pusher.tick() or set(statuses()) == {"sent"})
    assert 1 < distant.most <= LANES
    assert distant.most_of_one == 1
    told = [[one["tracking_code"] for one in shop.order(str(n))["fulfilments"]] for n in range(1, 41)]
    assert told == [[f"T-{n}", "OTHER"] for n in range(1, 41)]
    assert {row.attempts for row in Push.select()} == {1}


def test_a_shop_that_hangs_gets_no_more_lanes(pusher, distant, connect, shop):
    distant.hangs.set()
    leave(connect(distant.url), 30)
    wait_until(lambda: pusher.tick() or distant.most == 1)
    for _ in range(5):
        pusher.tick()
        assert at_work(pusher) == 1
    assert distant.most == 1


def test_a_shop_that_begins_to_hang_keeps_the_lanes_that_it_has_and_nobody_out(pusher, distant, connect, channel, shop):
    sell(shop, 62)
    leave(connect(distant.url), 60)
    wait_until(lambda: pusher.tick() or distant.most > 1)
    distant.hangs.set()
    quick = leave(channel, 2, first=61)
    wait_until(lambda: pusher.tick() or [again(push).status for push in quick] == ["sent", "sent"])
    for _ in range(5):
        pusher.tick()
        assert at_work(pusher) <= LANES
    distant.hangs.clear()
    distant.healed.set()
    wait_until(lambda: pusher.tick() or set(statuses()) == {"sent"})
    assert distant.most <= LANES and distant.most_of_one == 1


def test_a_shop_whose_limit_is_used_up_gets_no_more_lanes(pusher, distant, connect, shop):
    sell(shop, 20)
    channel = connect(distant.url, calls_per_minute=60)
    leave(channel, 1)
    wait_until(lambda: pusher.tick() or statuses() == ["sent"])
    for _ in range(5):
        pace._take(channel.id, 60, time.time_ns() // 1000)  # Somebody else makes calls, too.
    leave(channel, 19, first=2)  # More than are claimed together.
    wait_until(lambda: pusher.tick() or at_work(pusher) > 1 or statuses().count("sent") == 3)
    assert at_work(pusher) == 1 and distant.most == 1
    Channel.update(calls_per_minute=6_000).execute()


def test_a_pusher_that_closes_lets_every_lane_end_its_call_and_gives_back_the_rest(distant, connect, shop):
    sell(shop, 60)
    leave(connect(distant.url), 60)
    pusher = Pusher()
    wait_until(lambda: pusher.tick() or distant.most > 1)
    pusher.close()
    assert at_work(pusher) == 0
    rows = Counter((row.status, row.attempts) for row in Push.select())
    assert set(rows) == {("sent", 1), ("waiting", 0)}
    assert sum(len(shop.order(str(n))["fulfilments"]) for n in range(1, 61)) == rows[("sent", 1)]


def test_a_shop_that_answers_at_once_keeps_its_one_lane(monkeypatch):
    """Two hundred pushes in half a second; then six in the next, since the shop has become slow."""
    began, passed = time.monotonic(), 0.0
    monkeypatch.setattr(time, "monotonic", lambda: began + passed)
    lane = Lane(threading.Event())
    for _ in range(202):
        lane.goes_on()
    passed = 0.5
    assert not lane.moves_slowly()
    assert not lane.moves_slowly()  # Nothing has ended since.
    for _ in range(6):
        lane.goes_on()
    passed = 1.0
    assert lane.moves_slowly()


def test_the_time_of_a_turn_begins_with_it(monkeypatch):
    """A channel that has waited for a thread longer than a turn takes still gets a whole one."""
    lane = Lane(threading.Event())
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + 10 * TURN)
    assert lane.goes_on()
    monkeypatch.setattr(time, "monotonic", lambda: began + 11 * TURN)
    assert not lane.goes_on()
