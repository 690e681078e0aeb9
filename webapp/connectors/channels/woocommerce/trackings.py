"""The Shipment Tracking extension, and those that speak like it: each parcel's tracking number, without its lines."""

import datetime as dt
from typing import Any

from webapp.connectors.channels.woocommerce.answers import RefusedError, understood
from webapp.connectors.channels.woocommerce.client import Client
from webapp.connectors.channels.woocommerce.held import Held
from webapp.domain.channel import OutgoingShipment
from webapp.domain.channel_carriers import folded

NAMELESS = "Parcel"
"""What stands for a courier that nobody named."""


class Trackings:
    name = "tracking numbers of the Shipment Tracking extension"

    def __init__(self, client: Client) -> None:
        self._client = client

    def held(self, order_id: str) -> list[Held] | None:
        found = self._client.rows_where_known(_path(order_id))
        if found is None:
            return None
        with understood():
            return [_held(one) for one in found]

    def takes(self, shipment: OutgoingShipment) -> bool:
        """Tell whether it has a tracking number, the one thing that the extension is about."""
        return bool(shipment.tracking_code)

    def add(self, shipment: OutgoingShipment) -> None:
        body = {
            "tracking_number": shipment.tracking_code,
            "date_shipped": dt.datetime.now(dt.UTC).date().isoformat(),
            **self._provider(shipment),
        }
        self._client.call("POST", _path(shipment.order_external_id), body=body)

    def _provider(self, shipment: OutgoingShipment) -> dict[str, str]:
        """Return the courier under the extension's own name for it, which has its own link; else as one of ours."""
        carrier = shipment.courier or NAMELESS
        names = (folded(carrier), folded(shipment.carrier))
        for known in self._known(shipment.order_external_id):
            if folded(known) in names:
                return {"tracking_provider": known}
        own = {"custom_tracking_provider": carrier, "custom_tracking_link": shipment.tracking_url}
        return {name: value for name, value in own.items() if value}

    def _known(self, order_id: str) -> list[str]:
        try:
            countries: dict[str, Any] = self._client.get(f"{_path(order_id)}/providers")
        except RefusedError:  # Some that speak like the extension don't list theirs.
            return []
        with understood():
            return [name for couriers in countries.values() for name in couriers]

    def remove(self, order_id: str, remote_id: str) -> None:
        self._client.call("DELETE", f"{_path(order_id)}/{remote_id}")

    def correct(self, shipment: OutgoingShipment, remote_id: str) -> None:
        """Put the new one beside the old one first, so that a try that ends between loses neither."""
        held = self.held(shipment.order_external_id) or []
        if not any(one.shows(shipment) for one in held if one.remote_id != remote_id):
            self.add(shipment)
        self.remove(shipment.order_external_id, remote_id)


def _held(one: dict[str, Any]) -> Held:
    names = _names(one.get("tracking_provider"))
    return Held(str(one["tracking_id"]), str(one["tracking_number"]), carriers=names)


def _names(provider: Any) -> tuple[str, ...]:
    """Return how the extension names a courier; none where it only stands for a parcel without one."""
    return (str(provider),) if provider and provider != NAMELESS else ()


def _path(order_id: str) -> str:
    return f"/wc-shipment-tracking/v3/orders/{order_id}/shipment-trackings"
