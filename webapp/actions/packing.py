"""What of an order waits to be packed in which stock, and what a new shipment takes of it."""

import peewee as pw

from webapp.actions import allocations
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.viewer import Viewer
from webapp.models import Allocation, Order, Supplier, order_rows
from webapp.models.prepared import any_viewer, of, prepared, slot

OWN = 0
"""Stands for the merchant's own shelf where a source is named."""

MAX_UNITS = 1_000_000


def open_units(viewer: Viewer, order: Order) -> dict[int | None, dict[int, int]]:
    """Return supplier id (None: own shelf) -> order line id -> units that wait to be packed, as far as visible."""
    packed = allocations.shipped_units(order, drafts=True)
    waiting: dict[int | None, dict[int, int]] = {}
    for supplier_id, line_id, quantity in _held(viewer.supplier_id is not None).rows(order=order.id, **of(viewer)):
        lines = waiting.setdefault(supplier_id, {})
        lines[line_id] = lines.get(line_id, 0) + quantity
    for (line_id, supplier_id), units in packed.items():
        if line_id in waiting.get(supplier_id, {}):
            waiting[supplier_id][line_id] -= units
    kept = {source: {line: units for line, units in lines.items() if units > 0} for source, lines in waiting.items()}
    return {source: lines for source, lines in kept.items() if lines}


@prepared
def _held(scoped: bool) -> pw.Query:
    held = Allocation.serving(any_viewer(scoped=scoped), Allocation.supplier, Allocation.line, Allocation.quantity)
    return held.where(Allocation.order == slot("order")).order_by(Allocation.line, Allocation.id)


def choose(
    viewer: Viewer, order: Order, source: int | None, wanted: dict[int, int] | None
) -> tuple[int | None, dict[int, int]]:
    """Settle which stock a shipment leaves (None: own shelf) and how many units of which line go.

    `source` is a supplier's id, OWN, or None: worked out from the lines. `wanted` is order line id -> units, or None
    for all that is open. Raises Invalid, and Conflict `nothing_open`, `several_sources` or `over_shipping`.
    """
    waiting = open_units(viewer, order)
    if source is not None:
        waiting = {source or None: waiting[source or None]} if (source or None) in waiting else {}
    if wanted is not None:
        _check_quantities(viewer, order, wanted)
        waiting = {place: lines for place, lines in waiting.items() if lines.keys() & wanted.keys()}
    if not waiting:
        raise Conflict("nothing_open", "Nothing of this order waits to be packed here.")
    if len(waiting) > 1:
        raise Conflict("several_sources", _several(waiting), sources=sorted(place or OWN for place in waiting))
    ((place, open_lines),) = waiting.items()
    lines = wanted if wanted is not None else open_lines
    too_many = {line: open_lines.get(line, 0) for line, units in lines.items() if units > open_lines.get(line, 0)}
    if too_many:
        told = ", ".join(f"line {line}: {units} open" for line, units in sorted(too_many.items()))
        raise Conflict("over_shipping", f"More is asked for than waits to be packed ({told}).", open=too_many)
    return place, lines


def _check_quantities(viewer: Viewer, order: Order, lines: dict[int, int]) -> None:
    """Refuse empty shipments, odd quantities and lines that the viewer can't see."""
    if not lines:
        raise Invalid({"lines": ["A shipment needs at least one line."]})
    visible = {row[1] for row in order_rows.lines(viewer, [order.id])}
    unknown = sorted(lines.keys() - visible)
    if unknown:
        raise Invalid({"lines": [f"This order has no line {unknown[0]}."]})
    if any(not 0 < units <= MAX_UNITS for units in lines.values()):
        raise Invalid({"lines": [f"Each quantity is a whole number from 1 to {MAX_UNITS}."]})


def _several(waiting: dict[int | None, dict[int, int]]) -> str:
    rows = Supplier.select(Supplier.name).where(Supplier.id.in_([source for source in waiting if source is not None]))
    names = sorted(row.name for row in rows) + (["own stock"] if None in waiting else [])
    return f"These lines lie in more than one stock ({', '.join(names)}): make one shipment for each."
