"""Try routing rules on past orders: what each decision would have been, from the stock that it saw."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from webapp.actions import routing_rules
from webapp.actions.routing_rules import Meets
from webapp.domain.allocation import Candidate, Demand, LinePlan, plan
from webapp.domain.routing import Preference
from webapp.domain.viewer import Viewer
from webapp.models import AllocationDecision, Order, OrderLine, RoutingRule

ORDERS = 1_000
"""Past orders that a rule is tried on: the store's last ones."""

SHOWN = 50

NOBODY = "Nobody"
"""Stands for the units that no stock could cover."""

Parts = dict[str, int]
"""Name of a stock -> units of the order."""


@dataclass(frozen=True)
class Changed:
    """An order that would be served from elsewhere."""

    order: Order
    before: Parts
    after: Parts


@dataclass
class Trial:
    """What would change, over all orders that were looked at."""

    orders: int = 0
    fitting: int = 0
    """Orders that the rule is about."""
    changed: int = 0
    parcels_before: int = 0
    parcels_after: int = 0
    examples: list[Changed] = field(default_factory=list)
    """The newest SHOWN of those that change."""
    stocks: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Name of a stock -> orders that it serves with the rules as they are, and as they would be; by name."""


def try_out(viewer: Viewer, rule: RoutingRule) -> Trial:
    """Tell what turning a draft on, or a live rule off, would have changed in the last orders.

    Each order is planned twice from the stock that its first decision saw: with the live rules as they are now, and
    with them as they would be. Nothing is written. Three statements, however many orders, and the store's clock where
    a rule has a cut-off.
    """
    live = list(RoutingRule.of(viewer.store_id).where(RoutingRule.live))
    after = [row for row in live if row.id not in (rule.id, rule.replaces_id)]
    if not rule.live:
        after = sorted([*after, rule], key=lambda row: (row.position, row.id))
    now, then, meant = (_meeting(viewer, rows) for rows in (live, after, [rule]))
    trial, counts = Trial(), defaultdict[str, Counter[str]](Counter)
    for order, decisions in _past(viewer):
        trial.orders += 1
        trial.fitting += bool(_asked(meant, order).rules)
        demands, stocks = _seen(decisions)
        before = _parts(plan(demands, stocks, _asked(now, order)))
        wanted = _parts(plan(demands, stocks, _asked(then, order)))
        trial.parcels_before += len(before.keys() - {NOBODY})
        trial.parcels_after += len(wanted.keys() - {NOBODY})
        counts["before"].update(before.keys())
        counts["after"].update(wanted.keys())
        if before != wanted:
            trial.changed += 1
            if len(trial.examples) < SHOWN:
                trial.examples.append(Changed(order, before, wanted))
    names = sorted(counts["before"].keys() | counts["after"].keys())
    trial.stocks = {name: (counts["before"][name], counts["after"][name]) for name in names}
    return trial


def _meeting(viewer: Viewer, rows: list[RoutingRule]) -> Meets:
    return routing_rules.meeting(viewer.store_id, [routing_rules.rule_of(row) for row in rows])


def _past(viewer: Viewer) -> Iterable[tuple[Order, list[AllocationDecision]]]:
    """Give the last orders that were allocated, the newest first, each with the first decision for each line."""
    columns = (Order.id, Order.reference, Order.channel, Order.delivery_address, Order.ordered_at)
    mine = Order.visible_to(viewer, *columns).where(Order.status != "canceled")
    orders = {order.id: order for order in mine.order_by(Order.id.desc()).limit(ORDERS)}
    rows = AllocationDecision.select(AllocationDecision, OrderLine.id, OrderLine.product).join(OrderLine)
    rows = rows.where(AllocationDecision.store == viewer.store_id, AllocationDecision.order.in_(list(orders)))
    first: dict[int, dict[int, AllocationDecision]] = defaultdict(dict)
    for row in rows.order_by(AllocationDecision.id):
        first[row.order_id].setdefault(row.line_id, row)
    return [(order, list(first[order_id].values())) for order_id, order in orders.items() if order_id in first]


def _asked(met: Meets, order: Order) -> Preference:
    return met(order.delivery_address.get("country_iso", ""), order.channel_id, order.ordered_at)


def _seen(decisions: list[AllocationDecision]) -> tuple[list[Demand], list[Candidate]]:
    """Return what the lines wanted, and each product's stocks as the first of its lines saw them."""
    demands, stocks = [], dict[int, list[Candidate]]()
    for row in decisions:
        product_id = row.line.product_id
        if product_id is None or "needed" not in row.detail:
            continue
        demands.append(Demand(row.line_id, product_id, row.detail["needed"]))
        seen = enumerate(row.detail["candidates"], start=1)  # Their rank then stands for the age of their supply.
        stocks.setdefault(product_id, [_candidate(product_id, place, stock) for place, stock in seen])
    return demands, [candidate for group in stocks.values() for candidate in group]


def _candidate(product_id: int, place: int, stock: dict[str, Any]) -> Candidate:
    supplier_id = stock["supplier_id"]
    supply_id = place if supplier_id is not None else None
    facts = (stock["supplier"], stock["free"], stock["priority"], stock["max_days"])
    return Candidate(product_id, supply_id, supplier_id, *facts)


def _parts(plans: list[LinePlan]) -> Parts:
    parts: Counter[str] = Counter()
    for made in plans:
        names = {candidate.supply_id: candidate.supplier_name for candidate in made.candidates}
        for choice in made.choices:
            parts[names[choice.supply_id]] += choice.quantity
        if made.unassigned:
            parts[NOBODY] += made.unassigned
    return dict(parts)
