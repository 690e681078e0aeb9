"""The rules of a Shopify shop, as far as orders and their fulfilments go: what it takes, refuses and shows."""

import datetime as dt
import itertools
import re
import threading
from typing import Any

from tests.servers.shopify.goods import Fulfilment, FulfilmentOrder, Line, Order, Portion, connection, cursor, place
from tests.servers.shopify.variants import Variant

_BOUND = re.compile(r"updated_at:(>=|<=)'([^']+)'")


class Shop:
    """Orders in memory. Ids are numbers that only grow."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.scopes = {"read_orders", "write_orders", "write_merchant_managed_fulfillment_orders"}
        self.scopes |= {"write_fulfillments", "read_products", "write_inventory", "read_locations"}
        self.hidden = False
        """The app may not see who bought."""
        self.keeps_company = True
        """A carrier's name is kept where no tracking number comes with it."""
        self.mails: list[str] = []
        """The tracking code of each shipment that the buyer was told of."""
        self._numbers = itertools.count(5_000_000_001)
        self.orders: dict[int, Order] = {}
        self.variants: list[Variant] = []

    def sell(self, *lines: tuple[str, int], at: dt.datetime | None = None, locations: int = 1, **changes: Any) -> Order:
        """Place an order; with several locations each has its even share of each line to ship."""
        with self.lock:
            made = [Line(next(self._numbers), sku, units) for sku, units in lines]
            return self.place(made, at, locations, **changes)

    def place(self, lines: list[Line], at: dt.datetime | None = None, locations: int = 1, **changes: Any) -> Order:
        """Place an order of these lines."""
        with self.lock:
            waiting = [
                FulfilmentOrder(
                    next(self._numbers),
                    location,
                    [Portion(next(self._numbers), line, line.quantity // locations) for line in lines],
                )
                for location in range(1, locations + 1)
            ]
            order = Order(next(self._numbers), at or dt.datetime.now(dt.UTC), lines, waiting, changes=changes)
            self.orders[order.number] = order
            return order

    def line(self, sku: str | None, units: int, **facts: Any) -> Line:
        """Return a line for `place`."""
        return Line(next(self._numbers), sku, units, **facts)

    def offer(self, sku: str | None, product: str = "", title: str = "Default Title", **facts: Any) -> Variant:
        """Put a variant on sale; return it."""
        with self.lock:
            named = product or str(sku).title()
            self.variants.append(Variant(next(self._numbers), next(self._numbers), sku, named, title, **facts))
            return self.variants[-1]

    # What GraphQL asks for.

    def query(self) -> dict[str, Any]:
        return {
            "shop": {"name": "Casa Bella", "currencyCode": "EUR"},
            "productVariants": connection(self.variants, Variant.shown),
            "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in sorted(self.scopes)]},
            "orders": self._orders,
            "order": lambda info, id: self._order(id),
            "fulfillment": lambda info, id: self._shown(self._fulfilment(id)),
            "fulfillmentOrder": lambda info, id: self._shown(self._fulfilment_order(id)),
            "location": lambda info, id=None: self._location(id),
            "inventorySetQuantities": self._count,
            "fulfillmentCreate": self._create,
            "fulfillmentCancel": self._cancel_fulfilment,
            "fulfillmentTrackingInfoUpdate": self._track,
            "fulfillmentEventCreate": self._tell,
            "orderCancel": self._cancel,
        }

    def _orders(self, info: Any, first: int, after: str | None = None, query: str = "", **given: Any) -> dict[str, Any]:
        """Return a page. What a search says in a way that Shopify doesn't read is passed over, as there."""
        assert given["sortKey"] == "UPDATED_AT"
        rows = sorted(self.orders.values(), key=lambda order: order.key)
        for term in query.split(" AND "):
            bound = _BOUND.fullmatch(term)
            if bound:
                when = dt.datetime.fromisoformat(bound[2])
                later = bound[1] == ">="
                rows = [one for one in rows if (one.updated_at >= when if later else one.updated_at <= when)]
        if after:
            rows = [order for order in rows if order.key > place(after)]
        shown = rows[:first]
        following = {"hasNextPage": len(rows) > first, "endCursor": cursor(shown[-1]) if shown else None}
        return {"nodes": [order.shown(self.hidden) for order in shown], "pageInfo": following}

    def _order(self, gid: str) -> dict[str, Any] | None:
        order = self.orders.get(int(gid.rpartition("/")[2]))
        return order.shown(self.hidden) if order else None

    def _fulfilment(self, gid: str) -> Fulfilment | None:
        return next((one for order in self.orders.values() for one in order.fulfilments if one.gid == gid), None)

    def _fulfilment_order(self, gid: str) -> FulfilmentOrder | None:
        return next((one for order in self.orders.values() for one in order.fulfilment_orders if one.gid == gid), None)

    def _shown(self, one: Any) -> dict[str, Any] | None:
        return one.shown() if one else None

    def _location(self, gid: str | None) -> dict[str, Any] | None:
        """Return a location; without an id the first one."""
        known = {f"gid://shopify/Location/{number}" for number in (1, 2)}
        return {"id": gid or "gid://shopify/Location/1"} if gid is None or gid in known else None

    # What changes the shop.

    def _count(self, info: Any, input: dict[str, Any]) -> dict[str, Any]:
        """Set all quantities of a call, or none where one of them can't be set."""
        old = info.schema.type_map["InventoryQuantityInput"].fields.get("changeFromQuantity") is None
        once = any(one.name.value == "idempotent" for one in info.field_nodes[0].directives or ())
        if not old and not (once and all("changeFromQuantity" in one for one in input["quantities"])):
            return {"userErrors": [{"field": ["input"], "message": "changeFromQuantity and a key are required."}]}
        if old and not input.get("ignoreCompareQuantity"):
            return {"userErrors": [{"field": ["input"], "message": "The compareQuantity argument is required."}]}
        items = {f"gid://shopify/InventoryItem/{one.item}": one for one in self.variants}
        wrong = [index for index, one in enumerate(input["quantities"]) if one["inventoryItemId"] not in items]
        if wrong:
            told = "The specified inventory item could not be found."
            field = ["input", "quantities", str(wrong[0]), "inventoryItemId"]
            return {"userErrors": [{"field": field, "message": told}]}
        for one in input["quantities"]:
            items[one["inventoryItemId"]].available[one["locationId"].rpartition("/")[2]] = one["quantity"]
        return {"userErrors": []}

    def _create(self, info: Any, fulfillment: dict[str, Any], **_: Any) -> dict[str, Any]:
        wanted = fulfillment["lineItemsByFulfillmentOrder"]
        tracking = dict(fulfillment.get("trackingInfo") or {})
        orders = [self._fulfilment_order(one["fulfillmentOrderId"]) for one in wanted]
        taken: list[tuple[Portion, int]] = []
        for order, one in zip(orders, wanted, strict=True):
            if order is None:
                return _refused("Fulfillment order does not exist.")
            if order.status not in ("OPEN", "IN_PROGRESS"):
                return _refused(
                    f"Fulfillment order {order.number} has an unfulfillable status= {order.status.lower()}."
                )
            asked = {part["id"].rpartition("/")[2]: part["quantity"] for part in one["fulfillmentOrderLineItems"]}
            taken += [(part, asked.pop(str(part.number))) for part in order.portions if str(part.number) in asked]
            if asked:
                return _refused("Fulfillment order line item does not exist.")
        if len({order.location for order in orders if order}) != 1:
            return _refused("All fulfillment orders must be assigned to the same location.")
        if any(not 0 < units <= part.remaining for part, units in taken):
            return _refused("Invalid fulfillment order line item quantity requested.")
        if {"number", "numbers"} <= tracking.keys() or {"url", "urls"} <= tracking.keys():
            return _refused("Tracking info can't hold both a value and its plural.")
        made = self._made(taken, tracking)
        if fulfillment.get("notifyCustomer"):
            self.mails.append(made.code)
        return {"fulfillment": made.shown(), "userErrors": []}

    def _made(self, taken: list[tuple[Portion, int]], tracking: dict[str, Any]) -> Fulfilment:
        if not tracking.get("number") and not self.keeps_company:
            tracking = {}
        made = Fulfilment(next(self._numbers), dt.datetime.now(dt.UTC), taken, tracking)
        order = next(one for one in self.orders.values() if taken[0][0].line in one.lines)
        order.fulfilments.append(made)
        order.updated_at = dt.datetime.now(dt.UTC)
        for part, units in taken:
            part.remaining -= units
        self._close(order)
        return made

    def fulfil(self, order: Order, tracking: dict[str, Any] | None = None, **units: int) -> Fulfilment:
        """Fulfil by hand: `fulfil(order, {"number": "T"}, MUG=2)`."""
        parts = [part for waiting in order.fulfilment_orders for part in waiting.portions]
        with self.lock:
            taken = [(next(part for part in parts if part.line.sku == sku), count) for sku, count in units.items()]
            return self._made(taken, tracking or {})

    def _close(self, order: Order) -> None:
        for one in order.fulfilment_orders:
            one.status = "IN_PROGRESS" if any(part.remaining for part in one.portions) else "CLOSED"

    def _cancel_fulfilment(self, info: Any, id: str) -> dict[str, Any]:
        one = self._fulfilment(id)
        if one is None or one.status == "CANCELLED":
            return _refused("Fulfillment can't be canceled.")
        one.status = "CANCELLED"
        for part, units in one.taken:
            part.remaining += units
        self._close(next(order for order in self.orders.values() if one in order.fulfilments))
        return {"fulfillment": one.shown(), "userErrors": []}

    def _track(self, info: Any, **given: Any) -> dict[str, Any]:
        one = self._fulfilment(given["fulfillmentId"])
        if one is None:
            return _refused("Fulfillment does not exist.")
        one.tracking = dict(given["trackingInfoInput"])
        if given.get("notifyCustomer"):
            self.mails.append(one.code)
        return {"fulfillment": one.shown(), "userErrors": []}

    def _tell(self, info: Any, **given: Any) -> dict[str, Any]:
        told = given["fulfillmentEvent"]
        one = self._fulfilment(told["fulfillmentId"])
        if one is None or one.status == "CANCELLED":
            return _refused("Fulfillment does not exist.")
        one.display, one.delivered_at = told["status"], dt.datetime.now(dt.UTC)
        return {"fulfillmentEvent": None, "userErrors": []}

    def _cancel(self, info: Any, **given: Any) -> dict[str, Any]:
        order = self.orders.get(int(given["orderId"].rpartition("/")[2]))
        told = ""
        if order is None:
            told = "Order does not exist"
        elif order.cancelled_at:
            told = "Cannot cancel an order that has already been canceled"
        elif any(one.status == "SUCCESS" for one in order.fulfilments):
            told = "Cannot cancel an order that has been fulfilled"
        if told or order is None:
            return {"orderCancelUserErrors": [{"message": told}], "userErrors": []}
        order.cancelled_at = order.updated_at = dt.datetime.now(dt.UTC)
        for one in order.fulfilment_orders:
            one.status = "CANCELLED"
        return {"orderCancelUserErrors": [], "userErrors": []}


def _refused(message: str) -> dict[str, Any]:
    return {"userErrors": [{"message": message, "field": None}]}
