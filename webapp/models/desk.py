"""What waits at a packing desk: to accept, to pack, to hand over, and what a scanned code is about."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from webapp.domain import order_status, papers, row_id
from webapp.domain.viewer import Viewer
from webapp.models.allocation import Allocation
from webapp.models.channel import Channel
from webapp.models.order import Order, OrderLine
from webapp.models.product import Product
from webapp.models.shipment import WAITING, Shipment, ShipmentLine
from webapp.models.shipment_search import any_of, from_source
from webapp.models.supply import Supply

MATCHES = 12
"""What a scan finds is listed up to here."""


def to_accept(viewer: Viewer, stock: int | None) -> "pw.ModelSelect[Any]":
    """Select the orders of which the stock hasn't accepted something yet, oldest first. No stock means all in reach."""
    return _work(viewer).where(pw.fn.EXISTS(_unaccepted(viewer, stock)))


def to_pack(viewer: Viewer, stock: int | None) -> "pw.ModelSelect[Any]":
    """Select the orders that the stock has accepted whole and not packed whole, oldest first."""
    held = _held(viewer, stock, pw.fn.SUM(Allocation.quantity)).where(Allocation.order == Order.id)
    left = pw.Expression(held, pw.OP.GT, _packed_of(viewer, stock))
    return _work(viewer).where(~pw.fn.EXISTS(_unaccepted(viewer, stock)), left)


def to_hand_over(viewer: Viewer, stock: int | None) -> "pw.ModelSelect[Any]":
    """Select the packed shipments that wait for their courier, with their orders, oldest first."""
    query = Shipment.visible_to(viewer).select(Shipment, Order).join(Order).where(WAITING)
    query = query if stock is None else query.where(from_source(Shipment.supplier, stock))
    return query.order_by(Shipment.id)


def open_lines(viewer: Viewer, stock: int | None, order_ids: list[int]) -> dict[int, list[tuple[OrderLine, int]]]:
    """Return order id -> (line, units that wait to be packed) of the stock: two statements, however many orders."""
    rows = _held(viewer, stock, Allocation.order, Allocation.line, pw.fn.SUM(Allocation.quantity))
    rows = rows.where(Allocation.order.in_(order_ids)).group_by(Allocation.order, Allocation.line)
    left = {(order_id, line_id): int(units) for order_id, line_id, units in rows.tuples()}
    gone = _shipped(viewer, stock, Shipment.order, ShipmentLine.line, pw.fn.SUM(ShipmentLine.quantity))
    gone = gone.where(Shipment.order.in_(order_ids)).group_by(Shipment.order, ShipmentLine.line)
    for order_id, line_id, units in gone.tuples():
        if (order_id, line_id) in left:
            left[order_id, line_id] -= int(units)
    found: dict[int, list[tuple[OrderLine, int]]] = defaultdict(list)
    for line in OrderLine.visible_to(viewer, order_ids):
        if left.get((line.order_id, line.id), 0) > 0:
            found[line.order_id].append((line, left[line.order_id, line.id]))
    return found


def units_in(viewer: Viewer, shipment_ids: list[int]) -> dict[int, int]:
    """Return shipment id -> the units in it."""
    rows = ShipmentLine.select(ShipmentLine.shipment, pw.fn.SUM(ShipmentLine.quantity))
    mine = rows.where(ShipmentLine.store == viewer.store_id, ShipmentLine.shipment.in_(shipment_ids))
    return {shipment_id: int(units) for shipment_id, units in mine.group_by(ShipmentLine.shipment).tuples()}


def codes(viewer: Viewer, stock: int | None, lines: list[OrderLine]) -> dict[int, tuple[list[str], str]]:
    """Return line id -> (what stands on the item as a bar code, what the stock itself calls it): two statements."""
    products = [line.product_id for line in lines if line.product_id]
    mine = Product.select(Product.id, Product.sku, Product.ean).where(Product.store == viewer.store_id)
    known = {row.id: row for row in mine.where(Product.id.in_(products))}
    own: dict[int, str] = {}
    if stock:
        held = Supply.select(Supply.product, Supply.supplier_sku).where(Supply.store == viewer.store_id)
        own = dict(held.where(Supply.supplier == stock, Supply.product.in_(products)).tuples())
    found = {}
    for line in lines:
        product, called = known.get(line.product_id), own.get(line.product_id, "")
        names = [line.sku, line.ean, called, *((product.sku, product.ean) if product else ())]
        found[line.id] = (list(dict.fromkeys(filter(None, names))), called if called != line.sku else "")
    return found


@dataclass
class Found:
    """What a scanned code may be about, as far as the viewer may see it."""

    orders: list[Order] = field(default_factory=list)
    """Called so."""
    shipments: list[Shipment] = field(default_factory=list)
    """With this number or tracking code."""
    holding: list[Order] = field(default_factory=list)
    """Orders at the desk that wait for an item with this code, oldest first."""

    @property
    def count(self) -> int:
        """Return how many things were found, each once."""
        return len({row.id for row in (*self.orders, *self.holding)}) + len(self.shipments)


def find(viewer: Viewer, stock: int | None, code: str) -> Found:
    """Return what a code is about: an order's reference, a shipment's number or tracking code, an item's SKU or EAN."""
    return Found(_orders(viewer, code), _shipments(viewer, code), _holding(viewer, stock, code))


def _orders(viewer: Viewer, code: str) -> list[Order]:
    number = papers.order_number(code)
    if number is not None:
        return list(Order.visible_to(viewer).where(Order.id == number))
    called = Order.visible_to(viewer).where(Order.reference.in_((code, f"#{code}")))
    found = {row.id: row for row in called.order_by(-Order.id).limit(MATCHES)}
    shops = Channel.select(Channel.id).where(Channel.store == viewer.store_id)
    named = Order.visible_to(viewer).where(Order.channel.in_(shops), Order.external_id == code)
    found |= {row.id: row for row in named.limit(MATCHES)}
    return list(found.values())


def _shipments(viewer: Viewer, code: str) -> list[Shipment]:
    number = papers.shipment_number(code)
    if number is None:
        number = row_id.read(code)
    numbered = Shipment.visible_to(viewer).where(Shipment.id == number) if number is not None else ()
    followed = Shipment.visible_to(viewer).where(Shipment.tracking_code == code)
    found = {row.id: row for row in numbered}
    return list((found | {row.id: row for row in followed.order_by(-Shipment.id).limit(MATCHES)}).values())


def _holding(viewer: Viewer, stock: int | None, code: str) -> list[Order]:
    coded = Product.select(Product.id).where(Product.store == viewer.store_id)
    products = [row.id for row in coded.where((Product.sku == code) | (Product.ean == code)).limit(MATCHES)]
    if stock:
        supplies = Supply.select(Supply.product).where(Supply.store == viewer.store_id, Supply.supplier == stock)
        products += [row.product_id for row in supplies.where(Supply.supplier_sku == code)]
    same = [OrderLine.sku == code, OrderLine.ean == code, OrderLine.product.in_(products)]
    lines = _held(viewer, stock, pw.SQL("1")).join(OrderLine).where(Allocation.order == Order.id, any_of(same))
    waiting: dict[int, Order] = {}
    for query in (to_pack(viewer, stock), to_accept(viewer, stock)):
        waiting |= {row.id: row for row in query.where(pw.fn.EXISTS(lines)).limit(MATCHES)}
    return [waiting[key] for key in sorted(waiting)][:MATCHES]


def _work(viewer: Viewer) -> "pw.ModelSelect[Any]":
    """Select what is worked on. Ordered by the id itself, SQLite would walk through all orders that ever were."""
    return Order.visible_to(viewer).where(Order.status.in_(order_status.PACKABLE)).order_by(Order.id + 0)


def _held(viewer: Viewer, stock: int | None, *columns: Any) -> "pw.ModelSelect[Any]":
    query = Allocation.serving(viewer, *columns)
    return query if stock is None else query.where(from_source(Allocation.supplier, stock))


def _unaccepted(viewer: Viewer, stock: int | None) -> "pw.ModelSelect[Any]":
    return _held(viewer, stock, pw.SQL("1")).where(Allocation.order == Order.id, Allocation.accepted_at.is_null())


def _shipped(viewer: Viewer, stock: int | None, *columns: Any) -> "pw.ModelSelect[Any]":
    """Select what lies in the stock's live shipments, packed ones included."""
    query = ShipmentLine.select(*columns).join(Shipment)
    query = query.where(Shipment.store == viewer.store_id, Shipment.status != "canceled")
    return query if stock is None else query.where(from_source(Shipment.supplier, stock))


def _packed_of(viewer: Viewer, stock: int | None) -> "pw.ModelSelect[Any]":
    units = pw.fn.COALESCE(pw.fn.SUM(ShipmentLine.quantity), 0)
    return _shipped(viewer, stock, units).where(Shipment.order == Order.id)
