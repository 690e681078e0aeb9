"""The statuses of an order, the moves between them, and what happens when the channel has another one."""

STATUSES: tuple[tuple[str, str], ...] = (
    ("awaiting_payment", "Awaiting payment"),
    ("payment_accepted", "Payment accepted"),
    ("in_process", "In process"),
    ("partially_shipped", "Partially shipped"),
    ("shipped", "Shipped"),
    ("delivered", "Delivered"),
    ("canceled", "Canceled"),
    ("on_hold", "On hold"),
    ("returned", "Returned"),
)
"""Every status with the name that people read."""

UNSTARTED = ("awaiting_payment", "payment_accepted", "in_process", "on_hold")
"""Nothing of the order has left yet: its lines want stock."""

OPEN = (*UNSTARTED, "partially_shipped")
"""Lines of the order still want stock."""

PACKABLE = ("payment_accepted", "in_process", "partially_shipped")
"""The order is to be packed and shipped now."""

BY_HAND: dict[str, tuple[str, ...]] = {
    "awaiting_payment": ("payment_accepted", "on_hold", "canceled"),
    "payment_accepted": ("in_process", "on_hold", "canceled"),
    "in_process": ("payment_accepted", "on_hold", "canceled"),
    "partially_shipped": ("on_hold",),
    "shipped": ("delivered", "returned"),
    "delivered": ("returned",),
    "canceled": (),
    "on_hold": ("payment_accepted", "in_process", "canceled"),
    "returned": (),
}
"""What a person or program may set. Partially shipped and shipped aren't here: they follow from shipments.

Where part of an order has left, canceling the rest doesn't make it canceled.
"""

RESUMED = ("awaiting_payment", "payment_accepted", "in_process", "partially_shipped")
"""Where an order may go on after a hold."""

_RANK = {
    "awaiting_payment": 0,
    "payment_accepted": 1,
    "in_process": 2,
    "partially_shipped": 3,
    "shipped": 4,
    "delivered": 5,
    "returned": 6,
}


def name(status: str) -> str:
    """Return the name that people read; raise KeyError for a word that isn't a status."""
    return dict(STATUSES)[status]


def moves(status: str) -> tuple[str, ...]:
    """Return the statuses that may follow by hand."""
    return BY_HAND[status]


def can_move(old: str, new: str) -> bool:
    """Tell whether somebody may set `new` by hand on an order that has `old`."""
    return new in BY_HAND.get(old, ())


def after_hold(before: str) -> str:
    """Return the status of an order that is released from a hold; `before` may be empty where nobody noted it."""
    return before if before in RESUMED else "payment_accepted"


def after_shipping(ordered: int, shipped: int) -> str:
    """Return the status of an order of which so many of its live units have left (at least one)."""
    return "shipped" if shipped >= ordered else "partially_shipped"


def merge(local: str, channel: str) -> str:
    """Return the status to keep when the channel says `channel` of an order that we have as `local`.

    The one that is further along wins, so a local change that the channel hasn't heard of yet stands and nothing
    that has shipped moves back. A cancellation counts until something has shipped; ours is final.
    """
    if local in ("canceled", "returned"):
        return local
    if channel == "canceled":
        return "canceled" if local in UNSTARTED else local
    if channel == "on_hold":
        return "on_hold" if local == "awaiting_payment" else local
    if local == "on_hold":
        return channel if _RANK[channel] > _RANK["in_process"] else local
    return channel if _RANK[channel] > _RANK[local] else local
