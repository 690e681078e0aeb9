"""Which orders changed: read so that none is lost, although WooCommerce's pages move while they are read."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.woocommerce import mapping
from webapp.connectors.channels.woocommerce.answers import RefusedError, listed, understood
from webapp.connectors.channels.woocommerce.client import Client

SECOND = dt.timedelta(seconds=1)
"""WooCommerce keeps no finer times."""

Row = dict[str, Any]


class Reader:
    """Reads orders as WooCommerce gives them, in windows of time.

    An order that changes leaves its place, and those behind it move up, one of them to a page that was read already.
    So each window's first page alone is read, and the next window begins where it ended. Where one second holds more
    than a page, its pages are read from the last to the first: what moves up then moves to where it is still read.
    """

    def __init__(self, client: Client, page_size: int) -> None:
        self._client = client
        self._page_size = page_size

    def changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[list[Row]]:
        """Yield pages of the orders that were last changed in [since, until], by time and id."""
        start, until = since.replace(microsecond=0), until.replace(microsecond=0)
        while start <= until:
            rows, pages = self._page(start, until)
            times = sorted(_time(row) for row in rows)
            if pages <= 1:
                yield _by_time(rows)
                return
            # The last row may have changed between the shop's search and its answer: the one before tells the edge.
            edge = times[-2] if len(times) > 1 else start
            if edge > start:
                yield _by_time([row for row in rows if _time(row) < edge])
                start = edge
            else:
                end = start if rows else until
                yield from self._backwards(start, end)
                start = end + SECOND

    def _backwards(self, start: dt.datetime, end: dt.datetime) -> Iterator[list[Row]]:
        _, pages = self._page(start, end, orderby="id")
        found: dict[str, Row] = {}
        for number in range(pages, 0, -1):
            found |= {str(row["id"]): row for row in self._page(start, end, number, orderby="id")[0]}
        rows = _by_time(list(found.values()))
        for first in range(0, len(rows), self._page_size):
            yield rows[first : first + self._page_size]

    def _page(
        self, start: dt.datetime, end: dt.datetime, number: int = 1, orderby: str = "modified"
    ) -> tuple[list[Row], int]:
        """Return the rows of a page in [start, end] and how many pages there are.

        A page can hold fewer rows than it might although others follow: WooCommerce leaves out what it can't load.
        """
        query = {
            "modified_after": mapping.stamp(start - SECOND),
            "modified_before": mapping.stamp(end + SECOND),
            "dates_are_gmt": "true",
            "orderby": orderby,
            "order": "asc",
            "per_page": str(self._page_size),
            "page": str(number),
            "_fields": mapping.FIELDS,
        }
        try:
            body, headers = self._client.call("GET", "/wc/v3/orders", query)
        except RefusedError as refusal:
            if refusal.code == "rest_invalid_param":
                raise ConnectorError("The shop needs WooCommerce 5.8 or later.", permanent=True) from refusal
            raise
        rows = listed(body)
        with understood():
            if any(_time(row) < start - SECOND for row in rows):
                raise ConnectorError("The shop gives orders of other times than were asked for.", permanent=True)
            pages = int(headers.get("X-WP-TotalPages") or number + (len(rows) >= self._page_size))
            return [row for row in rows if start <= _time(row) <= end], pages


def _time(row: Row) -> dt.datetime:
    return mapping.moment(row["date_modified_gmt"])


def _by_time(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (_time(row), int(row["id"])))
