"""The stock ledger: write down each change of a count, in the transaction that makes it."""

from collections.abc import Iterable
from typing import Any

from webapp.db import locking
from webapp.domain.viewer import Viewer
from webapp.models import Product, StockMove, Supply, bulk


def note(viewer: Viewer, reason: str, product_id: int, supplier_id: int | None, was: int, quantity: int) -> None:
    """Write one change down; where the count stayed, nothing."""
    if was != quantity:
        bulk.insert(StockMove, [row(viewer, reason, product_id, supplier_id, quantity - was, quantity)])


def note_shipped(
    viewer: Viewer, order_id: int, shipment_id: int, moves: Iterable[tuple[int, int | None, int, int]]
) -> None:
    """Write down what a shipment took: (product's id, supplier's or None, change, units left) for each stock."""
    about = {"order_id": order_id, "shipment_id": shipment_id}
    rows = [row(viewer, "shipped", *move) | about for move in moves]
    bulk.insert(StockMove, [one for one in rows if one["change"]])


def row(
    viewer: Viewer, reason: str, product_id: int, supplier_id: int | None, change: int, quantity: int
) -> dict[str, Any]:
    """Return the row of a change, for whoever writes many of them at once."""
    return {
        "store": viewer.store_id,
        "product": product_id,
        "supplier": supplier_id,
        "change": change,
        "quantity": quantity,
        "reason": reason,
        "order_id": None,
        "shipment_id": None,
        "actor_kind": viewer.actor.kind,
        "actor_label": viewer.actor.label[:120],
    }


def own_count(product: Product) -> int:
    """Return the units on the own shelf as they are now; nobody changes them before the transaction ends."""
    query = Product.select(Product.own_quantity).where(Product.store == product.store_id, Product.id == product.id)
    return int(locking(query).scalar() or 0)


def supply_count(supply: Supply) -> int:
    """Return a supply's units as they are now; nobody changes them before the transaction ends."""
    query = Supply.select(Supply.quantity).where(Supply.store == supply.store_id, Supply.id == supply.id)
    return int(locking(query).scalar() or 0)
