"""Take back what buyers send: asked for, received, and then restocked or discarded."""

from dataclasses import dataclass

import peewee as pw

from webapp.actions import allocations, holdings, order_parts, order_state, orders, record, stock, stock_moves
from webapp.db import now, transaction
from webapp.domain import rights
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Level, Viewer
from webapp.models import Order, OrderLine, Return, ReturnLine, Supplier, Supply

Place = tuple[int, int | None]
"""A line's id and the supplier that shipped units of it, None for the merchant's own shelf."""


@dataclass(frozen=True)
class Decision:
    """What becomes of one line of a return."""

    restock: bool
    source: int | None = None
    """Into whose stock: a supplier's id, or None for the own shelf."""
    condition: str = ""


def returnable(order: Order) -> dict[Place, int]:
    """Return (line, supplier) -> units that have shipped and of which no return is open or done."""
    left = dict(allocations.shipped_units(order))
    for line_id, supplier_id, units in _returned(order):
        left[(line_id, supplier_id)] = left.get((line_id, supplier_id), 0) - int(units)
    return {place: units for place, units in left.items() if units > 0}


def request(viewer: Viewer, order_id: int, units: dict[Place, int], reason: str) -> list[Return]:
    """Note that units come back: one return for each stock that shipped them. Raises Invalid for more than shipped."""
    _need_whole_store(viewer)
    wanted = {place: count for place, count in units.items() if count}
    with transaction():
        order = order_parts.locked(viewer, order_id)
        known = returnable(order)
        wrong = {
            f"units_{line_id}_{supplier_id or 0}": [
                f"At most {holdings.units_of(known.get((line_id, supplier_id), 0))}."
            ]
            for (line_id, supplier_id), count in wanted.items()
            if not 0 < count <= known.get((line_id, supplier_id), 0)
        }
        if wrong or not wanted:
            raise Invalid(wrong or {"units": ["Say of which line how many units come back."]})
        made = [_make(viewer, order, supplier, wanted, reason) for supplier in _suppliers(wanted)]
        order_state.changed(order)
    return made


def open_for(viewer: Viewer, order: Order, gone: dict[int, int], reason: str) -> None:
    """Open returns for units (line id -> units) that have left and aren't wanted, inside the caller's transaction."""
    wanted: dict[Place, int] = {}
    left = dict(gone)
    for (line_id, supplier_id), most in returnable(order).items():
        if (taken := min(most, left.get(line_id, 0))) > 0:
            wanted[(line_id, supplier_id)] = taken
            left[line_id] -= taken
    for supplier in _suppliers(wanted):
        _make(viewer, order, supplier, wanted, reason)


def receive(viewer: Viewer, return_id: int) -> Return:
    """Note that it has arrived where it was shipped from. Safe to repeat."""
    if viewer.shipping < Level.WRITE:
        raise Forbidden("scope_missing", "Receiving returns needs the permission to write shipping.")
    with transaction():
        row = find(viewer, return_id)
        order = Order.get_by_id(row.order_id)
        fresh = (Return.id == row.id) & (Return.status == "requested")
        if Return.update(status="received", received_at=now()).where(fresh).execute():
            where = holdings.source_name(row.supplier_id)
            _tell(viewer, order, row, "return.received", f"Return {row.id} received at {where}")
            order_state.changed(order)
    return find(viewer, return_id)


def close(viewer: Viewer, return_id: int, decisions: dict[int, Decision]) -> Return:
    """Restock or discard each line of a received return (its id -> decision); the order is returned once all is back.

    Raises Conflict `not_received` before it has arrived or once it is closed, Invalid where a decision is missing or
    a stock doesn't have the product.
    """
    _need_whole_store(viewer)
    with transaction():
        row = find(viewer, return_id)
        order = order_parts.locked(viewer, row.order_id)
        lines = lines_of(row)
        stock.lock_for(order.store_id, order.id)
        _check(row, lines, decisions)
        received = (Return.id == row.id) & (Return.status == "received")
        if not Return.update(status="closed", closed_at=now()).where(received).execute():
            raise Conflict("not_received", "Only a return that was received, and isn't closed yet, can be closed.")
        moved: set[stock.Place] = set()
        for line in lines:
            moved |= _decide(viewer, line, decisions[line.id])
        back = sum(line.quantity for line in lines if decisions[line.id].restock)
        discarded = sum(line.quantity for line in lines) - back
        units = holdings.units_of
        told = f"Return {row.id} closed: {units(back)} restocked, {units(discarded)} discarded"
        _tell(viewer, order, row, "return.closed", told)
        gone = sum(allocations.shipped_units(order).values())
        if order.status in ("shipped", "delivered") and order_state.all_back(order, gone):
            orders.carry_out(viewer, order, "returned", ": everything is back", moved=moved)
        else:
            order_state.changed(order, (), moved)
    for product_id, _ in moved:
        allocations.allocate_waiting(viewer, product_id)
    return find(viewer, return_id)


def find(viewer: Viewer, return_id: int) -> Return:
    """Return it, if the viewer may see it; raise NotFound alike for a foreign one and an unknown one."""
    row: Return | None = Return.visible_to(viewer).where(Return.id == return_id).first()
    if row is None:
        raise NotFound("return")
    return row


def lines_of(row: Return) -> list[ReturnLine]:
    """Return its lines with those of the order."""
    query = ReturnLine.select(ReturnLine, OrderLine).join(OrderLine)
    return list(query.where(ReturnLine.store == row.store_id, ReturnLine.parent == row.id).order_by(ReturnLine.id))


def _returned(order: Order) -> list[tuple[int, int | None, int]]:
    query = ReturnLine.select(ReturnLine.line, Return.supplier, pw.fn.SUM(ReturnLine.quantity)).join(Return)
    query = query.where(Return.store == order.store_id, Return.order == order.id)
    return list(query.group_by(ReturnLine.line, Return.supplier).tuples())


def _suppliers(wanted: dict[Place, int]) -> list[int | None]:
    return sorted({supplier for _, supplier in wanted}, key=lambda supplier: supplier or 0)


def _make(viewer: Viewer, order: Order, supplier: int | None, wanted: dict[Place, int], reason: str) -> Return:
    row: Return = Return.create(
        store=order.store_id, order=order.id, supplier=supplier, reason=reason[:500], opened_by=viewer.actor.label
    )
    mine = {line: count for (line, source), count in wanted.items() if source == supplier}
    for line_id, count in sorted(mine.items()):
        ReturnLine.create(store=order.store_id, parent=row.id, line=line_id, quantity=count)
    told = f"Return {row.id}: {holdings.units_of(sum(mine.values()))} come back to {holdings.source_name(supplier)}"
    _tell(viewer, order, row, "return.requested", f"{told}: {reason}"[:500] if reason else told)
    return row


def _check(row: Return, lines: list[ReturnLine], decisions: dict[int, Decision]) -> None:
    wrong = {}
    for line in lines:
        made = decisions.get(line.id)
        if made is None:
            wrong[f"decision_{line.id}"] = ["Decide what becomes of it."]
        elif made.restock and not _has(row, line, made.source):
            wrong[f"decision_{line.id}"] = ["This stock doesn't have the product: choose another, or discard it."]
    if wrong:
        raise Invalid(wrong)


def _has(row: Return, line: ReturnLine, source: int | None) -> bool:
    if line.line.product_id is None or source is None:
        return line.line.product_id is not None
    there = (Supply.store == row.store_id) & (Supply.product == line.line.product_id) & (Supply.supplier == source)
    return bool(Supply.select().where(there).exists())


def _decide(viewer: Viewer, line: ReturnLine, made: Decision) -> set[stock.Place]:
    values = {"condition": made.condition[:200], "restocked_to": made.source if made.restock else None}
    values["decision"] = "restock" if made.restock else "discard"
    ReturnLine.update(**values).where(ReturnLine.id == line.id).execute()
    if not made.restock:
        return set()
    there = stock.put_back(line.store_id, line.line.product_id, made.source, line.quantity)
    stock_moves.note(viewer, "returned", line.line.product_id, made.source, there - line.quantity, there)
    return {(line.line.product_id, made.source)}


def _tell(viewer: Viewer, order: Order, row: Return, kind: str, message: str) -> None:
    about = {"subject": "return", "subject_id": row.id, "order_id": order.id, "supplier_id": row.supplier_id}
    record.event(viewer, kind, message, public=row.supplier_id is not None, **about)


def _need_whole_store(viewer: Viewer) -> None:
    order_parts.need_write(viewer)
    rights.need_whole_store(viewer, "decides on returns")


def product_stocks(line: OrderLine) -> list[Supply]:
    """Return the supplies into which units of a line can be put again, with their suppliers."""
    if line.product_id is None:
        return []
    mine = (Supply.store == line.store_id) & (Supply.product == line.product_id)
    return list(Supply.select(Supply, Supplier).join(Supplier).where(mine).order_by(Supply.priority, Supply.id))
