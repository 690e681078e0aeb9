"""The moves of a waybill's life, each inside its caller's transaction and under the lock of the order."""

from collections.abc import Callable
from typing import Any

from webapp.actions import waybill_content, waybill_files
from webapp.db import now
from webapp.domain import waybill, waybill_status
from webapp.domain.errors import Conflict, NotFound
from webapp.domain.viewer import Viewer
from webapp.domain.waybill import Label
from webapp.models import Order, Shipment, ShipmentLine, Waybill

Draw = Callable[[Label], dict[str, bytes]]
"""Makes the files of a label, media type -> bytes; the door brings it, for drawing is an edge."""


def newest(viewer: Viewer, shipment: Shipment) -> Waybill:
    """Return the last waybill of a shipment that the viewer sees; raise NotFound where it never had one."""
    found: Waybill | None = Waybill.newest(viewer, [shipment.id]).first()
    if found is None:
        raise NotFound("waybill")
    return found


def to_replace(viewer: Viewer, shipment: Shipment) -> Waybill:
    """Return the issued waybill that a new one replaces; Conflict `nothing_to_replace` where there is none."""
    last = Waybill.newest(viewer, [shipment.id]).first()
    if last is None or last.status != "issued":
        drafted = last is not None and last.status == "draft"
        told = "A draft isn't replaced: edit it." if drafted else "There is no issued waybill to replace."
        raise Conflict("nothing_to_replace", told)
    return last


def refuse_second(viewer: Viewer, shipment: Shipment) -> None:
    """Raise Conflict `waybill_exists` where the shipment has a live waybill."""
    last = Waybill.newest(viewer, [shipment.id]).first()
    if last is not None and last.status in waybill_status.LIVE:
        told = f"This shipment has a waybill, which is {last.status}. Void it, or say that the new one replaces it."
        raise Conflict("waybill_exists", told, waybill=_facts(last))


def draft_of(viewer: Viewer, shipment: Shipment) -> Waybill:
    """Return the shipment's draft; Conflict `not_a_draft` names what it is instead."""
    last = newest(viewer, shipment)
    if last.status != "draft":
        hint = "void it, or replace it" if last.status == "issued" else "create another"
        raise Conflict("not_a_draft", f"The waybill is {last.status} and stays as it is: {hint}.", waybill=_facts(last))
    return last


def insert(viewer: Viewer, shipment: Shipment, origin: str, typed: dict[str, Any], former: Waybill | None) -> Waybill:
    """Write a draft; what it replaces is replaced from now on, so whoever passes that issues the draft as well."""
    if former is not None:
        advance(former, "replaced")
    made: Waybill = Waybill.create(
        store=shipment.store_id,
        shipment=shipment.id,
        supplier=shipment.supplier_id,
        origin=origin,
        number=waybill.number_for(shipment.tracking_code, shipment.id),
        details=typed,
        replaces=former.id if former else None,
        created_by=viewer.actor.label,
    )
    return made


def issue(draft: Waybill, shipment: Shipment, draw: Draw | None) -> None:
    """Issue a draft: it says from now on what shipment and typing say now; what wasn't uploaded is drawn."""
    draft.number = waybill.number_for(shipment.tracking_code, shipment.id)
    details = waybill_content.details(shipment, draft.details)
    advance(draft, "issued", issued_at=now(), number=draft.number, details=details)
    if draw is not None and draft.origin == "created":
        waybill_files.keep(draft, draw(waybill.label(draft.number, details)))


def advance(row: Waybill, new: str, **values: Any) -> None:
    """Move a waybill if its life allows it and it still is what the caller read."""
    if not waybill_status.can_move(row.status, new):
        raise Conflict("not_possible", f"A waybill that is {row.status} can't be {new}.", waybill=_facts(row))
    query = Waybill.update(status=new, updated_at=now(), **values)
    if not query.where(Waybill.store == row.store_id, Waybill.id == row.id, Waybill.status == row.status).execute():
        raise Conflict("changed_meanwhile", "Somebody else changed this waybill a moment ago. Look at it again.")
    row.status = new


def void_for(order: Order) -> None:
    """Void what is live of an order's canceled shipments, inside the transaction that cancels them."""
    canceled = Shipment.select(Shipment.id).where(
        Shipment.store == order.store_id, Shipment.order == order.id, Shipment.status == "canceled"
    )
    moment = now()
    Waybill.update(status="voided", voided_at=moment, updated_at=moment, reason="The shipment was canceled.").where(
        Waybill.store == order.store_id, Waybill.status.in_(waybill_status.LIVE), Waybill.shipment.in_(canceled)
    ).execute()


def has_live(
    store_id: int, *, order_id: int | None = None, shipment_id: int | None = None, line_id: int | None = None
) -> bool:
    """Tell whether a live waybill stands for this order, shipment or order line: then nothing of it is re-routed."""
    query = Waybill.live(store_id).join(Shipment).where(Shipment.status != "canceled")
    if order_id is not None:
        query = query.where(Shipment.order == order_id)
    if shipment_id is not None:
        query = query.where(Shipment.id == shipment_id)
    if line_id is not None:
        holding = ShipmentLine.select(ShipmentLine.shipment)
        query = query.where(
            Shipment.id.in_(holding.where(ShipmentLine.store == store_id, ShipmentLine.line == line_id))
        )
    return bool(query.exists())


def _facts(row: Waybill) -> dict[str, Any]:
    return {"id": row.id, "status": row.status}
