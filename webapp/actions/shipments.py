"""Pack, hand over, deliver: what a stock does with its part of an order."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from webapp.actions import (
    allocations,
    cancel_request_state,
    carriers,
    corrections,
    editing,
    order_state,
    orders,
    packing,
    pushes,
    record,
    stock,
    stock_moves,
    waybill_state,
)
from webapp.actions import parcels as parcel_rows
from webapp.actions.parcels import ParcelDraft
from webapp.db import now, transaction
from webapp.domain import order_status
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.domain.viewer import Level, Viewer
from webapp.models import Allocation, Order, OrderLine, Shipment, ShipmentLine, bulk
from webapp.models.prepared import any_viewer, of, prepared, slot


@dataclass(frozen=True)
class ShipmentDraft:
    """What a shipment is made from. Texts may be empty."""

    lines: dict[int, int] | None = None
    """Order line id -> units; None packs everything that is still open."""
    source: int | None = None
    """A supplier's id, `packing.OWN`, or None: worked out from the lines, which must then come from one stock."""
    carrier: str = ""
    tracking_code: str = ""
    tracking_url: str = ""
    parcel_id: str = ""
    reference: str = ""
    delivery_address: dict[str, Any] = field(default_factory=dict)
    """Empty takes the order's."""
    parcels: tuple[ParcelDraft, ...] = ()


def create(viewer: Viewer, order_id: int, draft: ShipmentDraft) -> Shipment:
    """Pack a shipment, not yet handed over; the order is in process from then on.

    Raises Conflict `over_shipping` where more is asked for than is open, `several_sources` where the lines lie in
    more than one stock, `nothing_open` where everything is packed already, `not_packable` by the order's status.
    """
    _need_write(viewer)
    with transaction():
        order = _locked(viewer, order_id)
        if order.status not in order_status.PACKABLE:
            name = order_status.name(order.status)
            raise Conflict("not_packable", f"An order that is {name} can't be packed.", order_status=order.status)
        supplier_id, lines = packing.choose(viewer, order, draft.source, draft.lines)
        shipment = Shipment.create(
            store=order.store_id,
            order=order.id,
            supplier=supplier_id,
            delivery_address=draft.delivery_address or order.delivery_address,
            created_by=viewer.actor.label,
            **_texts(viewer, draft),
        )
        rows = ({"shipment": shipment.id, "line": line, "quantity": units} for line, units in sorted(lines.items()))
        bulk.insert(ShipmentLine, ({"store": order.store_id, **row} for row in rows))
        if draft.parcels:
            parcel_rows.put(shipment, draft.parcels)
        if order.status == "payment_accepted":
            order_state.move(order, "in_process")
        _tell(viewer, shipment, "shipment.created", f"Shipment {shipment.id} packed: {_units(sum(lines.values()))}")
    return shipment


def edit(
    viewer: Viewer,
    shipment_id: int,
    *,
    parcels: Sequence[ParcelDraft] | None = None,
    seen: str = "",
    **values: str | dict[str, Any],
) -> Shipment:
    """Change carrier, tracking_code, tracking_url, parcel_id, reference or delivery_address of a live shipment.

    `parcels` replace those that it had; None leaves them. `seen` is `version()` of what the person saw: Conflict
    `changed_meanwhile` where it has changed since.
    """
    _need_write(viewer)
    with transaction():
        shipment, order = _locked_with_order(viewer, shipment_id)
        editing.need_unchanged(seen, version(shipment) if seen else "")
        if shipment.status == "canceled":
            raise Conflict("canceled", "A canceled shipment can't be changed.")
        changed = {name: value for name, value in values.items() if getattr(shipment, name) != value}
        repacked = parcels is not None and list(parcels) != parcel_rows.drafts_of(shipment)
        if not changed and not repacked:
            return shipment
        if {"carrier", "tracking_code"} & changed.keys() and "tracking_url" not in changed:
            carrier, code = (str(changed.get(part, getattr(shipment, part))) for part in ("carrier", "tracking_code"))
            changed["tracking_url"] = carriers.url_for(viewer.store_id, carrier, code)
        Shipment.update(updated_at=now(), **changed).where(Shipment.id == shipment.id).execute()
        if shipment.status != "draft" and corrections.TOLD & changed.keys():
            corrections.leave(viewer, order, shipment)
        if repacked:
            parcel_rows.put(shipment, parcels or ())
            changed["parcels"] = ""
        names = ", ".join(sorted(name.replace("_", " ") for name in changed if name != "tracking_url"))
        _tell(viewer, shipment, "shipment.edited", f"Shipment {shipment.id} changed: {names}")
    return find(viewer, shipment_id)


def ship(viewer: Viewer, shipment_id: int) -> Shipment:
    """Hand the shipment over to the courier: status, stock, order, event, change and push in one transaction.

    Safe to repeat: a shipment that is shipped or delivered stays as it is.
    """
    _need_write(viewer)
    with transaction():
        shipment, order = _locked_with_order(viewer, shipment_id)
        if shipment.status == "canceled":
            raise Conflict("canceled", "A canceled shipment can't be shipped.")
        if shipment.status != "draft":
            return shipment
        if order.status not in order_status.PACKABLE:
            name = order_status.name(order.status)
            raise Conflict("not_packable", f"An order that is {name} can't be shipped.", order_status=order.status)
        _advance(shipment, "shipped", shipped_at=now(), ship_by=order.ship_by)
        moved = _take_out_stock(viewer, shipment)
        cancel_request_state.overtake(viewer, order)
        shipped = sum(allocations.shipped_units(order).values())
        order_state.move(order, order_status.after_shipping(order_state.units_ordered(order), shipped))
        pushes.leave(order, "shipment", shipment_id=shipment.id)
        words = " ".join(filter(None, (shipment.carrier, shipment.tracking_code)))
        handed = f"Shipment {shipment.id} handed over" + (f" to {words}" if words else "")
        _tell(viewer, shipment, "shipment.shipped", handed, moved)
    return find(viewer, shipment_id)


def deliver(viewer: Viewer, shipment_id: int) -> Shipment:
    """Record that the courier delivered it; the order is delivered with its last shipment. Safe to repeat."""
    _need_write(viewer)
    with transaction():
        shipment, order = _locked_with_order(viewer, shipment_id)
        if shipment.status == "delivered":
            return shipment
        if shipment.status != "shipped":
            raise Conflict("not_shipped", "Only a shipment that was handed over can be delivered.")
        _advance(shipment, "delivered", delivered_at=now())
        underway = Shipment.select().where(
            Shipment.store == order.store_id, Shipment.order == order.id, Shipment.status.in_(("draft", "shipped"))
        )
        if order.status == "shipped" and not underway.exists():
            order_state.move(order, "delivered")
        pushes.leave(order, "delivery", shipment_id=shipment.id)
        _tell(viewer, shipment, "shipment.delivered", f"Shipment {shipment.id} delivered")
    return find(viewer, shipment_id)


def cancel(viewer: Viewer, shipment_id: int) -> Shipment:
    """Unpack a shipment that hasn't left; its units are open again. Safe to repeat."""
    _need_write(viewer)
    with transaction():
        shipment, order = _locked_with_order(viewer, shipment_id)
        if shipment.status == "canceled":
            return shipment
        if shipment.status != "draft":
            raise Conflict("already_shipped", "A shipment that was handed over can't be canceled.")
        _advance(shipment, "canceled")
        waybill_state.void_for(order)
        _tell(viewer, shipment, "shipment.canceled", f"Shipment {shipment.id} canceled")
    return find(viewer, shipment_id)


def find(viewer: Viewer, shipment_id: int) -> Shipment:
    """Return the shipment, if the viewer may see it; raise NotFound alike for a foreign one and an unknown one."""
    for shipment in _by_id(viewer.supplier_id is not None).models(Shipment, id=shipment_id, **of(viewer)):
        return shipment
    raise NotFound("shipment")


@prepared
def _by_id(scoped: bool) -> pw.Query:
    return Shipment.visible_to(any_viewer(scoped=scoped)).where(Shipment.id == slot("id"))


def _locked(viewer: Viewer, order_id: int) -> Order:
    """Lock the order's row against other moves on it, then read it as it is now."""
    allocations.lock(orders.find(viewer, order_id))
    return orders.find(viewer, order_id)


def version(shipment: Shipment) -> str:
    """Return a word that changes with what `edit` changes."""
    names = ("carrier", "tracking_code", "tracking_url", "parcel_id", "reference", "delivery_address")
    facts = {name: getattr(shipment, name) for name in names}
    return editing.version(**facts, parcels=parcel_rows.details(shipment))


def _locked_with_order(viewer: Viewer, shipment_id: int) -> tuple[Shipment, Order]:
    """Lock the order of a shipment, then read both as they are now: who waited for the lock sees what was done."""
    order = _locked(viewer, find(viewer, shipment_id).order_id)
    return find(viewer, shipment_id), order


def _advance(shipment: Shipment, new: str, **moments: dt.datetime | None) -> None:
    """Move the shipment if it still is what the caller read; raise Conflict where somebody was faster."""
    moments = {name: Shipment.updated_at.db_value(moment) for name, moment in ({"updated_at": now()} | moments).items()}
    mine = {"store": shipment.store_id, "shipment": shipment.id, "old": shipment.status}
    if not _advanced(tuple(moments)).change(new=new, **moments, **mine):
        raise Conflict("changed_meanwhile", "Somebody else changed this shipment a moment ago. Look at it again.")


@prepared
def _advanced(moments: tuple[str, ...]) -> pw.Query:
    mine = (Shipment.store == slot("store")) & (Shipment.id == slot("shipment")) & (Shipment.status == slot("old"))
    return Shipment.update(status=slot("new"), **{name: slot(name) for name in moments}).where(mine)


def _take_out_stock(viewer: Viewer, shipment: Shipment) -> set[stock.Place]:
    """Take what the shipment holds out of the supplies that its lines were allocated to; return where it lay."""
    moved: set[stock.Place] = set()
    moves: list[tuple[int, int | None, int, int]] = []
    source = {"store": shipment.store_id, "supplier": shipment.supplier_id}
    held: dict[int, list[tuple[int | None, int]]] = {}
    for line_id, supply_id, quantity in _sources(shipment.supplier_id is None).rows(shipment=shipment.id, **source):
        held.setdefault(line_id, []).append((supply_id, quantity))
    taken: list[tuple[int, int, int]] = []
    for line_id, product_id, packed in _contents().rows(shipment=shipment.id):
        left = packed
        for supply_id, quantity in held.get(line_id, ()):
            units = min(left, quantity)
            if shipment.supplier_id is None or supply_id is not None:
                taken.append((supply_id or 0, product_id, units))
            left -= units
    for supply_id, product_id, units in sorted(taken):  # So that two shipments never wait for each other's stocks.
        counts = stock.take_out(shipment.store_id, product_id, supply_id or None, units)
        moves.append((product_id, shipment.supplier_id, *counts))
        moved.add((product_id, shipment.supplier_id))
    stock_moves.note_shipped(viewer, shipment.order_id, shipment.id, moves)
    return moved


@prepared
def _contents() -> pw.Query:
    rows = ShipmentLine.select(ShipmentLine.line, OrderLine.product, ShipmentLine.quantity).join(OrderLine)
    return rows.where(ShipmentLine.shipment == slot("shipment")).order_by(ShipmentLine.id)


@prepared
def _sources(own: bool) -> pw.Query:
    """Select what one stock holds of each line of a shipment, in the order in which it was given."""
    same = Allocation.supplier.is_null() if own else Allocation.supplier == slot("supplier")
    packed = ShipmentLine.select(ShipmentLine.line).where(ShipmentLine.shipment == slot("shipment"))
    mine = (Allocation.store == slot("store")) & Allocation.line.in_(packed) & (Allocation.status == "active")
    columns = (Allocation.line, Allocation.supply, Allocation.quantity)
    return Allocation.select(*columns).where(mine, same).order_by(Allocation.id)


def _texts(viewer: Viewer, draft: ShipmentDraft) -> dict[str, str]:
    known = carriers.url_for(viewer.store_id, draft.carrier, draft.tracking_code)
    return {
        "carrier": draft.carrier,
        "tracking_code": draft.tracking_code,
        "tracking_url": draft.tracking_url or known,
        "parcel_id": draft.parcel_id,
        "reference": draft.reference,
    }


def _need_write(viewer: Viewer) -> None:
    if viewer.shipping < Level.WRITE:
        raise Forbidden("scope_missing", "Working on shipments needs the permission to write shipping.")


def _tell(viewer: Viewer, shipment: Shipment, kind: str, message: str, moved: Iterable[stock.Place] = ()) -> None:
    """Record the event and, last, the changes of shipment, order and the stocks that it left."""
    record.event(
        viewer,
        kind,
        message,
        subject="shipment",
        subject_id=shipment.id,
        order_id=shipment.order_id,
        supplier_id=shipment.supplier_id,
        public=shipment.supplier_id is not None,
    )
    told = allocations.suppliers_of(Order(id=shipment.order_id, store=shipment.store_id))
    mine = () if shipment.supplier_id is None else (shipment.supplier_id,)
    rows = [
        *record.rows_of("shipment", shipment.id, shipment.order_id, mine),
        *record.rows_of("order", shipment.order_id, shipment.order_id, told),
        *record.products(moved),
    ]
    record.number(shipment.store_id, rows)


def _units(count: int) -> str:
    return f"{count} {'unit' if count == 1 else 'units'}"
