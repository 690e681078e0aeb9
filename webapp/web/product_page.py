"""What a product's page shows beside the product: who holds its stock, how it moved, and where it is offered."""

from dataclasses import dataclass
from typing import Any

import peewee as pw

from webapp.domain import order_status
from webapp.domain.viewer import Viewer
from webapp.models import (
    Allocation,
    Channel,
    Order,
    OrderLine,
    Product,
    Publication,
    Shipment,
    ShipmentLine,
    StockLevel,
    StockMove,
    Supplier,
    Supply,
)

SHOWN = 20


@dataclass(frozen=True)
class Holding:
    """Units of a stock that an order holds and that haven't shipped yet."""

    order_id: int
    reference: str
    status: str
    supplier: str
    units: int


def supplies(viewer: Viewer, product: Product) -> list[Supply]:
    """Return the supplies that the viewer may see, first choice first."""
    query = Supply.visible_to(viewer).where(Supply.product == product.id)
    return list(query.order_by(Supply.priority, Supply.id))


def holdings(viewer: Viewer, product: Product) -> list[Holding]:
    """Return the orders that hold units, the latest first, at most SHOWN + 1."""
    mine = (Shipment.store == viewer.store_id) & Shipment.status.in_(("shipped", "delivered"))
    same = (Shipment.supplier == Allocation.supplier) | (Shipment.supplier.is_null() & Allocation.supplier.is_null())
    gone = ShipmentLine.select(pw.fn.COALESCE(pw.fn.SUM(ShipmentLine.quantity), 0)).join(Shipment)
    gone = gone.where(ShipmentLine.store == viewer.store_id, ShipmentLine.line == Allocation.line, mine & same)
    units = pw.fn.SUM(Allocation.quantity) - gone
    columns = (Order.id, Order.reference, Order.status, Supplier.name, units)
    # Cross joins, so that SQLite begins with the open orders and not with every line that was ever sold of it.
    query = Order.select(*columns).join(OrderLine, pw.JOIN.CROSS).join(Allocation, pw.JOIN.CROSS)
    query = query.join(Supplier, pw.JOIN.LEFT_OUTER, on=(Allocation.supplier == Supplier.id)).where(
        Order.store == viewer.store_id,
        Order.status.in_(order_status.OPEN),
        OrderLine.order == Order.id,
        OrderLine.product == product.id,
        Allocation.line == OrderLine.id,
        Allocation.store == viewer.store_id,
        Allocation.status == "active",
    )
    if viewer.supplier_id is not None:
        query = query.where(Allocation.supplier == viewer.supplier_id)
    query = query.group_by(Order.id, Order.reference, Order.status, Supplier.name, Allocation.line, Allocation.supplier)
    rows = query.having(units > 0).order_by(Order.id.desc()).limit(SHOWN + 1).tuples()
    return [Holding(number, name, status, supplier or "", int(held)) for number, name, status, supplier, held in rows]


def moves(viewer: Viewer, product: Product, after: int | None, size: int) -> list[Any]:
    """Return the latest changes of the counts that the viewer may see."""
    query = StockMove.select(StockMove, Supplier).join(Supplier, pw.JOIN.LEFT_OUTER)
    query = query.where(StockMove.store == viewer.store_id, StockMove.product == product.id)
    if viewer.supplier_id is not None:
        query = query.where(StockMove.supplier == viewer.supplier_id)
    if after is not None:
        query = query.where(StockMove.id < after)
    return list(query.order_by(StockMove.id.desc()).limit(size))


def publications(viewer: Viewer, product: Product) -> list[Any]:
    """Return where the product is offered, with what each channel was told; nothing for one supplier's people."""
    if viewer.supplier_id is not None:
        return []
    told = (StockLevel.channel == Publication.channel) & (StockLevel.product == Publication.product)
    query = Publication.select(
        Publication, Channel.name.alias("channel_name"), Channel.tells_stock.alias("channel_told"), *_told()
    )
    query = query.join(Channel).switch(Publication).join(StockLevel, pw.JOIN.LEFT_OUTER, on=told)
    query = query.where(Publication.store == viewer.store_id, Publication.product == product.id)
    return list(query.where(Channel.archived_at.is_null()).order_by(Channel.name).objects())


def _told() -> list[Any]:
    return [StockLevel.told_quantity, StockLevel.told_at, StockLevel.error]
