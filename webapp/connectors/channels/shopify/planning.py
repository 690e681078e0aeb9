"""Which of an order's fulfilment orders give the units of a shipment: one call for each location."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slot:
    """Units of one line that one fulfilment order has left."""

    location: str
    order_gid: str
    line_gid: str
    line_id: str
    remaining: int
    free: bool = True
    """False where Shopify doesn't let us ship them, such as units on hold."""
    status: str = "OPEN"


Call = list[dict[str, Any]]
"""`lineItemsByFulfillmentOrder` of one `fulfillmentCreate`."""


def plan(slots: list[Slot], missing: dict[str, int]) -> tuple[list[Call], dict[str, int]]:
    """Return the calls that ship what is missing, and what can't be shipped.

    The location that has most of it comes first, so that one parcel is one fulfilment where that is possible.
    """
    rest, calls = dict(missing), []
    by_location: dict[str, list[Slot]] = {}
    for slot in slots:
        if slot.free:
            by_location.setdefault(slot.location, []).append(slot)
    for location in sorted(by_location, key=lambda name: (-_share(by_location[name], missing), name)):
        taken: dict[str, list[dict[str, Any]]] = {}
        for slot in by_location[location]:
            units = min(slot.remaining, rest.get(slot.line_id, 0))
            if units > 0:
                rest[slot.line_id] -= units
                taken.setdefault(slot.order_gid, []).append({"id": slot.line_gid, "quantity": units})
        if taken:
            calls.append(
                [{"fulfillmentOrderId": order, "fulfillmentOrderLineItems": lines} for order, lines in taken.items()]
            )
    return calls, {line: units for line, units in rest.items() if units > 0}


def lacking(wanted: dict[str, int], *held: dict[str, int]) -> dict[str, int]:
    """Return what of the wanted units isn't held yet."""
    rest = {line: units - sum(one.get(line, 0) for one in held) for line, units in wanted.items()}
    return {line: units for line, units in rest.items() if units > 0}


def _share(slots: list[Slot], missing: dict[str, int]) -> int:
    """Return how many of the missing units these slots have."""
    have: dict[str, int] = {}
    for slot in slots:
        have[slot.line_id] = have.get(slot.line_id, 0) + slot.remaining
    return sum(min(units, have.get(line, 0)) for line, units in missing.items())
