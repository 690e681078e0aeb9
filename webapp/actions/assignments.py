"""Assign by hand which stock serves which line."""

from dataclasses import dataclass

from webapp.actions import acceptance, allocations, holdings, order_parts, order_state, stock, suppliers
from webapp.db import now, transaction
from webapp.domain import order_status
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.viewer import Viewer
from webapp.models import Allocation, Order, OrderLine, Supplier, Supply


@dataclass(frozen=True)
class Assigned:
    """So many units of a line from a supplier's stock, or from the merchant's own (`order_parts.OWN`)."""

    line_id: int
    supplier_id: int
    quantity: int


def assign(viewer: Viewer, order_id: int, assigned: list[Assigned]) -> None:
    """Set by hand which stock serves the lines that are named; what a line leaves open stays unassigned.

    A viewer of the whole store may choose any stock that has the units; one bound to a supplier may only lower what
    it holds itself, and the rest is routed on. Raises Conflict `already_packed` where units are in a live shipment,
    `not_in_stock` where a stock hasn't the units, `over_assigned` where a line would get more than it wants.
    """
    order_parts.need_write(viewer)
    with transaction():
        order = order_parts.locked(viewer, order_id)
        if order.status not in order_status.OPEN:
            raise Conflict("not_open", "The order is finished: its lines no longer want stock.")
        before = allocations.suppliers_of(order)
        stock.lock_for(order.store_id, order.id)
        wanted = _checked(viewer, order, assigned)
        if viewer.supplier_id is not None:
            order_parts.reroute(viewer, order, before, _lower(viewer, order, wanted))
            return
        moved: set[stock.Place] = set()
        for line, units in wanted.items():
            moved |= _give_back(order, line, units)
        for line, units in wanted.items():
            moved |= _take(order, line, units)
        order_parts.given_back(viewer, order)
        names = (
            ", ".join(sorted({order_parts.source_name(row.supplier_id) for row in assigned if row.quantity}))
            or "nobody"
        )
        order_parts.event(
            viewer,
            order,
            "order.assigned",
            f"{order_parts.lines(len(wanted))} assigned by hand to {names}",
            order_parts.OWN,
        )
        order_state.changed(order, before - allocations.suppliers_of(order), moved)


def _checked(viewer: Viewer, order: Order, assigned: list[Assigned]) -> dict[OrderLine, dict[int, int]]:
    """Return line -> stock -> units, after every number has been looked at."""
    lines = {row.id: row for row in OrderLine.visible_to(viewer, [order.id])}
    errors: dict[str, list[str]] = {}
    wanted: dict[OrderLine, dict[int, int]] = {}
    for place, row in enumerate(assigned):
        if row.line_id not in lines:
            errors[f"allocations.{place}.line_id"] = [f"This order has no line {row.line_id}."]
            continue
        if viewer.supplier_id not in (None, row.supplier_id):
            errors[f"allocations.{place}.supplier_id"] = ["This key assigns for its own supplier alone."]
            continue
        units = wanted.setdefault(lines[row.line_id], {})
        if row.supplier_id in units:
            errors[f"allocations.{place}"] = ["This line has this stock twice."]
        units[row.supplier_id] = row.quantity
    if not assigned:
        errors["allocations"] = ["Name at least one line."]
    if errors:
        raise Invalid(errors)
    for line, units in wanted.items():
        live = line.quantity - line.canceled_quantity
        if sum(units.values()) > live:
            raise Conflict("over_assigned", f"Line {line.id} wants {live} units.", line=line.id, wanted=live)
    return wanted


def _lower(viewer: Viewer, order: Order, wanted: dict[OrderLine, dict[int, int]]) -> set[stock.Place]:
    """Give back what a supplier no longer wants to hold, and return where; it never gets more this way."""
    mine, moved = order_parts.active(viewer, order), set()
    for line, units in wanted.items():
        rows = [row for row in mine if row.line_id == line.id]
        held, kept = sum(row.quantity for row in rows), sum(units.values())
        if kept > held:
            told = f"Line {line.id}: you hold {held} units and can only lower that."
            raise Forbidden("scope_missing", told)
        if kept < held:
            moved |= acceptance.take_back(viewer, order, rows, acceptance.Rejected(line.id, "Given back", held - kept))
    return moved


def _give_back(order: Order, line: OrderLine, wanted: dict[int, int]) -> set[stock.Place]:
    """Take from each stock what it holds of the line beyond these units; return where units were given back."""
    rows, moved = list(holdings.of_order(order).where(Allocation.line == line.id)), set()
    packed = allocations.shipped_units(order, drafts=True)
    for source, held in sorted(_held(rows).items()):
        least = packed[(line.id, source or None)]
        if wanted.get(source, 0) < least:
            told = f"{order_parts.source_name(source)} has packed {order_parts.units_of(least)} of line {line.id}."
            raise Conflict("already_packed", told, line=line.id, packed=least)
        surplus = held - wanted.get(source, 0)
        if surplus > 0:
            theirs = [row for row in rows if (row.supplier_id or order_parts.OWN) == source]
            moved |= holdings.lower(order, theirs, surplus)
    return moved


def _take(order: Order, line: OrderLine, wanted: dict[int, int]) -> set[stock.Place]:
    """Hold at each stock what it lacks of these units; return where."""
    held, moved = _held(list(holdings.of_order(order).where(Allocation.line == line.id))), set()
    for source in sorted(wanted):
        more = wanted[source] - held.get(source, 0)
        if more > 0:
            _hold(order, line, source, more)
            moved.add((line.product_id, source or None))
    return moved


def _held(rows: list[Allocation]) -> dict[int, int]:
    """Return source -> units of these allocations."""
    units: dict[int, int] = {}
    for row in rows:
        source = row.supplier_id or order_parts.OWN
        units[source] = units.get(source, 0) + row.quantity
    return units


def _hold(order: Order, line: OrderLine, source: int, units: int) -> None:
    supply_id = None
    if line.product_id is None:
        raise Conflict("unknown_product", f"No product has the SKU {line.sku}: link it first.", line=line.id)
    if source != order_parts.OWN:
        supply = (
            Supply.select(Supply, Supplier)
            .join(Supplier)
            .where(Supply.store == order.store_id, Supply.product == line.product_id, Supply.supplier == source)
        )
        found = supply.first()
        if found is None:
            raise Conflict(
                "not_in_stock", f"{order_parts.source_name(source)} doesn't stock {line.sku}.", line=line.id, free=0
            )
        if not suppliers.keep_in_use(order.store_id, [source]):
            told = f"{found.supplier.name} is archived: nobody would ship it. Restore it first."
            raise Conflict("archived", told, line=line.id, supplier_id=source)
        supply_id = found.id
    if not stock.reserve(order.store_id, line.product_id, supply_id, units):
        told = f"{order_parts.source_name(source)} hasn't {order_parts.units_of(units)} more of {line.sku}."
        raise Conflict("not_in_stock", told, line=line.id, supplier_id=source)
    Allocation.insert(
        store=order.store_id,
        order=order.id,
        line=line.id,
        supplier=source or None,
        supply=supply_id,
        quantity=units,
        created_at=now(),
    ).execute()
