"""Judge a report of stock against what is held: newer, the same, or one that came too late."""

from dataclasses import dataclass

CHANGED, RENUMBERED, UNCHANGED, STALE = "changed", "renumbered", "unchanged", "stale"


@dataclass(frozen=True)
class Report:
    quantity: int
    """Units counted on the shelf, those that orders hold included: an absolute number, so that repeating is safe."""
    purchase_price_cents: int | None = None
    """None leaves the price as it is."""
    sequence: int | None = None
    """The sender's own number of the report, rising; None for senders that don't number theirs."""


@dataclass(frozen=True)
class Held:
    quantity: int
    purchase_price_cents: int | None
    sequence: int | None
    """The number of the last report that carried one."""


def judge(report: Report, held: Held) -> str:
    """Return what the report means for what is held.

    STALE: its number isn't above the one held. A report that is sent twice is no late one: equal number and equal
    content are UNCHANGED. RENUMBERED has a newer number over the same content. A report without a number always
    counts, and leaves the number held as it is.
    """
    price = report.purchase_price_cents
    same = report.quantity == held.quantity and price in (None, held.purchase_price_cents)
    if report.sequence is None or held.sequence is None or report.sequence > held.sequence:
        if not same:
            return CHANGED
        return RENUMBERED if report.sequence is not None else UNCHANGED
    return UNCHANGED if same and report.sequence == held.sequence else STALE
