"""Any shop without a connector of its own: it sends its orders by itself, and is told in signed messages."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

from webapp.connectors.channels import ConnectorError, Kind
from webapp.connectors.channels.generic import mapping
from webapp.connectors.channels.generic.client import Client
from webapp.domain.channel import Capabilities, Confirmation, IncomingOrder, OutgoingShipment

KIND = Kind(
    kind="generic",
    name="Any other shop",
    summary="A shop system, ERP or marketplace of any kind: its orders come in by a signed HTTP call or as a CSV file, "
    "and it is told of shipments by signed webhooks.",
    address_hint="Where it takes signed messages about shipments. Leave it empty to tell it nothing.",
    fields=(),
    capabilities=Capabilities(
        partial_shipments=True,
        line_quantities=True,
        tracking_editable=True,
        inbound_webhook=False,
        can_cancel=True,
        delivered=True,
        reads_orders=False,
    ),
    needs_address=False,
)


class Generic:
    """One connected shop. It is never looked at: a repeat carries the same `webhook-id`, which the shop takes once."""

    capabilities = KIND.capabilities

    def __init__(self, client: Client, name: str = "", at: dt.datetime | None = None) -> None:
        self._client = client
        self._name, self._at = name, at

    def named(self, name: str, at: dt.datetime) -> "Generic":
        """Return the connector whose messages have this `webhook-id`."""
        return Generic(self._client, name, at)

    def test(self) -> str:
        """Send a signed ping, which wants a 2xx."""
        if not self._client.url:
            return "There is no address, so the shop is told nothing. Its orders come in by call or by file."
        self._client.tell(f"ping-{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S%f}", "ping", {})
        return "The shop took a signed ping."

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield nothing: the shop sends its orders by itself."""
        yield from ()

    def read_order(self, external_id: str) -> IncomingOrder:
        """Refuse for good."""
        raise ConnectorError("This shop sends its orders by itself, so none can be read there.", permanent=True)

    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Tell of the shipment; what it is called there is our reference."""
        self._tell("shipment.confirmed", mapping.shipment(shipment))
        return Confirmation(shipment.reference)

    def correct_tracking(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Tell the shipment's present carrier, code and address."""
        self._tell("shipment.corrected", mapping.shipment(shipment))
        return Confirmation(remote_id)

    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Tell that the shipment has arrived."""
        self._tell("shipment.delivered", {"order": {"id": order_external_id}, "reference": remote_id})
        return Confirmation(remote_id)

    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Tell the order's status, in the words that the shop itself may send."""
        self._tell("order.status_changed", {"order": {"id": order_external_id}, "status": mapping.WORDS[status]})
        return Confirmation(order_external_id)

    def _tell(self, event: str, data: dict[str, Any]) -> None:
        self._client.tell(self._name or _name_of(event, data), event, data, self._at)


def _name_of(event: str, data: dict[str, Any]) -> str:
    """Return a `webhook-id` for what has no name: that of what it is about, so the same at each repeat."""
    about = [event, data["order"]["id"], data.get("reference", ""), data.get("status", "")]
    if event == "shipment.corrected":
        about += [data["carrier"], data["tracking_code"], data["tracking_url"]]
    return f"XD-{hashlib.sha256(repr(tuple(about)).encode()).hexdigest()[:32]}"


def connect(base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> Generic:
    """Return the connector; the secrets that sign are among the credentials (`webapp/domain/signing.py`)."""
    return Generic(Client(base_url, credentials))
