"""What Medusa's words for an order, its payments and its parcels come to as one status of ours."""

from decimal import Decimal
from typing import Any

from webapp.connectors.channels.medusa.client import Row

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


def told(order: Row) -> str:
    """Return Medusa's own words: an order has one for itself, one for its payments and one for its parcels."""
    if order["status"] not in PLACED:
        return str(order["status"])
    return ", ".join((order["status"], order["payment_status"], order["fulfillment_status"]))


def status(order: Row, items: list[Row], paid_by: str) -> str:
    """Return our status of an order with these lines, which counts as paid by what `PAID_BY` offers."""
    if order["status"] == "canceled":
        return "canceled"
    if order["status"] not in PLACED:
        return "on_hold"
    gone = _gone(items)
    if gone:
        return gone
    if not amount(order["total"]) and order["payment_status"] == "not_paid":
        return "payment_accepted"  # There is nothing to pay.
    if order["payment_status"] == "authorized" and paid_by != "authorized":
        return "awaiting_payment"
    return PAYMENTS.get(order["payment_status"], "on_hold")


def _gone(items: list[Row]) -> str:
    """Return the status that the units which have left give the order; an empty text while none has.

    It is counted here: what Medusa calls it depends on the fields that are asked for.
    """
    ordered = sum(units(item["quantity"]) for item in items)
    delivered = sum(units(item["detail"]["delivered_quantity"]) for item in items)
    shipped = sum(left(item) for item in items)
    if not shipped:
        return ""
    if shipped < ordered:
        return "partially_shipped"
    return "delivered" if delivered >= ordered else "shipped"


def left(item: Row) -> int:
    """Return the units of a line that have left; what needs no shipping can be delivered without being shipped."""
    return max(units(item["detail"]["shipped_quantity"]), units(item["detail"]["delivered_quantity"]))


def units(quantity: Any) -> int:
    """Return a quantity, which Medusa gives as a number of any kind."""
    return int(Decimal(quantity or 0))


def amount(value: Any) -> Decimal:
    """Return an amount, which Medusa gives in whole currency units as a number."""
    return Decimal(value or 0)
