"""The worker as a process: it starts, wakes for what is new, outlives a database that is away, and stops cleanly."""

import datetime as dt
from contextlib import contextmanager

import psycopg
import pytest

from config import Config
from tests.conftest import ENCRYPTION_KEY
from tests.jobs.due import again, leave, never_read, sell, statuses
from tests.servers.gate import Gate
from tests.servers.sandbox import KEY
from tests.servers.worker import Worker
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.connectors.mail import MailSettings
from webapp.db import now
from webapp.jobs import schedule
from webapp.jobs.batches import BatchWorker
from webapp.jobs.deliver import Deliverer
from webapp.jobs.import_orders import Importer
from webapp.jobs.mails import Postman
from webapp.jobs.notices import Notifier
from webapp.jobs.push_to_channels import Pusher
from webapp.jobs.reconcile import Reconciler
from webapp.jobs.stock_levels import StockTeller
from webapp.models import Heartbeat, Push
from webapp.web import health


@pytest.fixture
def start(database, database_url, tmp_path):
    """Start a worker on the test's database and wait until it works; what still runs at the end is killed."""
    started = []

    def run(**settings):
        log = tmp_path / f"worker-{len(started)}.log"
        worker = Worker(database_url, ENCRYPTION_KEY, log, INSTANCE_DIR=str(tmp_path), **settings)
        started.append(worker)
        worker.until(lambda: "worker.started" in worker.said())
        return worker

    yield run
    for worker in started:
        worker.kill()


@pytest.fixture
def slow_channel(cast, shop):
    """The sandbox shop behind a gate, connected; the gate is its `gate`."""
    with Gate(shop.url) as gate:
        draft = ChannelDraft("Slow", gate.url, {}, {"key": KEY})
        connected = never_read(channels.connect(cast.viewer(cast.admin), "sandbox", draft))
        connected.gate = gate
        yield connected


@contextmanager
def away(database, url):
    """Take the database away: PostgreSQL ends the connections there are, and refuses new ones until it is back."""
    database.close_all()
    with psycopg.connect(url.replace("/crossdock", "/postgres"), autocommit=True) as other:
        other.execute("ALTER DATABASE crossdock ALLOW_CONNECTIONS false")
        try:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'crossdock'")
            yield
        finally:
            other.execute("ALTER DATABASE crossdock ALLOW_CONNECTIONS true")


on_a_server = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""A SQLite file is never away."""


def test_a_new_push_is_sent_soon_and_the_heart_beats(start, channel, shop):
    never_read(channel)
    worker = start()
    worker.until(lambda: Heartbeat.select().exists())
    assert Heartbeat.get().worker.endswith(f":{worker.process.pid}")
    sell(shop, 3)
    (push,) = leave(channel)
    worker.until(lambda: again(push).status == "sent")
    leave(channel, 2, first=2)
    worker.until(lambda: statuses() == ["sent"] * 3)
    assert worker.stop() == 0
    assert "Traceback" not in worker.said()


def test_a_worker_that_idles_stops_at_once_when_it_is_told_to(start):
    worker = start()
    assert worker.stop() == 0
    assert "worker.stopped" in worker.said()
    assert "Traceback" not in worker.said()


def test_a_worker_that_is_told_to_stop_ends_the_call_under_way_and_leaves_the_rest(start, slow_channel, shop):
    sell(shop, 6)
    leave(slow_channel, 6)
    worker = start()
    assert slow_channel.gate.arrived.wait(60)
    worker.process.terminate()
    worker.until(lambda: "worker.stopping" in worker.said())
    slow_channel.gate.open()
    assert worker.process.wait(30) == 0
    rows = Push.select().order_by(Push.id)
    assert [(row.status, row.attempts) for row in rows] == [("sent", 1)] + [("waiting", 0)] * 5
    assert [len(shop.order(str(number))["fulfilments"]) for number in range(1, 7)] == [1, 0, 0, 0, 0, 0]
    assert "Traceback" not in worker.said()


def test_a_living_worker_keeps_what_it_holds_longer_than_the_lease(start, slow_channel, shop):
    sell(shop, 1)
    (push,) = leave(slow_channel)
    start(PUSH_LEASE_SECONDS="4")
    assert slow_channel.gate.arrived.wait(60)
    first = again(push).lease_until
    other = start(PUSH_LEASE_SECONDS="4")
    other.until(lambda: now() > first and again(push).lease_until > first)
    slow_channel.gate.open()
    other.until(lambda: again(push).status == "sent")
    assert again(push).attempts == 1


def test_what_a_killed_worker_held_is_sent_by_another(start, slow_channel, shop):
    sell(shop, 4)
    leave(slow_channel, 4)
    dead = start(PUSH_LEASE_SECONDS="4")
    assert slow_channel.gate.arrived.wait(60)
    dead.kill()
    assert statuses() == ["sending"] * 4
    slow_channel.gate.open()
    other = start(PUSH_LEASE_SECONDS="4")
    other.until(lambda: statuses() == ["sent"] * 4)
    assert [row.attempts for row in Push.select()] == [2] * 4
    assert [len(shop.order(str(number))["fulfilments"]) for number in range(1, 5)] == [1] * 4


def test_the_schedule_looks_for_what_is_due_within_a_second_and_renews_leases_in_time(app):
    settings = Config()
    pusher = Pusher(1, dt.timedelta(seconds=settings.push_lease_seconds))
    deliverer, importer, reconciler, teller = Deliverer(1), Importer(1), Reconciler(1), StockTeller(1)
    batcher, postman = BatchWorker(1), Postman(MailSettings("", "a@example.com", "/nowhere"))
    tick = settings.push_tick_seconds
    doers = (reconciler, teller, batcher, postman, Notifier(app, ""))
    jobs = schedule.build(pusher, deliverer, importer, tick, *doers).get_jobs()
    every = {job.func.__qualname__: job.trigger.interval.total_seconds() for job in jobs}
    assert every["StockTeller.tick"] <= 5 and every["BatchWorker.tick"] <= 2
    assert every["Postman.tick"] <= 10 and every["Notifier.tick"] <= 60
    assert every["plan_nights"] <= 3600 and every["Reconciler.tick"] <= 5
    assert max(every[f"{who}.tick"] for who in ("Pusher", "Deliverer", "Importer")) <= 1
    assert every["HeldPushes.renew"] <= settings.push_lease_seconds / 3
    assert every["beat"] * 3 <= health.SILENT_AFTER
    for part in (pusher, deliverer, importer, reconciler, teller, batcher, postman):
        part.close()


@on_a_server
def test_a_worker_outlives_a_database_that_is_away_for_a_moment(start, channel, shop, database, database_url):
    sell(shop, 2)
    never_read(channel)
    worker = start()
    (before,) = leave(channel)
    worker.until(lambda: again(before).status == "sent")
    with away(database, database_url):
        worker.until(lambda: worker.said().count("worker.database_away") > 3)
    (after,) = leave(channel, first=2)
    worker.until(lambda: again(after).status == "sent")
    assert worker.stop() == 0
    assert "Traceback" not in worker.said()


@on_a_server
def test_a_worker_that_starts_before_its_database_waits_for_it(start, channel, shop, database, database_url):
    sell(shop, 1)
    (push,) = leave(never_read(channel))
    with away(database, database_url):
        worker = start()
        worker.until(lambda: "worker.database_away" in worker.said())
    worker.until(lambda: again(push).status == "sent")
    assert worker.stop() == 0
