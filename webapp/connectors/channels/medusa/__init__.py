"""Medusa v2 (https://docs.medusajs.com): reads orders, confirms shipments as fulfilments that were sent off."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from webapp.connectors.channels import ConnectorError, Field, Kind
from webapp.connectors.channels.medusa import locations, mapping, products, stock
from webapp.connectors.channels.medusa.client import Client, RefusedError, Row, order_path, understood
from webapp.connectors.channels.medusa.confirming import Confirming
from webapp.connectors.channels.medusa.reading import Reader
from webapp.connectors.channels.medusa.statuses import PAID_BY
from webapp.domain.channel import (
    Capabilities,
    Confirmation,
    IncomingOrder,
    IncomingProduct,
    OutgoingShipment,
    StockCount,
)

KIND = Kind(
    kind="medusa",
    name="Medusa",
    summary="A Medusa 2 shop, by its Admin API. Partial shipments and their tracking appear there as fulfilments.",
    address_hint="Where the shop's server runs, without /app or /admin, for example https://shop.example.com",
    fields=(
        Field("key", "Secret API key", "Settings → Secret API Keys, in the admin pages. Begins with sk_.", secret=True),
        Field(
            "paid_by",
            "An order may be shipped once its payment is",
            "Medusa's manual payments, such as bank transfers, are authorized from the start.",
            default=PAID_BY[0][0],
            choices=PAID_BY,
        ),
        Field(
            "sales_channel",
            "Sales channel",
            "Its ID (sc_…), only where the orders of one sales channel alone are to be read.",
            required=False,
        ),
        Field(
            "location",
            "Location whose stock is set",
            "Its ID (sloc_…), only where the shop has several locations and is to be told how much is in stock.",
            required=False,
        ),
    ),
    capabilities=Capabilities(
        partial_shipments=True,
        line_quantities=True,
        tracking_editable=False,
        inbound_webhook=False,
        can_cancel=True,
        delivered=True,
        catalogue=True,
        stock_levels=True,
    ),
)

OVERLAP = dt.timedelta(minutes=5)
"""How far a reading reaches back behind the last one: for clocks that differ and changes that were committed late."""

BEGINNING = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


class Medusa:
    """One connected Medusa shop."""

    capabilities = KIND.capabilities

    def __init__(
        self, client: Client, sales_channel: str = "", paid_by: str = "", page_size: int = 20, location: str = ""
    ) -> None:
        self._client = client
        self._location = location
        self._paid_by = paid_by or PAID_BY[0][0]
        self._scope: dict[str, str | list[str]] = {"sales_channel_id[]": [sales_channel]} if sales_channel else {}
        self._orders = Reader(client, "orders", mapping.FIELDS, page_size, self._scope)
        self._payments = Reader(client, "payments", "id,updated_at,payment_collection.order.id", page_size)
        self._confirming = Confirming(client)

    def test(self) -> str:
        """Read, try a writing call that can't change anything, and return what the merchant sees of the shop."""
        found = self._client.get("orders", {"fields": "id", "limit": "1", **self._scope})
        stores = self._client.get("stores", {"fields": "name", "limit": "1"})
        with understood():
            count, name = int(found["count"]), stores["stores"][0]["name"]
        self._prove_writing()
        told = f"Connected to “{name}” on Medusa, which holds {count} orders."
        return f"{told} {locations.advice(self._client, self._location)}".strip()

    def _prove_writing(self) -> None:
        try:
            self._client.post(order_path("none", "fulfillments"), {"items": []})
        except RefusedError as refusal:
            if refusal.status in (401, 403):
                told = "The key may read but not fulfil orders: give it a role that may."
                raise ConnectorError(told, permanent=True) from refusal

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield pages of the orders changed in [since - OVERLAP, until], oldest first by (updated_at, id).

        A payment doesn't touch its order, so orders whose payment changed are read behind them. A first reading
        takes all orders as they are, paid or not, and needn't.
        """
        start, seen = since - OVERLAP if since else BEGINNING, set[str]()
        for rows in self._orders.changed(start, until):
            if since:
                seen |= {row["id"] for row in rows}
            yield from self._incoming(rows)
        if since:
            yield from self._paid(start, until, seen)

    def _paid(self, start: dt.datetime, until: dt.datetime, seen: set[str]) -> Iterator[list[IncomingOrder]]:
        for payments in self._payments.changed(start, until):
            with understood():
                orders = ((one.get("payment_collection") or {}).get("order") or {} for one in payments)
                fresh = list(dict.fromkeys(order["id"] for order in orders if order and order["id"] not in seen))
            if fresh:
                seen |= set(fresh)
                query = {**self._scope, "id[]": fresh, "fields": mapping.FIELDS, "limit": str(len(fresh))}
                found = self._client.get("orders", query)
                with understood():
                    rows = sorted(found["orders"], key=lambda row: (row["updated_at"], row["id"]))
                yield from self._incoming(rows)

    def _incoming(self, rows: list[Row]) -> Iterator[list[IncomingOrder]]:
        with understood():
            page = [mapping.incoming(row, self._paid_by) for row in rows]
        if page:
            yield page

    def read_order(self, external_id: str) -> IncomingOrder:
        """Return one order as it is in the shop now; a permanent error where it has none, or only a draft."""
        order = self._client.order(external_id, mapping.FIELDS)
        with understood():
            return mapping.incoming(order, self._paid_by)

    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Make one fulfilment of the shipment, sent off with its tracking code, whatever an earlier try left."""
        return self._confirming.confirm(shipment)

    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Mark a fulfilment as delivered; safe to repeat."""
        if self._is_delivered(order_external_id, remote_id):
            return Confirmation(remote_id, found=True)
        try:
            self._client.post(order_path(order_external_id, "fulfillments", remote_id, "mark-as-delivered"), {})
        except RefusedError:  # Another worker may have been quicker.
            if not self._is_delivered(order_external_id, remote_id):
                raise
        return Confirmation(remote_id)

    def _is_delivered(self, order_external_id: str, remote_id: str) -> bool:
        for one in self._confirming.look(order_external_id):
            if one.remote_id == remote_id and not one.is_canceled:
                return one.is_delivered
        raise ConnectorError("The shop doesn't hold this fulfilment any more.", permanent=True)

    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Cancel an order that nobody has paid for yet; Medusa has no other move for a status of ours.

        With the order Medusa pays back what was captured, which is for a person to decide.
        """
        if status != "canceled":
            return Confirmation(order_external_id, found=True, detail="Medusa has no such status to set.")
        state, captured = self._state(order_external_id)
        if state == "canceled":
            return Confirmation(order_external_id, found=True)
        if captured:
            told = "The order is paid, and canceling it in the shop pays the money back: cancel it there."
            raise ConnectorError(told, permanent=True)
        try:
            self._client.post(order_path(order_external_id, "cancel"), {})
        except RefusedError:  # Another worker may have been quicker.
            if self._state(order_external_id)[0] != "canceled":
                raise
        return Confirmation(order_external_id)

    def _state(self, order_external_id: str) -> tuple[str, bool]:
        """Return the order's status, and whether the shop holds money for it."""
        order = self._client.order(order_external_id, "id,status,*payment_collections")
        with understood():
            paid = [(one["captured_amount"] or 0, one["refunded_amount"] or 0) for one in order["payment_collections"]]
            return order["status"], any(captured > refunded for captured, refunded in paid)

    def read_products(self) -> Iterator[list[IncomingProduct]]:
        """Yield the variants of what is published, of the sales channel alone whose orders are read."""
        yield from products.pages(self._client, self._scope)

    def set_stock(self, counts: Sequence[StockCount]) -> dict[str, str]:
        """Set how much of each variant may be sold; return what the shop refused, and why."""
        return stock.set_stock(self._client, self._location, counts)


def connect(base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> Medusa:
    """Return the connector; credentials are `{"key"}`, settings `{"sales_channel", "paid_by", "location"}`."""
    channel, paid_by, location = (
        str(settings.get(name) or "").strip() for name in ("sales_channel", "paid_by", "location")
    )
    return Medusa(Client(base_url, credentials.get("key", "")), channel, paid_by, location=location)
