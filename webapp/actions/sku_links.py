"""Tell which product it is that a shop sells under a SKU of its own."""

from dataclasses import dataclass

import peewee as pw

from webapp.actions import allocations, order_parts, order_state, products, record, stock
from webapp.db import transaction
from webapp.domain import order_status
from webapp.domain.errors import Conflict, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Order, OrderLine, Product, SkuLink


@dataclass(frozen=True)
class Linked:
    """What became of the lines that waited."""

    lines: int
    units: int
    """Units of them that found stock."""


def link(viewer: Viewer, sku: str, product_id: int) -> Linked:
    """Link a SKU to a product: orders to come find it, and the lines that wait for it join it and get its stock.

    Safe to repeat. Raises Conflict `sku_taken` where a product has the SKU or it is linked to another one.
    """
    product = _product(viewer, product_id)
    if not sku:
        raise Conflict("no_sku", "These lines have no SKU: link each by itself, on its order.")
    with transaction():
        _make(viewer, sku, product)
        waiting = OrderLine.select().where(*_waiting(viewer, sku)).count()
    return Linked(waiting, allocations.link_sku(viewer, product.id))


def link_line(viewer: Viewer, line_id: int, product_id: int) -> Linked:
    """Join this one line alone to a product, and give it stock; for lines that came without a SKU."""
    product = _product(viewer, product_id)
    line = find_line(viewer, line_id)
    mine = (OrderLine.id == line.id) & OrderLine.product.is_null()
    with transaction():
        if not OrderLine.update(product=product.id).where(mine).execute():
            raise Conflict("linked_already", "Somebody linked this line a moment ago. Look at the order again.")
        told = f"{line.title[:200]} is {product.sku}"
        about = {"subject": "order", "subject_id": line.order_id, "order_id": line.order_id}
        record.event(viewer, "order.line_linked", told, **about)
    return Linked(1, allocations.allocate_waiting(viewer, product.id))


def remove(viewer: Viewer, link_id: int) -> SkuLink:
    """Take a link back. Lines that came by it and that nobody has packed wait again; the others stay.

    Raises NotFound alike for a foreign link and an unknown one.
    """
    products.need_write(viewer)
    row: SkuLink | None = (
        SkuLink.select(SkuLink, Product)
        .join(Product)
        .where(SkuLink.store == viewer.store_id, SkuLink.id == link_id)
        .first()
    )
    if row is None:
        raise NotFound("SKU link")
    with transaction():
        SkuLink.delete().where(SkuLink.id == row.id).execute()
        _tell(viewer, row.product, "product.unlinked", f"{row.sku} is no longer {row.product.sku}")
    for order_id in _orders_by(row):
        _part(viewer, order_id, row)
    return row


def find_line(viewer: Viewer, line_id: int) -> OrderLine:
    """Return a line of the store; raise NotFound alike for a foreign one and an unknown one."""
    line: OrderLine | None = (
        OrderLine.select().where(OrderLine.store == viewer.store_id, OrderLine.id == line_id).first()
    )
    if line is None:
        raise NotFound("line")
    return line


def waiting_lines(viewer: Viewer, sku: str) -> list[OrderLine]:
    """Return some of the lines that wait for a product of this SKU, the oldest first."""
    return list(OrderLine.select().where(*_waiting(viewer, sku)).order_by(OrderLine.id).limit(100))


def _waiting(viewer: Viewer, sku: str) -> tuple[pw.Expression, ...]:
    return OrderLine.store == viewer.store_id, OrderLine.sku == sku, OrderLine.product.is_null()


def _product(viewer: Viewer, product_id: int) -> Product:
    products.need_write(viewer)
    product = products.find(viewer, product_id)
    if product.archived_at:
        raise Conflict("archived", f"{product.sku} is archived: orders don't get its stock. Restore it first.")
    return product


def _make(viewer: Viewer, sku: str, product: Product) -> None:
    """Store the link; one that is there already stays."""
    holder = Product.select().where(Product.store == viewer.store_id, Product.sku == sku).first()
    if holder is not None:
        raise Conflict("sku_taken", f"The product {holder.title} has the SKU {sku} itself.", product=holder.id)
    known = SkuLink.select(SkuLink, Product).join(Product).where(SkuLink.store == viewer.store_id, SkuLink.sku == sku)
    if found := known.first():
        if found.product_id != product.id:
            told = f"{sku} is linked to {found.product.sku} already. Remove that link on the product's page first."
            raise Conflict("sku_taken", told, product=found.product_id)
        return
    values = {"store": viewer.store_id, "sku": sku, "product": product.id, "created_by": viewer.actor.label}
    try:
        with transaction():
            SkuLink.create(**values)
    except pw.IntegrityError:
        raise Conflict("changed_meanwhile", "Somebody linked this SKU a moment ago. Look again.") from None
    _tell(viewer, product, "product.linked", f"{sku} is {product.sku}")


def _orders_by(row: SkuLink) -> list[int]:
    """Return the open orders with lines that came by the link."""
    lines = (
        OrderLine.select(OrderLine.order)
        .join(Order)
        .where(
            OrderLine.store == row.store_id,
            OrderLine.sku == row.sku,
            OrderLine.product == row.product_id,
            Order.status.in_(order_status.OPEN),
        )
    )
    return sorted({order_id for (order_id,) in lines.tuples()})


def _part(viewer: Viewer, order_id: int, row: SkuLink) -> None:
    """Take the stock back from lines of an order that nobody has packed, and let them wait."""
    with transaction():
        order = order_parts.locked(viewer, order_id)
        before, packed = allocations.suppliers_of(order), {line for line, _ in _packed(order)}
        mine = (OrderLine.order == order.id) & (OrderLine.sku == row.sku) & (OrderLine.product == row.product_id)
        lines = [line.id for line in OrderLine.select(OrderLine.id).where(mine) if line.id not in packed]
        if not lines:
            return
        moved: set[stock.Place] = allocations.release(order, lines)
        OrderLine.update(product=None).where(OrderLine.id.in_(lines)).execute()
        told = f"{row.sku} is no longer {row.product.sku}: {order_parts.lines(len(lines))} wait for a product"
        order_parts.event(viewer, order, "order.line_unlinked", told, order_parts.OWN)
        order_parts.given_back(viewer, order)
        order_state.changed(order, before - allocations.suppliers_of(order), moved)


def _packed(order: Order) -> list[tuple[int, int | None]]:
    return [place for place, units in allocations.shipped_units(order, drafts=True).items() if units]


def _tell(viewer: Viewer, product: Product, kind: str, message: str) -> None:
    record.event(viewer, kind, message, subject="product", subject_id=product.id)
