"""What it means that a channel and we have an order differently."""

from collections.abc import Collection, Mapping
from typing import Any

from webapp.domain import order_status

DAYS = 30
"""How far back a channel is compared."""

KINDS: tuple[tuple[str, str], ...] = (
    ("missing", "Missing here"),
    ("differs", "Different here"),
    ("canceled_there", "Canceled there, open here"),
    ("canceled_here", "Canceled here, open there"),
    ("not_told", "Shipped here, not there"),
    ("unknown_there", "Unknown there"),
    ("failed", "Can't be taken in"),
)
"""Every kind of difference with the name that people read."""

WORDS = {
    "total_cents": "total",
    "shipping_cents": "shipping costs",
    "delivery_address": "delivery address",
    "billing_address": "billing address",
    "channel_status": "status",
}
"""Columns by the words that people use, where those differ."""

DERIVED = ("recipient", "buyer", "channel_updated_at")
"""Columns that are made from others, or that say only when those were changed."""


def different(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Return what differs between an order's columns, in words."""
    names = [name for name in theirs if name not in DERIVED and ours[name] != theirs[name]]
    return [WORDS.get(name, name.replace("_", " ")) for name in names]


def different_lines(ours: Mapping[str, int], theirs: Mapping[str, int]) -> bool:
    """Tell whether the channel wants other units than we think; both are the channel's line id -> units."""
    return any(ours.get(key, 0) != theirs.get(key, 0) for key in ours.keys() | theirs.keys())


def state(ours: str, theirs: str, *, told: bool, open_here: Collection[str]) -> str | None:
    """Return the kind of a difference between two statuses that a reading can't mend; None where there is none.

    `told` says that the channel has been told of all that shipped; `open_here` are the statuses of open orders.
    """
    if theirs == "canceled":
        return "canceled_there" if ours in open_here else None
    if ours == "canceled":
        return "canceled_here" if theirs in open_here else None
    behind = order_status.OPEN
    return "not_told" if told and ours in ("shipped", "delivered") and theirs in behind else None
