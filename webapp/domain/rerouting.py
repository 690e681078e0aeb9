"""Which stock serves how many units of which line: what may be typed, and what would change by it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from webapp.domain.allocation import Candidate, Demand, plan
from webapp.domain.routing import NONE, Preference

Units = dict[tuple[int, int], int]
"""(Line id, source) -> units; a source is a supplier's id, or 0 for the merchant's own shelf."""


@dataclass(frozen=True)
class Stock:
    """One stock as it is for one line."""

    source: int
    name: str
    held: int
    """Units of the line that it holds now."""
    packed: int
    """Units of them that are packed or have left."""
    free: int
    """Units that it could hold on top."""
    candidate: Candidate | None = None
    """How the allocation sees it; None where it serves nobody new, or has rejected this line."""


@dataclass(frozen=True)
class Line:
    """One line with every stock that has, or could have, a part in it."""

    line_id: int
    product_id: int | None
    wanted: int
    stocks: tuple[Stock, ...]


@dataclass(frozen=True)
class Move:
    """What a stock would hold of the whole order, before and after."""

    source: int
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Outcome:
    """What typing these units would change."""

    moves: tuple[Move, ...]
    """Only of stocks of which something changes."""
    lines: tuple[int, ...]
    """The lines that change."""
    parcels_before: int
    parcels_after: int
    unassigned: int


def as_it_is(lines: Iterable[Line]) -> Units:
    """Return what each stock holds now, zeros included."""
    return {(line.line_id, stock.source): stock.held for line in lines for stock in line.stocks}


def version(lines: Iterable[Line]) -> str:
    """Return a short word that is another one as soon as anybody routes, packs or cancels any of it."""
    state = [(line.line_id, line.wanted, [(s.source, s.held, s.packed) for s in line.stocks]) for line in lines]
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def automatic(lines: Iterable[Line], preference: Preference = NONE) -> Units:
    """Return what the allocation, by the store's routing rules, would choose for all units that nobody has packed."""
    known = list(lines)
    units = {(line.line_id, stock.source): stock.packed for line in known for stock in line.stocks}
    demands = [
        Demand(line.line_id, line.product_id, line.wanted - sum(stock.packed for stock in line.stocks), _refused(line))
        for line in known
        if line.product_id is not None and line.wanted > sum(stock.packed for stock in line.stocks)
    ]
    for made in plan(demands, _candidates(known), preference):
        for choice in made.choices:
            units[(made.line_id, choice.supplier_id or 0)] += choice.quantity
    return units


def problems(lines: Iterable[Line], units: Units) -> dict[tuple[int, int], str]:
    """Return what stands against these units, by the field that it is said at."""
    known, found = list(lines), {}
    for line in known:
        for stock in line.stocks:
            typed = units[(line.line_id, stock.source)]
            if typed < stock.packed:
                found[(line.line_id, stock.source)] = (
                    f"{stock.name} has packed {stock.packed} of it: unpack the shipment or void its waybill first."
                )
            elif typed > stock.held and (short := typed - stock.held - _left(known, units, line, stock)) > 0:
                found[(line.line_id, stock.source)] = f"{stock.name} has {max(0, typed - short)} for this line at most."
        total = sum(units[(line.line_id, stock.source)] for stock in line.stocks)
        if total > line.wanted:
            raised = [s.source for s in line.stocks if units[(line.line_id, s.source)] > s.held]
            place = (line.line_id, (raised or [line.stocks[0].source])[0])
            found.setdefault(place, f"The line wants {line.wanted} units; this makes {total}.")
    return found


def outcome(lines: Iterable[Line], units: Units) -> Outcome:
    """Return what would change for whom."""
    known, names = list(lines), {}
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for line in known:
        for stock in line.stocks:
            names[stock.source] = stock.name
            before[stock.source] = before.get(stock.source, 0) + stock.held
            after[stock.source] = after.get(stock.source, 0) + units[(line.line_id, stock.source)]
    is_now = as_it_is(known)
    changed = sorted({place[0] for place, count in units.items() if is_now[place] != count})
    touched = sorted({place[1] for place, count in units.items() if is_now[place] != count})
    return Outcome(
        moves=tuple(Move(source, names[source], before[source], after[source]) for source in touched),
        lines=tuple(changed),
        parcels_before=sum(1 for count in before.values() if count),
        parcels_after=sum(1 for count in after.values() if count),
        unassigned=sum(line.wanted for line in known) - sum(after.values()),
    )


def _left(lines: list[Line], units: Units, line: Line, stock: Stock) -> int:
    """Return what a stock could add to this line once the other lines of the same product have theirs."""
    others = (
        units[(other.line_id, one.source)] - one.held
        for other in lines
        for one in other.stocks
        if other.product_id == line.product_id and other.line_id != line.line_id and one.source == stock.source
    )
    return stock.free - sum(others)


def _refused(line: Line) -> frozenset[int]:
    return frozenset(stock.source for stock in line.stocks if stock.candidate is None and stock.source)


def _candidates(lines: list[Line]) -> list[Candidate]:
    """Return the stocks with what they would have free if nothing of the order that isn't packed were held."""
    known: dict[tuple[int, int], Candidate] = {}
    given_back: dict[tuple[int, int], int] = {}
    for line in lines:
        for stock in line.stocks:
            place = (line.product_id or 0, stock.source)
            given_back[place] = given_back.get(place, 0) + stock.held - stock.packed
            if stock.candidate is not None:
                known[place] = stock.candidate
    return [replace(seen, free=seen.free + given_back[place]) for place, seen in known.items()]
