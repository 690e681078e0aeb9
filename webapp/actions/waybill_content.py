"""What a waybill says: the shipment's own data, and what somebody typed in its place."""

from typing import Any

from webapp.actions import parcels
from webapp.domain.waybill import ADDRESS
from webapp.models import Order, Shipment, Store, Supplier, Waybill

TYPED = ("sender", "recipient", "reference", "notes", "cash_on_delivery")
"""What can be typed; a draft keeps these alone, so that the rest follows its shipment until it is issued."""


def details(shipment: Shipment, typed: dict[str, Any]) -> dict[str, Any]:
    """Return everything that is printed, as `Waybill.details` keeps it. No price is among it but cash on delivery."""
    order: Order = Order.get((Order.store == shipment.store_id) & (Order.id == shipment.order_id))
    own = {
        "sender": _sender(shipment),
        "recipient": {part: shipment.delivery_address.get(part) or "" for part in ADDRESS},
        "carrier": shipment.carrier,
        "tracking_code": shipment.tracking_code,
        "tracking_url": shipment.tracking_url,
        "reference": shipment.reference,
        "order": order.reference,
        "parcels": parcels.details(shipment),
        "cash_on_delivery": _cash(order, shipment),
        "notes": "",
    }
    said = own | {name: value for name, value in typed.items() if name in TYPED and value}
    if (said["cash_on_delivery"] or {}).get("amount_cents") == 0:
        said["cash_on_delivery"] = None  # Somebody emptied the field.
    return said


def shown(waybill: Waybill, shipment: Shipment) -> dict[str, Any]:
    """Return what a waybill says now: frozen if it ever was issued, else following its shipment."""
    return dict(waybill.details) if waybill.issued_at else details(shipment, waybill.details)


def outdated(waybill: Waybill, shipment: Shipment) -> bool:
    """Tell whether a waybill that we made says another courier or code than its shipment does by now."""
    if waybill.status != "issued" or waybill.origin != "created":
        return False
    said = (waybill.details.get("carrier"), waybill.details.get("tracking_code"))
    return said != (shipment.carrier, shipment.tracking_code)


def _cash(order: Order, shipment: Shipment) -> dict[str, Any] | None:
    """Return what the courier collects: all of it with the order's first shipment, nothing with the others."""
    if not order.cash_on_delivery_cents:
        return None
    live = (Shipment.store == order.store_id) & (Shipment.order == order.id) & (Shipment.status != "canceled")
    if Shipment.select().where(live, Shipment.id < shipment.id).exists():
        return None
    return {"amount_cents": order.cash_on_delivery_cents, "currency": order.currency}


def _sender(shipment: Shipment) -> dict[str, str]:
    """Return the name of the stock that it leaves, and its address as far as it is known."""
    if shipment.supplier_id is None:
        return {"name": Store.get_by_id(shipment.store_id).name}
    supplier = Supplier.get_by_id(shipment.supplier_id)
    known = supplier.address
    return {
        "name": supplier.name,
        "address": known.get("street") or "",
        "postcode": known.get("postcode") or "",
        "city": known.get("city") or "",
        "state_iso": known.get("state") or "",
        "country_iso": known.get("country") or "",
    }
