"""The life of a shipment: packed, handed over, delivered. It only goes forward."""

STATUSES: tuple[tuple[str, str], ...] = (
    ("draft", "Packed"),
    ("shipped", "Shipped"),
    ("delivered", "Delivered"),
    ("canceled", "Canceled"),
)

NEXT: dict[str, tuple[str, ...]] = {
    "draft": ("shipped", "canceled"),
    "shipped": ("delivered",),
    "delivered": (),
    "canceled": (),
}


def name(status: str) -> str:
    """Return the name that people read; raise KeyError for a word that isn't a status."""
    return dict(STATUSES)[status]


def can_move(old: str, new: str) -> bool:
    """Tell whether a shipment may go from `old` to `new`."""
    return new in NEXT.get(old, ())
