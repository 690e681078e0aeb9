"""What the address of the list of orders asks for: filters, days, and how it is sorted; what can't be one is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request
from flask_babel import lazy_gettext as _

from webapp.db import now
from webapp.domain import date_range, lead_time, order_status, store_clock
from webapp.models import order_sort
from webapp.models.order_search import OrderSearch
from webapp.web import access, given

DATES = (
    ("today", _("Today")),
    ("yesterday", _("Yesterday")),
    ("7d", _("Last 7 days")),
    ("30d", _("Last 30 days")),
    ("month", _("This month")),
    (date_range.BETWEEN, _("From … to …")),
)
"""The ranges of days to choose from."""

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
    dates: str = ""
    """A preset of `date_range`, or `between`."""
    first: str = ""
    last: str = ""
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
    dates, days = _days(values)
    since, until = date_range.moments(days, access.store().time_zone)
    search = OrderSearch(
        words=given.words(values),
        status=status if status in dict(order_status.STATUSES) else "",
        channel_id=given.number(values, "channel"),
        supplier_id=given.number(values, "supplier"),
        needs_action=values.get("needs") == "action",
        due=due if (due := values.get("due", "")) in lead_time.DUE else "",
        time_zone=access.store().time_zone,
        since=since,
        until=until,
        sort=order_sort.chosen(access.viewer(), sort).name,
    )
    first, last = (day.isoformat() if day and dates == date_range.BETWEEN else "" for day in days)
    return Asked(search, dates, first, last, _query(search, dates, first, last))


def _days(values: Mapping[str, str]) -> tuple[str, date_range.Days]:
    word = values.get("dates", "")
    if word in date_range.PRESETS:
        return word, date_range.days_of(word, store_clock.day_at(now(), access.store().time_zone))
    first, last = (date_range.day_of(values.get(name, "")) for name in ("from", "to"))
    if word not in ("", date_range.BETWEEN) or not (first or last or word):
        return "", (None, None)
    return date_range.BETWEEN, (first, last)


def _query(search: OrderSearch, dates: str, first: str, last: str) -> str:
    said = {
        "q": search.words,
        "status": search.status,
        "channel": search.channel_id,
        "supplier": search.supplier_id,
        "needs": "action" if search.needs_action else "",
        "due": search.due,
        "dates": dates if dates != date_range.BETWEEN or first or last else "",
        "from": first,
        "to": last,
        "sort": search.sort if search.sort != "newest" else "",
    }
    return urlencode({name: value for name, value in said.items() if value not in ("", None)})
