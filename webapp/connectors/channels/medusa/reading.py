"""What changed in a shop: read so that nothing is lost, although Medusa's pages move while they are read."""

import datetime as dt
from collections.abc import Iterator

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.medusa import mapping
from webapp.connectors.channels.medusa.client import Client, Query, Row, understood

MILLISECOND = dt.timedelta(milliseconds=1)
"""Medusa shows and takes no finer times, although its database can hold them."""


class Reader:
    """Reads a list of Medusa's by the time of each row's last change, in windows of time.

    A row that changes leaves its place, and those behind it move up, one of them to a page that was read already.
    So each window's first page alone is read, and the next window begins where it ended. Where one millisecond holds
    more than a page, its pages are read from the last to the first: what moves up then moves to where it is still read.
    """

    def __init__(self, client: Client, resource: str, fields: str, page_size: int, query: Query | None = None) -> None:
        self._client = client
        self._resource = resource
        self._page_size = page_size
        self._query: dict[str, str | list[str]] = {**(query or {}), "fields": fields}

    def changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[list[Row]]:
        """Yield pages of the rows that were last changed in [since, until], by time and id."""
        start, until = _whole(since), _whole(until)
        while start <= until:
            rows, count = self._page(start, until)
            times = sorted(_time(row) for row in rows)
            if count <= self._page_size:
                yield _by_time(rows)
                return
            if not rows:
                raise ConnectorError("The shop's orders change faster than they can be read.")
            # The last row may have changed between the shop's search and its answer: the one before tells the edge.
            edge = _whole(times[-2]) if len(times) > 1 else start
            if edge > start:
                yield _by_time([row for row in rows if _time(row) < edge])
                start = edge
            else:
                yield from self._backwards(start)
                start += MILLISECOND

    def _backwards(self, moment: dt.datetime) -> Iterator[list[Row]]:
        _, count = self._page(moment, moment, order="id")
        found: dict[str, Row] = {}
        for offset in range((count - 1) // self._page_size * self._page_size, -1, -self._page_size):
            found |= {row["id"]: row for row in self._page(moment, moment, offset, order="id")[0]}
        rows = _by_time(list(found.values()))
        for first in range(0, len(rows), self._page_size):
            yield rows[first : first + self._page_size]

    def _page(
        self, start: dt.datetime, end: dt.datetime, offset: int = 0, order: str = "updated_at"
    ) -> tuple[list[Row], int]:
        """Return the rows of a page in [start, end] and how many there are in all pages."""
        query = {
            **self._query,
            "updated_at[$gte]": mapping.stamp(start),
            "updated_at[$lt]": mapping.stamp(end + MILLISECOND),
            "order": order,
            "limit": str(self._page_size),
            "offset": str(offset),
        }
        body = self._client.get(self._resource, query)
        with understood():
            rows = list(body[self._resource])
            if any(_time(row) < start for row in rows):  # Medusa leaves filters that it doesn't know aside.
                raise ConnectorError("The shop gives rows of other times than were asked for.", permanent=True)
            return [row for row in rows if _whole(_time(row)) <= end], int(body["count"])


def _time(row: Row) -> dt.datetime:
    return mapping.moment(row["updated_at"])


def _whole(when: dt.datetime) -> dt.datetime:
    return when.replace(microsecond=when.microsecond // 1000 * 1000)


def _by_time(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (_time(row), str(row["id"])))
