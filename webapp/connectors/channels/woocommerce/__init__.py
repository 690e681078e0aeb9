"""WooCommerce (https://woocommerce.com): reads orders, confirms shipments in whichever place the shop has for them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from webapp.connectors.channels import ConnectorError, Field, Kind
from webapp.connectors.channels.woocommerce import couriers, mapping, products, stock
from webapp.connectors.channels.woocommerce.answers import RefusedError, understood
from webapp.connectors.channels.woocommerce.client import Client
from webapp.connectors.channels.woocommerce.confirming import CLOSED, Confirming
from webapp.connectors.channels.woocommerce.reading import Reader
from webapp.domain.channel import (
    Capabilities,
    Confirmation,
    IncomingOrder,
    IncomingProduct,
    OutgoingShipment,
    StockCount,
)

KIND = Kind(
    kind="woocommerce",
    name="WooCommerce",
    summary="A WooCommerce shop, 5.8 or later, by its REST API. The test tells how it keeps shipments.",
    address_hint="The shop's own address, for example https://shop.example.com",
    fields=(
        Field("key", "Consumer key", "WooCommerce → Settings → Advanced → REST API; permissions: Read/Write."),
        Field("secret", "Consumer secret", "Shown there once, beside the key.", secret=True),
        Field(
            "hook_secret",
            "Webhook secret",
            "Choose one, and type the same in the shop's webhook: then orders come in at once.",
            secret=True,
            required=False,
        ),
    ),
    capabilities=Capabilities(
        partial_shipments=True,
        line_quantities=True,
        tracking_editable=True,
        inbound_webhook=True,
        can_cancel=True,
        delivered=False,
        catalogue=True,
        stock_levels=True,
    ),
    carriers=couriers.CARRIERS,
    webhook_place="WooCommerce → Settings → Advanced → Webhooks → Add webhook, once for the topic Order created and "
    "once for Order updated, each with the webhook secret that you typed here.",
)

OVERLAP = dt.timedelta(minutes=5)
"""How far a reading reaches back behind the last one: for clocks that differ and changes that were stored late."""

BEGINNING = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


class WooCommerce:
    """One connected WooCommerce shop."""

    capabilities = KIND.capabilities

    def __init__(self, client: Client, page_size: int = 50) -> None:
        self._client = client
        self._reader = Reader(client, page_size)
        self._confirming = Confirming(client)

    def test(self) -> str:
        """Read, try a writing call that can't change anything, and find out how the shop keeps shipments."""
        self._client.forget()
        query = {"per_page": "1", "orderby": "modified", "_fields": "id"}
        try:
            _, headers = self._client.call("GET", "/wc/v3/orders", query)
        except RefusedError as refusal:
            if refusal.code == "rest_invalid_param":
                raise ConnectorError("The shop needs WooCommerce 5.8 or later.", permanent=True) from refusal
            raise
        self._prove_writing()
        return (
            f"Connected to WooCommerce, which holds {headers.get('X-WP-Total', 'some')} orders. "
            f"It keeps shipments as {self._confirming.place()}."
        )

    def _prove_writing(self) -> None:
        try:
            self._client.call("PUT", "/wc/v3/orders/0", body={})
        except RefusedError as refusal:
            if refusal.status in (401, 403):
                told = "The key may read but not write: set its permissions to Read/Write."
                raise ConnectorError(told, permanent=True) from refusal

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield pages of the orders changed in [since - OVERLAP, until], oldest first by (updated_at, id)."""
        for rows in self._reader.changed(since - OVERLAP if since else BEGINNING, until):
            with understood():
                page = [self._incoming(row) for row in rows if row["status"] not in mapping.UNPLACED]
            if page:
                yield page

    def read_order(self, external_id: str) -> IncomingOrder:
        """Return one order as it is in the shop now; a permanent error where it has none, or only a basket."""
        order = self._client.order(external_id, mapping.FIELDS)
        with understood():
            if order["status"] in mapping.UNPLACED:
                raise ConnectorError("This order isn't placed yet.", permanent=True)
            return self._incoming(order)

    def _incoming(self, order: dict[str, Any]) -> IncomingOrder:
        if not order.get("refunds"):
            return mapping.incoming(order)
        refunds = self._client.rows(f"/wc/v3/orders/{order['id']}/refunds", {"per_page": "100"})
        return mapping.incoming(order, mapping.refunded_units(refunds))

    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Put the shipment into the first place that the shop has for it, once; complete the order with its last."""
        return self._confirming.confirm(shipment)

    def correct_tracking(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Give a confirmed shipment its present courier and tracking code, where it isn't a note; safe to repeat."""
        return self._confirming.correct(shipment, remote_id)

    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Do nothing: WooCommerce knows no delivery."""
        return Confirmation(remote_id, found=True, detail="WooCommerce knows no delivery.")

    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Cancel or complete; other statuses are WooCommerce's own affair, and mail the buyer. Payments stay."""
        if status not in ("canceled", "shipped"):
            return Confirmation(order_external_id, found=True, detail="WooCommerce has no such status to set.")
        with understood():
            held = str(self._client.order(order_external_id, "status")["status"])
        if status == "shipped":
            told = self._confirming.complete(order_external_id, held)
            return Confirmation(order_external_id, held == "completed" or held in CLOSED, told)
        if held in ("cancelled", "refunded", "trash"):
            return Confirmation(order_external_id, found=True)
        if held == "completed":
            raise ConnectorError("The order is completed in the shop: cancel or refund it there.", permanent=True)
        self._client.call("PUT", f"/wc/v3/orders/{order_external_id}", body={"status": "cancelled"})
        return Confirmation(order_external_id)

    def read_products(self) -> Iterator[list[IncomingProduct]]:
        """Yield the products that are on sale, and the variations of those that have some."""
        return products.pages(self._client)

    def set_stock(self, counts: Sequence[StockCount]) -> dict[str, str]:
        """Set how much of each may be sold; return what the shop refuses, and why."""
        return stock.set_stock(self._client, counts)


def connect(base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> WooCommerce:
    """Return the connector; credentials are `{"secret"}`, settings `{"key"}`."""
    return WooCommerce(Client(base_url, settings.get("key", ""), credentials.get("secret", "")))
