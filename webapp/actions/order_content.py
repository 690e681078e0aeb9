"""An order's content as its channel has it: taken in once, and taken over again when it changes there."""

from collections.abc import Iterable
from typing import Any

from webapp.actions import allocations, order_state, record, stock
from webapp.domain import order_status
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.domain.viewer import Viewer
from webapp.models import Channel, Order, OrderLine, Product, Shipment, bulk


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
    """Return SKU -> id of the products that these lines name and that are known."""
    known = Product.select(Product.sku, Product.id).where(
        Product.store == store_id, Product.sku.in_({line.sku for line in lines}), Product.archived_at.is_null()
    )
    return dict(known.tuples())


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


def take_over(viewer: Viewer, order: Order, incoming: IncomingOrder, digest: str) -> None:
    """Bring a known order up to what the channel says, inside the caller's transaction.

    An order that hasn't begun follows the channel in lines and status. One that has begun keeps its lines; the
    difference is recorded for a person to settle. An order is never moved back.
    """
    allocations.lock(order)
    before = allocations.suppliers_of(order)
    Order.update(**facts(incoming), import_digest=digest).where(Order.id == order.id).execute()
    begun = _has_begun(order)
    moved = _follow_status(viewer, order, incoming, begun)
    if order.status in order_status.UNSTARTED:
        changed = _changed_lines(order, incoming)
        if changed and begun:
            _ask(viewer, order, f"The channel changed {_lines(len(changed))} after work had begun; ours were kept")
        elif changed:
            moved |= _replace_lines(viewer, order, incoming, changed)
        moved |= allocations.assign(viewer, order).keys()
    after = allocations.suppliers_of(order)
    record.event(
        viewer,
        "order.updated",
        f"Updated from {viewer.actor.label}",
        subject="order",
        subject_id=order.id,
        order_id=order.id,
        public=True,
        data={"channel_status": incoming.channel_status},
    )
    record.changed(
        order.store_id,
        "order",
        order.id,
        order_id=order.id,
        supplier_ids=after,
        withdrawn_from=before - after,
        moved=moved,
    )


def _has_begun(order: Order) -> bool:
    packed = Shipment.select().where(
        Shipment.store == order.store_id, Shipment.order == order.id, Shipment.status != "canceled"
    )
    return order.status not in ("awaiting_payment", "payment_accepted", "on_hold") or packed.exists()


def _follow_status(viewer: Viewer, order: Order, incoming: IncomingOrder, begun: bool) -> set[stock.Place]:
    """Move the order as the channel did, where that may be; return where units were given back."""
    moved: set[stock.Place] = set()
    wanted = order_status.merge(order.status, incoming.status)
    if wanted == order.status:
        return moved
    if begun and wanted in ("canceled", "shipped", "partially_shipped", "delivered") and _ours_is_open(order):
        says = order_status.name(incoming.status).lower()
        _ask(viewer, order, f"The channel says that the order is {says}, but work on it had begun here")
        return moved
    old = order.status
    order_state.move(order, wanted)
    if wanted == "canceled":
        _, moved = order_state.cancel_rest(order)
    elif wanted not in order_status.UNSTARTED:
        moved = allocations.release(order)
    record.event(
        viewer,
        "order.status",
        f"{order_status.name(old)} → {order_status.name(wanted)}, as on the channel",
        subject="order",
        subject_id=order.id,
        order_id=order.id,
        public=True,
        data={"from": old, "to": wanted},
    )
    return moved


def _ours_is_open(order: Order) -> bool:
    return order.status in ("in_process", "partially_shipped", "payment_accepted", "on_hold", "awaiting_payment")


def _changed_lines(order: Order, incoming: IncomingOrder) -> dict[str, int]:
    """Return the channel's line id -> units wanted there, for each line that differs from ours."""
    rows = OrderLine.select().where(OrderLine.store == order.store_id, OrderLine.order == order.id)
    ours = {line.external_id: line.quantity - line.canceled_quantity for line in rows}
    theirs = {line.external_id: line.quantity for line in incoming.lines}
    return {key: theirs.get(key, 0) for key in ours.keys() | theirs.keys() if ours.get(key, 0) != theirs.get(key, 0)}


def _replace_lines(viewer: Viewer, order: Order, incoming: IncomingOrder, changed: dict[str, int]) -> set[stock.Place]:
    """Take the channel's quantities; what changed gives its stock back first and is allocated anew by the caller.

    Return where units were given back.
    """
    rows = OrderLine.select().where(
        OrderLine.store == order.store_id, OrderLine.order == order.id, OrderLine.external_id.in_(list(changed))
    )
    known = {line.external_id: line for line in rows}
    moved = allocations.release(order, [line.id for line in known.values()])
    for key, line in known.items():
        units = changed[key]
        dropped = {"canceled_quantity": line.quantity}
        values = {"quantity": units, "canceled_quantity": 0} if units else dropped
        OrderLine.update(**values).where(OrderLine.id == line.id).execute()
    add_lines(order, [row for row in incoming.lines if row.external_id in changed.keys() - known.keys()])
    _ask(viewer, order, f"The channel changed {_lines(len(changed))}; they were allocated anew", kind="order.edited")
    return moved


def _ask(viewer: Viewer, order: Order, message: str, kind: str = "order.drifted") -> None:
    record.event(viewer, kind, message, subject="order", subject_id=order.id, order_id=order.id)


def _lines(count: int) -> str:
    return f"{count} {'line' if count == 1 else 'lines'}"
