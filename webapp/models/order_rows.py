"""What the wire shows of some orders, as raw rows: few statements however many orders, each within the viewer's scope.

No models here: making them costs several times what reading the rows does (docs/decisions.md).
"""

from operator import itemgetter
from typing import Any

import peewee as pw

from webapp.domain.viewer import Viewer
from webapp.models.allocation import Allocation
from webapp.models.cancel_request import CancelRequest
from webapp.models.order import Order, OrderLine
from webapp.models.prepared import among, any_viewer, of, prepared
from webapp.models.shipment import Shipment, ShipmentLine
from webapp.models.supplier import Supplier
from webapp.models.supply import Supply

Rows = list[tuple[Any, ...]]


def heads(viewer: Viewer, order_ids: list[int]) -> Rows:
    """Return each visible order's `HEAD`, JSON and moments as the database keeps them, and the units ordered.

    These are all live units, also those that the viewer may not see; None for one that sees the whole order anyway.
    """
    return _heads(viewer.supplier_id is not None).rows(**of(viewer), orders=order_ids)


HEAD = (
    Order.id,
    Order.reference,
    Order.external_id,
    Order.channel,
    Order.status,
    Order.currency,
    Order.total_cents,
    Order.customer,
    Order.delivery_address,
    Order.billing_address,
    Order.notes,
    Order.shipping_method,
    Order.ordered_at,
    Order.created_at,
    Order.updated_at,
)


@prepared
def _heads(scoped: bool) -> pw.Query:
    viewer = any_viewer(scoped=scoped)
    units = OrderLine.select(pw.fn.SUM(OrderLine.quantity - OrderLine.canceled_quantity)).where(
        OrderLine.store == viewer.store_id, OrderLine.order == Order.id
    )
    ordered = units if scoped else pw.SQL("NULL")
    return Order.visible_to(viewer, *HEAD, ordered).where(among(Order.id, "orders"))


def lines(viewer: Viewer, order_ids: list[int]) -> Rows:
    """Return the visible lines by their ids, with what stocks in the viewer's reach hold of each.

    (order id, line id, SKU, EAN, title, live units, unit price in cents, units held, supplier SKU, parts unaccepted,
    product id)
    """
    return _lines(viewer.supplier_id is not None).rows(**of(viewer), orders=order_ids)


@prepared
def _lines(scoped: bool) -> pw.Query:
    viewer = any_viewer(scoped=scoped)
    return (
        OrderLine.select(
            OrderLine.order,
            OrderLine.id,
            OrderLine.sku,
            OrderLine.ean,
            OrderLine.title,
            OrderLine.quantity - OrderLine.canceled_quantity,
            OrderLine.unit_price_cents,
            pw.fn.COALESCE(pw.fn.SUM(Allocation.quantity), 0),
            pw.fn.COALESCE(pw.fn.MIN(Supply.supplier_sku), ""),
            pw.fn.COALESCE(pw.fn.SUM(pw.Case(None, [(Allocation.accepted_at.is_null(), 1)], 0)), 0),
            OrderLine.product,
        )
        .join(Allocation, pw.JOIN.INNER if scoped else pw.JOIN.LEFT_OUTER, on=_held(viewer, scoped=scoped))
        .join(Supply, pw.JOIN.LEFT_OUTER)
        .where(OrderLine.store == viewer.store_id, among(OrderLine.order, "orders"))
        .group_by(OrderLine.id)
        .order_by(OrderLine.id)
    )


def stocked(viewer: Viewer, order_ids: list[int]) -> Rows:
    """Return the visible lines: each once for every stock in the viewer's reach that holds some of it, else once.

    (order id, line id, live units, unit price in cents, product id, units held, supplier's name; None for own shelf).
    The units held are None where no stock holds any.
    """
    return _stocked(viewer.supplier_id is not None).rows(**of(viewer), orders=order_ids)


@prepared
def _stocked(scoped: bool) -> pw.Query:
    viewer = any_viewer(scoped=scoped)
    live = OrderLine.quantity - OrderLine.canceled_quantity
    columns = (OrderLine.order, OrderLine.id, live, OrderLine.unit_price_cents, OrderLine.product)
    return (
        OrderLine.select(*columns, Allocation.quantity, Supplier.name)
        .join(Allocation, pw.JOIN.INNER if scoped else pw.JOIN.LEFT_OUTER, on=_held(viewer, scoped=scoped))
        .join(Supplier, pw.JOIN.LEFT_OUTER)
        .where(OrderLine.store == viewer.store_id, among(OrderLine.order, "orders"))
    )


def _held(viewer: Viewer, *, scoped: bool) -> pw.Expression:
    """Match what stocks in the viewer's reach hold of the lines.

    A viewer bound to a supplier sees a line because something of it is allocated there; others see all lines.
    """
    held = (
        (Allocation.line == OrderLine.id)
        & (Allocation.store == viewer.store_id)
        & among(Allocation.order, "orders")
        & (Allocation.status == "active")
    )
    return held & (Allocation.supplier == viewer.supplier_id) if scoped else held


def packed(viewer: Viewer, order_ids: list[int]) -> Rows:
    """Return (order id, shipment id, line id, units) of the visible live shipments; an empty one has no line."""
    return sorted(_packed(viewer.supplier_id is not None).rows(**of(viewer), orders=order_ids), key=itemgetter(1))


@prepared
def _packed(scoped: bool) -> pw.Query:
    return (
        Shipment.visible_to(any_viewer(scoped=scoped))
        .select(Shipment.order, Shipment.id, ShipmentLine.line, ShipmentLine.quantity)
        .join(ShipmentLine, pw.JOIN.LEFT_OUTER)
        .where(among(Shipment.order, "orders"), Shipment.status != "canceled")
    )  # Sorted by us: wanted from SQLite, it reads all of the supplier's shipments to get them in order.


def asked(viewer: Viewer, order_ids: list[int]) -> Rows:
    """Return (order id, line id, units) that stocks in the viewer's reach are asked to cancel."""
    return _asked(viewer.supplier_id is not None).rows(**of(viewer), orders=order_ids)


@prepared
def _asked(scoped: bool) -> pw.Query:
    columns = (CancelRequest.order, CancelRequest.line, pw.fn.SUM(CancelRequest.quantity))
    query = CancelRequest.visible_to(any_viewer(scoped=scoped), *columns)
    waiting = among(CancelRequest.order, "orders") & CancelRequest.answered_at.is_null()
    return query.where(waiting).group_by(CancelRequest.order, CancelRequest.line)


def sources(viewer: Viewer, order_ids: list[int]) -> Rows:
    """Return (order id, supplier's name; None for the merchant's own shelf) of the stocks that serve these orders."""
    return _sources(viewer.supplier_id is not None).rows(**of(viewer), orders=order_ids)


@prepared
def _sources(scoped: bool) -> pw.Query:
    served = Allocation.serving(any_viewer(scoped=scoped), Allocation.order, Supplier.name)
    return served.join(Supplier, pw.JOIN.LEFT_OUTER).where(among(Allocation.order, "orders")).distinct()
