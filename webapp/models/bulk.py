"""Write rows without a model or a query object for each: where many rows are written, those cost more than the rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import peewee as pw

from webapp.db import UtcDateTimeField, db, is_postgresql

FEW = 16
"""Up to so many rows go in one statement; more go over the database's own way for many."""

AS_THEY_ARE = (pw.ForeignKeyField, pw.IntegerField, pw.CharField)
"""Columns whose values need no conversion."""


def insert(model: type[pw.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, column -> value by the model's names; all name the same columns, the others get their defaults.

    Call it inside a transaction.
    """
    rows = list(rows)
    if not rows:
        return
    columns = {name: [value] * len(rows) for name, value in model._meta.get_default_dict().items()}
    columns |= {name: [row[name] for row in rows] for name in rows[0]}
    fields = [model._meta.combined[name] for name in columns]
    values = list(zip(*map(_stored, fields, columns.values()), strict=True))
    names = ", ".join(f'"{field.column_name}"' for field in fields)
    _write(f'"{model._meta.table_name}" ({names})', values)


def run(statement: str, values: Sequence[Sequence[Any]]) -> int:
    """Run a statement, its placeholders written as ?, once for each of the values; return how many rows it met."""
    if not values:
        return 0
    with pw.__exception_wrapper__:
        cursor = db.cursor()
        cursor.executemany(_signed(statement), values)
        return int(cursor.rowcount)


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement, its placeholders written as ?; return its rows."""
    return list(db.execute_sql(_signed(statement), values).fetchall())


def execute(statement: str, *values: Any) -> None:
    """Run one statement, its placeholders written as ?."""
    db.execute_sql(_signed(statement), values)


def _signed(statement: str) -> str:
    return statement.replace("?", "%s") if is_postgresql() else statement


def _write(into: str, values: list[tuple[Any, ...]]) -> None:
    row = _signed(f"({', '.join('?' * len(values[0]))})")
    few = len(values) <= FEW
    statement = f"INSERT INTO {into} VALUES {', '.join([row] * (len(values) if few else 1))}"  # noqa: S608 - our tables.
    if few:
        db.execute_sql(statement, [value for one in values for value in one])
    elif is_postgresql():
        with pw.__exception_wrapper__, db.cursor().copy(f"COPY {into} FROM STDIN") as copy:
            for one in values:
                copy.write_row(one)
    else:
        with pw.__exception_wrapper__:
            db.cursor().executemany(statement, values)


def _stored(field: pw.Field, values: list[Any]) -> list[Any]:
    if isinstance(field, AS_THEY_ARE):
        return values
    if isinstance(field, UtcDateTimeField):  # Rows written together mostly share their moments.
        stored = {value: field.db_value(value) for value in set(values)}
        return [stored[value] for value in values]
    return [field.db_value(value) for value in values]
