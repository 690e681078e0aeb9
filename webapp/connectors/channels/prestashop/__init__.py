"""PrestaShop 1.6 to 9 by its webservice: reads orders, tells of a parcel by tracking number first, status second."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from webapp.connectors.channels import PARTIAL_POLICY, ConnectorError, Field, Kind
from webapp.connectors.channels.prestashop import mapping, paging, products, stock, xml
from webapp.connectors.channels.prestashop.client import Client, Row, text, understood
from webapp.connectors.channels.prestashop.clock import Clock
from webapp.connectors.channels.prestashop.related import Related
from webapp.connectors.channels.prestashop.shop import Shop
from webapp.connectors.channels.prestashop.states import States
from webapp.domain.channel import (
    Capabilities,
    Confirmation,
    IncomingOrder,
    IncomingProduct,
    OutgoingShipment,
    StockCount,
)
from webapp.domain.channel_carriers import CarrierNames

ZONE = "Europe/Rome"
KIND = Kind(
    kind="prestashop",
    name="PrestaShop",
    summary="A PrestaShop 1.6 to 9, by its webservice. It shows one tracking number for each order.",
    address_hint="The shop's own address, without /api, for example https://shop.example.com",
    fields=(
        Field("key", "Webservice key", "Advanced parameters → Webservice, in the shop's back office.", secret=True),
        Field(
            "timezone",
            "Time zone of the shop",
            f"Used where the key may not read the shop's configuration. For example {ZONE}.",
            default=ZONE,
        ),
        PARTIAL_POLICY,
        Field(
            "shipped_state",
            "Status that means shipped",
            "Its number in the shop; empty: the shop's own.",
            required=False,
        ),
        Field("delivered_state", "Status that means delivered", "Its number; empty: the shop's own.", required=False),
        Field(
            "ready_states",
            "Further statuses to ship from",
            "Numbers with commas, for example of cash on delivery. Paid ones are always shipped from.",
            required=False,
        ),
        Field("shop_id", "Number of the shop", "Only where one back office holds several shops.", required=False),
    ),
    capabilities=Capabilities(
        partial_shipments=False,
        line_quantities=False,
        tracking_editable=True,
        inbound_webhook=False,
        can_cancel=True,
        delivered=True,
        catalogue=True,
        stock_levels=True,
    ),
    carriers=CarrierNames(told=False),
)

OVERLAP = dt.timedelta(minutes=5)
"""How far a reading reaches back behind the last one: for clocks that differ and changes that were committed late."""

NEEDED = {
    **{name: {"get"} for name in ("orders", "order_details", "order_states", "customers", "addresses")},
    **{name: {"get"} for name in ("currencies", "countries", "states", "carriers")},
    "order_carriers": {"get", "put"},
    "order_histories": {"get", "post"},
}
"""The permissions without which the channel doesn't work."""

BESIDES = {
    **{name: {"get"} for name in ("products", "combinations", "product_option_values")},
    "stock_availables": {"get", "put"},
}
"""For the import of products, and for stock."""


class PrestaShop:
    """One connected PrestaShop."""

    capabilities = KIND.capabilities

    def __init__(self, client: Client, settings: dict[str, Any], page_size: int = 50) -> None:
        self._client = client
        self._page_size = page_size
        self._ready = _numbers(settings, "ready_states")
        chosen = {"PS_OS_SHIPPING": "shipped_state", "PS_OS_DELIVERED": "delivered_state"}
        picked = {mark: next(iter(_numbers(settings, field)), "") for mark, field in chosen.items()}
        self._shop = Shop(client, Clock(text(settings.get("timezone")) or ZONE), picked)
        self._related = Related(client)

    def test(self) -> str:
        """Return the shop's name and what was found out about it; a permanent error names missing permissions."""
        name, version, allowed = self._client.shop()
        if told := _lacking(NEEDED, allowed):
            raise ConnectorError(f"The key lacks permissions: {told}.", permanent=True)
        told = _lacking(BESIDES, allowed)
        lacks = f" The key lacks permissions, and what the guide names them for isn't done: {told}." if told else ""
        zone, states = self._shop.clock(), self._shop.states()
        with understood():
            shipped = states.to_ship()
            self._client.rows("orders", {}, limit="0,1")
            found = (
                f"Its times are in {zone.zone}, and shipped is its status {shipped}, “{states.name(shipped)}”.{lacks}"
            )
        return f"Connected to “{name or 'the shop'}” ({' '.join(('PrestaShop', version)).strip()}). {found}"

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield pages of the orders changed in (since - OVERLAP, until], oldest first by (updated_at, id).

        Where the shop's clock is off, the span is longer by that.
        """
        zone, nothing = self._shop.clock(), dt.timedelta()
        begin = since - OVERLAP + min(self._client.ahead, nothing) if since else None
        start, end = zone.span(begin, until + max(self._client.ahead, nothing))
        for page in paging.pages(self._client, start, end, self._page_size):
            yield self._incoming(page)

    def read_order(self, external_id: str) -> IncomingOrder:
        """Return one order as it is in the shop now; a permanent error where it doesn't exist."""
        return self._incoming([self._shop.order(external_id)])[0]

    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Put the tracking number on the order, then the status that says shipped; each only where it isn't there.

        The shop takes the same status twice and mails the buyer twice, and its 500 can come after it has acted: so
        nothing is repeated before a new look. The buyer of a further parcel gets the mail that comes with its number.
        """
        with understood():
            order = self._shop.order(shipment.order_external_id)
            states = self._shop.states()
            _refuse_canceled(order, states)
            carrier = self._shop.carrier(order)
            told = self._shop.has_reached(order, states.shipped())
            change = mapping.tracked(carrier, shipment)
            if change:
                self._write_row(change, mail=told)
            if not told:
                self._shop.set_state(order, states.to_ship())
            return Confirmation(text(carrier["id"]), found=told and not change)

    def correct_tracking(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Write the order's carrier row anew, unless it shows another parcel of the order; the buyer gets a mail."""
        with understood():
            order = self._shop.order(shipment.order_external_id)
            _refuse_canceled(order, self._shop.states())
            carrier = self._shop.carrier(order)
            if text(carrier.get("tracking_number")) in shipment.siblings:
                return Confirmation(remote_id, found=True, detail="The shop shows another parcel of this order.")
            change = mapping.overwritten(carrier, shipment)
            if change:
                self._write_row(change, mail=True)
            return Confirmation(text(carrier["id"]), found=not change)

    def _write_row(self, row: dict[str, str], *, mail: bool) -> None:
        """Write a carrier row; `mail` tells the buyer, which the status does the first time."""
        asked = {"sendemail": "1"} if mail else {}
        self._client.write("PUT", f"order_carriers/{row['id']}", xml.document("order_carrier", row), **asked)

    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Set the status that says delivered, where the shop has one and the order never had it."""
        with understood():
            order = self._shop.order(order_external_id)
            states = self._shop.states()
            _refuse_canceled(order, states)
            delivered = states.find("PS_OS_DELIVERED")
            if not delivered:
                return Confirmation(remote_id, found=True, detail="The shop has no status for delivered.")
            if self._shop.has_reached(order, {delivered}):
                return Confirmation(remote_id, found=True)
            self._shop.set_state(order, delivered)
            return Confirmation(remote_id)

    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Cancel an order that never left; other statuses of ours have no match in a shop."""
        if status != "canceled":
            return Confirmation(order_external_id, found=True, detail="PrestaShop has no such status to set.")
        with understood():
            order = self._shop.order(order_external_id)
            states = self._shop.states()
            state = text(order["current_state"])
            if states.status(state, self._ready) == "canceled":
                return Confirmation(order_external_id, found=True)
            if state in states.shipped():
                raise ConnectorError("The shop shows this order as shipped: cancel it there.", permanent=True)
            canceled = states.find("PS_OS_CANCELED")
            if not canceled:
                raise ConnectorError("The shop has no status for canceled: cancel the order there.", permanent=True)
            self._shop.set_state(order, canceled)
        return Confirmation(order_external_id)

    def read_products(self) -> Iterator[list[IncomingProduct]]:
        """Yield the products that are active, and the combinations of those that have some."""
        return products.pages(self._client)

    def set_stock(self, counts: Sequence[StockCount]) -> dict[str, str]:
        """Set how much of each may be sold; return what the shop can't set, and why."""
        return stock.set_stock(self._client, counts)

    def _incoming(self, page: list[Row]) -> list[IncomingOrder]:
        zone, states = self._shop.clock(), self._shop.states()
        with understood():
            self._related.fetch(page)
            return [mapping.incoming(order, self._related, zone, states, self._ready) for order in page]


def _lacking(needed: Mapping[str, set[str]], allowed: Mapping[str, set[str]]) -> str:
    """Return the resources with their verbs that are needed and not allowed."""
    lacking = {what: sorted(verbs - allowed.get(what, set())) for what, verbs in needed.items()}
    return ", ".join(f"{what} ({', '.join(verbs).upper()})" for what, verbs in lacking.items() if verbs)


def _refuse_canceled(order: Row, states: States) -> None:
    if states.status(text(order["current_state"]), ()) == "canceled":
        raise ConnectorError("The order is canceled or refunded in the shop: look at it there.", permanent=True)


def _numbers(settings: dict[str, Any], field: str) -> tuple[str, ...]:
    """Return the numbers that the merchant typed into a field; a permanent error for anything else."""
    typed = [part.strip() for part in text(settings.get(field)).split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() for part in typed):
        label = next(each.label for each in KIND.fields if each.name == field)
        raise ConnectorError(f"{label}: give numbers, as the shop's list of statuses shows them.", permanent=True)
    return tuple(str(int(part)) for part in typed)


def connect(base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> PrestaShop:
    """Return the connector; credentials are `{"key"}`, settings the kind's other fields."""
    (shop_id, *_) = _numbers(settings, "shop_id") or ("",)
    return PrestaShop(Client(base_url, credentials.get("key", ""), shop_id), settings)
