"""Decide which stock serves which line: deterministic, and every decision can be explained."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from webapp.domain.routing import NONE, Preference


@dataclass(frozen=True)
class Demand:
    """Units of one line that still want a stock. No product means that nobody knows the line's SKU."""

    line_id: int
    product_id: int | None
    quantity: int
    refused_by: frozenset[int] = frozenset()
    """Suppliers that have rejected this line: it isn't offered to them again."""


@dataclass(frozen=True)
class Candidate:
    """One stock of one product, as seen when the decision was made. No supply means the merchant's own shelf."""

    product_id: int
    supply_id: int | None
    supplier_id: int | None
    supplier_name: str
    free: int
    priority: int
    max_days: int


@dataclass(frozen=True)
class Choice:
    """So many units from that stock."""

    supply_id: int | None
    supplier_id: int | None
    quantity: int


@dataclass(frozen=True)
class LinePlan:
    """What was decided for one line, and why."""

    line_id: int
    choices: tuple[Choice, ...]
    unassigned: int
    rule: str
    """`whole_line`, `split`, `nothing_in_stock` or `unknown_product`."""
    tie_break: str
    """What set the winner apart from the runner-up, in words; empty where there was no other."""
    candidates: tuple[Candidate, ...]
    """Every stock of the product, best first, with the free units that this line saw."""


PARCELS = "fewer parcels"
CRITERIA = ("own stock goes first", "priority", PARCELS, PARCELS, "shorter supply time", "the older supply")
"""What candidates are compared by, in this order, behind the routing rules that are about the order."""


def plan(demands: Iterable[Demand], candidates: Iterable[Candidate], preference: Preference = NONE) -> list[LinePlan]:
    """Plan all lines of one order, in the order of their ids; the order of the candidates doesn't matter.

    One stock serves a whole line where one can, the best of those that can; else the line is split over the
    ranking. Lines of the same product share its free units.
    """
    lines = sorted(demands, key=lambda demand: demand.line_id)
    by_product: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_product[candidate.product_id].append(candidate)
    free = {_place(candidate): candidate.free for group in by_product.values() for candidate in group}
    covers = _whole_lines_covered(lines, by_product)
    chosen: set[int | None] = set()
    plans = []
    for demand in lines:
        if demand.product_id is None:
            plans.append(LinePlan(demand.line_id, (), demand.quantity, "unknown_product", "", ()))
            continue
        seen = [
            _with_free(candidate, free[_place(candidate)])
            for candidate in by_product[demand.product_id]
            if candidate.supplier_id not in demand.refused_by
        ]
        ranks = {candidate: _rank(candidate, chosen, covers, preference) for candidate in seen}
        made = _plan_line(demand, ranks, (*preference.names(), *CRITERIA))
        for choice in made.choices:
            free[(demand.product_id, choice.supply_id)] -= choice.quantity
            chosen.add(choice.supplier_id)
        plans.append(made)
    return plans


def plan_each(
    orders: Iterable[tuple[Iterable[Demand], Preference]], candidates: Iterable[Candidate]
) -> Iterator[list[LinePlan]]:
    """Plan one order after the other, each on the free units that those before it leave."""
    stocks = {_place(candidate): candidate for candidate in candidates}
    places: dict[int | None, list[tuple[int, int | None]]] = defaultdict(list)
    for place in stocks:
        places[place[0]].append(place)
    for demands, preference in orders:
        wanted = list(demands)
        products = {demand.product_id for demand in wanted}
        plans = plan(wanted, [stocks[place] for product_id in products for place in places[product_id]], preference)
        for made in plans:
            for choice in made.choices:
                place = (made.candidates[0].product_id, choice.supply_id)
                stocks[place] = _with_free(stocks[place], stocks[place].free - choice.quantity)
        yield plans


def _plan_line(demand: Demand, ranks: dict[Candidate, tuple[int, ...]], criteria: tuple[str, ...]) -> LinePlan:
    ranking = sorted(ranks, key=ranks.__getitem__)
    able = [candidate for candidate in ranking if candidate.free >= demand.quantity]
    if able:
        winner = able[0]
        choices: tuple[Choice, ...] = (Choice(winner.supply_id, winner.supplier_id, demand.quantity),)
        reason = _difference(able, ranks, criteria)
        if not reason and len(ranking) > 1:
            reason = "only this one could cover the whole line"
        return LinePlan(demand.line_id, choices, 0, "whole_line", reason, tuple(ranking))
    left, parts = demand.quantity, []
    for candidate in ranking:
        units = min(left, candidate.free)
        if units > 0:
            parts.append(Choice(candidate.supply_id, candidate.supplier_id, units))
            left -= units
    rule = "split" if parts else "nothing_in_stock"
    stocked = [candidate for candidate in ranking if candidate.free > 0]
    return LinePlan(demand.line_id, tuple(parts), left, rule, _difference(stocked, ranks, criteria), tuple(ranking))


def _rank(
    candidate: Candidate, chosen: set[int | None], covers: dict[int | None, int], preference: Preference
) -> tuple[int, ...]:
    """Return the sort key: the routing rules' parts, then those of CRITERIA."""
    parcels = (0 if candidate.supplier_id in chosen else 1, -covers[candidate.supplier_id])
    return (
        *preference.rank(candidate.supplier_id, parcels),
        0 if candidate.supply_id is None else 1,
        candidate.priority,
        *parcels,
        candidate.max_days,
        candidate.supply_id or 0,
    )


def _difference(able: list[Candidate], ranks: dict[Candidate, tuple[int, ...]], criteria: tuple[str, ...]) -> str:
    """Name the first criterion in which the best differs from the second."""
    if len(able) < 2:
        return ""
    first, second = (ranks[candidate] for candidate in able[:2])
    return next(name for name, one, other in zip(criteria, first, second, strict=True) if one != other)


def _whole_lines_covered(lines: list[Demand], by_product: dict[int, list[Candidate]]) -> dict[int | None, int]:
    """Return supplier -> how many lines of the order it could serve whole: more means fewer parcels."""
    covers: dict[int | None, int] = defaultdict(int)
    for demand in lines:
        for candidate in by_product.get(demand.product_id or 0, ()):
            covers[candidate.supplier_id] += candidate.free >= demand.quantity
    return covers


def _place(candidate: Candidate) -> tuple[int, int | None]:
    return candidate.product_id, candidate.supply_id


def _with_free(candidate: Candidate, free: int) -> Candidate:
    return replace(candidate, free=free)
