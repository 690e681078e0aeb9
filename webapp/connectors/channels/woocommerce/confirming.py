"""A shipment's way into the shop: looked for everywhere, put where the shop has a place for it, read back."""

from webapp.connectors.channels import ConflictError, ConnectorError
from webapp.connectors.channels.woocommerce.answers import RefusedError, understood
from webapp.connectors.channels.woocommerce.client import Client
from webapp.connectors.channels.woocommerce.fulfilments import Fulfilments
from webapp.connectors.channels.woocommerce.held import Held, Place, is_spare, overfull, rivals, same, untold
from webapp.connectors.channels.woocommerce.notes import Notes
from webapp.connectors.channels.woocommerce.trackings import Trackings
from webapp.domain.channel import Confirmation, OutgoingShipment

CLOSED = ("cancelled", "refunded", "failed", "trash")
"""Statuses that a shipment doesn't move: a person has settled the order otherwise."""


class Confirming:
    """Knows the three places in which a shop can keep a shipment, the best first; the last one every shop has."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._places: tuple[Place, ...] = (Fulfilments(client), Trackings(client), Notes(client))

    def place(self) -> str:
        """Find out which place the shop has, and return its name."""
        return next(place.name for place in self._places if self._has(place))

    def _has(self, place: Place) -> bool:
        try:
            return place.held("0") is not None
        except RefusedError:  # It knows the call, and there is no order 0.
            return True

    def confirm(self, shipment: OutgoingShipment) -> Confirmation:
        """Look everywhere first, since the shop takes the same any number of times; complete the order with its last.

        Afterwards it is read back: a call that timed out may be carried out after the next one has looked in vain.
        """
        order = self._client.order(shipment.order_external_id, "status,line_items")
        with understood():
            ordered = {str(line["id"]): int(line["quantity"]) for line in order["line_items"]}
            status = str(order["status"])
        looks = [(place, place.held(shipment.order_external_id)) for place in self._places]
        there = [(place, held) for place, held in looks if held is not None]
        kept = self._find(shipment, there, ordered)
        found = kept is not None
        if kept is None:
            place = next(place for place, _ in there if place.takes(shipment))
            place.add(shipment)
            kept = self._keep_one(place, place.held(shipment.order_external_id) or [], shipment)
            if kept is None:
                raise ConnectorError("The shop took the shipment but doesn't show it yet.")
        _check(kept, shipment)
        told = self.complete(shipment.order_external_id, status) if shipment.completes_order else ""
        return Confirmation(kept.remote_id, found, told)

    def correct(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Give a shipment that was confirmed as `remote_id` its present courier and tracking code; safe to repeat."""
        for place in self._places:
            held = place.held(shipment.order_external_id) or []
            one = next((one for one in held if remote_id == one.remote_id), None)
            if one is None:
                one = next(iter(same(held, shipment)), None)  # The extension gives a corrected one a new id.
            if one and one.shows(shipment):
                return Confirmation(one.remote_id, found=True)
            if one:
                place.correct(shipment, one.remote_id)
                held = place.held(shipment.order_external_id) or []
                return Confirmation(next((one.remote_id for one in same(held, shipment)), remote_id))
        raise ConnectorError("The shop doesn't hold this shipment any more.", permanent=True)

    def _find(
        self, shipment: OutgoingShipment, there: list[tuple[Place, list[Held]]], ordered: dict[str, int]
    ) -> Held | None:
        """Return what the shop holds of the shipment; a permanent error where its units left by other means.

        What somebody marked as shipped by hand and without a tracking code gets ours.
        """
        for place, held in there:
            kept = self._keep_one(place, held, shipment)
            if kept:
                return kept
        for place, held in there:
            if overfull(held, ordered, shipment):
                blank = untold(held, shipment)
                if blank:
                    place.correct(shipment, blank.remote_id)
                    return self._keep_one(place, place.held(shipment.order_external_id) or [], shipment)
                codes = ", ".join(one.tracking_code for one in held if one.tracking_code) or "no tracking code"
                told = f"The shop can't hold these units: it shows others as shipped already ({codes})."
                (rival, *more) = rivals(held, shipment) or (None,)
                raise ConflictError(told, rival.remote_id if rival and not more else "")
        return None

    def _keep_one(self, place: Place, held: list[Held], shipment: OutgoingShipment) -> Held | None:
        """Return the oldest of what is this shipment, and take away what tries of ours left beside it."""
        found = same(held, shipment)
        for extra in (one for one in found[1:] if is_spare(one)):
            try:
                place.remove(shipment.order_external_id, extra.remote_id)
            except RefusedError as refusal:  # Another worker was quicker.
                if refusal.status in (401, 403):
                    raise
        return found[0] if found else None

    def complete(self, order_external_id: str, status: str) -> str:
        """Set the status of an order of which nothing is left to ship; return what there is to tell."""
        if status == "completed":
            return ""
        if status in CLOSED:
            return f"The order is {status} in the shop, and stays so."
        self._client.call("PUT", f"/wc/v3/orders/{order_external_id}", body={"status": "completed"})
        return "The order is completed in the shop."


def _check(kept: Held, shipment: OutgoingShipment) -> None:
    if not kept.counts:
        raise ConnectorError("The shop shows this shipment as not fulfilled: look at the order there.", permanent=True)
    if kept.tracking_code not in (None, shipment.tracking_code, *shipment.tried):
        told = kept.tracking_code or "none"
        raise ConflictError(f"The shop shows another tracking code for this shipment: {told}.", kept.remote_id)
