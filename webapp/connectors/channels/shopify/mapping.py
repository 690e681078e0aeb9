"""From Shopify's orders to ours, and from our shipments to its fulfilments."""

import datetime as dt
from decimal import Decimal
from typing import Any

from webapp.domain.channel import IncomingLine, IncomingOrder, OutgoingShipment
from webapp.domain.money import minor_units

PAYMENTS = {
    "AUTHORIZED": "payment_accepted",
    "PAID": "payment_accepted",
    "PARTIALLY_REFUNDED": "payment_accepted",
    "PENDING": "awaiting_payment",
    "PARTIALLY_PAID": "awaiting_payment",
    "EXPIRED": "awaiting_payment",
    "REFUNDED": "canceled",
    "VOIDED": "canceled",
}
"""What a payment says of an order of which nothing has left. An unknown one puts it on hold for a person to see."""

SHIPPING = {
    "FULFILLED": "shipped",
    "FULFILLMENT_NOT_REQUIRED": "shipped",
    "PARTIALLY_FULFILLED": "partially_shipped",
    "ON_HOLD": "on_hold",
    "SCHEDULED": "on_hold",
}
"""What goes before the payment. The other words, such as “in progress”, leave it to the payment."""

SEPARATOR = " · "
"""Between carrier and our reference, for a shipment without a tracking code: nothing else would tell it apart."""


def incoming(order: dict[str, Any], lines: list[dict[str, Any]]) -> IncomingOrder:
    """Return Shopify's order as one of ours. All that names the buyer can be missing: Shopify may hide it."""
    currency, extra = order["currencyCode"], not order["taxesIncluded"]
    shipping = order["shippingLine"] or {"title": "", "taxLines": []}
    freight = amount(order["currentShippingPriceSet"]) + (taxes(shipping) if extra else 0)
    return IncomingOrder(
        external_id=number(order["id"]),
        reference=order["name"],
        status=status(order),
        channel_status=_words(order),
        currency=currency,
        ordered_at=moment(order["createdAt"]),
        updated_at=moment(order["updatedAt"]),
        lines=tuple(_line(line, currency, extra) for line in lines),
        total_cents=minor_units(amount(order["currentTotalPriceSet"]), currency),
        shipping_cents=minor_units(freight, currency),
        customer=_customer(order),
        delivery_address=_address(order["shippingAddress"]),
        billing_address=_address(order["billingAddress"]),
        shipping_method=shipping["title"],
        notes=order["note"] or "",
    )


def status(order: dict[str, Any]) -> str:
    """Return our status of an order."""
    payment = PAYMENTS.get(order["displayFinancialStatus"] or "", "on_hold")
    shipping = SHIPPING.get(order["displayFulfillmentStatus"])
    if order["cancelledAt"]:
        return "canceled"
    if shipping == "on_hold" and payment == "canceled":
        return "canceled"
    return shipping or payment


def _words(order: dict[str, Any]) -> str:
    """Return Shopify's two words for an order, such as “paid, unfulfilled”."""
    payment = order["displayFinancialStatus"] or "no payment"
    return f"{payment}, {order['displayFulfillmentStatus']}".lower().replace("_", " ")[:64]


def _line(line: dict[str, Any], currency: str, extra: bool) -> IncomingLine:
    """Return one line; its price has its share of every discount taken off and the tax on top.

    What needs no shipping, such as a gift card or a tip, is of no concern to a warehouse: none of it is wanted.
    """
    price, ordered = amount(line["discountedUnitPriceAfterAllDiscountsSet"]), line["quantity"]
    if extra and ordered:
        price += taxes(line) / ordered
    return IncomingLine(
        external_id=number(line["id"]),
        sku=line["sku"] or "",
        title=line["name"],
        quantity=line["currentQuantity"] if line["requiresShipping"] else 0,
        unit_price_cents=minor_units(price, currency),
    )


def _customer(order: dict[str, Any]) -> dict[str, str]:
    person = order["customer"] or order["billingAddress"] or order["shippingAddress"] or {}
    return {
        "name": person.get("firstName") or "",
        "surname": person.get("lastName") or "",
        "email": order["email"] or "",
        "phone": order["phone"] or "",
    }


def _address(address: dict[str, Any] | None) -> dict[str, str]:
    """Return an address; an empty one where nothing but a place is known, as Shopify shows it to some apps."""
    if not address or not any(address[part] for part in ("firstName", "lastName", "company", "address1")):
        return {}
    lines = (address["address1"], address["address2"])
    return {
        "name": address["firstName"] or "",
        "surname": address["lastName"] or "",
        "company": address["company"] or "",
        "address": ", ".join(line for line in lines if line),
        "postcode": address["zip"] or "",
        "city": address["city"] or "",
        "state_iso": address["provinceCode"] or "",
        "country_iso": address["countryCodeV2"] or "",
        "phone": address["phone"] or "",
    }


def amount(bag: dict[str, Any]) -> Decimal:
    """Return an amount in the shop's own currency, which is the order's `currencyCode`."""
    return Decimal(bag["shopMoney"]["amount"])


def taxes(taxed: dict[str, Any]) -> Decimal:
    """Return the taxes on something, for shops whose prices don't hold them."""
    return sum((amount(line["priceSet"]) for line in taxed["taxLines"]), Decimal(0))


def number(gid: str) -> str:
    """Return the number in one of Shopify's ids, such as `gid://shopify/Order/123`: it is what we keep."""
    return gid.rpartition("/")[2].partition("?")[0]


def gid(kind: str, kept: str) -> str:
    """Return Shopify's id for the number that we keep."""
    return f"gid://shopify/{kind}/{kept}"


def moment(text: str) -> dt.datetime:
    """Return a time of Shopify's as an aware one."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def changed_between(start: dt.datetime | None, end: dt.datetime) -> str:
    """Return the search for orders that changed from `start` to `end`, in whole seconds; unquoted, a colon ends it."""
    bounds = [(">=", start), ("<=", end)]
    said = [(sign, when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")) for sign, when in bounds if when]
    return " AND ".join(f"updated_at:{sign}'{when}'" for sign, when in said)


def wanted(shipment: OutgoingShipment) -> dict[str, int]:
    """Return the units of each of the channel's lines that a shipment holds."""
    units: dict[str, int] = {}
    for line_id, quantity in shipment.lines:
        units[line_id] = units.get(line_id, 0) + quantity
    return units


def tracking(shipment: OutgoingShipment) -> dict[str, str]:
    """Return the tracking as Shopify takes it: number and URL, never their plurals beside them."""
    carrier, code = shipment.courier or "Other", shipment.tracking_code.strip()
    if not code:
        return {"company": f"{carrier}{SEPARATOR}{shipment.reference}"}
    link = shipment.tracking_url.strip()
    return {"company": carrier, "number": code, **({"url": link} if link.startswith(("http://", "https://")) else {})}
