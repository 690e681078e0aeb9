"""Keep by when an order should leave, inside the transaction that changes what it depends on."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from webapp.db import now
from webapp.domain import lead_time
from webapp.domain.allocation import LinePlan
from webapp.models import Hold, Order, Store, bulk

_FACTS = """
SELECT o.status, o.paid_at, o.ship_by, s.working_days, s.time_zone, (
    SELECT MAX(held.days) FROM (
        SELECT a.line_id AS line, COALESCE(a.supplier_id, 0) AS source, SUM(a.quantity) AS units,
            MAX(CASE WHEN a.supplier_id IS NULL THEN ? ELSE p.max_days END) AS days
        FROM allocation a LEFT JOIN supplier p ON p.id = a.supplier_id
        WHERE a.store_id = ? AND a.order_id = ? AND a.status = 'active'
        GROUP BY a.line_id, COALESCE(a.supplier_id, 0)
    ) held WHERE held.units > (
        SELECT COALESCE(SUM(l.quantity), 0) FROM shipment_line l JOIN shipment x ON x.id = l.shipment_id
        WHERE l.store_id = ? AND l.line_id = held.line AND COALESCE(x.supplier_id, 0) = held.source
            AND x.status IN ('shipped', 'delivered')
    )
) FROM sales_order o JOIN store s ON s.id = o.store_id WHERE o.store_id = ? AND o.id = ?
"""
"""What it depends on; the longest supply days are those of the stocks that still hold something of the order."""


def follow(order: Order) -> None:
    """Bring an order up to what its lines are allocated to now; nothing is written where that changes nothing."""
    status, paid_at, known, *rest = _facts(order)
    runs = status in lead_time.RUNNING
    since = paid_at or (now() if runs else None)
    due = _moment(since, *rest) if since and runs else None
    if due != known or since != paid_at:
        values = {"ship_by": due, "paid_at": since}
        Order.update(values).where(Order.store == order.store_id, Order.id == order.id).execute()


def after_move(order: Order, new: str) -> dict[str, dt.datetime | None]:
    """Return the columns that a move to this status changes: none where it leaves them as they are."""
    if new not in lead_time.RUNNING:
        return {"ship_by": None}
    if order.status in lead_time.RUNNING and new != "partially_shipped":
        return {}
    _, paid_at, _, *rest = _facts(order)
    return {"paid_at": paid_at or now(), "ship_by": _moment(paid_at or now(), *rest)}


def set_for_all(store_id: int, planned: Iterable[tuple[int, dt.datetime, list[LinePlan]]]) -> None:
    """Set it for orders that were just taken in, each with its payment and its plans: a statement for each day."""
    store = Store.select(Store.working_days, Store.time_zone).where(Store.id == store_id).get()
    days: dict[dt.datetime, list[int]] = {}
    for order_id, paid_at, plans in planned:
        due = _moment(paid_at, store.working_days, store.time_zone, _longest(plans))
        days.setdefault(due, []).append(order_id)
    for due, ids in days.items():
        Order.update(ship_by=due).where(Order.store == store_id, Order.id.in_(ids)).execute()


def keep_days(store_id: int, old: str, new: str) -> None:
    """Move the ends of days to where they are by a new clock: by when orders should leave, until when they wait.

    A statement for each day that stands there.
    """
    open_hold = (Hold.store == store_id) & Hold.released_at.is_null()
    for column, mine in ((Order.ship_by, Order.store == store_id), (Hold.until, open_hold)):
        table = column.model
        moments = [moment for (moment,) in table.select(column).where(mine, column.is_null(False)).distinct().tuples()]
        moved = {moment: lead_time.moved(moment, old, new) for moment in moments}
        # The later ones first where all move on, so that none meets the next before that has made room.
        for moment in sorted(moments, reverse=any(moved[one] > one for one in moments)):
            table.update({column: moved[moment]}).where(mine, column == moment).execute()


def _longest(plans: list[LinePlan]) -> int:
    """Return the longest supply days among the stocks that were chosen; what found none counts as the own shelf."""
    found = [lead_time.OWN_DAYS for plan in plans if plan.unassigned]
    for plan in plans:
        known = {candidate.supply_id: candidate.max_days for candidate in plan.candidates}
        for choice in plan.choices:
            found.append(lead_time.OWN_DAYS if choice.supply_id is None else known[choice.supply_id])
    return max(found, default=lead_time.OWN_DAYS)


def _moment(paid_at: dt.datetime, working_days: str, time_zone: str, days: int | None) -> dt.datetime:
    return lead_time.ship_by(paid_at, lead_time.OWN_DAYS if days is None else days, working_days, time_zone)


def _facts(order: Order) -> tuple[Any, ...]:
    store, mine = order.store_id, order.id
    ((status, paid_at, due, *rest),) = bulk.ask(_FACTS, lead_time.OWN_DAYS, store, mine, store, store, mine)
    return status, Order.paid_at.python_value(paid_at), Order.ship_by.python_value(due), *rest
