"""Is it alive, is it ready: what a load balancer is told, and when it should look elsewhere."""

import datetime as dt

import peewee as pw
import pytest

from tests.web.orders import shop
from webapp.db import connect_to, db, now, runner
from webapp.models import Heartbeat


@pytest.fixture
def out_of_reach(app, database, request, tmp_path):
    """Leave the app with a database that nobody answers for, of the same kind."""
    nowhere = f"sqlite:///{tmp_path / 'gone' / 'nothing.db'}"
    if isinstance(database, pw.PostgresqlDatabase):
        nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    connect_to(nowhere)
    (tmp_path / "gone").rmdir() if (tmp_path / "gone").exists() else None
    yield
    db.initialize(database)


def test_it_is_alive(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer.json == {"status": "alive"}


def test_it_is_ready_while_its_worker_lives_and_nothing_is_due(client, alive_worker):
    answer = client.get("/readyz")
    age = answer.json.pop("worker_last_heartbeat_seconds")
    assert answer.status_code == 200 and 0 <= age < 60
    assert answer.json | {"worker_last_heartbeat_seconds": 0} == {
        "status": "ready",
        "database": "reachable",
        "migrations_pending": [],
        "oldest_due_push_seconds": None,
        "mails_in_trouble": 0,
        "worker_last_heartbeat_seconds": 0,
    }


def test_it_tells_the_age_of_the_oldest_due_push(client, cast, alive_worker):
    channel = shop.channel(cast.store)
    for status, minutes in (("waiting", 5), ("waiting", 90), ("waiting", -60), ("failed", 9000)):
        moment = now() - dt.timedelta(minutes=minutes)
        shop.failed_push(shop.order(channel, ("UNKNOWN", 1)), status=status, next_try_at=moment)
    answer = client.get("/readyz")
    assert answer.status_code == 200 and 90 * 60 <= answer.json["oldest_due_push_seconds"] < 91 * 60


def test_the_youngest_heartbeat_counts(client, alive_worker):
    Heartbeat.create(worker="gone:1", beaten_at=now() - dt.timedelta(hours=5))
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("beaten", [None, dt.timedelta(minutes=2)])
def test_a_silent_worker_makes_it_not_ready(client, beaten):
    if beaten:
        Heartbeat.create(worker="here:1", beaten_at=now() - beaten)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json["status"] == "not ready"
    assert answer.json["database"] == "reachable"
    age = answer.json["worker_last_heartbeat_seconds"]
    assert age is None if beaten is None else 119 < age < 180


def test_a_pending_migration_makes_it_not_ready(client, alive_worker):
    history = runner().History
    last = history.select().order_by(history.id.desc()).get()
    history.delete().where(history.name == last.name).execute()
    try:
        answer = client.get("/readyz")
    finally:
        history.create(name=last.name, applied=last.applied)
    assert answer.status_code == 503 and answer.json["migrations_pending"] == [last.name]


@pytest.mark.usefixtures("out_of_reach")
def test_without_its_database_it_is_alive_and_not_ready(client):
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json == {"status": "not ready", "database": "unreachable"}


def test_neither_tells_a_secret_nor_needs_login(client, cast, alive_worker, settings):
    told = client.get("/readyz").text + client.get("/healthz").text
    assert settings.database_url not in told and settings.secret_key not in told
