"""How each logistics service does: how fast it accepts, whether it ships in time, what waits, when it was seen last."""

import datetime as dt
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import peewee as pw

from webapp.db import now
from webapp.models import bulk, tasks
from webapp.models.api_key import ApiKey
from webapp.models.order import Order
from webapp.models.push import Push
from webapp.models.shipment import Shipment
from webapp.models.supplier import Supplier

MONTH = dt.timedelta(days=30)

SHOWN = 50
"""Suppliers that are looked at."""

LATEST = 200
"""Lines of a supplier's newest orders from which it is told how fast it accepts."""

JUDGED = 100_000
"""Shipments of the last 30 days, the newest first, that are judged."""

URGENT = 1000
"""Open orders, the most urgent first, among which it is counted what waits at each supplier."""

_ACCEPTED = """SELECT supplier_id, created_at, accepted_at FROM (
    SELECT supplier_id, created_at, accepted_at FROM allocation
    WHERE store_id = ? AND supplier_id = ? AND status = 'active' ORDER BY order_id DESC LIMIT ?
) newest WHERE accepted_at IS NOT NULL AND created_at >= ?"""

_WAITING = """
SELECT a.supplier_id, COUNT(DISTINCT o.id), COUNT(DISTINCT CASE WHEN o.ship_by <= ? THEN o.id END), MIN(o.paid_at)
FROM (SELECT id, ship_by, paid_at FROM sales_order
      WHERE store_id = ? AND ship_by IS NOT NULL ORDER BY ship_by LIMIT ?) o
CROSS JOIN allocation a
WHERE a.store_id = ? AND a.order_id = o.id AND a.status = 'active' AND a.supplier_id IS NOT NULL AND (
    SELECT SUM(b.quantity) FROM allocation b
    WHERE b.store_id = a.store_id AND b.line_id = a.line_id AND b.supplier_id = a.supplier_id AND b.status = 'active'
) > (
    SELECT COALESCE(SUM(l.quantity), 0) FROM shipment_line l JOIN shipment x ON x.id = l.shipment_id
    WHERE l.store_id = a.store_id AND l.line_id = a.line_id AND x.supplier_id = a.supplier_id
        AND x.status IN ('shipped', 'delivered')
)
GROUP BY a.supplier_id
"""


@dataclass
class Scorecard:
    """One supplier's figures; what isn't known is None."""

    id: int
    name: str
    kind: str
    accepts_in: dt.timedelta | None = None
    """The median from being assigned a line to accepting it, in the last 30 days."""
    shipped: int = 0
    """Shipments that left in the last 30 days, and knew by when they should."""
    in_time: int = 0
    waiting: int = 0
    """Orders with units that it still has to send, among the URGENT."""
    late: int = 0
    oldest: dt.datetime | None = None
    """When the oldest of them was paid."""
    failed: int = 0
    """Confirmations of its shipments that failed for good."""
    seen_at: dt.datetime | None = None
    """When one of its keys was used last."""
    polls: tasks.Polls | None = None
    """The latest of its programs that call regularly."""

    @property
    def share(self) -> int | None:
        """Return how many of a hundred shipments left in time, rounded down so that 100 means all."""
        return self.in_time * 100 // self.shipped if self.shipped else None


def read(store_id: int, calls: dict[int, tasks.Polls]) -> list[Scorecard]:
    """Return the cards of the logistics services, and of other suppliers that have had to do: seven statements.

    `calls` are the store's `tasks.polls`.
    """
    rows = Supplier.select(Supplier.id, Supplier.name, Supplier.kind).where(
        Supplier.store == store_id, Supplier.archived_at.is_null()
    )
    cards = {row[0]: Scorecard(*row) for row in rows.order_by(Supplier.name_key).limit(SHOWN).tuples()}
    for fill in (_acceptance, _shipped, _waiting, _failed):
        fill(store_id, cards)
    _seen(store_id, cards, calls)
    found = [card for card in cards.values() if card.kind == "logistics" or card.waiting or card.shipped]
    return sorted(found, key=lambda card: card.kind != "logistics")


def _acceptance(store_id: int, cards: dict[int, Scorecard]) -> None:
    if not cards:
        return
    since = Order.ordered_at.db_value(now() - MONTH)
    values = [value for supplier_id in cards for value in (store_id, supplier_id, LATEST, since)]
    took: dict[int, list[float]] = defaultdict(list)
    moment = Order.ordered_at.python_value
    for supplier_id, began, ended in bulk.ask(" UNION ALL ".join([_ACCEPTED] * len(cards)), *values):
        took[supplier_id].append((moment(ended) - moment(began)).total_seconds())
    for supplier_id, seconds in took.items():
        cards[supplier_id].accepts_in = dt.timedelta(seconds=statistics.median(seconds))


def _shipped(store_id: int, cards: dict[int, Scorecard]) -> None:
    left = (Shipment.store == store_id) & (Shipment.shipped_at >= now() - MONTH) & Shipment.ship_by.is_null(False)
    quick = pw.Case(None, [(Shipment.shipped_at <= Shipment.ship_by, 1)], 0).alias("quick")
    # The limit keeps SQLite to the index on time: for the groups' sake it would read all that ever left.
    newest = Shipment.select(Shipment.supplier, quick).where(left).order_by(Shipment.shipped_at.desc()).limit(JUDGED)
    query = pw.Select([newest], [newest.c.supplier_id, pw.fn.COUNT(pw.SQL("1")), pw.fn.SUM(newest.c.quick)])
    query = query.group_by(newest.c.supplier_id).bind(Shipment._meta.database)
    for card, shipped, in_time in _each(cards, query):
        card.shipped, card.in_time = int(shipped), int(in_time)


def _waiting(store_id: int, cards: dict[int, Scorecard]) -> None:
    moment = Order.ordered_at.db_value(now())
    for supplier_id, waiting, late, oldest in bulk.ask(_WAITING, moment, store_id, URGENT, store_id):
        if supplier_id in cards:
            card = cards[supplier_id]
            card.waiting, card.late, card.oldest = waiting, late, Order.ordered_at.python_value(oldest)


def _failed(store_id: int, cards: dict[int, Scorecard]) -> None:
    query = Push.select(Shipment.supplier, pw.fn.COUNT(Push.id)).join(Shipment)
    query = query.where(Push.store == store_id, Push.status == "failed").group_by(Shipment.supplier)
    for card, failed in _each(cards, query):
        card.failed = int(failed)


def _seen(store_id: int, cards: dict[int, Scorecard], calls: dict[int, tasks.Polls]) -> None:
    live = (ApiKey.store == store_id) & ApiKey.enabled & ApiKey.revoked_at.is_null()
    for card, key_id, used_at in _each(
        cards, ApiKey.select(ApiKey.supplier, ApiKey.id, ApiKey.last_used_at).where(live)
    ):
        usual = calls.get(key_id)
        moments = [moment for moment in (card.seen_at, used_at, usual and usual.last) if moment]
        card.seen_at = max(moments, default=None)
        if usual and (card.polls is None or usual.last > card.polls.last):
            card.polls = usual


def _each(cards: dict[int, Scorecard], query: Any) -> list[tuple[Any, ...]]:
    return [(cards[supplier_id], *rest) for supplier_id, *rest in query.tuples() if supplier_id in cards]
