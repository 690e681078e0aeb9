"""One page of the list of orders: its rows, the pages beside it, and how many there are."""

from collections.abc import Iterable

import peewee as pw
from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.domain.viewer import Viewer
from webapp.models import Channel, order_pages, order_sort
from webapp.models.order_search import OrderRow, OrderSearch
from webapp.models.prepared import prepared, slot
from webapp.models.shipment_search import COUNTED
from webapp.web.hypermedia import PAGE, Page, see

ALSO = {"method": "shipping_method", "due": "ship_by", "changed": "updated_at"}
"""What some of the columns to choose from need of an order besides; the page is quicker without."""


TICKS = 1_000
"""More ticks than any page has are no ticks."""


def address(query: str) -> str:
    """Return where the list stands with these filters."""
    return url_for("orders.index") + (f"?{query}" if query else "")


def none_ticked(query: str) -> Response:
    """Answer who asked for something to be done to ticked orders, and ticked none."""
    return see(address(query), _("Tick at least one order first."), "warning")


def read(viewer: Viewer, search: OrderSearch, columns: Iterable[str] = ()) -> Page:
    """Read the page that the address names by `after` or `before`; the first one where it names none."""
    also = [ALSO[name] for name in columns if name in ALSO]
    sort = order_sort.chosen(viewer, search.sort)
    place = sort.place(request.args.get("after", ""))
    if before := sort.place(request.args.get("before", "")):
        found = order_pages.page(search, viewer, before, PAGE, backwards=True, also=also)
        if len(found) > PAGE:
            rows = found[PAGE - 1 :: -1]
            return Page(OrderRow.of(viewer, rows), sort.place_of(rows[-1]), sort.place_of(rows[0]))
        place = None  # All that comes before fits on the first page.
    found = order_pages.page(search, viewer, place, PAGE, also=also)
    rows = found[:PAGE]
    following = sort.place_of(rows[-1]) if len(found) > PAGE else None
    return Page(OrderRow.of(viewer, rows), following, sort.place_of(rows[0]) if place and rows else None)


def shown(viewer: Viewer, found: Page, search: OrderSearch) -> str:
    """Say how many orders there are, without ever counting them all."""
    count = len(found.rows)
    if found.previous is not None:
        return str(_("%(count)d of many orders", count=count))
    if found.next_after is None:
        return str(ngettext("%(num)d order", "%(num)d orders", count))
    total = order_pages.count(search, viewer)
    if total > COUNTED:
        return str(_("First %(count)d of more than %(total)s orders", count=count, total=format(COUNTED, ",")))
    return str(_("First %(count)d of %(total)d orders", count=count, total=total))


def channels(viewer: Viewer) -> list[tuple[int, str]]:
    """Return the channels that the list can be narrowed down to."""
    return _channels().rows(store=viewer.store_id)


@prepared
def _channels() -> pw.Query:
    return Channel.select(Channel.id, Channel.name).where(Channel.store == slot("store")).order_by(Channel.name)
