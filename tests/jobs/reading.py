"""A shop to be read, changed behind its back, and what a reading of it left in the tables."""

import datetime as dt
import sqlite3
from contextlib import closing

from webapp.db import now
from webapp.jobs import import_orders
from webapp.models import Allocation, Change, Channel, Event, Order, OrderLine, SyncRun

HUGE = 10**16
"""So many units that the order's total is more than a 64-bit column holds: such an order can't be taken in."""


def fresh(channel) -> Channel:
    return Channel.get_by_id(channel.id)


def read(channel) -> SyncRun:
    return import_orders.read(fresh(channel))


def due(channel) -> None:
    """Make the channel due, as time does."""
    Channel.update(next_read_at=now() - dt.timedelta(seconds=1)).where(Channel.id == channel.id).execute()


def runs(channel) -> list[tuple]:
    query = SyncRun.select().where(SyncRun.channel == channel.id).order_by(SyncRun.id)
    return [(run.trigger, run.status, run.seen, run.created) for run in query]


def tables() -> list:
    return [list(table.select().order_by(table.id).tuples()) for table in (Order, OrderLine, Allocation, Event, Change)]


def write(shop, statement: str, *values) -> None:
    """Change what the shop holds behind its back."""
    with closing(sqlite3.connect(shop.data, timeout=15)) as db, db:
        db.execute(statement, values)


def sell_many(shop, count: int, sku: str = "UNHEARD-OF") -> list[str]:
    """Place so many orders at one and the same moment; return their ids."""
    first = int(shop.sell((sku, 1)))
    copy = "SELECT number || ?, status, buyer, placed_at, updated_at FROM orders WHERE id = ?"
    with closing(sqlite3.connect(shop.data, timeout=15)) as db, db:
        for number in range(1, count):
            into = f"INSERT INTO orders (number, status, buyer, placed_at, updated_at) {copy}"
            made = db.execute(into, (f"-{number}", first)).lastrowid
            line = "SELECT ?, sku, title, price, quantity FROM lines WHERE order_id = ?"
            db.execute(f"INSERT INTO lines (order_id, sku, title, price, quantity) {line}", (made, first))
        return [str(row[0]) for row in db.execute("SELECT id FROM orders ORDER BY id")]


def spoil(shop) -> str:
    """Sell what can't be taken in; return its id."""
    return shop.sell(("MUG-BLUE", HUGE))


def mend(shop, order_id: str) -> None:
    write(shop, "UPDATE lines SET quantity = 1 WHERE order_id = ?", order_id)


def point(channel, url: str) -> None:
    """Let the channel lead elsewhere, such as to a proxy before its shop."""
    Channel.update(base_url=url).where(Channel.id == channel.id).execute()


def stamp(seconds: float = 0) -> str:
    """Return a moment so many seconds from now, as the shop writes it."""
    return (now() + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
