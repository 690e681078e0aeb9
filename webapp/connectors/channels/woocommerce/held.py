"""What a shop holds of a shipment, whichever of its three places for it has been found there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from webapp.domain.channel import OutgoingShipment
from webapp.domain.channel_carriers import folded


@dataclass(frozen=True)
class Held:
    """One fulfilment, tracking or note."""

    remote_id: str
    tracking_code: str | None
    """None where only our reference tells what it is."""
    reference: str = ""
    """Ours; empty where somebody made it by hand, or where the place keeps none."""
    units: dict[str, int] = field(default_factory=dict)
    counts: bool = True
    """Its units have left; a fulfilment can be a mere draft."""
    carriers: tuple[str, ...] = ()
    """Each way in which it names the courier; none where it doesn't say."""
    tracking_url: str | None = None
    """None where the place decides by itself where a parcel is followed."""

    def shows(self, shipment: OutgoingShipment) -> bool:
        """Tell whether it shows the shipment's present courier, tracking code and address."""
        names = {folded(name) for name in (shipment.carrier, shipment.courier)}
        return (
            self.tracking_code == shipment.tracking_code
            and self.tracking_url in (None, shipment.tracking_url)
            and (not self.carriers or bool(names & {folded(name) for name in self.carriers}))
        )


class Place(Protocol):
    """Where a shop keeps what it knows of a shipment."""

    name: str

    def held(self, order_id: str) -> list[Held] | None:
        """Return what it holds of an order, oldest first; None where the shop has no such place."""

    def takes(self, shipment: OutgoingShipment) -> bool:
        """Tell whether this shipment can be put there."""

    def add(self, shipment: OutgoingShipment) -> None:
        """Put it there. WooCommerce takes any number of the same."""

    def remove(self, order_id: str, remote_id: str) -> None:
        """Take one away again that is there twice."""

    def correct(self, shipment: OutgoingShipment, remote_id: str) -> None:
        """Put another courier and tracking code in the place of those that it holds; a permanent error if it can't."""


def same(held: Sequence[Held], shipment: OutgoingShipment) -> list[Held]:
    """Return what is this shipment: by our reference, else by a tracking code of it where it bears no reference.

    What shows the present code comes before what an earlier try left under another one.
    """
    ours = [one for one in held if one.reference == shipment.reference]
    codes = [code for code in (shipment.tracking_code, *shipment.tried) if code]
    coded = [one for one in held if not one.reference and one.tracking_code in codes and one.counts]
    return ours or sorted(coded, key=lambda one: one.tracking_code != shipment.tracking_code)


def is_spare(one: Held) -> bool:
    """Tell whether one more of the same may go: not where somebody made it by hand, perhaps for units of its own."""
    return bool(one.reference) or not one.units


def overfull(held: Sequence[Held], ordered: dict[str, int], shipment: OutgoingShipment) -> bool:
    """Tell whether more would have left than was ordered: somebody has shipped it by hand, under another code."""
    left = dict(ordered)
    if not any(one.units for one in held):
        return False
    for one in held:
        for line, units in one.units.items() if one.counts else ():
            left[line] = left.get(line, 0) - units
    return any(units > left.get(line, 0) for line, units in wanted(shipment).items())


def rivals(held: Sequence[Held], shipment: OutgoingShipment) -> list[Held]:
    """Return what somebody shipped by hand under another tracking code: the same units."""
    return [one for one in held if one.counts and not one.reference and one.units == wanted(shipment)]


def untold(held: Sequence[Held], shipment: OutgoingShipment) -> Held | None:
    """Return what somebody shipped by hand without telling a tracking code: the same units, where we know one."""
    blank = (one for one in held if one.counts and not one.reference and one.tracking_code == "")
    return next((one for one in blank if shipment.tracking_code and one.units == wanted(shipment)), None)


def wanted(shipment: OutgoingShipment) -> dict[str, int]:
    """Return the units of each of the channel's lines that a shipment holds."""
    units: dict[str, int] = {}
    for line, quantity in shipment.lines:
        units[line] = units.get(line, 0) + quantity
    return units
