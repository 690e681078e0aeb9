"""Pages of orders by time and number: where the next one begins, although orders move while they are read."""

import datetime as dt
from collections.abc import Iterator

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.prestashop import clock
from webapp.connectors.channels.prestashop.client import Client, Row, text, understood

REACH = 5
"""So many rows at a page's end would have to change between the shop's list and its rows for one to be missed."""

ASTRAY = "The shop doesn't keep to the times that it was asked for."


def pages(client: Client, start: dt.datetime, end: dt.datetime, size: int) -> Iterator[list[Row]]:
    """Yield the orders changed between two times on the shop's wall, both included, by (time, number), each once.

    A page begins behind the end of the one before instead of skipping so many rows: an order that changes during the
    reading leaves the span, and would pull an unread one across the edge.
    """
    seen: dict[str, str] = {}
    while start <= end:
        page = _page(client, start, end, size)
        yield from _fresh(page, seen)
        if len(page) < size:
            return
        start, last = _edge(page, start, end)
        while rest := _page(client, start, start, size, last):  # More of the same second.
            yield from _fresh(rest, seen)
            with understood():
                last, before = int(text(rest[-1]["id"])), last
            if last <= before:
                raise ConnectorError(ASTRAY)
        seen = {number: time for number, time in seen.items() if time >= str(start)}
        start += clock.SECOND


def _page(client: Client, start: dt.datetime, end: dt.datetime, size: int, after: int = 0) -> list[Row]:
    filters = {"date_upd": clock.between(start, end)} | ({"id": f">[{after}]"} if after else {})
    return client.rows("orders", filters, date="1", sort="[date_upd_ASC,id_ASC]", limit=f"0,{size}")


def _fresh(page: list[Row], seen: dict[str, str]) -> Iterator[list[Row]]:
    """Yield the rows that weren't seen in this very state, if there are any."""
    with understood():
        times = [(text(row["id"]), text(row["date_upd"])) for row in page]
    fresh = [row for row, (number, time) in zip(page, times, strict=True) if seen.get(number) != time]
    seen.update(times)
    if fresh:
        yield fresh


def _edge(page: list[Row], start: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, int]:
    """Return time and number behind which nothing was read yet.

    PrestaShop first lists numbers and then loads each row, so a row may show a time that is later than the place where
    it stands. Such a time is never taken for the edge: it is the earliest of the last few.
    """
    with understood():
        places = [(clock.wall(text(row["date_upd"])), int(text(row["id"]))) for row in page]
    inside = [place for place in places if start <= place[0] <= end]
    if not inside:
        raise ConnectorError(ASTRAY)
    return min(inside[-min(REACH, len(page) // 2 + 1) :])
