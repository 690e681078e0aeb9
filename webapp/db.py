"""The one database handle, and the column types that behave the same on SQLite and PostgreSQL."""

import datetime as dt
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import peewee as pw
from playhouse.migrations import Runner
from playhouse.pool import PooledPostgresqlDatabase

from webapp import planner

db = pw.DatabaseProxy()

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

CHANNEL = "crossdock"
"""PostgreSQL's notification channel on which each commit that changed something visible is told."""

COLLISIONS = ("40001", "40P01")
"""What PostgreSQL calls a serialization failure and a deadlock."""

MIGRATION_LOCK = 4_270_117_233
"""The number of PostgreSQL's advisory lock that a migration holds."""


def connect_to(url: str, threads: int = 8) -> pw.Database:
    """Point `db` at `sqlite:///path`, or at `postgresql://…` through a pool of `threads + 2` connections."""
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        database: pw.Database = pw.SqliteDatabase(
            path,
            # IMMEDIATE takes the write lock at BEGIN: deferred transactions that upgrade later fail as "locked".
            pragmas={"journal_mode": "wal", "synchronous": "normal", "foreign_keys": 1, "busy_timeout": 15000},
            lock_type="IMMEDIATE",
            timeout=15,
            returning_clause=True,
        )
    elif urlsplit(url).scheme in {"postgres", "postgresql"}:
        database = PooledPostgresqlDatabase(
            url, prefer_psycopg3=True, max_connections=threads + 2, stale_timeout=300, timeout=15
        )
    else:
        raise ValueError(f"DATABASE_URL must start with sqlite:/// or postgresql://, not {url.split(':')[0]!r}")
    db.initialize(database)
    return database


def is_postgresql() -> bool:
    """Tell whether the statement about to run goes to PostgreSQL; the few dialect differences ask here."""
    return isinstance(db.obj, pw.PostgresqlDatabase)


def locking(query: Any, strength: str = "FOR NO KEY UPDATE", of: type[pw.Model] | None = None) -> Any:
    """Let the query lock the rows that it reads until the transaction ends, or those of one of its tables alone.

    The usual strength leaves the keys free, so that rows that point there can still be added. SQLite lets one
    transaction write at a time, which locks everything.
    """
    return query.for_update(strength, of=of) if is_postgresql() else query


def transaction() -> AbstractContextManager[Any]:
    """Open the one transaction of an action (a savepoint when an outer action already holds one)."""
    return db.atomic() if is_postgresql() or db.in_transaction() else _in_turn()


class _Queue:
    """This thread's handle of the file in whose lock the writers of a SQLite database queue up."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __del__(self) -> None:
        os.close(self.file)


_kept = threading.local()


@contextmanager
def _in_turn() -> Iterator[Any]:
    """Wait for SQLite's one writer in a queue of the operating system, over threads and processes.

    SQLite itself looks again after pauses that grow, so that the lock lies free while all who want it sleep. The place
    in the queue goes with the file's handle: a process that is killed leaves nothing locked.
    """
    path = f"{db.obj.database}-writer"
    queue: _Queue | None = getattr(_kept, "queue", None)
    if queue is None or queue.path != path:
        queue = _kept.queue = _Queue(path)
    fcntl.flock(queue.file, fcntl.LOCK_EX)
    try:
        with db.atomic() as opened:
            yield opened
    finally:
        fcntl.flock(queue.file, fcntl.LOCK_UN)


def is_collision(error: BaseException) -> bool:
    """Tell whether the database undid a transaction only because another was in its way: repeated, it may succeed.

    On PostgreSQL that are two that waited for each other, on SQLite one that waited too long for the others.
    """
    cause = getattr(error, "orig", error)  # The driver's own error, where peewee has made its own of it.
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(cause, "sqlstate", None) in COLLISIONS


def now() -> dt.datetime:
    """Return the present moment, aware, UTC."""
    return dt.datetime.now(dt.UTC)


def runner() -> Runner:
    """Return the migration runner over `migrations/`."""
    return Runner(db.obj, str(MIGRATIONS))


def migrate() -> list[str]:
    """Apply what is pending and return its names. Of two at once, the second waits and then finds nothing to do."""
    with _migrating_alone():
        done = list(runner().up())
        planner.describe(db.obj)
        return done


@contextmanager
def _migrating_alone() -> Iterator[None]:
    """Open a connection that no other migration shares its time with."""
    if is_postgresql():
        with db.connection_context():
            db.execute_sql("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
            try:
                yield
            finally:
                db.execute_sql("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
    else:
        # Locked before the connection, whose switch of an empty file to WAL waits for nobody. The lock goes with the
        # file's handle, so a runner that is killed leaves nothing locked.
        with Path(f"{db.obj.database}-migration").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with db.connection_context():
                yield


class UtcDateTimeField(pw.DateTimeField):
    """A moment: aware UTC in Python, naive UTC in the database, always with six digits so that text sorts as time."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            if value.tzinfo is None:
                raise ValueError("A moment without a time zone was about to be stored")
            value = value.astimezone(dt.UTC).replace(tzinfo=None)
            return value if is_postgresql() else value.strftime("%Y-%m-%d %H:%M:%S.%f")
        return value

    def python_value(self, value: Any) -> Any:
        value = super().python_value(value)
        return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value


class JsonField(pw.TextField):
    """Plain values as JSON text; never queried inside, so no dialect's JSON type is needed."""

    def db_value(self, value: Any) -> Any:
        return None if value is None else orjson.dumps(value).decode()

    def python_value(self, value: Any) -> Any:
        return None if value is None else orjson.loads(value)


class BaseModel(pw.Model):
    """What every table shares: a 64-bit id and the database handle."""

    id = pw.BigAutoField()

    class Meta:
        database = db
        legacy_table_names = False
