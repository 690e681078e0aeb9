"""Notes to the customer, which every WooCommerce has: the tracking as a sentence that is mailed to the buyer."""

import html
import re

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.woocommerce.answers import understood
from webapp.connectors.channels.woocommerce.client import Client
from webapp.connectors.channels.woocommerce.held import Held
from webapp.domain.channel import OutgoingShipment

OURS = re.compile(r"\((XD-[0-9]+-[0-9]+)\)")
CODE = re.compile(r", tracking number (.+?)(?: – | \(XD-)")


class Notes:
    name = "notes to the customer"

    def __init__(self, client: Client) -> None:
        self._client = client

    def held(self, order_id: str) -> list[Held] | None:
        """Return our notes; those of people are left alone."""
        found = self._client.rows(_path(order_id), {"type": "customer"})
        with understood():
            notes = [(str(one["id"]), html.unescape(str(one["note"]))) for one in found]
            held = [Held(note_id, _code(text), ours[1]) for note_id, text in notes if (ours := OURS.search(text))]
            return sorted(held, key=lambda one: int(one.remote_id))

    def takes(self, shipment: OutgoingShipment) -> bool:
        return True

    def add(self, shipment: OutgoingShipment) -> None:
        body = {"note": text(shipment), "customer_note": True}
        self._client.call("POST", _path(shipment.order_external_id), body=body)

    def remove(self, order_id: str, remote_id: str) -> None:
        self._client.call("DELETE", f"{_path(order_id)}/{remote_id}", {"force": "true"})

    def correct(self, shipment: OutgoingShipment, remote_id: str) -> None:
        told = "The buyer was told by a note, which can't be changed: write another one in the shop."
        raise ConnectorError(told, permanent=True)


def text(shipment: OutgoingShipment) -> str:
    """Return the sentence; our reference in it finds it again."""
    carrier, code, link = shipment.courier, shipment.tracking_code, shipment.tracking_url
    sentence = "A parcel of your order has been shipped" + (f" with {carrier}" if carrier else "")
    sentence += (f", tracking number {code}" if code else "") + (f" – {link}" if link else "")
    return f"{sentence} ({shipment.reference})"


def _code(note: str) -> str:
    found = CODE.search(note)
    return found[1] if found else ""


def _path(order_id: str) -> str:
    return f"/wc/v3/orders/{order_id}/notes"
