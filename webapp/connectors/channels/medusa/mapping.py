"""From Medusa's orders to ours."""

import datetime as dt
from decimal import Decimal
from typing import Any

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.medusa.client import Row
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.domain.money import minor_units

PAYMENTS = {
    "not_paid": "awaiting_payment",
    "awaiting": "awaiting_payment",
    "requires_action": "awaiting_payment",
    "partially_authorized": "awaiting_payment",
    "partially_captured": "awaiting_payment",
    "canceled": "awaiting_payment",
    "authorized": "payment_accepted",
    "captured": "payment_accepted",
    "partially_refunded": "payment_accepted",
    "refunded": "canceled",
}
"""Medusa's payment statuses. Any other puts the order on hold for a person to see."""

PAID_BY = (("authorized", "Authorized: the money is promised"), ("captured", "Captured: the money is there"))
"""What the merchant can take for paid, with the words for it."""

PLACED = ("pending", "completed", "archived")
"""Statuses of an order whose payment and parcels say the rest."""

FIELDS = (
    "id,display_id,custom_display_id,status,currency_code,email,created_at,updated_at,total,shipping_total,"
    "*customer,*shipping_address,*billing_address,*items,*items.detail,*shipping_methods"
)
"""What is asked for of an order. Payment and fulfilment status come along, the latter right only with whole items."""


def incoming(order: Row, paid_by: str) -> IncomingOrder:
    """Return Medusa's order as one of ours, paid by what `PAID_BY` offers; a permanent error for a draft."""
    if order["status"] == "draft":
        raise ConnectorError("This order is still a draft.", permanent=True)
    currency, items = str(order["currency_code"]).upper(), _once(order["items"])
    delivery, billing = _address(order.get("shipping_address")), _address(order.get("billing_address"))
    return IncomingOrder(
        external_id=order["id"],
        reference=str(order.get("custom_display_id") or order["display_id"]),
        status=_status(order, items, paid_by),
        channel_status=_told(order),
        currency=currency,
        ordered_at=moment(order["created_at"]),
        updated_at=moment(order["updated_at"]),
        lines=tuple(_line(item, currency) for item in items),
        total_cents=minor_units(_amount(order["total"]), currency),
        shipping_cents=minor_units(_amount(order["shipping_total"]), currency),
        customer=_customer(order, billing or delivery),
        delivery_address=delivery or billing,
        billing_address=billing,
        shipping_method=", ".join(method["name"] for method in order.get("shipping_methods") or ()),
    )


def _told(order: Row) -> str:
    """Return Medusa's own words: an order has one for itself, one for its payments and one for its parcels."""
    if order["status"] not in PLACED:
        return str(order["status"])
    return ", ".join((order["status"], order["payment_status"], order["fulfillment_status"]))


def _once(items: list[Row]) -> list[Row]:
    """Return each line once, with what most of its units are known to have done.

    Of calls that change an order at the same time, Medusa keeps a row for each, and then shows a line several times.
    """
    lines: dict[str, Row] = {}
    for item in items:
        known = lines.setdefault(item["id"], {**item, "detail": dict(item["detail"])})["detail"]
        for name in (name for name in item["detail"] if name.endswith("_quantity") and not name.startswith("raw_")):
            known[name] = max(_units(known[name]), _units(item["detail"][name]))
    return list(lines.values())


def _status(order: Row, items: list[Row], paid_by: str) -> str:
    if order["status"] == "canceled":
        return "canceled"
    if order["status"] not in PLACED:
        return "on_hold"
    gone = _gone(items)
    if gone:
        return gone
    if not _amount(order["total"]) and order["payment_status"] == "not_paid":
        return "payment_accepted"  # There is nothing to pay.
    if order["payment_status"] == "authorized" and paid_by != "authorized":
        return "awaiting_payment"
    return PAYMENTS.get(order["payment_status"], "on_hold")


def _gone(items: list[Row]) -> str:
    """Return the status that the units which have left give the order; an empty text while none has.

    It is counted here, since an older Medusa tells "shipped" of an order once all of its parcels so far are.
    """
    ordered = sum(_units(item["quantity"]) for item in items)
    delivered = sum(_units(item["detail"]["delivered_quantity"]) for item in items)
    shipped = sum(_left(item) for item in items)
    if not shipped:
        return ""
    if shipped < ordered:
        return "partially_shipped"
    return "delivered" if delivered >= ordered else "shipped"


def _left(item: Row) -> int:
    """Return the units of a line that have left; what needs no shipping can be delivered without being shipped."""
    return max(_units(item["detail"]["shipped_quantity"]), _units(item["detail"]["delivered_quantity"]))


def _line(item: Row, currency: str) -> IncomingLine:
    """Return one line; its price has the line's share of every discount taken off and the tax on top.

    Units that were written off or returned before they left aren't wanted any more; what came back after it
    had left stays, since it was sent.
    """
    ordered, detail = _units(item["quantity"]), item["detail"]
    back = sum(
        _units(detail.get(name))
        for name in ("written_off_quantity", "return_received_quantity", "return_dismissed_quantity")
    )
    return IncomingLine(
        external_id=item["id"],
        sku=item.get("variant_sku") or "",
        title=item["title"],
        quantity=max(ordered - back, _left(item)),
        unit_price_cents=minor_units(_amount(item["total"]) / ordered, currency) if ordered else 0,
        ean=item.get("variant_barcode") or "",
    )


def _units(quantity: Any) -> int:
    return int(Decimal(quantity or 0))


def _amount(value: Any) -> Decimal:
    """Return an amount, which Medusa gives in whole currency units as a number."""
    return Decimal(value or 0)


def _customer(order: Row, address: dict[str, str]) -> dict[str, str]:
    """Return the buyer; a guest's name stands in the addresses alone."""
    buyer = order.get("customer") or {}
    named = buyer.get("first_name") or buyer.get("last_name")
    return {
        "name": (buyer.get("first_name") or "") if named else address.get("name", ""),
        "surname": (buyer.get("last_name") or "") if named else address.get("surname", ""),
        "email": order.get("email") or buyer.get("email") or "",
        "phone": buyer.get("phone") or address.get("phone", ""),
    }


def _address(address: Row | None) -> dict[str, str]:
    """Return an address; an empty one where nothing but a country is known."""
    parts = ("first_name", "last_name", "company", "address_1", "city", "postal_code")
    if not address or not any(address.get(part) for part in parts):
        return {}
    lines = (address.get("address_1"), address.get("address_2"))
    return {
        "name": address.get("first_name") or "",
        "surname": address.get("last_name") or "",
        "company": address.get("company") or "",
        "address": ", ".join(line for line in lines if line),
        "postcode": address.get("postal_code") or "",
        "city": address.get("city") or "",
        "state_iso": address.get("province") or "",
        "country_iso": (address.get("country_code") or "").upper(),
        "phone": address.get("phone") or "",
    }


def moment(text: str) -> dt.datetime:
    """Return a time of Medusa's (ISO 8601 with Z) as an aware one."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def stamp(when: dt.datetime) -> str:
    """Return a time as Medusa takes it, to the millisecond below."""
    return when.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
