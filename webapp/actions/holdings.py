"""What stocks hold of an order's lines: select it, and lower it."""

from typing import Any

from webapp.actions import stock
from webapp.db import now
from webapp.models import Allocation, Order, OrderLine, Product, Supplier


def of_order(order: Order) -> Any:
    """Select the order's active allocations with their lines, oldest first."""
    return (
        Allocation.select(Allocation, OrderLine)
        .join(OrderLine)
        .where(Allocation.store == order.store_id, Allocation.order == order.id, Allocation.status == "active")
        .order_by(Allocation.id)
    )


def irreplaceable(order: Order) -> set[int]:
    """Return the lines whose product is archived: what they hold could be given back, but not be had again."""
    lines = OrderLine.select(OrderLine.id).join(Product)
    mine = (OrderLine.store == order.store_id) & (OrderLine.order == order.id)
    return {line_id for (line_id,) in lines.where(mine, Product.archived_at.is_null(False)).tuples()}


def lower(order: Order, rows: list[Allocation], units: int) -> set[stock.Place]:
    """Take units out of active allocations, the newest first, and give their stock back; return where it lies."""
    left, moved = units, set()
    for row in sorted(rows, key=lambda row: -row.id):
        taken = min(left, row.quantity)
        if taken:
            change: dict[str, Any] = {"status": "released", "released_at": now()}
            if taken < row.quantity:
                change = {"quantity": row.quantity - taken}
            Allocation.update(**change).where(Allocation.id == row.id).execute()
            stock.give_back(order.store_id, row.line.product_id, row.supply_id, taken)
            moved.add((row.line.product_id, row.supplier_id))
            left -= taken
    return moved


def per_stock(order: Order) -> dict[tuple[int, int | None], int]:
    """Return (line, supplier) -> units held, shipped ones included."""
    held: dict[tuple[int, int | None], int] = {}
    for row in of_order(order):
        place = (row.line_id, row.supplier_id)
        held[place] = held.get(place, 0) + row.quantity
    return held


def source_name(supplier_id: int | None) -> str:
    """Return a supplier's name, or what the merchant's own shelf is called."""
    if supplier_id is None:
        return "Own stock"
    name: str = Supplier.select(Supplier.name).where(Supplier.id == supplier_id).scalar() or "a supplier"
    return name


def units_of(count: int) -> str:
    """Return a count of units in words."""
    return f"{count} {'unit' if count == 1 else 'units'}"
