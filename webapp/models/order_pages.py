"""One page of the list of orders: along the index that sorts it, or picked out first where few orders match."""

from collections.abc import Collection

import peewee as pw

from webapp.domain.viewer import Viewer
from webapp.models import order_sort
from webapp.models.channel import Channel
from webapp.models.order import Order
from webapp.models.order_search import OrderSearch
from webapp.models.order_sort import Place, Sort
from webapp.models.prepared import any_viewer, of, prepared, slot
from webapp.models.shipment_search import COUNTED, bounded_count

SHOWN = (
    Order.id,
    Order.reference,
    Order.status,
    Order.currency,
    Order.total_cents,
    Order.customer,
    Order.delivery_address,
    Order.ordered_at,
)
"""What a row of the list needs of an order."""

FEW = 20_000
"""Up to so many orders are sorted by themselves, without an index's help."""


def page(
    search: OrderSearch,
    viewer: Viewer,
    place: Place | None,
    size: int,
    *,
    backwards: bool = False,
    also: Collection[str] = (),
) -> list[Order]:
    """Read a page of orders with their channels, and one row more that tells whether another page follows.

    It goes on after `place`; `backwards` gives what comes before it, the nearest first. `also` names columns to read
    besides those of every list.
    """
    sort, most = order_sort.chosen(viewer, search.sort), size + 1
    columns = tuple(sorted(also))
    if search.is_plain:

        def read(part: str) -> list[Order]:
            made = _plain(viewer.supplier_id is not None, sort.name, part, backwards, most, columns)
            return made.models(Order, **of(viewer), **sort.given(place))

    else:
        query = _picked(search, viewer, sort, columns)

        def read(part: str) -> list[Order]:
            return list(sort.part(part, query, place, backwards=backwards).limit(most))

    if place is None:
        return read("first")
    # Two statements, for SQLite reads an index from a value on, but not from a value and an id on.
    level = read("level")
    return level if len(level) == most else (level + read("beyond"))[:most]


def count(search: OrderSearch, viewer: Viewer) -> int:
    """Count the orders, at most COUNTED + 1 of them."""
    if search.is_plain:
        return int(_plain_count(viewer.supplier_id is not None).rows(**of(viewer))[0][0])
    return bounded_count(search.select(viewer, Order.id))


@prepared
def _plain(scoped: bool, sort: str, part: str, backwards: bool, most: int, also: tuple[str, ...]) -> pw.Query:
    query = _shown(OrderSearch().select(any_viewer(scoped=scoped), *_columns(also), walking=True))
    place = (slot("value"), slot("id"))
    return order_sort.SORTS[sort].part(part, query, place, backwards=backwards).limit(most)


@prepared
def _plain_count(scoped: bool) -> pw.Query:
    some = OrderSearch().select(any_viewer(scoped=scoped), Order.id).limit(COUNTED + 1)
    return pw.Select([some.alias("some")], [pw.fn.COUNT(pw.SQL("1"))]).bind(Order._meta.database)


def _picked(search: OrderSearch, viewer: Viewer, sort: Sort, also: tuple[str, ...]) -> "pw.ModelSelect[Order]":
    """Select the orders with what a row shows: along the index that sorts, or picked out first where few match.

    Along the index, few matches would make a page read through the whole store.
    """
    if _may_be_few(search, sort):
        few = search.select(viewer, Order.id).limit(FEW)
        if search.select(viewer, Order.id).limit(FEW + 1).count() <= FEW:
            return _shown(Order.select(*_columns(also)).where(Order.id.in_(few)))
    return _shown(search.select(viewer, *_columns(also), walking=True))


def _may_be_few(search: OrderSearch, sort: Sort) -> bool:
    if search.channel_id is not None or search.supplier_id is not None or search.due:
        return True
    narrowed = search.words or search.status or search.needs_action or search.since or search.until
    return bool(narrowed) and not sort.by_time


def _columns(also: tuple[str, ...]) -> tuple[pw.Field, ...]:
    return (*SHOWN, *(getattr(Order, name) for name in also), Channel.id, Channel.name)


def _shown(query: "pw.ModelSelect[Order]") -> "pw.ModelSelect[Order]":
    return query.join(Channel, pw.JOIN.LEFT_OUTER)
