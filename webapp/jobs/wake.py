"""Notice at once that something was committed, instead of waiting for the next tick."""

import sqlite3
import threading
from collections.abc import Callable, Iterator

import peewee as pw
import psycopg
import structlog

from webapp.db import CHANNEL, db, is_postgresql

log = structlog.get_logger()

LOOK_EVERY = 0.01
"""Seconds between two looks at SQLite's counter of other connections' commits; one look takes microseconds."""

REST = 0.02
"""Seconds between two wakings at least: what is committed meanwhile is found by the next."""


class Waker:
    """A thread that calls all `work` after a commit of another connection. Ticks go on as well, for what it misses."""

    def __init__(self, work: list[Callable[[], None]]) -> None:
        self._work, self._stopping = work, threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End within a second."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                for _ in self._commits_postgresql() if is_postgresql() else self._commits_sqlite():
                    for one in self._work:
                        one()
                    self._stopping.wait(REST)
            except (psycopg.Error, sqlite3.Error, pw.PeeweeException) as error:
                log.warning("worker.wake_broke", reason=str(error).partition("\n")[0])
                self._stopping.wait(2)

    def _commits_sqlite(self) -> Iterator[None]:
        connection = sqlite3.connect(f"file:{db.obj.database}?mode=ro", uri=True, check_same_thread=False)
        try:
            before = None
            while not self._stopping.wait(LOOK_EVERY):
                seen = connection.execute("PRAGMA data_version").fetchone()[0]
                if seen != before:
                    before = seen
                    yield
        finally:
            connection.close()

    def _commits_postgresql(self) -> Iterator[None]:
        with psycopg.connect(db.obj.database, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            yield
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=0.5, stop_after=1):
                    yield
