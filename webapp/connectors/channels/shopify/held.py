"""What the shop holds of an order's fulfilments, read page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.shopify import documents, mapping
from webapp.connectors.channels.shopify.client import Client, understood
from webapp.connectors.channels.shopify.planning import Slot
from webapp.domain.channel import OutgoingShipment

NO_ORDER = "The shop has no such order."
MOST = 100
"""How many fulfilments of an order Shopify shows at once; it has no further pages of them."""
GONE = ("CANCELLED", "ERROR", "FAILURE")


@dataclass(frozen=True)
class Fulfilment:
    """One that stands: canceled and failed ones are left out."""

    gid: str
    created_at: str
    numbers: tuple[str, ...]
    companies: tuple[str, ...]
    urls: tuple[str, ...] = ()

    @property
    def age(self) -> tuple[str, int, str]:
        """What sorts the oldest first."""
        return self.created_at, len(self.gid), self.gid


@dataclass(frozen=True)
class Held:
    """What the shop holds of an order."""

    canceled: bool
    fulfilments: tuple[Fulfilment, ...]

    def ours(self, shipment: OutgoingShipment) -> list[Fulfilment]:
        """Return the fulfilments of a shipment: by its tracking code, or by our reference where it has none."""
        codes = {code.strip() for code in (shipment.tracking_code, *shipment.tried)} - {""}
        coded = [one for one in self.fulfilments if codes & set(one.numbers)]
        if coded or shipment.tracking_code.strip():
            return coded
        ending = f"{mapping.SEPARATOR}{shipment.reference}"
        return [one for one in self.fulfilments if any(name.endswith(ending) for name in one.companies)]

    def nameless(self) -> list[Fulfilment]:
        """Return those with neither a tracking code nor a reference of ours: somebody made them on the shop."""
        return [
            one
            for one in self.fulfilments
            if not any(one.numbers) and not any(mapping.SEPARATOR in name for name in one.companies)
        ]


def order_id(external_id: str) -> str:
    """Return Shopify's id of an order; a permanent error for what can't be one."""
    if not (external_id.isascii() and external_id.isdigit()):
        raise ConnectorError(NO_ORDER, permanent=True)
    return mapping.gid("Order", external_id)


def order_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the order of an answer; a permanent error where there is none."""
    order: dict[str, Any] | None = data.get("order")
    if order is None:
        raise ConnectorError(NO_ORDER, permanent=True)
    return order


def look(client: Client, external_id: str) -> Held:
    """Return what the shop holds of an order; a permanent error where that can't all be seen."""
    order = order_of(client.run(documents.HELD, id=order_id(external_id), first=MOST))
    with understood():
        if len(order["fulfillments"]) >= MOST:
            raise ConnectorError(f"The order has {MOST} fulfilments or more: not all can be seen.", permanent=True)
        live = [one for one in order["fulfillments"] if one["status"] not in GONE]
        found = tuple(
            Fulfilment(
                one["id"],
                one["createdAt"],
                tuple((info["number"] or "").strip() for info in one["trackingInfo"]),
                tuple(info["company"] or "" for info in one["trackingInfo"]),
                tuple(info["url"] or "" for info in one["trackingInfo"]),
            )
            for one in live
        )
        return Held(order["cancelledAt"] is not None, found)


def units(client: Client, fulfilment: Fulfilment) -> dict[str, int]:
    """Return line id -> units that a fulfilment holds."""
    held: dict[str, int] = {}
    with understood():
        for node in _pages(client, documents.SHIPPED, "fulfillment", "fulfillmentLineItems", id=fulfilment.gid):
            line = mapping.number(node["lineItem"]["id"])
            held[line] = held.get(line, 0) + (node["quantity"] or 0)
    return held


def slots(client: Client, external_id: str) -> list[Slot]:
    """Return all units of an order that are left to ship, also those that Shopify holds back."""
    found: list[Slot] = []
    with understood():
        for order in _pages(client, documents.TO_SHIP, "order", "fulfillmentOrders", id=order_id(external_id)):
            location = (order["assignedLocation"]["location"] or {}).get("id", "")
            free = any(can["action"] == "CREATE_FULFILLMENT" for can in order["supportedActions"])
            for line in _lines_to_ship(client, order):
                line_id = mapping.number(line["lineItem"]["id"])
                left = line["remainingQuantity"]
                found.append(Slot(location, order["id"], line["id"], line_id, left, free, order["status"]))
    return [slot for slot in found if slot.remaining > 0]


def _lines_to_ship(client: Client, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from order["lineItems"]["nodes"]
    page = order["lineItems"]["pageInfo"]
    if page["hasNextPage"]:
        document, after = documents.TO_SHIP_LINES, page["endCursor"]
        yield from _pages(client, document, "fulfillmentOrder", "lineItems", id=order["id"], after=after)


def rest_of_lines(client: Client, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the lines of an order that its first page doesn't hold."""
    page = order["lineItems"]["pageInfo"]
    if page["hasNextPage"]:
        yield from _pages(client, documents.LINES, "order", "lineItems", id=order["id"], after=page["endCursor"])


def _pages(
    client: Client, document: str, root: str, connection: str, after: str | None = None, **variables: Any
) -> Iterator[Any]:
    """Yield the nodes of all pages of something."""
    while True:
        data = client.run(document, after=after, **variables)
        with understood():
            page = data[root][connection]
            nodes, following = page["nodes"], page["pageInfo"]
            more, after = following["hasNextPage"], following["endCursor"]
        yield from nodes
        if not more:
            return
