"""WooCommerce's own fulfilments (10.1 and later, where switched on): lines, units and tracking of each parcel."""

from typing import Any

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.woocommerce import couriers
from webapp.connectors.channels.woocommerce.answers import understood
from webapp.connectors.channels.woocommerce.client import Client
from webapp.connectors.channels.woocommerce.held import Held, wanted
from webapp.domain.channel import OutgoingShipment

REFERENCE = "_crossdock_reference"
PROVIDER_KEYS = ("_shipment_provider", "_shipping_provider")
"""The provider's key differs between versions: both are sent and understood."""

TRACKING = ("_tracking_number", "_tracking_url", "_provider_name", *PROVIDER_KEYS)
"""What is told anew where a tracking code is corrected."""


class Fulfilments:
    name = "fulfilments, with lines and units"

    def __init__(self, client: Client) -> None:
        self._client = client

    def held(self, order_id: str) -> list[Held] | None:
        found = self._client.rows_where_known(_path(order_id))
        if found is None:
            return None
        with understood():
            held = [_held(one) for one in found if not one.get("date_deleted")]
            return sorted(held, key=lambda one: int(one.remote_id))

    def takes(self, shipment: OutgoingShipment) -> bool:
        return bool(shipment.lines)

    def add(self, shipment: OutgoingShipment) -> None:
        body = {"status": "fulfilled", "is_fulfilled": True, "notify_customer": True, "meta_data": meta_data(shipment)}
        self._client.call("POST", _path(shipment.order_external_id), body=body)

    def remove(self, order_id: str, remote_id: str) -> None:
        self._client.call("DELETE", f"{_path(order_id)}/{remote_id}")

    def correct(self, shipment: OutgoingShipment, remote_id: str) -> None:
        """Send the whole of what it holds back, what others put there too: what isn't sent is deleted."""
        path = f"{_path(shipment.order_external_id)}/{remote_id}"
        ours = {entry["key"]: entry["value"] for entry in meta_data(shipment)}
        with understood():
            held = {entry["key"]: entry["value"] for entry in self._client.get(path)["meta_data"]}
        kept = {key: value for key, value in held.items() if key not in TRACKING}
        values = kept | {key: value for key, value in ours.items() if key in TRACKING or key == REFERENCE}
        body = {"status": "fulfilled", "is_fulfilled": True, "notify_customer": True, "meta_data": _entries(values)}
        self._client.call("PUT", path, body=body)


def meta_data(shipment: OutgoingShipment) -> list[dict[str, Any]]:
    """Return the meta of a fulfilment, whole: a PUT would delete whatever of it isn't sent."""
    try:
        items = [{"item_id": int(line), "qty": units} for line, units in wanted(shipment).items()]
    except ValueError as error:
        raise ConnectorError("A line of this shipment isn't one of the shop's.", permanent=True) from error
    carrier, key = shipment.courier, couriers.key_of(shipment)
    values: dict[str, Any] = {"_items": items, REFERENCE: shipment.reference}
    values |= {"_tracking_number": shipment.tracking_code, "_tracking_url": shipment.tracking_url}
    values |= dict.fromkeys(PROVIDER_KEYS, key)
    values |= {"_provider_name": carrier} if key == couriers.OTHER else {}
    return _entries(values)


def _entries(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items() if value != ""]


def _held(one: dict[str, Any]) -> Held:
    meta = {entry["key"]: entry["value"] for entry in one["meta_data"]}
    units: dict[str, int] = {}
    for item in meta.get("_items") or ():
        line = str(item["item_id"])
        units[line] = units.get(line, 0) + int(item["qty"])
    key = str(meta.get(PROVIDER_KEYS[0]) or meta.get(PROVIDER_KEYS[1]) or couriers.OTHER)
    name = str(meta.get("_provider_name") or "") if key == couriers.OTHER else dict(couriers.KNOWN).get(key, key)
    return Held(
        str(one["id"]),
        str(meta.get("_tracking_number") or ""),
        str(meta.get(REFERENCE) or ""),
        units,
        counts=bool(one["is_fulfilled"]),
        carriers=(key, name) if name else (),
        tracking_url=str(meta.get("_tracking_url") or ""),
    )


def _path(order_id: str) -> str:
    return f"/wc/v3/orders/{order_id}/fulfillments"
