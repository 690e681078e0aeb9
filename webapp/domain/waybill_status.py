"""The life of a waybill: drafted, issued, then voided or replaced. It only goes forward."""

STATUSES: tuple[tuple[str, str], ...] = (
    ("draft", "Draft"),
    ("issued", "Issued"),
    ("voided", "Voided"),
    ("replaced", "Replaced"),
)

NEXT: dict[str, tuple[str, ...]] = {
    "draft": ("issued", "voided"),
    "issued": ("voided", "replaced"),
    "voided": (),
    "replaced": (),
}

LIVE = ("draft", "issued")
"""A shipment has at most one waybill in one of these."""


def name(status: str) -> str:
    """Return the name that people read; raise KeyError for a word that isn't a status."""
    return dict(STATUSES)[status]


def can_move(old: str, new: str) -> bool:
    """Tell whether a waybill may go from `old` to `new`."""
    return new in NEXT.get(old, ())
