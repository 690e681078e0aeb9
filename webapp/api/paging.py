"""Pages of a list: by offset with an exact total, as Poleepo has it, or by cursor for those who go deep."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import peewee as pw

from webapp.api.bodies import number
from webapp.domain import row_id
from webapp.domain.errors import Invalid

PARAMETERS = {"offset", "max", "cursor"}
MOST = 100
USUAL = 50
DEEPEST = 1_000_000


@dataclass(frozen=True)
class Paging:
    size: int
    offset: int
    after: tuple[dt.datetime | None, int] | None
    """Where to go on: the last row's moment (where the list is ordered by it) and id."""

    def check(self, *, by_change: bool) -> None:
        """Refuse a cursor of a list in the other order: Invalid."""
        if self.after is not None and by_change != (self.after[0] is not None):
            raise Invalid({"cursor": ["A cursor goes on only with the same filters, updated_after above all."]})


def asked(values: dict[str, str]) -> Paging:
    """Read `offset`, `max` and `cursor`; Invalid for what isn't a number in range or a cursor of ours."""
    size = number(values, "max", USUAL, 1, MOST)
    offset = number(values, "offset", 0, 0, DEEPEST)
    if "cursor" not in values:
        return Paging(size, offset, None)
    if "offset" in values:
        raise Invalid({"cursor": ["Give a cursor or an offset, not both."]})
    return Paging(size, 0, _decode(values["cursor"]))


def cut(
    query: pw.ModelSelect, paging: Paging, key: pw.Field, changed: pw.Field | None = None
) -> tuple[list[Any], str | None]:
    """Return the page's rows, ascending by id (or by `changed`, then id), and the cursor of the next page."""
    order = (key,) if changed is None else (changed, key)
    if paging.after is not None:
        since, last = paging.after
        paging.check(by_change=changed is not None)
        if changed is None:
            query = query.where(key > last)
        else:
            query = query.where((changed > since) | ((changed == since) & (key > last)))
    rows = list(query.order_by(*order).limit(paging.size + 1).offset(paging.offset or None))
    page, more = rows[: paging.size], len(rows) > paging.size
    return page, _encode(page[-1], changed) if more else None


def cut_rows(
    rows: list[tuple[Any, ...]], paging: Paging, moment: Callable[[Any], dt.datetime] | None
) -> tuple[list[int], str | None]:
    """Return the ids of a page and the cursor of the next, from raw (id, moment) of its rows and of the one after.

    `moment` reads the raw moment of a list that is ordered by it; None for one that is ordered by id.
    """
    page, more = rows[: paging.size], len(rows) > paging.size
    following = _cursor_after(moment(page[-1][1]) if moment else None, page[-1][0]) if more else None
    return [row[0] for row in page], following


def cut_short(rows: list[Any], paging: Paging) -> tuple[list[Any], str | None]:
    """Return a page of a list that is whole in memory, and the cursor of the next page: a place in the list."""
    if paging.after is not None and paging.after[0] is not None:
        raise Invalid({"cursor": ["This cursor belongs to another list."]})
    first = paging.offset if paging.after is None else paging.after[1]
    last = first + paging.size
    return rows[first:last], _cursor("", last) if last < len(rows) else None


def _encode(row: Any, changed: pw.Field | None) -> str:
    return _cursor_after(None if changed is None else getattr(row, changed.name), row.id)


def _cursor_after(moment: dt.datetime | None, last: int) -> str:
    return _cursor("" if moment is None else moment.isoformat(), last)


def _cursor(moment: str, last: int) -> str:
    return base64.urlsafe_b64encode(f"{moment}|{last}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[dt.datetime | None, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _, last = text.partition("|")
        number = row_id.read(last)
        if number is None:
            raise ValueError(last)
        found = dt.datetime.fromisoformat(moment) if moment else None
        if found is not None and found.tzinfo is None:
            raise ValueError(moment)
        return found and found.astimezone(dt.UTC), number
    except (ValueError, OverflowError, binascii.Error, UnicodeDecodeError):
        raise Invalid({"cursor": ["This isn't a cursor of ours: take it from `next` as it is."]}) from None
