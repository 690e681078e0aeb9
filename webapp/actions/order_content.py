"""An order's content as its channel has it: the rows that it becomes. What changes later is `order_drift`'s."""

from collections.abc import Iterable
from typing import Any

from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.models import Channel, Order, OrderLine, bulk, sku_link


def facts(incoming: IncomingOrder) -> dict[str, Any]:
    """Return the columns of an order that are simply what the channel says."""
    address, customer = incoming.delivery_address, incoming.customer
    recipient = " ".join(address.get(part) or "" for part in ("name", "surname", "company", "city"))
    buyer = " ".join(customer.get(part) or "" for part in ("name", "surname", "email"))
    return {
        "reference": incoming.reference,
        "currency": incoming.currency,
        "total_cents": incoming.total_cents,
        "shipping_cents": incoming.shipping_cents,
        "customer": customer,
        "delivery_address": address,
        "billing_address": incoming.billing_address,
        "recipient": " ".join(recipient.casefold().split())[:200],
        "buyer": " ".join(buyer.casefold().split())[:300],
        "notes": incoming.notes,
        "shipping_method": incoming.shipping_method,
        "channel_status": incoming.channel_status,
        "ordered_at": incoming.ordered_at,
        "channel_updated_at": incoming.updated_at,
    }


def order_row(channel: Channel, incoming: IncomingOrder, digest: str) -> dict[str, Any]:
    """Return the row of a new order."""
    return {
        "store": channel.store_id,
        "channel": channel.id,
        "external_id": incoming.external_id,
        "status": incoming.status,
        "import_digest": digest,
        "paid_at": None if incoming.status in ("awaiting_payment", "on_hold") else incoming.ordered_at,
        **facts(incoming),
    }


def imported(channel: Channel, incoming: IncomingOrder, order_id: int) -> dict[str, Any]:
    """Return what the timeline tells of an order that came in."""
    return {
        "kind": "order.imported",
        "message": f"Imported from {channel.name}",
        "subject": "order",
        "subject_id": order_id,
        "order_id": order_id,
        "public": True,
        "data": {"channel_status": incoming.channel_status},
    }


def add_lines(order: Order, lines: list[IncomingLine]) -> None:
    """Add lines, each joined to the product that has its SKU where one has."""
    products = products_of(order.store_id, lines)
    bulk.insert(OrderLine, (line_row(order, line, products) for line in lines))


def products_of(store_id: int, lines: Iterable[IncomingLine]) -> dict[str, int]:
    """Return SKU -> id of the products that these lines name and that are known, by their own or by a linked SKU."""
    return sku_link.named(store_id, {line.sku for line in lines})


def line_row(order: Order, line: IncomingLine, products: dict[str, int]) -> dict[str, Any]:
    """Return the row of a line as the channel has it."""
    return {
        "store": order.store_id,
        "order": order.id,
        "external_id": line.external_id,
        "sku": line.sku,
        "ean": line.ean,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price_cents": line.unit_price_cents,
        "product": products.get(line.sku),
    }
