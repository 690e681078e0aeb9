"""What SQLite's planner is told of the tables' sizes and keys, so that its plans never depend on when it last looked.

SQLite learns only by ANALYZE, and a connection that is open keeps to what it knew when it opened. Without statistics it
takes any two indexes for equally good, one that begins with the store among them: half of a table. So each migration
ends with the statistics of a store at work, and every plan is made for that from the first order on.
The table is described in https://www.sqlite.org/fileformat2.html#stat1tab, writing to it in
https://www.sqlite.org/optoverview.html (manual control of query plans).
"""

from typing import Any

import peewee as pw

ROWS = 1_000_000
"""Rows of a table that grows with the orders."""

SMALL = {
    **dict.fromkeys(
        ("store", "channel", "supplier", "membership", "user_account", "api_key", "carrier", "webhook"), 20
    ),
    **dict.fromkeys(("heartbeat", "channel_carrier", "file_look", "file_part"), 20),
    **dict.fromkeys(("product", "supply", "publication"), 100_000),
}
"""Rows of those that don't."""

SHARED = {"store_id": 2}
"""Into how many parts a column divides a table."""

FEW = 20
"""The same for a column of few values: a status, a kind, a supplier or a channel."""

FEW_VALUED = ("status", "kind", "subject", "role", "enabled", "active", "supplier_id", "channel_id", "action", "reason")

ALIKE = 4
"""Rows that share a value of any other column, such as an order's id."""


def describe(database: pw.Database) -> None:
    """Write the statistics that differ from those that are there; safe to repeat.

    PostgreSQL analyzes by itself, so nothing is done there.
    """
    if isinstance(database, pw.PostgresqlDatabase):
        return
    tables = _ask(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    wanted = {row for (table,) in tables for row in _of(database, table)}
    known = _ask(database, "SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if known and set(_ask(database, "SELECT tbl, idx, stat FROM sqlite_stat1")) == wanted:
        return
    database.execute_sql("ANALYZE sqlite_master")  # Makes the table of statistics, and reads none of ours.
    with database.atomic():
        database.execute_sql("DELETE FROM sqlite_stat1")
        for row in sorted(wanted, key=str):
            database.execute_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", row)
    database.execute_sql("ANALYZE sqlite_master")  # Makes this connection read what was written.


def _of(database: pw.Database, table: str) -> list[tuple[str, str | None, str]]:
    count = SMALL.get(table, ROWS)
    indexes = _ask(database, 'SELECT name, "unique" FROM pragma_index_list(?)', table)
    if not indexes:
        return [(table, None, str(count))]
    return [(table, name, _numbers(database, name, count, unique=bool(unique))) for name, unique in indexes]


def _numbers(database: pw.Database, index: str, count: int, *, unique: bool) -> str:
    """Return the rows of the table, then how many share the first column of the index, the first two, and so on."""
    numbers, left = [count], count
    for (column,) in _ask(database, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", index):
        parts = SHARED.get(column) or (FEW if column in FEW_VALUED else None)
        left = max(1, left // parts) if parts else min(left, ALIKE)
        numbers.append(left)
    if unique:
        numbers[-1] = 1
    return " ".join(map(str, numbers))


def _ask(database: pw.Database, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    return list(database.execute_sql(statement, values).fetchall())
