"""The orders in which the list of orders can be read, each by an index, and the places where its pages go on."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webapp.domain import row_id
from webapp.domain.viewer import Viewer
from webapp.models.order import Order

Place = tuple[Any, int]
"""Where a page goes on: the value that the list is sorted by, and the order's id."""


@dataclass(frozen=True)
class Sort:
    """One way to sort. Value and id run the same way, as one index has them."""

    name: str
    field: Any
    descending: bool
    read: Callable[[str], Any]
    """Makes a value of its text in the address; raises ValueError for one that can't be."""

    def by(self, query: Any, *, backwards: bool = False) -> Any:
        """Sort the query, or the other way round, for the page before a place."""
        columns = (self.field, Order.id)
        down = self.descending != backwards
        return query.order_by(*(column.desc() if down else column.asc() for column in columns))

    def part(self, name: str, query: Any, place: Place | None = None, *, backwards: bool = False) -> Any:
        """Return the query sorted, whole or a part of it.

        `first` is all of it, `level` what has the place's value and follows it, `beyond` what follows that value.
        """
        query = self.by(query, backwards=backwards)
        if name == "first" or place is None:
            return query
        (value, order_id), down = place, self.descending != backwards
        if name == "level":
            return query.where(self.field == value, Order.id < order_id if down else Order.id > order_id)
        return query.where(self.field < value if down else self.field > value)

    def given(self, place: Place | None) -> dict[str, Any]:
        """Return what fills in a place whose value and id are slots of these names."""
        return {"value": self.field.db_value(place[0]), "id": place[1]} if place else {}

    @property
    def by_time(self) -> bool:
        """Tell whether it is one of those whose index serves a status and days as well."""
        return self.field is Order.ordered_at

    def place_of(self, order: Order) -> str:
        """Return an order's place as it stands in an address."""
        value = getattr(order, self.field.name)
        return f"{value.isoformat() if isinstance(value, dt.datetime) else value}~{order.id}"

    def place(self, word: str) -> Place | None:
        """Read a place from an address; None for what can't be one."""
        value, _, last = word.rpartition("~")
        order_id = row_id.read(last)
        if order_id is None:
            return None
        try:
            return self.read(value), order_id
        except ValueError:
            return None


def _moment(word: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(word)
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueError(word)
    return moment


def _cents(word: str) -> int:
    if len(word) > 18:
        raise ValueError(word)
    return int(word)


def _text(word: str) -> str:
    if "\x00" in word or len(word) > 200:
        raise ValueError(word)
    return word


SORTS = {
    sort.name: sort
    for sort in (
        Sort("newest", Order.ordered_at, True, _moment),
        Sort("oldest", Order.ordered_at, False, _moment),
        Sort("reference", Order.reference, False, _text),
        Sort("reference_down", Order.reference, True, _text),
        Sort("total", Order.total_cents, False, _cents),
        Sort("total_down", Order.total_cents, True, _cents),
        Sort("status", Order.status, False, _text),
    )
}

MONEY = ("total", "total_down")
"""Sorted by the whole order's total, which viewers bound to a supplier must not learn."""


def for_viewer(viewer: Viewer) -> list[Sort]:
    """Return the ways that the viewer may sort, the usual one first."""
    hidden = MONEY if viewer.supplier_id is not None or viewer.hides_prices else ()
    return [sort for sort in SORTS.values() if sort.name not in hidden]


def chosen(viewer: Viewer, name: str) -> Sort:
    """Return the way of that name, if the viewer may sort so; else the usual one."""
    return next((sort for sort in for_viewer(viewer) if sort.name == name), SORTS["newest"])
