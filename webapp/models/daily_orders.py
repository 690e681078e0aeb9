"""How many orders each channel brought on each of the last days."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from webapp.domain import store_clock
from webapp.models import bulk
from webapp.models.order import Order

_COUNTS = """
WITH d AS (DAYS)
SELECT d.place, c.id, (
    SELECT COUNT(*) FROM sales_order o WHERE o.store_id = ? AND o.channel_id = c.id
        AND o.ordered_at >= d.since AND o.ordered_at < d.until
) FROM channel c CROSS JOIN d WHERE c.store_id = ?
UNION ALL
SELECT d.place, NULL, (
    SELECT COUNT(*) FROM sales_order o WHERE o.store_id = ? AND o.channel_id IS NULL
        AND o.ordered_at >= d.since AND o.ordered_at < d.until
) FROM d
"""
"""Each day of a channel is a range of the index on store, channel and time: no row of an order is read or sorted."""


def count(store_id: int, days: Sequence[dt.date], time_zone: str) -> dict[int | None, list[int]]:
    """Return channel -> orders of each of these days there, None for orders without a channel. One statement.

    Channels without any order on these days are left out.
    """
    values: list[object] = []
    for place, day in enumerate(days):
        ends = (store_clock.midnight(one, time_zone) for one in (day, day + dt.timedelta(days=1)))
        values += [place, *map(Order.ordered_at.db_value, ends)]
    each = " UNION ALL ".join(["SELECT ? AS place, ? AS since, ? AS until"] * len(days))
    found: dict[int | None, list[int]] = defaultdict(lambda: [0] * len(days))
    for place, channel_id, orders in bulk.ask(_COUNTS.replace("DAYS", each), *values, store_id, store_id, store_id):
        if orders:
            found[channel_id][place] = int(orders)
    return dict(found)
