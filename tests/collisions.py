"""Put somebody in the way of a transaction, so that the database undoes it: nothing is made up, it really does."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event as Signal

from webapp.db import db, is_postgresql, transaction

LIMIT = 20
"""Seconds after which a test that waits in vain fails."""


@contextmanager
def in_the_way(first, then, keys: bool = False) -> Iterator[None]:
    """Hold the row `first`; once whoever is inside waits for it, want the row `then`, which that one has locked.

    So each waits for the other, and PostgreSQL undoes what waited first. With `keys`, what points at the row `first`
    waits too. On SQLite one who writes is in everybody's way, and a short patience makes that a collision.
    """
    with _on_postgresql(first, then, keys) if is_postgresql() else _on_sqlite():
        yield


@contextmanager
def _on_sqlite() -> Iterator[None]:
    db.obj.pragma("busy_timeout", 50, permanent=True)
    with closing(sqlite3.connect(db.obj.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
    db.obj.pragma("busy_timeout", 15_000, permanent=True)


@contextmanager
def _on_postgresql(first, then, keys: bool) -> Iterator[None]:
    held, over = Signal(), Signal()

    def cross() -> None:
        with db.connection_context(), transaction():
            db.execute_sql("SET LOCAL deadlock_timeout = '1h'")  # It is the other one that finds out, and is undone.
            _lock(first, "FOR UPDATE" if keys else "FOR NO KEY UPDATE")
            held.set()
            if wait_for_waiting(1, over.is_set):
                _lock(then, "FOR NO KEY UPDATE")

    with ThreadPoolExecutor(1) as pool:
        crossing = pool.submit(cross)
        try:
            assert held.wait(LIMIT) or crossing.result()
            yield
        finally:
            over.set()
        crossing.result()


def _lock(row, how: str) -> None:
    model = type(row)
    list(model.select(model.id).where(model.id == row.id).for_update(how))


def wait_for_waiting(count: int, enough=lambda: False) -> bool:
    """Wait until so many wait for a lock; return False where it is `enough` before."""
    asked = "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    limit = time.monotonic() + LIMIT
    while db.execute_sql(asked).fetchone()[1] < count:
        if enough():
            return False
        assert time.monotonic() < limit, "nobody came to wait there"
        time.sleep(0.01)
    return True
