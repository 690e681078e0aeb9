"""The columns of the list of orders that a person may choose from."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from webapp.domain.viewer import Viewer
from webapp.models import order_sort
from webapp.web.order_query import Asked


@dataclass(frozen=True)
class Column:
    name: str
    label: Any
    usual: bool = True
    numeric: bool = False
    wide: bool = False
    """Left out in narrow windows."""
    sorts: tuple[str, str] | None = None
    """How a click on its head sorts the list, and a second one."""
    whole_store: bool = False
    """Shows what people bound to a supplier must not see."""


ORDER = Column("order", _("Order"), sorts=("reference", "reference_down"))
"""Always there: it holds the link."""

COLUMNS = (
    Column("channel", _("Channel"), wide=True),
    Column("recipient", _("Recipient")),
    Column("place", _("Destination"), usual=False, wide=True),
    Column("lines", _("Lines / units"), numeric=True, wide=True),
    Column("sources", _("Served by"), wide=True, whole_store=True),
    Column("method", _("Shipping method"), usual=False, wide=True),
    Column("status", _("Status"), sorts=("status", "status")),
    Column("due", _("Ship by"), usual=False, numeric=True, wide=True),
    Column("total", _("Total"), numeric=True, sorts=("total_down", "total")),
    Column("changed", _("Changed"), usual=False, numeric=True, wide=True),
    Column("ordered", _("Ordered"), numeric=True, sorts=("newest", "oldest")),
)


def choices(viewer: Viewer) -> list[Column]:
    """Return the columns that the viewer may choose from."""
    return [column for column in COLUMNS if viewer.supplier_id is None or not column.whole_store]


def chosen(viewer: Viewer, names: list[str] | None) -> list[Column]:
    """Return the columns to show: those of these names, or the usual ones where none were ever chosen."""
    return [column for column in choices(viewer) if (column.usual if names is None else column.name in names)]


@dataclass(frozen=True)
class Head:
    """The head of a column: what a click on it asks for, and how the list is sorted by it now."""

    column: Column
    query: str | None = None
    sorted: str = ""
    """`ascending`, `descending`, or empty."""


def heads(viewer: Viewer, columns: list[Column], asked: Asked) -> list[Head]:
    """Return the heads of the order's own column and of these."""
    allowed = {sort.name: sort for sort in order_sort.for_viewer(viewer)}
    found = []
    for column in (ORDER, *columns):
        if column.sorts is None or column.sorts[0] not in allowed:
            found.append(Head(column))
            continue
        first, second = column.sorts
        now = asked.search.sort
        way = ("descending" if allowed[now].descending else "ascending") if now in column.sorts else ""
        found.append(Head(column, asked.sorted_by(second if now == first else first), way))
    return found
