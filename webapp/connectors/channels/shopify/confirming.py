"""One shipment put on the shop exactly once: what is there already is found, only what is missing is created."""

from dataclasses import dataclass, field

from webapp.connectors.channels import ConflictError, ConnectorError
from webapp.connectors.channels.shopify import documents, mapping
from webapp.connectors.channels.shopify.client import Client, RefusedError, understood
from webapp.connectors.channels.shopify.held import Fulfilment, Held, look, slots, units
from webapp.connectors.channels.shopify.planning import Call, Slot, lacking, plan
from webapp.domain.channel import Confirmation, OutgoingShipment

BY_HAND = "It was entered on the shop by hand."


@dataclass
class Confirming:
    """One try. Shopify keeps no reference of ours and knows no idempotency key for this.

    So a shipment is what carries its tracking code: all fulfilments with this code count together, since one shipment
    from two locations is two of them. Two parcels of an order with the same code and the same lines would be taken
    for one. A shipment without a code has our reference beside its carrier instead.
    """

    client: Client
    shipment: OutgoingShipment
    notify: bool
    _units: dict[str, dict[str, int]] = field(default_factory=dict)

    def run(self) -> Confirmation:
        """Look, create what is missing, look again."""
        held = self._look()
        ours, missing = self._missing(held)
        if not missing:
            return self._done(ours, found=True)
        by_hand = self._by_hand(held, missing)
        if by_hand and not self.shipment.tracking_code.strip():
            return self._done([by_hand], found=True, detail=BY_HAND)
        left = slots(self.client, self.shipment.order_external_id)
        calls, rest = plan(left, missing)
        if rest and by_hand:
            return self._add_tracking(by_hand)
        if rest:
            raise self._refusal(held, left, rest)
        known, found = {one.gid for one in ours}, False
        try:
            for call in calls:
                known.add(self._create(call))
        except RefusedError:  # Another worker may have been quicker.
            if self._missing(self._look())[1]:
                raise
            found = True
        return self._done(self._without_surplus(known), found)

    def _look(self) -> Held:
        return look(self.client, self.shipment.order_external_id)

    def _held_by(self, fulfilment: Fulfilment) -> dict[str, int]:
        """Return the units of a fulfilment; they never change."""
        if fulfilment.gid not in self._units:
            self._units[fulfilment.gid] = units(self.client, fulfilment)
        return self._units[fulfilment.gid]

    def _missing(self, held: Held) -> tuple[list[Fulfilment], dict[str, int]]:
        """Return the fulfilments of this shipment, and the units of it that none of them holds."""
        wanted, ours = mapping.wanted(self.shipment), held.ours(self.shipment)
        ours = [one for one in ours if self._held_by(one).keys() & wanted.keys()]
        return ours, lacking(wanted, *(self._held_by(one) for one in ours))

    def _by_hand(self, held: Held, missing: dict[str, int]) -> Fulfilment | None:
        """Return what somebody fulfilled on the shop without any tracking: the same lines and units."""
        return next((one for one in held.nameless() if self._held_by(one) == missing), None)

    def _create(self, call: Call) -> str:
        values = {
            "lineItemsByFulfillmentOrder": call,
            "trackingInfo": mapping.tracking(self.shipment),
            "notifyCustomer": self.notify,
        }
        result = self.client.result(documents.CREATE, fulfillment=values)
        with understood():
            return str(result["fulfillment"]["id"])

    def _add_tracking(self, fulfilment: Fulfilment) -> Confirmation:
        """Put our tracking on units that were marked as fulfilled on the shop and carry none."""
        tracking = mapping.tracking(self.shipment)
        self.client.result(documents.TRACK, id=fulfilment.gid, tracking=tracking, notify=self.notify)
        return self._done([fulfilment], found=True, detail=f"{BY_HAND} The tracking code was added.")

    def _without_surplus(self, known: set[str]) -> list[Fulfilment]:
        """Return this shipment's fulfilments, of which one that is there twice is canceled: the younger one.

        A try that timed out can be carried out after the next one has looked in vain.
        """
        shown, whole = self._look(), mapping.wanted(self.shipment)
        ours = {one.gid: one for one in shown.fulfilments if one.gid in known}
        if known - ours.keys():
            raise ConnectorError("Shopify took the fulfilment but doesn't show it yet.")
        ours |= {one.gid: one for one in shown.ours(self.shipment) if self._held_by(one).keys() & whole.keys()}
        rest, kept = whole, []
        for one in sorted(ours.values(), key=lambda one: one.age):
            held = self._held_by(one)
            if _within(held, whole) and not _within(held, rest):
                self._drop(one)
            else:
                rest = lacking(rest, held)
                kept.append(one)
        return kept

    def _drop(self, fulfilment: Fulfilment) -> None:
        try:
            self.client.result(documents.DROP, id=fulfilment.gid)
        except RefusedError:  # Another worker may have been quicker.
            if any(one.gid == fulfilment.gid for one in self._look().fulfilments):
                raise

    def _refusal(self, held: Held, left: list[Slot], rest: dict[str, int]) -> ConnectorError:
        """Return why the units can't be shipped, in words for the merchant."""
        if held.canceled:
            return ConnectorError("The order is canceled on Shopify.", permanent=True)
        holding = [slot.status for slot in left if not slot.free and slot.line_id in rest]
        if holding:
            words = holding[0].lower().replace("_", " ")
            told = f"Shopify lets nobody ship these units now (their fulfilment order is “{words}”)."
            return ConnectorError(told, permanent=True)
        others = [one for one in held.fulfilments if self._held_by(one).keys() & rest.keys()]
        codes = [code for one in others for code in one.numbers if code]
        if codes:
            told = f"The shop shows another tracking code, {', '.join(codes[:3])}, for these units."
            same = [one for one in others if self._held_by(one) == mapping.wanted(self.shipment)]
            return ConflictError(told, mapping.number(same[0].gid) if len(same) == 1 else "")
        return ConnectorError("On the shop fewer units are left to ship than this shipment holds.", permanent=True)

    def _done(self, ours: list[Fulfilment], found: bool, detail: str = "") -> Confirmation:
        numbers = [mapping.number(one.gid) for one in sorted(ours, key=lambda one: one.age)]
        return Confirmation(",".join(numbers)[:200], found=found, detail=detail)


def _within(held: dict[str, int], rest: dict[str, int]) -> bool:
    return all(rest.get(line, 0) >= units for line, units in held.items())
