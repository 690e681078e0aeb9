"""A gate in the database: a POST with an Idempotency-Key waits there, its effect made and its answer not yet stored."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import psycopg

from tests.servers.web import Web
from webapp.db import db, is_postgresql

LOCK = 270_117_299
"""The number of PostgreSQL's advisory lock that stands for the closed gate."""

COUNTING = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT max(n) FROM number"
"""What SQLite, which can't wait, does at the gate for ever."""

Reached = Callable[[Web], bool]


@contextmanager
def closed_gate(database_url: str) -> Iterator[Reached]:
    """Close the gate; give what tells whether a server's request waits there."""
    with _postgresql(database_url) if is_postgresql() else _sqlite() as reached:
        yield reached


@contextmanager
def _postgresql(database_url: str) -> Iterator[Reached]:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    body = f"BEGIN PERFORM pg_advisory_xact_lock({LOCK}); RETURN NEW; END"
    with psycopg.connect(database_url, autocommit=True) as keeper:
        keeper.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        db.execute_sql(f"CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS '{body}'")
        trigger = "BEFORE UPDATE ON idempotent_request FOR EACH ROW EXECUTE FUNCTION wait_at_gate()"
        db.execute_sql(f"CREATE TRIGGER gate {trigger}")
        try:
            yield lambda web: keeper.execute(waiting, (LOCK,)).fetchone() == (1,)
        finally:
            keeper.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
            db.execute_sql("DROP TRIGGER gate ON idempotent_request")
            db.execute_sql("DROP FUNCTION wait_at_gate()")


@contextmanager
def _sqlite() -> Iterator[Reached]:
    db.execute_sql(f"CREATE VIEW counting AS {COUNTING}")
    db.execute_sql("CREATE TRIGGER gate BEFORE UPDATE ON idempotent_request BEGIN SELECT * FROM counting; END")
    before: dict[int, float] = {}
    try:
        # Nothing else that a server does keeps a processor busy for half a second.
        yield lambda web: _seconds_busy(web) - before.setdefault(web.process.pid, _seconds_busy(web)) > 0.5
    finally:
        db.execute_sql("DROP TRIGGER gate")
        db.execute_sql("DROP VIEW counting")


def _seconds_busy(web: Web) -> float:
    main = psutil.Process(web.process.pid)
    return sum(part.cpu_times().user for part in (main, *main.children()))
