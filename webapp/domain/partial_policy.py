"""When a channel that takes one shipment an order is told of an order that leaves in several parcels."""

from collections.abc import Sequence

POLICIES: tuple[tuple[str, str], ...] = (
    ("last", "Told with the last parcel"),
    ("first", "Told with the first parcel"),
    ("each", "Told with each parcel: the newest tracking code is shown"),
)
"""Every policy with the words that people read; the first is taken where none was chosen."""

COMPLETE = ("shipped", "delivered", "returned", "canceled")
"""An order in one of these has nothing left to ship."""


def told_of(policy: str, parcels: Sequence[int]) -> int:
    """Return the one parcel, of those that left in this order, that stands for all where no more will leave."""
    return parcels[0] if policy == "first" else parcels[-1]


def tells(policy: str, order_status: str, *, earlier: bool, later: bool) -> bool:
    """Tell whether a parcel is told to the channel; `earlier` and `later` say whether the order has such parcels."""
    if policy == "each":
        return True
    if policy == "first":
        return not earlier
    return order_status in COMPLETE and not later
