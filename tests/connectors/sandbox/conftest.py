"""A real sandbox shop for the connector, emptied before each test."""

import sqlite3
from contextlib import closing

import pytest

from tests.servers.sandbox import KEY, SandboxShop
from webapp.connectors import http
from webapp.connectors.channels import open_channel


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """The shop's process, one for a module: it starts slower than it sells."""
    started = SandboxShop(tmp_path_factory.mktemp("shop"))
    yield started
    started.stop()


@pytest.fixture
def shop(process):
    """The shop without orders and without faults."""
    http.configure(("127.0.0.1",))
    write(process, "DELETE FROM fulfilments", "DELETE FROM lines", "DELETE FROM orders")
    process.break_next(drop=0, fail=0, hang=0, limit=0)
    return process


@pytest.fixture
def sandbox(shop):
    """The connector, connected to the shop."""
    return open_channel("sandbox", shop.url, {}, {"key": KEY})


def write(shop, *statements: str) -> None:
    """Change what the shop holds behind its back."""
    with closing(sqlite3.connect(shop.data, timeout=15)) as db, db:
        for statement in statements:
            db.execute(statement)
