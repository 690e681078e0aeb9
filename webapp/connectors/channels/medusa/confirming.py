"""A shipment's way into the shop in two steps, fulfilment and shipment, each looked for before it is made."""

from webapp.connectors.channels import ConflictError, ConnectorError
from webapp.connectors.channels.medusa import held
from webapp.connectors.channels.medusa.client import Client, RefusedError, Row, order_path, understood
from webapp.connectors.channels.medusa.held import Held
from webapp.domain.channel import Confirmation, OutgoingShipment


class Confirming:
    """Knows no state of its own: whatever an earlier try left is found in the shop and continued."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def confirm(self, shipment: OutgoingShipment) -> Confirmation:
        """Make one fulfilment that has left, with our tracking code; what somebody entered by hand counts too."""
        made = self.look(shipment.order_external_id)
        ours = held.ours(made, shipment)
        if ours and all(one.is_canceled for one in ours):
            raise ConnectorError("The shop has canceled this fulfilment: look at the order there.", permanent=True)
        kept = held.first(ours) or _same(made, shipment)
        if kept is None:
            made, kept = self._fulfil(shipment)
        found = kept.has_left
        if not found:
            made, kept = self._send_off(shipment, kept)
        if not any(kept.bears(code) for code in (shipment.tracking_code, *shipment.tried)):
            told = ", ".join(kept.tracking_codes) or "none"
            raise ConflictError(f"The shop shows another tracking code, {told}, and can't change it.", kept.remote_id)
        return Confirmation(kept.remote_id, found, self._clear(shipment, made, kept))

    def look(self, order_external_id: str) -> list[Held]:
        """Return what the shop holds of an order now."""
        order = self._client.order(order_external_id, held.FIELDS)
        with understood():
            return held.fulfilments(order)

    def _fulfil(self, shipment: OutgoingShipment) -> tuple[list[Held], Held]:
        """Make the fulfilment and look again, also after a refusal: another worker may have been quicker.

        Where the units turn out to be in fulfilments by hand, the one that holds just these is returned.
        """
        refusal = None
        try:
            self._client.post(order_path(shipment.order_external_id, "fulfillments"), self._fulfilment(shipment))
        except RefusedError as error:
            refusal = error
        made = self.look(shipment.order_external_id)
        ours = held.first(held.ours(made, shipment))
        if ours:
            return made, ours
        equal = [one for one in held.by_hand(made) if one.units == held.wanted(shipment)]
        if refusal and equal:
            return made, next((one for one in equal if not one.has_left), equal[0])
        raise refusal or ConnectorError("The shop took the fulfilment but doesn't show it yet.")

    def _fulfilment(self, shipment: OutgoingShipment) -> Row:
        """Return what makes the fulfilment. The buyer is told with the shipment, which has the tracking code."""
        body: Row = {"items": _items(shipment), "metadata": {held.REFERENCE: shipment.reference}}
        location = self._location(shipment)
        return body | {"no_notification": True} | ({"location_id": location} if location else {})

    def _location(self, shipment: OutgoingShipment) -> str:
        """Return where the shop has reserved these units; an empty text where it hasn't, or in several places.

        Without one Medusa takes each reservation's own; with another one it would count down the wrong shelf.
        """
        query: dict[str, str | list[str]] = {
            "line_item_id[]": list(held.wanted(shipment)),
            "fields": "id,location_id",
            "limit": "1000",
        }
        reservations = self._client.get("reservations", query)
        with understood():
            places = {str(one["location_id"]) for one in reservations["reservations"]}
        return places.pop() if len(places) == 1 else ""

    def _send_off(self, shipment: OutgoingShipment, kept: Held) -> tuple[list[Held], Held]:
        """Make the shipment of a fulfilment and look again; a refusal doesn't matter where it has left meanwhile."""
        refusal = None
        path = order_path(shipment.order_external_id, "fulfillments", kept.remote_id, "shipments")
        try:
            self._client.post(path, {"items": _items(shipment), "labels": _labels(shipment), "no_notification": False})
        except RefusedError as error:
            refusal = error
        made = self.look(shipment.order_external_id)
        now = next((one for one in made if one.remote_id == kept.remote_id), None)
        if now is None or not now.has_left:
            raise refusal or ConnectorError("The shop took the shipment but doesn't show it yet.")
        return made, now

    def _clear(self, shipment: OutgoingShipment, made: list[Held], kept: Held) -> str:
        """Cancel what tries of ours left beside the one that is kept; return what there is to tell.

        A try that timed out can be carried out after the next one has looked in vain. Where both were under way at the
        same time, Medusa has counted their units once and refuses to cancel any; then a person must decide.
        """
        if not kept.reference:
            return "It was entered on the shop by hand."
        ours = (one for one in held.ours(made, shipment) if not one.is_canceled)
        extra = [one for one in ours if one.remote_id != kept.remote_id]
        try:
            for one in extra:
                path = order_path(shipment.order_external_id, "fulfillments", one.remote_id, "cancel")
                self._client.post(path, {"no_notification": True})
        except RefusedError:
            return "The shop holds a second fulfilment of these units that it can't cancel: look at the order there."
        return ""


def _same(made: list[Held], shipment: OutgoingShipment) -> Held | None:
    """Return what somebody sent off by hand under the same tracking code."""
    codes = {code for code in (shipment.tracking_code, *shipment.tried) if code}
    return next((one for one in held.by_hand(made) if one.has_left and codes & set(one.tracking_codes)), None)


def _items(shipment: OutgoingShipment) -> list[Row]:
    return [{"id": line, "quantity": units} for line, units in held.wanted(shipment).items()]


def _labels(shipment: OutgoingShipment) -> list[Row]:
    """Return the label, of which Medusa wants all three texts; an address in it must be one of the web, or empty."""
    if not shipment.tracking_code:
        return []
    is_web = shipment.tracking_url.lower().startswith(("http://", "https://"))
    url = shipment.tracking_url if is_web else ""
    return [{"tracking_number": shipment.tracking_code, "tracking_url": url, "label_url": ""}]
