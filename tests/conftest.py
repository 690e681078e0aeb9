"""What every test can ask for: a migrated empty database of either kind, the app on it, the cast, a count of SQL."""

import logging
import shutil
from contextlib import contextmanager
from pathlib import Path

import peewee as pw
import pytest

from config import Config
from tests import cast as casting
from tests.servers.postgres import Postgres
from tests.servers.stub_shop import StubShop
from webapp.actions import credentials
from webapp.db import connect_to, db, migrate
from webapp.models import TABLES, Heartbeat

KINDS = ("sqlite", "postgresql")
ENCRYPTION_KEY = "W0hVRHJ3bEpRZ0NTQ1RkZ0V2U0JWbE9pd3NqYk1hQnM="


@pytest.fixture(scope="session")
def postgres():
    """One real PostgreSQL for this test process, stopped at its end."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory) -> Path:
    """A SQLite file with all migrations applied, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    connect_to(f"sqlite:///{path}")
    migrate()
    db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres) -> str:
    """The URL of a PostgreSQL database with all migrations applied."""
    url = postgres.create("crossdock")
    connect_to(url)
    migrate()
    db.close()
    db.obj.close_all()
    return url


@pytest.fixture(params=KINDS)
def database_url(request, tmp_path) -> str:
    """The URL of a migrated, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    return request.getfixturevalue("migrated_postgres")


@pytest.fixture
def database(database_url):
    """The database, connected, empty, closed again after the test."""
    credentials.configure((ENCRYPTION_KEY,))
    handle = connect_to(database_url, threads=30)
    db.connect(reuse_if_open=True)
    yield handle
    handle.close()
    if isinstance(handle, pw.PostgresqlDatabase):
        handle.close_all()  # With them go the locks of a transaction that a failed test left open.
        handle.connect()
        _empty(handle)
        handle.close_all()


def _empty(handle) -> None:
    """Empty the tables that hold rows; most hold none, and asking is cheaper than truncating."""
    names = [table._meta.table_name for table in TABLES]
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    filled = [row[0] for row in handle.execute_sql(asked).fetchall()]
    if filled:
        handle.execute_sql("TRUNCATE " + ", ".join(f'"{name}"' for name in filled) + " RESTART IDENTITY CASCADE")


@pytest.fixture
def settings(database_url) -> Config:
    """The settings of the app under test."""
    return Config(
        database_url=database_url,
        secret_key="test-secret-key-of-a-decent-length-0123456789",
        encryption_keys=(ENCRYPTION_KEY,),
        outbound_allow=("127.0.0.1",),
        testing=True,
    )


@pytest.fixture(scope="session")
def applications():
    """The applications of this test process: making one costs more than most tests, and the database is a proxy."""
    return {}


@pytest.fixture
def make_app(database, settings, applications):
    """Return the application on the test's database, as new as one that was made for it, with CSRF on or off."""

    def make(csrf: bool):
        from webapp import create_app  # Tests of the domain and the actions need no web application.
        from webapp.api import auth, rates
        from webapp.connectors import http
        from webapp.extensions import limiter

        if csrf not in applications:
            applications[csrf] = create_app(settings, database=database)
        made = applications[csrf]
        made.config.from_mapping(CROSSDOCK=settings, WTF_CSRF_ENABLED=csrf)
        made.extensions[auth.COUNTS] = rates.Rates()
        limiter.enabled = not settings.testing
        http.configure(settings.outbound_allow)
        return made

    return make


@pytest.fixture
def app(make_app):
    """The whole application on the test's database. Forms need no CSRF token here; `csrf_client` has it on."""
    return make_app(csrf=False)


@pytest.fixture
def client(app):
    """Somebody who isn't logged in."""
    return app.test_client()


@pytest.fixture
def csrf_client(make_app):
    """Somebody who isn't logged in, on an app whose forms do need their CSRF token, as in production."""
    return make_app(csrf=True).test_client()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The cast's password, hashed once."""
    from webapp.actions.users import hash_password

    return hash_password(casting.PASSWORD)


@pytest.fixture
def cast(database, password_hash) -> casting.Cast:
    """The people and suppliers of the store, and the stranger's store."""
    return casting.make(password_hash)


@pytest.fixture
def alive_worker(database) -> Heartbeat:
    """A worker that was alive just now; no process runs."""
    return Heartbeat.create(worker="here:1")


@pytest.fixture
def viewer_of(cast):
    """Make the viewer of a member of the cast: `viewer_of(cast.clerk)`."""
    return cast.viewer


@pytest.fixture
def as_user(app):
    """Log a member of the cast in; return its client."""

    def enter(user):
        client = app.test_client()
        answer = client.post("/login", data={"email": user.email, "password": casting.PASSWORD})
        assert answer.status_code in (302, 303), answer.get_data(as_text=True)[:2000]
        return client

    return enter


@pytest.fixture
def sql_count():
    """Count the statements that run inside `with sql_count() as seen`; `seen` is their list."""

    @contextmanager
    def counting():
        seen: list[str] = []

        class Handler(logging.Handler):
            def emit(self, record):
                seen.append(str(record.msg))

        logger, handler = logging.getLogger("peewee"), Handler()
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        try:
            yield seen
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)

    return counting


@pytest.fixture
def stub():
    """A server that answers what it is told to, and that may be called."""
    from webapp.connectors import http

    http.configure(("127.0.0.1",))
    started = StubShop()
    yield started
    started.stop()
    http.configure(())
