"""What a stock says to its part of an order: accept it, or reject lines with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.actions import allocations, holdings, order_parts, order_state, stock
from webapp.db import now, transaction
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.viewer import Viewer
from webapp.models import Allocation, Order


@dataclass(frozen=True)
class Rejected:
    """Units of a line that a supplier won't ship, and why. No quantity means all that it hasn't packed."""

    line_id: int
    reason: str
    quantity: int | None = None


def accept(viewer: Viewer, order_id: int, line_ids: Iterable[int] | None = None, *, source: int | None = None) -> int:
    """Accept the viewer's part of the order, or these lines of it; return how many lines are new in it.

    `source` leaves it at what lies in one stock: a supplier's id, or OWN. Safe to repeat: what was accepted stays
    accepted since then.
    """
    order_parts.need_write(viewer)
    with transaction():
        order = order_parts.locked(viewer, order_id)
        mine = order_parts.active(viewer, order)
        if source is not None:
            mine = [row for row in mine if (row.supplier_id or order_parts.OWN) == source]
        wanted = _known(mine, line_ids)
        fresh = [row for row in mine if row.line_id in wanted and row.accepted_at is None]
        if fresh:
            moment = now()
            Allocation.update(accepted_at=moment).where(Allocation.id.in_([row.id for row in fresh])).execute()
            for supplier_id in sorted({row.supplier_id or order_parts.OWN for row in fresh}):
                count = len({row.line_id for row in fresh if (row.supplier_id or order_parts.OWN) == supplier_id})
                told = f"{order_parts.source_name(supplier_id)} accepted {order_parts.lines(count)}"
                order_parts.event(viewer, order, "order.accepted", told, supplier_id)
            order_state.changed(order)
    return len({row.line_id for row in fresh})


def reject(viewer: Viewer, order_id: int, rejected: list[Rejected]) -> int:
    """Give lines back, with the reason; they go to the next stock, or wait for a person where there is none.

    Return how many units found another stock. Raises Conflict `already_packed` for units in a live shipment, and
    Invalid for lines that the viewer doesn't hold. A rejected line isn't offered to this supplier again.
    """
    order_parts.need_write(viewer)
    if not rejected:
        raise Invalid({"rows": ["Name at least one line."]})
    with transaction():
        order = order_parts.locked(viewer, order_id)
        before = allocations.suppliers_of(order)
        stock.lock_for(order.store_id, order.id)
        mine = [row for row in order_parts.active(viewer, order) if row.supplier_id is not None]
        _known(mine, [row.line_id for row in rejected])
        _check(mine, rejected)
        moved: set[stock.Place] = set()
        for row in rejected:
            moved |= take_back(viewer, order, [held for held in mine if held.line_id == row.line_id], row)
        return order_parts.reroute(viewer, order, before, moved)


def take_back(viewer: Viewer, order: Order, held: list[Allocation], rejected: Rejected) -> set[stock.Place]:
    """Turn active units of one line into rejected ones, inside the caller's transaction; return where they lie."""
    moved: set[stock.Place] = set()
    packed = allocations.shipped_units(order, drafts=True)
    for supplier_id in sorted({row.supplier_id or order_parts.OWN for row in held}):
        rows = [row for row in held if (row.supplier_id or order_parts.OWN) == supplier_id]
        free = sum(row.quantity for row in rows) - packed[(rejected.line_id, supplier_id or None)]
        units = free if rejected.quantity is None else rejected.quantity
        if units > free or units == 0:
            raise Conflict("already_packed", f"Of line {rejected.line_id} {free} units aren't packed yet.", open=free)
        moved |= holdings.lower(order, rows, units)
        Allocation.insert(
            store=order.store_id,
            order=order.id,
            line=rejected.line_id,
            supplier=supplier_id or None,
            supply=rows[0].supply_id,
            quantity=units,
            status="rejected",
            reason=rejected.reason.strip()[:500],
            created_at=rows[0].created_at,
            released_at=now(),
        ).execute()
        what = f"{order_parts.units_of(units)} of {rows[0].line.sku}"
        told = f"{order_parts.source_name(supplier_id)} rejected {what}: {rejected.reason.strip()}"
        order_parts.event(viewer, order, "order.rejected", told, supplier_id)
    return moved


def _check(mine: list[Allocation], rejected: list[Rejected]) -> None:
    """Refuse a line that is named twice, and a quantity of which it isn't clear who rejects it."""
    named: set[int] = set()
    for row in rejected:
        if row.line_id in named:
            raise Invalid({"rows": [f"Line {row.line_id} is named twice."]})
        named.add(row.line_id)
        holders = {held.supplier_id for held in mine if held.line_id == row.line_id}
        if row.quantity is not None and len(holders) > 1:
            raise Conflict("several_sources", f"Several suppliers hold line {row.line_id}: reject all of it.")


def _known(mine: list[Allocation], line_ids: Iterable[int] | None) -> set[int]:
    """Return the lines that are meant, all of them for None; Invalid for one that the viewer doesn't hold."""
    held = {row.line_id for row in mine}
    if line_ids is None:
        return held
    wanted = set(line_ids)
    unknown = sorted(wanted - held)
    if unknown:
        raise Invalid({"rows": [f"Line {unknown[0]} of this order isn't assigned to you."]})
    return wanted
