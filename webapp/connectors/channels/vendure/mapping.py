"""From Vendure's orders to ours, and from our shipments to its fulfilments."""

import datetime as dt
from typing import Any

from webapp.connectors.channels import ConnectorError
from webapp.domain.channel import IncomingLine, IncomingOrder, OutgoingShipment

STATUSES = {
    "ArrangingPayment": "awaiting_payment",
    "ArrangingAdditionalPayment": "awaiting_payment",
    "PaymentAuthorized": "payment_accepted",
    "PaymentSettled": "payment_accepted",
    "PartiallyShipped": "partially_shipped",
    "Shipped": "shipped",
    "PartiallyDelivered": "partially_shipped",
    "Delivered": "delivered",
    "Cancelled": "canceled",
    "Modifying": "on_hold",
}
"""Vendure's default order process. A state that the shop added itself puts the order on hold for a person to see."""

SEPARATOR = " · "
"""Between carrier and our reference in a fulfilment's method, the one text of ours that Vendure keeps and shows."""


def incoming(order: dict[str, Any]) -> IncomingOrder:
    """Return Vendure's order as one of ours; a permanent error for a basket that was never placed."""
    if not order["orderPlacedAt"]:
        raise ConnectorError("This order isn't placed yet.", permanent=True)
    return IncomingOrder(
        external_id=str(order["id"]),
        reference=order["code"],
        status=STATUSES.get(order["state"], "on_hold"),
        channel_status=order["state"],
        currency=order["currencyCode"],
        ordered_at=moment(order["orderPlacedAt"]),
        updated_at=moment(order["updatedAt"]),
        lines=tuple(_line(line) for line in order["lines"]),
        total_cents=order["totalWithTax"],
        shipping_cents=order["shippingWithTax"],
        customer=_customer(order),
        delivery_address=_address(order["shippingAddress"]),
        billing_address=_address(order["billingAddress"]),
        shipping_method=", ".join(line["shippingMethod"]["name"] for line in order["shippingLines"]),
    )


def _line(line: dict[str, Any]) -> IncomingLine:
    """Return one line; the price has the line's share of every discount taken off, as Vendure refunds it."""
    variant = line["productVariant"]
    return IncomingLine(
        external_id=str(line["id"]),
        sku=variant["sku"],
        title=variant["name"],
        quantity=line["quantity"],
        unit_price_cents=line["proratedUnitPriceWithTax"],
    )


def _customer(order: dict[str, Any]) -> dict[str, str]:
    buyer = order["customer"] or {}
    parts = {"name": "firstName", "surname": "lastName", "email": "emailAddress", "phone": "phoneNumber"}
    return {ours: buyer.get(theirs) or "" for ours, theirs in parts.items()}


def _address(address: dict[str, Any] | None) -> dict[str, str]:
    """Return an address; Vendure holds one full name, of which the last word is taken for the surname."""
    if not address or not any(address.values()):
        return {}
    name, _, surname = " ".join((address["fullName"] or "").split()).rpartition(" ")
    lines = (address["streetLine1"], address["streetLine2"])
    return {
        "name": name or surname,
        "surname": surname if name else "",
        "company": address["company"] or "",
        "address": ", ".join(line for line in lines if line),
        "postcode": address["postalCode"] or "",
        "city": address["city"] or "",
        "state_iso": address["province"] or "",
        "country_iso": address["countryCode"] or "",
        "phone": address["phoneNumber"] or "",
    }


def moment(text: str) -> dt.datetime:
    """Return a time of Vendure's (ISO 8601 with Z) as an aware one."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def stamp(when: dt.datetime) -> str:
    """Return a time as Vendure takes it, to the millisecond below."""
    return when.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def method(shipment: OutgoingShipment) -> str:
    """Return the fulfilment's method: the carrier and our reference, by which a repeat finds it again."""
    return f"{shipment.courier or 'Parcel'}{SEPARATOR}{shipment.reference}"


def is_ours(fulfilment: dict[str, Any], shipment: OutgoingShipment) -> bool:
    """Tell whether a fulfilment is this shipment, whatever its carrier and tracking are."""
    return str(fulfilment["method"]).rpartition(SEPARATOR)[2] == shipment.reference


def covers(fulfilment: dict[str, Any], shipment: OutgoingShipment) -> bool:
    """Tell whether somebody made this shipment on the shop by hand: the same lines and units, no reference of ours."""
    has_reference = SEPARATOR in str(fulfilment["method"])
    held = {str(line["orderLineId"]): line["quantity"] for line in fulfilment["lines"]}
    return not has_reference and held == wanted(shipment)


def by_age(item: dict[str, Any]) -> tuple[str, int, str]:
    """Return a key that sorts fulfilments oldest first; ids are numbers or, where the shop says so, UUIDs."""
    return item["createdAt"], len(str(item["id"])), str(item["id"])


def wanted(shipment: OutgoingShipment) -> dict[str, int]:
    """Return the units of each of the channel's lines that a shipment holds."""
    units: dict[str, int] = {}
    for line_id, quantity in shipment.lines:
        units[line_id] = units.get(line_id, 0) + quantity
    return units


def fulfilment_input(shipment: OutgoingShipment) -> dict[str, Any]:
    """Return the argument of `addFulfillmentToOrder`."""
    return {
        "lines": [{"orderLineId": line, "quantity": units} for line, units in wanted(shipment).items()],
        "handler": {
            "code": "manual-fulfillment",
            "arguments": [
                {"name": "method", "value": method(shipment)},
                {"name": "trackingCode", "value": shipment.tracking_code},
            ],
        },
    }
