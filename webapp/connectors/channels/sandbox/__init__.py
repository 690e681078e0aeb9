"""The sandbox shop (`examples/sandbox_shop.py`): a shop of one's own to see the whole loop turn."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from webapp.connectors.channels import ConflictError, ConnectorError, Field, Kind
from webapp.connectors.channels.sandbox import mapping
from webapp.connectors.channels.sandbox.client import Client, understood
from webapp.domain.channel import (
    Capabilities,
    Confirmation,
    IncomingOrder,
    IncomingProduct,
    OutgoingShipment,
    StockCount,
)
from webapp.domain.channel_carriers import CarrierNames

KIND = Kind(
    kind="sandbox",
    name="Sandbox shop",
    summary="A small shop that keeps selling, to see the whole loop turn without a real one.",
    address_hint="Where the sandbox shop runs, for example http://127.0.0.1:8001",
    fields=(Field("key", "Shop key", "The key that the shop was started with: “shop-key” unless told.", secret=True),),
    capabilities=Capabilities(
        partial_shipments=True,
        line_quantities=True,
        tracking_editable=True,
        inbound_webhook=False,
        can_cancel=True,
        delivered=True,
        catalogue=True,
        stock_levels=True,
    ),
    carriers=CarrierNames(tuple((name, name) for name in mapping.CARRIERS), free=False, usual=mapping.USUAL),
)
OVERLAP = dt.timedelta(seconds=5)
"""How far a reading reaches back behind the last one: a sale that was being written then is found now."""


class Sandbox:
    """One connected sandbox shop."""

    capabilities = KIND.capabilities

    def __init__(self, client: Client, page_size: int = 50) -> None:
        self._client = client
        self._page_size = page_size

    def test(self) -> str:
        """Return the shop's name."""
        with understood():
            return f"Connected to “{self._client.get('/api/shop')['name']}”."

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield pages of the orders changed in (since - overlap, until], by (updated_at, id)."""
        bounds = {"until": mapping.stamp(until), "limit": str(self._page_size)}
        if since is not None:
            bounds["since"] = mapping.stamp(since - OVERLAP)
        after: str | None = None
        while True:
            page = self._client.get("/api/orders", bounds | ({"after": after} if after else {}))
            with understood():
                orders, after = [mapping.incoming(order) for order in page["orders"]], page["next"]
            yield orders
            if not after:
                return

    def read_order(self, external_id: str) -> IncomingOrder:
        """Return one order as the shop has it now."""
        order = self._order(external_id)
        with understood():
            return mapping.incoming(order)

    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Look for our reference first: the shop would take the same fulfilment twice."""
        with understood():
            for held in self._order(shipment.order_external_id)["fulfilments"]:
                if held["reference"] == shipment.reference:
                    told = f"{held['carrier']} {held['tracking_code']}"
                    if held["tracking_code"] not in (shipment.tracking_code, *shipment.tried):
                        raise ConflictError(f"The shop holds another tracking code: {told}.", str(held["id"]))
                    return Confirmation(str(held["id"]), found=True, detail=told)
            path = f"/api/orders/{shipment.order_external_id}/fulfilments"
            return Confirmation(str(self._client.post(path, mapping.outgoing(shipment))["id"]))

    def correct_tracking(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Change what the fulfilment shows, where it isn't that already."""
        right = mapping.tracking(shipment)
        with understood():
            fulfilments = self._order(shipment.order_external_id)["fulfilments"]
            held = next((one for one in fulfilments if str(one["id"]) == remote_id), None)
            if held is None:
                raise ConnectorError("The shop doesn't hold this fulfilment any more.", permanent=True)
            if all(held[part] == value for part, value in right.items()):
                return Confirmation(remote_id, found=True)
        self._client.post(f"/api/orders/{shipment.order_external_id}/fulfilments/{remote_id}/tracking", right)
        return Confirmation(remote_id)

    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Mark the fulfilment as delivered; the shop takes it any number of times."""
        self._client.post(f"/api/orders/{order_external_id}/fulfilments/{remote_id}/delivered", {})
        return Confirmation(remote_id)

    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Cancel; the shop knows no other move of ours."""
        if status != "canceled":
            return Confirmation(order_external_id, found=True, detail="The shop has no such status to set.")
        with understood():
            if self._order(order_external_id)["status"] == "canceled":
                return Confirmation(order_external_id, found=True)
        self._client.post(f"/api/orders/{order_external_id}/cancel", {})
        return Confirmation(order_external_id)

    def read_products(self) -> Iterator[list[IncomingProduct]]:
        """Yield pages of what the shop sells."""
        after = "0"
        while True:
            page = self._client.get("/api/products", {"after": after, "limit": "100"})
            with understood():
                found, after = [mapping.product(row) for row in page["products"]], page["next"]
            yield found
            if not after:
                return

    def set_stock(self, counts: Sequence[StockCount]) -> dict[str, str]:
        """Set how much of each may be sold; the shop names those that it doesn't know."""
        levels = [{"id": one.external_id, "quantity": one.quantity} for one in counts]
        answer = self._client.post("/api/stock", {"levels": levels})
        with understood():
            return {str(number): "The shop has no such product." for number in answer["unknown"]}

    def _order(self, external_id: str) -> dict[str, Any]:
        if not external_id.isdigit():
            raise ConnectorError("The shop has no such order.", permanent=True)
        return self._client.get(f"/api/orders/{external_id}")


def connect(base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> Sandbox:
    """Return the connector; credentials are `{"key"}`."""
    return Sandbox(Client(base_url, credentials.get("key", "")))
