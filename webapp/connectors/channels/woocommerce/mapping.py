"""From WooCommerce's orders to ours."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.domain.money import minor_units

STATUSES = {
    "pending": "awaiting_payment",
    "on-hold": "awaiting_payment",
    "failed": "awaiting_payment",
    "processing": "payment_accepted",
    "completed": "shipped",
    "cancelled": "canceled",
    "refunded": "canceled",
    "trash": "canceled",
}
"""WooCommerce's own statuses. "On hold" there waits for a payment, such as a bank transfer; a failed payment can be
tried again. A status that the shop added itself puts the order on hold for a person to see."""

UNPLACED = ("checkout-draft", "auto-draft")
"""Baskets that nobody has ordered yet."""

FIELDS = (
    "id,number,status,currency,date_created_gmt,date_modified_gmt,total,shipping_total,shipping_tax,"
    "billing,shipping,line_items,shipping_lines,customer_note,refunds"
)
"""What is asked for of an order: others' extensions can add megabytes."""


def incoming(order: dict[str, Any], refunded: dict[str, int] | None = None) -> IncomingOrder:
    """Return WooCommerce's order as one of ours; `refunded` are the units of each line that were paid back."""
    currency, billing = order["currency"], order["billing"]
    return IncomingOrder(
        external_id=str(order["id"]),
        reference=str(order["number"]),
        status=STATUSES.get(order["status"], "on_hold"),
        channel_status=order["status"],
        currency=currency,
        ordered_at=moment(order["date_created_gmt"] or order["date_modified_gmt"]),
        updated_at=moment(order["date_modified_gmt"]),
        lines=tuple(_line(line, currency, refunded or {}) for line in order["line_items"]),
        total_cents=minor_units(_amount(order["total"]), currency),
        shipping_cents=minor_units(_amount(order["shipping_total"]) + _amount(order["shipping_tax"]), currency),
        customer=_person(billing) | {"email": billing.get("email") or "", "phone": billing.get("phone") or ""},
        delivery_address=_address(order["shipping"]) or _address(billing),
        billing_address=_address(billing),
        shipping_method=", ".join(line["method_title"] for line in order["shipping_lines"]),
        notes=order.get("customer_note") or "",
    )


def refunded_units(refunds: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return line id -> units that were refunded; a refund holds them below zero and names the line in its meta."""
    units: dict[str, int] = {}
    for line in (line for refund in refunds for line in refund["line_items"]):
        for meta in line["meta_data"]:
            if meta["key"] == "_refunded_item_id":
                named = str(meta["value"])
                units[named] = units.get(named, 0) + abs(int(line["quantity"]))
    return units


def _line(line: dict[str, Any], currency: str, refunded: dict[str, int]) -> IncomingLine:
    """Return one line; its price has the line's share of every discount taken off and the tax on top."""
    line_id, quantity = str(line["id"]), int(line["quantity"])
    paid = _amount(line["total"]) + _amount(line["total_tax"])
    return IncomingLine(
        external_id=line_id,
        sku=line["sku"] or "",
        title=line["name"],
        quantity=max(quantity - refunded.get(line_id, 0), 0),
        unit_price_cents=minor_units(paid / quantity, currency) if quantity else 0,
    )


def _amount(written: str) -> Decimal:
    """Return an amount as WooCommerce writes it; an empty one, as imported orders can have it, is nothing."""
    return Decimal(written or 0)


def _person(address: dict[str, Any]) -> dict[str, str]:
    return {"name": address.get("first_name") or "", "surname": address.get("last_name") or ""}


def _address(address: dict[str, Any]) -> dict[str, str]:
    """Return an address; an empty one where nothing but a country is known."""
    if not any(address.get(part) for part in ("first_name", "last_name", "company", "address_1", "city", "postcode")):
        return {}
    lines = (address.get("address_1"), address.get("address_2"))
    return _person(address) | {
        "company": address.get("company") or "",
        "address": ", ".join(line for line in lines if line),
        "postcode": address.get("postcode") or "",
        "city": address.get("city") or "",
        "state_iso": address.get("state") or "",
        "country_iso": address.get("country") or "",
        "phone": address.get("phone") or "",
    }


def moment(text: str) -> dt.datetime:
    """Return one of WooCommerce's `_gmt` times, which carry no offset, as an aware one."""
    found = dt.datetime.fromisoformat(text)
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


def stamp(when: dt.datetime) -> str:
    """Return a time as WooCommerce takes it beside `dates_are_gmt`, in whole seconds."""
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
