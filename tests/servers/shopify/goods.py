"""An order as Shopify holds it: plain rows, and the GraphQL objects that are made of them when they are asked for."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError


def stamp(when: dt.datetime) -> str:
    """Return a time as Shopify tells it: whole seconds."""
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def money(amount: str) -> dict[str, Any]:
    """Return a bag; the buyer's currency differs, so that whoever reads it instead of the shop's is found out."""
    return {
        "shopMoney": {"amount": amount, "currencyCode": "EUR"},
        "presentmentMoney": {"amount": "999.99", "currencyCode": "USD"},
    }


def connection(rows: list[Any], made: Callable[[Any], Any]) -> Callable[..., dict[str, Any]]:
    """Return a resolver for pages of rows, whose cursors are places."""

    def page(info: Any, first: int | None = None, after: str | None = None, **_: Any) -> dict[str, Any]:
        if first is None or not 0 < first <= 250:
            raise GraphQLError("you must provide first, of at most 250", extensions={"code": "BAD_REQUEST"})
        start = int(after) if after else 0
        shown = rows[start : start + first]
        end = start + len(shown)
        following = {"hasNextPage": end < len(rows), "endCursor": str(end), "hasPreviousPage": False}
        return {"nodes": [made(row) for row in shown], "pageInfo": following}

    return page


def cursor(order: "Order") -> str:
    """Return the cursor of an order in a list by change: its id and time, so no other change moves it."""
    held = {"last_id": order.number, "last_value": order.updated_at.timestamp()}
    return base64.b64encode(json.dumps(held).encode()).decode()


def place(text: str) -> tuple[float, int]:
    """Return what a cursor of `cursor` holds, to compare with `(time, id)`."""
    held = json.loads(base64.b64decode(text))
    return held["last_value"], held["last_id"]


@dataclass
class Line:
    """One line of an order."""

    number: int
    sku: str | None
    quantity: int
    price: str = "12.50"
    refunded: int = 0
    requires_shipping: bool = True
    taxes: tuple[str, ...] = ()

    @property
    def gid(self) -> str:
        return f"gid://shopify/LineItem/{self.number}"

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.gid,
            "name": f"{self.sku} - blue",
            "sku": self.sku,
            "quantity": self.quantity,
            "currentQuantity": self.quantity - self.refunded,
            "requiresShipping": self.requires_shipping,
            "discountedUnitPriceAfterAllDiscountsSet": money(self.price),
            "taxLines": [{"priceSet": money(tax)} for tax in self.taxes],
        }


@dataclass
class Portion:
    """What one fulfilment order holds of one line."""

    number: int
    line: Line
    remaining: int

    def shown(self) -> dict[str, Any]:
        return {
            "id": f"gid://shopify/FulfillmentOrderLineItem/{self.number}",
            "remainingQuantity": self.remaining,
            "totalQuantity": self.line.quantity,
            "lineItem": self.line.shown(),
        }


@dataclass
class FulfilmentOrder:
    """What one location is to ship of an order."""

    number: int
    location: int
    portions: list[Portion]
    status: str = "OPEN"

    @property
    def gid(self) -> str:
        return f"gid://shopify/FulfillmentOrder/{self.number}"

    def shown(self) -> dict[str, Any]:
        can = ["CREATE_FULFILLMENT", "HOLD"] if self.status in ("OPEN", "IN_PROGRESS") else ["RELEASE_HOLD"]
        return {
            "id": self.gid,
            "status": self.status,
            "supportedActions": [{"action": action} for action in can],
            "assignedLocation": {"location": {"id": f"gid://shopify/Location/{self.location}"}},
            "lineItems": connection(self.portions, Portion.shown),
        }


@dataclass
class Fulfilment:
    """One shipment as the shop shows it."""

    number: int
    created_at: dt.datetime
    taken: list[tuple[Portion, int]]
    tracking: dict[str, Any]
    status: str = "SUCCESS"
    display: str = "FULFILLED"
    delivered_at: dt.datetime | None = None

    @property
    def gid(self) -> str:
        return f"gid://shopify/Fulfillment/{self.number}"

    @property
    def code(self) -> str:
        return self.tracking.get("number") or ""

    def shown(self) -> dict[str, Any]:
        info = {part: self.tracking.get(part) for part in ("company", "number", "url")}
        return {
            "id": self.gid,
            "status": self.status,
            "displayStatus": self.display,
            "createdAt": stamp(self.created_at),
            "deliveredAt": stamp(self.delivered_at) if self.delivered_at else None,
            "trackingInfo": [info] if any(info.values()) else [],
            "fulfillmentLineItems": connection(
                self.taken, lambda part: {"id": "gid://x/1", "quantity": part[1], "lineItem": part[0].line.shown()}
            ),
        }


@dataclass
class Order:
    """One order."""

    number: int
    updated_at: dt.datetime
    lines: list[Line]
    fulfilment_orders: list[FulfilmentOrder]
    fulfilments: list[Fulfilment] = field(default_factory=list)
    cancelled_at: dt.datetime | None = None
    unseen: int = 0
    """How many looks at the fulfilments don't show the newest one yet."""
    changes: dict[str, Any] = field(default_factory=dict)
    """Fields of GraphQL that a test wants otherwise."""

    @property
    def gid(self) -> str:
        return f"gid://shopify/Order/{self.number}"

    @property
    def key(self) -> tuple[float, int]:
        return self.updated_at.timestamp(), self.number

    def _seen(self) -> list[Fulfilment]:
        if not (self.fulfilments and self.unseen):
            return self.fulfilments
        self.unseen -= 1
        return self.fulfilments[:-1]

    def state(self) -> str:
        left = sum(part.remaining for one in self.fulfilment_orders for part in one.portions)
        gone = any(one.status == "SUCCESS" for one in self.fulfilments)
        return ("PARTIALLY_FULFILLED" if left else "FULFILLED") if gone else "UNFULFILLED"

    def shown(self, hidden: bool = False) -> dict[str, Any]:
        address = {
            "firstName": "Anna",
            "lastName": "Bianchi",
            "company": None,
            "address1": "Via Roma 1",
            "address2": "Scala B",
            "city": "Milano",
            "provinceCode": "MI",
            "zip": "20121",
            "countryCodeV2": "IT",
            "phone": "+39 02 123",
        }
        personal = {
            "customer": {"firstName": "Anna", "lastName": "Bianchi"},
            "email": "anna@example.com",
            "phone": None,
            "shippingAddress": address,
            "billingAddress": address,
        }
        shown = {
            "id": self.gid,
            "name": f"#{self.number}",
            "createdAt": "2026-11-01T08:00:00Z",
            "updatedAt": stamp(self.updated_at),
            "cancelledAt": stamp(self.cancelled_at) if self.cancelled_at else None,
            "displayFinancialStatus": "PAID",
            "displayFulfillmentStatus": self.state(),
            "currencyCode": "EUR",
            "taxesIncluded": True,
            "note": "Ring twice.",
            "currentTotalPriceSet": money("30.90"),
            "currentShippingPriceSet": money("5.90"),
            "shippingLine": {"title": "Standard", "taxLines": [{"priceSet": money("1.10")}]},
            "lineItems": connection(self.lines, Line.shown),
            "fulfillments": lambda info, first=None, **_: [one.shown() for one in self._seen()[:first]],
            "fulfillmentOrders": connection(self.fulfilment_orders, FulfilmentOrder.shown),
        }
        return {**shown, **{name: _denied if hidden else value for name, value in personal.items()}, **self.changes}


def _denied(info: Any, **_: Any) -> None:
    told = f"This app is not approved to access the {info.field_name} field."
    raise GraphQLError(told, extensions={"code": "ACCESS_DENIED"})
