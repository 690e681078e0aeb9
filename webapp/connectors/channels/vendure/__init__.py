"""Vendure (https://docs.vendure.io): reads placed orders, confirms shipments as fulfilments with their tracking."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from webapp.connectors.channels import ConflictError, ConnectorError, Field, Kind
from webapp.connectors.channels.vendure import documents, mapping, products, stock
from webapp.connectors.channels.vendure.client import Client, understood
from webapp.domain.channel import (
    Capabilities,
    Confirmation,
    IncomingOrder,
    IncomingProduct,
    OutgoingShipment,
    StockCount,
)

KIND = Kind(
    kind="vendure",
    name="Vendure",
    summary="A Vendure shop, by its Admin API. Partial shipments and their tracking appear there as fulfilments.",
    address_hint="Where the shop's server runs, without /admin-api, for example https://shop.example.com",
    fields=(
        Field("username", "User name", "An administrator who may read and update orders."),
        Field("password", "Password", secret=True),
        Field("channel_token", "Channel token", "Only where the server holds several channels.", required=False),
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
"""How far a reading reaches back behind the last one: for clocks that differ, for changes that were committed late,
and because `updatedAt` can lie before `orderPlacedAt`."""

BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
REACHED = {"Shipped": ("Shipped", "Delivered"), "Delivered": ("Delivered",), "Cancelled": ("Cancelled",)}
"""The states of a fulfilment that hold a move's target already."""


class Vendure:
    """One connected Vendure channel."""

    capabilities = KIND.capabilities

    def __init__(self, client: Client, page_size: int = 100) -> None:
        self._client = client
        self._page_size = page_size

    @understood()
    def test(self) -> str:
        """Log in afresh, read, and return what the merchant sees of the channel; an error where it can't be written."""
        self._client.login()
        found = self._client.run(documents.CHANNEL)
        count, code = found["orders"]["totalItems"], found["activeChannel"]["code"]
        if not any("UpdateOrder" in one["permissions"] for one in found["me"]["channels"] if one["code"] == code):
            told = "The Vendure account may read orders but not ship them: give its role UpdateOrder."
            raise ConnectorError(told, permanent=True)
        return f"Connected to the Vendure channel “{code.strip('_').replace('_', ' ')}”, which holds {count} orders."

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield pages of the placed orders changed in (since - OVERLAP, until], oldest first by (updated_at, id).

        Each page begins where the last one ended and leaves out what was seen at that very time, instead of skipping
        so many rows: an order that changes during the reading leaves the window, and would pull an unread one across
        the page edge. Vendure can't compare ids, and its sort takes the id before the time, so it sorts by time alone.
        """
        start = since - OVERLAP if since else BEGINNING
        seen: dict[str, dt.datetime] = {}
        while True:
            with understood():
                page = [mapping.incoming(order) for order in self._page(start, until, list(seen))]
            page.sort(
                key=lambda order: (order.updated_at, int(order.external_id) if order.external_id.isdigit() else 0)
            )
            if page:
                yield page
            if len(page) < self._page_size:
                return
            # SQLite shops keep whole seconds as text, where "10:00:05" sorts before "10:00:05.000": step back a bit.
            start = max(start, page[-1].updated_at - dt.timedelta(milliseconds=1))
            seen |= {order.external_id: order.updated_at for order in page}
            seen = {external_id: updated_at for external_id, updated_at in seen.items() if updated_at >= start}

    def _page(self, start: dt.datetime, until: dt.datetime, seen: list[str]) -> list[dict[str, Any]]:
        options = {
            "filter": {
                "updatedAt": {"between": {"start": mapping.stamp(start), "end": mapping.stamp(until)}},
                "orderPlacedAt": {"isNull": False},
                "id": {"notIn": seen},
            },
            "sort": {"updatedAt": "ASC"},
            "take": self._page_size,
        }
        items: list[dict[str, Any]] = self._client.run(documents.ORDERS, options=options)["orders"]["items"]
        return items

    @understood()
    def read_order(self, external_id: str) -> IncomingOrder:
        """Return one order as it is on the shop now; a permanent error where it has none."""
        return mapping.incoming(self._found(self._client.run(documents.ORDER, id=external_id)))

    @understood()
    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Make one shipped fulfilment of the shipment, whatever an earlier try left.

        Our reference in the fulfilment's method finds it again, so equal or empty tracking codes don't matter. A try
        that ended between the two mutations is finished. Afterwards the order is read back.
        """
        ours, by_hand = self._look(shipment)
        if ours and all(one["state"] == "Cancelled" for one in ours):
            raise ConnectorError("The shop has canceled this fulfilment: look at the order there.", permanent=True)
        if not ours and not by_hand:
            ours, by_hand = self._create(shipment)
        kept = self._keep_one(shipment.order_external_id, ours) if ours else by_hand[0]
        if (kept["trackingCode"] or "") not in (shipment.tracking_code, *shipment.tried):
            told = kept["trackingCode"] or "none"
            raise ConflictError(f"The shop shows another tracking code, {told}, and can't change it.", str(kept["id"]))
        found = kept["state"] in REACHED["Shipped"]
        if not found:
            self._reach(shipment.order_external_id, kept["id"], "Shipped")
        return Confirmation(str(kept["id"]), found=found, detail="" if ours else "It was entered on the shop by hand.")

    def _look(self, shipment: OutgoingShipment) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the fulfilments of this shipment, and those by hand that hold the same lines and tracking code."""
        held = self._held(shipment.order_external_id)
        ours = [one for one in held["fulfillments"] or () if mapping.is_ours(one, shipment)]
        same = [one for one in _live(held) if mapping.covers(one, shipment)]
        codes = {shipment.tracking_code, *shipment.tried} - {""}
        return ours, [one for one in same if one["trackingCode"] in codes]

    def _create(self, shipment: OutgoingShipment) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Create the fulfilment and look again, also after a refusal: another worker may have been quicker.

        Where the units turn out to be shipped by hand, that fulfilment is returned, whatever its tracking code.
        """
        refusal = None
        try:
            self._result(documents.ADD, input=mapping.fulfilment_input(shipment))
        except ConnectorError as error:
            if not error.permanent:
                raise
            refusal = error
        held = self._held(shipment.order_external_id)
        ours = [one for one in _live(held) if mapping.is_ours(one, shipment)]
        by_hand = [one for one in _live(held) if mapping.covers(one, shipment)] if refusal else []
        if not ours and not by_hand:
            raise refusal or ConnectorError("Vendure took the fulfilment but doesn't show it yet.")
        return ours, by_hand

    def _keep_one(self, order_external_id: str, ours: list[dict[str, Any]]) -> dict[str, Any]:
        """Cancel all but one: a try that timed out can be carried out after the next one has looked in vain.

        The buyer may have heard of one that left, so that one is kept, else the oldest.
        """
        live = sorted((one for one in ours if one["state"] != "Cancelled"), key=mapping.by_age)
        live.sort(key=lambda one: one["state"] not in REACHED["Shipped"])
        for extra in live[1:]:
            self._reach(order_external_id, extra["id"], "Cancelled")
        return live[0]

    def correct_tracking(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Refuse: Vendure's API has no call that changes a fulfilment's tracking code."""
        raise ConnectorError("Vendure can't be told a corrected tracking code.", permanent=True)

    @understood()
    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Mark a fulfilment as delivered; safe to repeat."""
        held = self._held(order_external_id)
        one = next((one for one in _live(held) if str(one["id"]) == remote_id), None)
        if one is None:
            raise ConnectorError("The shop doesn't hold this fulfilment any more.", permanent=True)
        if one["state"] in REACHED["Delivered"]:
            return Confirmation(remote_id, found=True)
        self._reach(order_external_id, remote_id, "Delivered")
        return Confirmation(remote_id)

    @understood()
    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Cancel what hasn't been fulfilled; Vendure has no other move for a status of ours. Payments stay."""
        if status != "canceled":
            return Confirmation(order_external_id, found=True, detail="Vendure has no such status to set.")
        held = self._held(order_external_id)
        lines = _open_lines(held)
        if not lines:
            return Confirmation(order_external_id, found=True, detail="Nothing was left to cancel.")
        order = {
            "orderId": order_external_id,
            "lines": lines,
            "cancelShipping": not _live(held),
            "reason": "Canceled in Crossdock",
        }
        try:
            self._result(documents.CANCEL, input=order)
        except ConnectorError as error:  # Another worker may have been quicker.
            if not error.permanent or _open_lines(self._held(order_external_id)):
                raise
        return Confirmation(order_external_id)

    def read_products(self) -> Iterator[list[IncomingProduct]]:
        """Yield the variants that are enabled."""
        return products.pages(self._client)

    def set_stock(self, counts: Sequence[StockCount]) -> dict[str, str]:
        """Set how much of each may be sold; return what the shop can't set, and why."""
        return stock.set_stock(self._client, counts)

    def _reach(self, order_external_id: str, fulfilment_id: str, state: str) -> None:
        """Move a fulfilment; a refusal doesn't matter where another worker has moved it meanwhile."""
        try:
            self._result(documents.MOVE, id=fulfilment_id, state=state)
        except ConnectorError as error:
            if not error.permanent:
                raise
            held = self._held(order_external_id)["fulfillments"] or ()
            if not any(one["id"] == fulfilment_id and one["state"] in REACHED[state] for one in held):
                raise

    def _result(self, document: str, **variables: Any) -> dict[str, Any]:
        """Run a mutation; the error members of its result are refusals, which the same call would meet again."""
        result: dict[str, Any] = self._client.run(document, **variables)["result"]
        if "errorCode" in result:
            reason = result.get("transitionError") or result["message"]
            raise ConnectorError(f"Vendure refused: {reason} ({result['errorCode']})", permanent=True)
        return result

    def _held(self, order_external_id: str) -> dict[str, Any]:
        return self._found(self._client.run(documents.HELD, id=order_external_id))

    def _found(self, data: dict[str, Any]) -> dict[str, Any]:
        order: dict[str, Any] | None = data["order"]
        if order is None:
            raise ConnectorError("The shop has no such order.", permanent=True)
        return order


def _live(held: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in held["fulfillments"] or () if one["state"] != "Cancelled"]


def _open_lines(held: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the units that are in no fulfilment; none where the order is canceled, since its quantities are 0 then."""
    rest = {str(line["id"]): line["quantity"] for line in held["lines"]}
    for one in _live(held):
        for line in one["lines"]:
            rest[str(line["orderLineId"])] -= line["quantity"]
    return [{"orderLineId": line, "quantity": units} for line, units in rest.items() if units > 0]


def connect(base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> Vendure:
    """Return the connector; credentials are `{"password"}`, settings `{"username", "channel_token"}`."""
    account = settings.get("username", ""), credentials.get("password", "")
    return Vendure(Client(base_url, *account, settings.get("channel_token", "")))
