"""Waybills, as a program may see them."""

from typing import Any

from webapp.actions import waybill_content, waybill_files
from webapp.domain import masking, waybill_status
from webapp.domain.viewer import Viewer
from webapp.models import Shipment, Waybill
from webapp.wire import parcels
from webapp.wire.values import amount, when


def shown(viewer: Viewer, waybill: Waybill, shipment: Shipment) -> dict[str, Any]:
    """Return one waybill with everything that it says."""
    details = waybill_content.shown(waybill, shipment)
    cash = details["cash_on_delivery"]
    return {
        **listed([waybill])[0],
        "sender": details["sender"],
        "recipient": masking.address(viewer, details["recipient"]),
        "carrier": details["carrier"],
        "tracking_code": details["tracking_code"],
        "tracking_url": details["tracking_url"],
        "reference": details["reference"],
        "order_reference": details["order"],
        "parcels": [parcels.shown(place, **parcel) for place, parcel in enumerate(details["parcels"], start=1)],
        # What the courier collects is no secret of the order's: whoever sees the label sees it.
        "cash_on_delivery": cash and {"amount": amount(cash["amount_cents"]), "currency": cash["currency"]},
        "notes": details["notes"],
    }


def listed(waybills: list[Waybill]) -> list[dict[str, Any]]:
    """Return many waybills without what they say: one statement, however many."""
    formats = waybill_files.available(waybills)
    return [_head(row, formats[row.id]) for row in waybills]


def _head(waybill: Waybill, formats: list[str]) -> dict[str, Any]:
    return {
        "id": waybill.id,
        "shipping_id": waybill.shipment_id,
        "status": {"id": waybill.status, "name": waybill_status.name(waybill.status)},
        "origin": waybill.origin,
        "number": waybill.number,
        "formats": formats,
        "replaces": waybill.replaces_id,
        "reason": waybill.reason,
        "creation_date": when(waybill.created_at),
        "update_date": when(waybill.updated_at),
        "issue_date": when(waybill.issued_at),
        "void_date": when(waybill.voided_at),
    }
