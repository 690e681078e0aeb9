"""From the sandbox shop's orders to ours, and back."""

import datetime as dt
from typing import Any

from webapp.domain.channel import IncomingLine, IncomingOrder, IncomingProduct, OutgoingShipment

STATUSES = {
    "pending": "awaiting_payment",
    "paid": "payment_accepted",
    "partially_shipped": "partially_shipped",
    "shipped": "shipped",
    "delivered": "delivered",
    "canceled": "canceled",
}
CARRIERS = ("BRT", "DHL", "DPD", "FedEx", "GLS", "InPost", "Poste Italiane", "SDA", "TNT", "UPS")
"""The shop's own list: it takes no other carrier."""

USUAL = {"Bartolini": "BRT", "DHL Express": "DHL", "Poste": "Poste Italiane", "TNT Express": "TNT"}

ADDRESS = ("name", "surname", "address", "postcode", "city", "state_iso", "country_iso", "phone")


def stamp(moment: dt.datetime) -> str:
    """Return a moment as the shop writes it."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def incoming(order: dict[str, Any]) -> IncomingOrder:
    """Return the shop's order as one of ours."""
    buyer = order["buyer"]
    return IncomingOrder(
        external_id=str(order["id"]),
        reference=order["number"],
        status=STATUSES.get(order["status"], "on_hold"),
        channel_status=order["status"],
        currency=order["currency"],
        ordered_at=dt.datetime.fromisoformat(order["placed_at"]),
        updated_at=dt.datetime.fromisoformat(order["updated_at"]),
        lines=tuple(
            IncomingLine(str(line["id"]), line["sku"], line["title"], line["quantity"], line["price"])
            for line in order["lines"]
        ),
        total_cents=order["total"],
        customer={part: buyer[part] for part in ("name", "surname", "email", "phone")},
        delivery_address={part: buyer[part] for part in ADDRESS},
        shipping_method="Standard",
    )


def product(row: dict[str, Any]) -> IncomingProduct:
    """Return something that the shop sells."""
    return IncomingProduct(str(row["id"]), row["sku"].strip(), row["title"], row["ean"], row["price"])


def outgoing(shipment: OutgoingShipment) -> dict[str, Any]:
    """Return our shipment as the shop's fulfilment."""
    return {
        "reference": shipment.reference,
        **tracking(shipment),
        "lines": [{"id": int(line), "quantity": units} for line, units in shipment.lines],
    }


def tracking(shipment: OutgoingShipment) -> dict[str, str]:
    """Return what the shop shows of a parcel."""
    return {
        "carrier": shipment.carrier,
        "tracking_code": shipment.tracking_code,
        "tracking_url": shipment.tracking_url,
    }
