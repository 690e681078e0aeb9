"""What the address of the list of orders asks for: filters, days, and how it is sorted; what can't be one is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request
from flask_babel import lazy_gettext as _

from webapp.domain import date_range, lead_time, order_status
from webapp.models import order_sort
from webapp.models.order_search import OrderSearch
from webapp.web import access, days_asked, given
from webapp.web.days_asked import DaysAsked

DUE = (("late", _("Late")), ("today", _("Today")), ("week", _("This week")))
"""By when orders should leave."""

SORTS = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "reference": _("Reference, A to Z"),
    "reference_down": _("Reference, Z to A"),
    "total_down": _("Highest total first"),
    "total": _("Lowest total first"),
    "status": _("Status"),
}
"""The ways to sort, by their names in `order_sort`."""

LONGEST = 500
"""Characters of an address's filters that are kept."""


@dataclass(frozen=True)
class Asked:
    """The filters of a list, as values to search by and as the words that they were given in."""

    search: OrderSearch
    days: DaysAsked
    """Those on which the orders were made."""
    query: str = ""
    """The filters that count, as they stand in an address; the same filters always read the same."""

    @property
    def narrowed(self) -> bool:
        """Tell whether any filter is set; how the list is sorted is none."""
        return bool(self.query) and self.query != f"sort={self.search.sort}"

    def sorted_by(self, name: str) -> str:
        """Return the same filters, sorted in another way."""
        kept = [pair for pair in parse_qsl(self.query) if pair[0] != "sort"]
        return urlencode(kept if name == "newest" else [*kept, ("sort", name)])


def asked() -> Asked:
    """Read the filters from the address of this request."""
    return read(request.args)


def of_text(query: str) -> Asked:
    """Read the filters from what stands behind an address's question mark."""
    return read(dict(parse_qsl(query[: 4 * LONGEST])))


def read(values: Mapping[str, str]) -> Asked:
    """Read the filters from an address's values, by name."""
    status, sort = values.get("status", ""), values.get("sort", "")
    days = days_asked.read(values)
    search = OrderSearch(
        words=given.words(values),
        status=status if status in dict(order_status.STATUSES) else "",
        channel_id=given.number(values, "channel"),
        supplier_id=given.number(values, "supplier"),
        needs_action=values.get("needs") == "action",
        due=due if (due := values.get("due", "")) in lead_time.DUE else "",
        time_zone=access.store().time_zone,
        since=days.since,
        until=days.until,
        sort=order_sort.chosen(access.viewer(), sort).name,
    )
    return Asked(search, days, _query(search, days))


def _query(search: OrderSearch, days: DaysAsked) -> str:
    said = {
        "q": search.words,
        "status": search.status,
        "channel": search.channel_id,
        "supplier": search.supplier_id,
        "needs": "action" if search.needs_action else "",
        "due": search.due,
        "dates": days.dates if days.dates != date_range.BETWEEN or days.first or days.last else "",
        "from": days.first,
        "to": days.last,
        "sort": search.sort if search.sort != "newest" else "",
    }
    return urlencode({name: value for name, value in said.items() if value not in ("", None)})
