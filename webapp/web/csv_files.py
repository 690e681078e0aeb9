"""Files of comma-separated values: written as they are read from the database, and harmless in a spreadsheet."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

from webapp.db import db, is_postgresql

Cell = str | int | bool | dt.datetime | None

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Signs with which a spreadsheet begins a formula."""

MARK = "\ufeff"
"""With it spreadsheets know that the file is UTF-8."""


def answer(name: str, headings: Sequence[str], chunks: Iterable[Iterable[Sequence[Cell]]]) -> Response:
    """Answer with a file that is sent while its chunks of rows are read; it never lies in memory as a whole.

    The chunks are read when the request is over: they may ask for nothing of it, such as who is logged in. The
    database connection, which the request's end gives back, is taken anew for them.
    """
    response = Response(_text(headings, chunks), mimetype="text/csv")
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def harmless(value: Cell) -> str | int:
    """Return a cell as the file has it: a text that a spreadsheet would take for a formula behind an apostrophe.

    Moments become RFC 3339 in UTC, nothing becomes an empty cell.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else value


def amount(cents: int | None) -> str | None:
    """Return minor units as a decimal with a point."""
    if cents is None:
        return None
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"


def _text(headings: Sequence[str], chunks: Iterable[Iterable[Sequence[Cell]]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(MARK)
    writer.writerow(map(harmless, headings))
    yield _taken(buffer)
    opened = db.connect(reuse_if_open=True)
    try:
        for rows in chunks:
            writer.writerows(map(harmless, row) for row in rows)
            yield _taken(buffer)
    finally:
        if opened and is_postgresql():
            db.close()


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
