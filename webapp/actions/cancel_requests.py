"""What a stock answers when it is asked to cancel units that it has begun: canceled, or too late."""

from collections.abc import Iterable

from webapp.actions import (
    allocations,
    cancel_request_state,
    holdings,
    line_drift,
    order_parts,
    order_state,
    order_task_state,
    record,
    stock,
    waybill_state,
)
from webapp.db import now, transaction
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.viewer import Viewer
from webapp.models import CancelRequest, Order, OrderLine, Shipment, ShipmentLine


def grant(
    viewer: Viewer, order_id: int, line_ids: Iterable[int] | None = None, *, request_id: int | None = None
) -> int:
    """Cancel what the viewer's stock is asked to cancel: of these lines, by one request, or all; return the units.

    They are taken out of what is packed, and their stock is free again. Raises Conflict `nothing_asked` where nothing
    waits for an answer, and Invalid for a line or a request that the viewer doesn't see.
    """
    order_parts.need_write(viewer)
    with transaction():
        order = order_parts.locked(viewer, order_id)
        before, rows = allocations.suppliers_of(order), _meant(viewer, order, line_ids, request_id)
        line_drift.lock_stock(order, {row.line_id for row in rows})
        moved: set[stock.Place] = set()
        repacked: set[order_state.PackedBy] = set()
        for row in rows:
            moved |= carry_out(viewer, order, row, repacked)
        whole = any(row.whole_order for row in rows)
        order_state.settle(viewer, order, canceled=whole)
        order_parts.reroute(viewer, order, before, moved, repacked)
    return sum(row.quantity for row in rows)


def refuse(
    viewer: Viewer,
    order_id: int,
    line_ids: Iterable[int] | None = None,
    reason: str = "",
    *,
    request_id: int | None = None,
) -> int:
    """Say that it is too late: the units leave anyway, and the merchant has a task. Return the units.

    Raises as `grant` does.
    """
    order_parts.need_write(viewer)
    with transaction():
        order = order_parts.locked(viewer, order_id)
        rows = _meant(viewer, order, line_ids, request_id)
        for row in rows:
            cancel_request_state.close(viewer, row, row.quantity, "refused", reason.strip()[:500])
            who = holdings.source_name(row.supplier_id)
            told = f"{who} can't cancel {holdings.units_of(row.quantity)} of {row.line.sku} any more"
            told = f"{told}: {reason.strip()}"[:400] if reason.strip() else told
            order_task_state.leave(order, "cancel_refused", f"{told}. Settle it with the buyer: they leave anyway")
            order_parts.event(viewer, order, "order.cancel_refused", told, row.supplier_id or order_parts.OWN)
        order_state.changed(order)
    return sum(row.quantity for row in rows)


def _meant(viewer: Viewer, order: Order, line_ids: Iterable[int] | None, request_id: int | None) -> list[CancelRequest]:
    """Return the open requests to the viewer's stock: that one, or of these lines, or of all."""
    rows = cancel_request_state.asked(order)
    if viewer.supplier_id is not None:
        rows = [row for row in rows if row.supplier_id == viewer.supplier_id]
    if request_id is not None:
        return [_one(viewer, order, rows, request_id)]
    if line_ids is None:
        if not rows:
            raise Conflict(
                "nothing_asked", "Nothing of this order waits to be canceled: somebody has answered already."
            )
        return rows
    wanted = set(line_ids)
    unknown = sorted(wanted - {row.id for row in OrderLine.visible_to(viewer, [order.id])})
    if unknown:
        raise Invalid({"rows": [f"This order has no line {unknown[0]}."]})
    answered = sorted(wanted - {row.line_id for row in rows})
    if answered:
        told = f"Of line {answered[0]} nothing waits to be canceled: somebody has answered already."
        raise Conflict("nothing_asked", told, line=answered[0])
    return [row for row in rows if row.line_id in wanted]


def _one(viewer: Viewer, order: Order, rows: list[CancelRequest], request_id: int) -> CancelRequest:
    """Return the one of the open requests that is meant."""
    for row in rows:
        if row.id == request_id:
            return row
    mine = (CancelRequest.order == order.id) & (CancelRequest.id == request_id)
    if not CancelRequest.visible_to(viewer).where(mine).exists():
        raise Invalid({"asked": [f"This order has no request {request_id}."]})
    raise Conflict("nothing_asked", "Of this nothing waits to be canceled: somebody has answered already.")


def carry_out(
    viewer: Viewer, order: Order, row: CancelRequest, repacked: set[order_state.PackedBy]
) -> set[stock.Place]:
    """Carry one request out, under the lock of the order; return where units were given back.

    Shipments that hold fewer units now, or none, are added to `repacked`.
    """
    place = (row.line_id, row.supplier_id)
    held = [one for one in holdings.of_order(order) if (one.line_id, one.supplier_id) == place]
    free = sum(one.quantity for one in held) - allocations.shipped_units(order, drafts=True)[place]
    repacked |= _unpack(viewer, order, row, row.quantity - free)
    moved = holdings.lower(order, held, row.quantity)
    cancel_request_state.cancel_units(row.line_id, row.quantity)
    cancel_request_state.close(viewer, row, row.quantity, "granted")
    told = f"{holdings.source_name(row.supplier_id)} canceled {holdings.units_of(row.quantity)} of {row.line.sku}"
    order_parts.event(viewer, order, "order.cancel_granted", told, row.supplier_id or order_parts.OWN)
    line = OrderLine.get_by_id(row.line_id)
    if line.swap and line.quantity == line.canceled_quantity:
        line_drift.take_swap_in(viewer, order, line)
    return moved


def _unpack(viewer: Viewer, order: Order, row: CancelRequest, units: int) -> set[order_state.PackedBy]:
    """Take units out of shipments that haven't left, the newest first; one that becomes empty is canceled."""
    touched: set[order_state.PackedBy] = set()
    same = Shipment.supplier.is_null() if row.supplier_id is None else Shipment.supplier == row.supplier_id
    packed = (
        ShipmentLine.select(ShipmentLine, Shipment)
        .join(Shipment)
        .where(ShipmentLine.store == order.store_id, ShipmentLine.line == row.line_id, Shipment.status == "draft", same)
        .order_by(ShipmentLine.id.desc())
    )
    left = units
    for part in packed:
        taken = min(left, part.quantity)
        if taken <= 0:
            break
        left -= taken
        _take_out(viewer, order, part, taken, row.line.sku)
        touched.add((part.shipment_id, row.supplier_id))
    return touched


def _take_out(viewer: Viewer, order: Order, part: ShipmentLine, units: int, sku: str) -> None:
    shipment = part.shipment
    if units < part.quantity:
        ShipmentLine.update(quantity=part.quantity - units).where(ShipmentLine.id == part.id).execute()
    elif ShipmentLine.select().where(ShipmentLine.shipment == shipment.id, ShipmentLine.id != part.id).exists():
        ShipmentLine.delete().where(ShipmentLine.id == part.id).execute()
    else:
        Shipment.update(status="canceled").where(Shipment.id == shipment.id).execute()
        waybill_state.void_for(order)
    Shipment.update(updated_at=now()).where(Shipment.id == shipment.id).execute()
    told = f"Shipment {shipment.id}: {holdings.units_of(units)} of {sku} taken out"
    record.event(
        viewer,
        "shipment.edited",
        told,
        subject="shipment",
        subject_id=shipment.id,
        order_id=order.id,
        supplier_id=shipment.supplier_id,
        public=shipment.supplier_id is not None,
    )
