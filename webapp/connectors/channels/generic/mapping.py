"""The words and shapes of messages from and to any other shop."""

from typing import Any

from webapp.domain.channel import OutgoingShipment

STATUSES = {
    "pending": "awaiting_payment",
    "unpaid": "awaiting_payment",
    "paid": "payment_accepted",
    "processing": "payment_accepted",
    "in_process": "in_process",
    "on_hold": "on_hold",
    "partially_shipped": "partially_shipped",
    "shipped": "shipped",
    "delivered": "delivered",
    "canceled": "canceled",
    "cancelled": "canceled",
    "refunded": "canceled",
    "returned": "returned",
}
"""What a shop may say of its order, and what that means here."""

WORDS = {ours: word for word, ours in reversed(STATUSES.items())}
"""Our status -> the word that the shop is told: the first of those that mean it."""


def status(word: str) -> str | None:
    """Return our status for a shop's word, whatever its case, blanks and hyphens; None for one that isn't known."""
    return STATUSES.get("_".join(word.casefold().replace("-", " ").replace("_", " ").split()))


def unknown(word: str) -> str:
    """Return what to say of a status that isn't known."""
    return f"“{word[:40]}” isn't a status. Known are: {', '.join(STATUSES)}."


def shipment(told: OutgoingShipment) -> dict[str, Any]:
    """Return a shipment as the message holds it."""
    return {
        "order": {"id": told.order_external_id},
        "reference": told.reference,
        "lines": [{"id": line, "quantity": units} for line, units in told.lines],
        "carrier": told.carrier,
        "tracking_code": told.tracking_code,
        "tracking_url": told.tracking_url,
        "completes_order": told.completes_order,
    }
