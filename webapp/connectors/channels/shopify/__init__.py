"""Shopify (https://shopify.dev): reads orders, confirms shipments as fulfilments, by the Admin GraphQL API."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from webapp.connectors.channels import ConnectorError, Field, Kind
from webapp.connectors.channels.shopify import couriers, documents, held, mapping, products, stock
from webapp.connectors.channels.shopify.address import DEFAULT_VERSION
from webapp.connectors.channels.shopify.client import Client, RefusedError, understood
from webapp.connectors.channels.shopify.confirming import Confirming
from webapp.connectors.channels.shopify.correcting import correct
from webapp.domain.channel import (
    Capabilities,
    Confirmation,
    IncomingOrder,
    IncomingProduct,
    OutgoingShipment,
    StockCount,
)

KIND = Kind(
    kind="shopify",
    name="Shopify",
    summary="A Shopify shop, by its Admin API. Partial shipments and their tracking appear there as fulfilments.",
    address_hint="The shop's own address at Shopify, for example https://example.myshopify.com",
    fields=(
        Field("client_id", "Client ID", "Of an app in the Dev Dashboard; leave it empty for a token.", required=False),
        Field("secret", "Client secret or access token", "The app's secret, or a token such as shpat_…", secret=True),
        Field("version", "API version", "Shopify keeps each for a year.", required=False, default=DEFAULT_VERSION),
        Field(
            "notify",
            "Mail to the buyer",
            "Shopify tells the buyer of each shipment.",
            default="yes",
            choices=(("yes", "Shopify sends it"), ("no", "Nobody is told")),
        ),
        Field(
            "location",
            "Location whose stock is set",
            "Its number, as the address of its page in Settings → Locations ends; empty: the shop's first.",
            required=False,
        ),
        Field(
            "hook_secret",
            "Webhook signing secret",
            "Shown in Shopify below Settings → Notifications → Webhooks: then orders come in at once.",
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
        delivered=True,
        catalogue=True,
        stock_levels=True,
    ),
    calls_per_minute=120,
    carriers=couriers.CARRIERS,
    webhook_place="Settings → Notifications → Webhooks → Create webhook, format JSON, once for each of Order creation, "
    "Order update and Order cancellation. The signing secret below that list goes into the form here.",
)

OVERLAP = dt.timedelta(minutes=10)
"""How far a reading reaches back behind the last one: for clocks that differ, and because Shopify's search shows a
change some time after it was made."""

PAGE_SIZE = 10
"""More orders at once would cost more than the 1,000 points that a query may cost."""

READ = {"read_orders", "write_orders"}
SHIP = {f"write_{whose}_fulfillment_orders" for whose in ("merchant_managed", "assigned", "third_party")}

BESIDES = ("write_fulfillments", "write_orders", "read_products", "write_inventory", "read_locations")
"""For deliveries, cancellations, the import of products, and stock."""


class Shopify:
    """One connected Shopify shop."""

    capabilities = KIND.capabilities

    def __init__(self, client: Client, page_size: int = PAGE_SIZE, notify: bool = True, location: str = "") -> None:
        self._client = client
        self._page_size = page_size
        self._notify = notify
        self._location = location.strip()

    def test(self) -> str:
        """Read the shop's name and what the app may do, and return what the merchant needs to know."""
        data = self._client.run(documents.SHOP)
        with understood():
            name = data["shop"]["name"]
            scopes = {scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]}
        if not scopes & READ:
            raise ConnectorError("The app lacks the permission read_orders.", permanent=True)
        if not scopes & SHIP:
            told = "The app lacks the permission write_merchant_managed_fulfillment_orders."
            raise ConnectorError(told, permanent=True)
        served, asked = self._client.served, self._client.version
        ended = f" Shopify answered by API version {served} instead of {asked}." if served not in ("", asked) else ""
        lacking = [one for one in BESIDES if not scopes & {one, one.replace("read_", "write_")}]
        named = ", ".join(lacking)
        lacks = f" The app lacks permissions, and what the guide names them for isn't done: {named}." if named else ""
        return f"Connected to the Shopify shop “{name}”.{ended}{lacks}"

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield pages of the orders changed in (since - OVERLAP, until], oldest first by (updated_at, id).

        Shopify's cursors hold the last order's time and id, so an order that changes during the reading pulls no
        other across a page edge.
        """
        search = mapping.changed_between(since - OVERLAP if since else None, until)
        after: str | None = None
        while True:
            data = self._client.run(documents.ORDERS, first=self._page_size, after=after, query=search)
            with understood():
                found = data["orders"]
                page = [self._whole(order) for order in found["nodes"]]
                more, after = found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]
                page.sort(key=lambda order: (order.updated_at, int(order.external_id)))
            if page:
                yield page
            if not more:
                return

    def read_order(self, external_id: str) -> IncomingOrder:
        """Return one order as it is on the shop now; a permanent error where it has none."""
        order = held.order_of(self._client.run(documents.ORDER, id=held.order_id(external_id)))
        with understood():
            return self._whole(order)

    def _whole(self, order: dict[str, Any]) -> IncomingOrder:
        return mapping.incoming(order, [*order["lineItems"]["nodes"], *held.rest_of_lines(self._client, order)])

    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Make the shipment's fulfilments, one for each location; what an earlier try left is found by its tracking."""
        return Confirming(self._client, shipment, self._notify).run()

    def correct_tracking(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Put the present carrier, code and address on all of a shipment's fulfilments that show others."""
        return correct(self._client, shipment, remote_id, self._notify)

    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Mark a shipment's fulfilments as delivered; safe to repeat."""
        told = [self._deliver(mapping.gid("Fulfillment", one)) for one in remote_id.split(",")]
        return Confirmation(remote_id, found=not any(told))

    def _deliver(self, gid: str) -> bool:
        """Return whether the fulfilment had to be marked."""
        one = self._client.run(documents.DELIVERY, id=gid).get("fulfillment")
        with understood():
            if one is None or one["status"] in held.GONE:
                raise ConnectorError("The shop doesn't hold this fulfilment any more.", permanent=True)
            if one["displayStatus"] == "DELIVERED" or one["deliveredAt"]:
                return False
        self._client.result(documents.DELIVER, event={"fulfillmentId": gid, "status": "DELIVERED"})
        return True

    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Cancel the order; Shopify has no other move for a status of ours. Payments stay, the buyer isn't told."""
        if status != "canceled":
            return Confirmation(order_external_id, found=True, detail="Shopify has no such status to set.")
        found = held.look(self._client, order_external_id)
        if found.canceled:
            return Confirmation(order_external_id, found=True, detail="It was canceled there already.")
        if found.fulfilments:
            told = "A part of the order has left, so Shopify can't cancel it: refund the rest there."
            raise ConnectorError(told, permanent=True)
        try:
            self._client.result(documents.CANCEL, id=held.order_id(order_external_id))
        except RefusedError:  # Another worker may have been quicker.
            if not held.look(self._client, order_external_id).canceled:
                raise
        return Confirmation(order_external_id)

    def read_products(self) -> Iterator[list[IncomingProduct]]:
        """Yield the variants of the products that are active."""
        return products.pages(self._client)

    def set_stock(self, counts: Sequence[StockCount]) -> dict[str, str]:
        """Set how much of each may be sold at the channel's location; return what Shopify refuses, and why."""
        return stock.set_stock(self._client, self._location, counts)


def connect(base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> Shopify:
    """Return the connector; credentials are `{"secret"}`, settings `{"client_id", "version", "notify", "location"}`."""
    secret, client_id = credentials.get("secret", ""), settings.get("client_id", "")
    client = Client(base_url, secret, client_id, settings.get("version", ""))
    return Shopify(client, notify=settings.get("notify", "yes") != "no", location=settings.get("location", ""))
