"""From a shop's body to orders of ours, or to every fault in it with a pointer to its place."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from webapp.api.inbound.order_bodies import SentOrder, SentOrders
from webapp.connectors.channels.generic import mapping
from webapp.domain import money
from webapp.domain.channel import IncomingLine, IncomingOrder

Place = tuple[str | int, ...]
"""The names and positions that lead to a value inside the body."""


MOST = 10**13
"""In an order's currency: beyond it the sum of its lines is no amount of money, and no database's number."""


class Faults(Exception):  # noqa: N818 - it is the list of them.
    """What is wrong with a body, each fault once."""

    def __init__(self, found: Iterable[tuple[Place, str]]) -> None:
        super().__init__("The body has faults.")
        self.found = list(found)

    def told(self) -> list[dict[str, str]]:
        """Return them as a problem document holds them; the pointer is that of RFC 6901, in a URI's fragment."""
        return [
            {
                "field": ".".join(str(part) for part in place) or "body",
                "pointer": "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place),
                "message": message,
            }
            for place, message in self.found
        ]


def orders_of(given: Any) -> list[IncomingOrder]:
    """Return the order, or the orders, of a parsed body; raise Faults."""
    if not isinstance(given, dict):
        raise Faults([((), 'Send one order, or {"orders": [ … ]}, as one JSON object.')])
    several = "orders" in given
    try:
        sent = SentOrders.model_validate(given).orders if several else [SentOrder.model_validate(given)]
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Faults((one["loc"], _said(one)) for one in found) from None
    places: list[Place] = [("orders", number) if several else () for number in range(len(sent))]
    faults = [fault for place, order in zip(places, sent, strict=True) for fault in _faults(place, order)]
    faults += _repeated([((*place, "id"), order.id) for place, order in zip(places, sent, strict=True)], "order")
    if faults:
        raise Faults(faults)
    return [_incoming(order) for order in sent]


def _said(fault: Any) -> str:
    return "This field isn't known." if fault["type"] == "extra_forbidden" else str(fault["msg"])


def _faults(place: Place, order: SentOrder) -> list[tuple[Place, str]]:
    """Return what only shows when values are looked at together."""
    found: list[tuple[Place, str]] = []
    if mapping.status(order.status) is None:
        found.append(((*place, "status"), mapping.unknown(order.status)))
    amounts: list[tuple[Place, Decimal | None]] = [(("total",), order.total), (("shipping",), order.shipping)]
    amounts += [(("lines", number, "unit_price"), line.unit_price) for number, line in enumerate(order.lines)]
    for name, amount in amounts:
        if amount is not None and not money.is_whole(amount, order.currency):
            found.append(((*place, *name), f"{order.currency} has no such small units."))
    if sum((line.unit_price * line.quantity for line in order.lines), order.shipping) > MOST:
        found.append(((*place, "lines"), f"Its lines are worth more than {MOST:,} {order.currency} together."))
    ids: list[tuple[Place, str]] = [
        ((*place, "lines", number, "id" if line.id else "sku"), line.id or line.sku)
        for number, line in enumerate(order.lines)
    ]
    return found + _repeated(ids, "line")


def _repeated(named: list[tuple[Place, str]], noun: str) -> list[tuple[Place, str]]:
    seen: set[str] = set()
    found = []
    for place, name in named:
        if name in seen:
            found.append((place, f"There is another {noun} with this id: each needs one of its own."))
        seen.add(name)
    return found


def _incoming(order: SentOrder) -> IncomingOrder:
    def cents(amount: Decimal) -> int:
        return money.minor_units(amount, order.currency)

    lines = tuple(
        IncomingLine(
            line.id or line.sku, line.sku, line.title or line.sku, line.quantity, cents(line.unit_price), line.ean
        )
        for line in order.lines
    )
    shipping = cents(order.shipping)
    goods = sum(line.quantity * line.unit_price_cents for line in lines)
    return IncomingOrder(
        external_id=order.id,
        reference=order.reference or order.id,
        status=mapping.status(order.status) or "on_hold",
        channel_status=order.status,
        currency=order.currency,
        ordered_at=order.ordered_at,
        updated_at=order.updated_at,
        lines=lines,
        total_cents=goods + shipping if order.total is None else cents(order.total),
        shipping_cents=shipping,
        customer=order.customer.model_dump(),
        delivery_address=order.delivery_address.model_dump(),
        billing_address=order.billing_address.model_dump() if any(order.billing_address.model_dump().values()) else {},
        shipping_method=order.shipping_method,
        notes=order.notes,
    )
