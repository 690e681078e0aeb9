"""The chart of orders a day: its bars as plain numbers, so that the template only draws them."""

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_date
from flask_babel import gettext as _

from webapp.db import now
from webapp.domain import store_clock
from webapp.models import Channel, Store, daily_orders
from webapp.web.languages import language

DAYS = 30
SERIES = 5
"""Colours: the channels with the most orders have one each, all others share the last."""

STEP, WIDTH, HEIGHT = 10, 8, 100
"""Units of the drawing: from bar to bar, of a bar, and of all its height."""


@dataclass(frozen=True)
class Series:
    """One channel's orders of each day."""

    name: str
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Bar:
    """A part of a day's column: one series, its upper edge and height in units of the drawing."""

    series: int
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Chart:
    days: list[dt.date]
    series: list[Series]

    @property
    def totals(self) -> list[int]:
        """Return the orders of each day over all channels."""
        return [sum(series.counts[place] for series in self.series) for place in range(len(self.days))]

    @property
    def total(self) -> int:
        return sum(self.totals)

    @property
    def top(self) -> int:
        """Return the round number at which the drawing ends: an even one, since half of it is written as well."""
        most, size = max([*self.totals, 2]), 1
        while True:
            for factor in (2, 4, 6, 10):
                if most <= factor * size:
                    return factor * size
            size *= 10

    def columns(self) -> list[tuple[dt.date, int, list[Bar]]]:
        """Return each day with its orders and the parts of its column, the lowest first."""
        scale, found = HEIGHT / self.top, []
        for place, (day, total) in enumerate(zip(self.days, self.totals, strict=True)):
            bars, y = [], float(HEIGHT)
            for number, series in enumerate(self.series):
                height = series.counts[place] * scale
                y -= height
                if height:
                    bars.append(Bar(number, place * STEP + (STEP - WIDTH) // 2, round(y, 2), round(height, 2)))
            found.append((day, total, bars))
        return found

    def table(self) -> list[tuple[str, list[int], int]]:
        """Return the rows of numbers, today first: day, orders of each series, and all."""
        rows = [
            (day_name(day), [series.counts[place] for series in self.series], self.totals[place])
            for place, day in enumerate(self.days)
        ]
        return rows[::-1]


def read(store: Store) -> Chart:
    """Return the store's chart of the last days, today included: two statements."""
    today = store_clock.day_at(now(), store.time_zone)
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    found = daily_orders.count(store.id, days, store.time_zone)
    query = Channel.select(Channel.id, Channel.name).where(Channel.store == store.id, Channel.id.in_(list(found)))
    names: dict[int | None, str] = dict(query.tuples())
    series = [Series(names.get(channel_id, _("No channel")), counts) for channel_id, counts in found.items()]
    series.sort(key=lambda one: (-one.total, one.name))
    if len(series) > SERIES:
        rest = [one.counts for one in series[SERIES - 1 :]]
        others = Series(_("Other channels"), [sum(day) for day in zip(*rest, strict=True)])
        series = [*series[: SERIES - 1], others]
    return Chart(days, series)


def day_name(day: dt.date) -> str:
    """Return a day as people write it beside its neighbours, such as "Fri 20 Nov"."""
    pattern = "ccc d MMM"
    return str(format_date(day, pattern, locale=language()))
