"""Which orders a program asked for: ids alone, by keyset, so that a page costs the same at any depth and size."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

import peewee as pw

from webapp.db import db
from webapp.domain.viewer import Viewer
from webapp.models.allocation import Allocation
from webapp.models.order import Order
from webapp.models.order_search import found
from webapp.models.prepared import any_viewer, of, prepared, slot

After = tuple[dt.datetime | None, int] | None
"""Where a page goes on: the last row's moment of change (where the list is ordered by it) and its id."""


@dataclass(frozen=True)
class OrderFilter:
    """What a program's list is narrowed down to; nothing set gives all that the viewer may see."""

    words: str = ""
    status: str = ""
    channel_id: int | None = None
    updated_after: dt.datetime | None = None
    created_after: dt.datetime | None = None
    acknowledged: bool | None = None

    def page(self, viewer: Viewer, after: After, size: int, offset: int) -> list[tuple[Any, ...]]:
        """Return (id, raw moment of change) of at most `size` orders, by id, or by change with `updated_after`."""
        since, last = after or (None, 0)
        values = {**self._values(), "since": since, "last": last, "size": size, "offset": offset}
        shape = self._shape(goes_on=after is not None)
        if self.words:  # Each number of words has a text of its own, so it is made anew.
            query = _page(viewer, shape, values).where(found(viewer, self.words))
            return list(db.execute(query).fetchall())
        for moment in ("updated", "created", "since"):
            values[moment] = Order.updated_at.db_value(values[moment])
        return _prepared_page(viewer.supplier_id is not None, shape).rows(**of(viewer), **values)

    def count(self, viewer: Viewer) -> int:
        """Count the orders. The cost grows with their number, so nobody asks who goes on by cursor."""
        shape = self._shape()
        if shape.needs_no_order(viewer):
            orders = pw.fn.COUNT(Allocation.order.distinct())
            return int(_allocated(viewer, shape).select(orders).scalar())
        query = _narrowed(viewer, Order.all_visible_to(viewer), shape, self._values())
        return int((query.where(found(viewer, self.words)) if self.words else query).count())

    def _values(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "channel": self.channel_id,
            "updated": self.updated_after,
            "created": self.created_after,
        }

    def _shape(self, *, goes_on: bool = False) -> "Shape":
        given = tuple(name for name, value in self._values().items() if value not in ("", None))
        return Shape(given, self.acknowledged, goes_on, bool(self.words))


class Shape(NamedTuple):
    """What a query of this list is made of, without the values."""

    given: tuple[str, ...]
    acknowledged: bool | None
    goes_on: bool
    """It goes on after a cursor."""
    searches: bool

    def needs_no_order(self, viewer: Viewer) -> bool:
        """Tell whether allocations alone answer it: in a supplier's own index, nothing of anybody else looked at."""
        return viewer.supplier_id is not None and not (self.given or self.searches) and self.acknowledged is not True


@prepared
def _prepared_page(scoped: bool, shape: Shape) -> pw.Query:
    names = ("status", "channel", "updated", "created", "size", "offset", "last", "since")
    return _page(any_viewer(scoped=scoped), shape, {name: slot(name) for name in names})


def _page(viewer: Viewer, shape: Shape, values: dict[str, Any]) -> Any:
    """Build the page; `viewer` and `values` hold either values or their slots."""
    if shape.needs_no_order(viewer):
        query = _allocated(viewer, shape).select(Allocation.order, pw.SQL("NULL")).group_by(Allocation.order)
        query, place = query.order_by(Allocation.order), Allocation.order > values["last"]
    else:
        query = _narrowed(viewer, Order.visible_to(viewer, Order.id, Order.updated_at), shape, values)
        query, place = query.order_by(Order.id), Order.id > values["last"]
        if "updated" in shape.given:
            query = query.order_by(Order.updated_at, Order.id)
            place = (Order.updated_at > values["since"]) | ((Order.updated_at == values["since"]) & place)
    return (query.where(place) if shape.goes_on else query).limit(values["size"]).offset(values["offset"])


def _allocated(viewer: Viewer, shape: Shape) -> Any:
    return Allocation.serving(viewer) if shape.acknowledged is None else Allocation.unaccepted(viewer)


def _narrowed(viewer: Viewer, query: Any, shape: Shape, values: dict[str, Any]) -> Any:
    meant = {
        "status": Order.status == values["status"],
        "channel": Order.channel == values["channel"],
        "updated": Order.updated_at > values["updated"],
        "created": Order.created_at > values["created"],
    }
    for name in shape.given:
        query = query.where(meant[name])
    if shape.acknowledged is None:
        return query
    waiting = pw.fn.EXISTS(Allocation.unaccepted(viewer).where(Allocation.order == Order.id))
    return query.where(~waiting if shape.acknowledged else waiting)
