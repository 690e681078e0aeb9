"""What a shop holds of a shipment: its fulfilments, as far as they matter here."""

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.connectors.channels.medusa.client import Row
from webapp.domain.channel import OutgoingShipment

REFERENCE = "crossdock_reference"
"""The key in a fulfilment's metadata under which ours lies, by which a repeat finds it again."""

FIELDS = "id,status,*fulfillments,*fulfillments.items,*fulfillments.labels"


@dataclass(frozen=True)
class Held:
    """One fulfilment."""

    remote_id: str
    created_at: str
    reference: str
    """Ours; empty where somebody made it by hand."""
    tracking_codes: tuple[str, ...]
    units: dict[str, int]
    is_canceled: bool
    has_left: bool
    is_delivered: bool

    def bears(self, tracking_code: str) -> bool:
        """Tell whether this is the fulfilment's tracking code, or it has none where there is none."""
        return tracking_code in self.tracking_codes if self.tracking_codes else not tracking_code


def fulfilments(order: Row) -> list[Held]:
    """Return an order's fulfilments, oldest first."""
    made = [_held(one) for one in order.get("fulfillments") or ()]
    return sorted(made, key=lambda one: (one.created_at, one.remote_id))


def ours(held: Iterable[Held], shipment: OutgoingShipment) -> list[Held]:
    """Return those that were made for this shipment, canceled ones too."""
    return [one for one in held if one.reference == shipment.reference]


def first(held: Iterable[Held]) -> Held | None:
    """Return the one that stands; of several one that has left, since the buyer may have heard of it, or the oldest."""
    live = [one for one in held if not one.is_canceled]
    return min(live, key=lambda one: not one.has_left, default=None)


def by_hand(held: Iterable[Held]) -> list[Held]:
    """Return those that somebody made in the shop and that stand."""
    return [one for one in held if not one.reference and not one.is_canceled]


def wanted(shipment: OutgoingShipment) -> dict[str, int]:
    """Return the units of each of the channel's lines that a shipment holds."""
    units: dict[str, int] = {}
    for line, quantity in shipment.lines:
        units[line] = units.get(line, 0) + quantity
    return units


def _held(one: Row) -> Held:
    units: dict[str, int] = {}
    for item in one["items"]:  # A line of a kit has an item for each of its parts; the first tells enough.
        units.setdefault(item["line_item_id"], int(item["quantity"]))
    return Held(
        remote_id=one["id"],
        created_at=one["created_at"],
        reference=str((one.get("metadata") or {}).get(REFERENCE) or ""),
        tracking_codes=tuple(label["tracking_number"] for label in one["labels"] if label["tracking_number"]),
        units=units,
        is_canceled=bool(one["canceled_at"]),
        has_left=bool(one["shipped_at"] or one["delivered_at"]),
        is_delivered=bool(one["delivered_at"]),
    )
