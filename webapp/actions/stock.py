"""Hold, give back and take out stock: each a single conditional statement, so that no two orders get the same unit."""

from collections.abc import Iterable, Mapping
from typing import Any

import peewee as pw

from webapp.db import is_postgresql, locking, now
from webapp.models import OrderLine, Product, Supply, bulk
from webapp.models.prepared import prepared, slot

Place = tuple[int, int | None]
"""Where units lie: a product's id and its supplier's, None for the merchant's own shelf.

Who moves units hands the places on to whoever ends the transaction, which tells them to `record.changed`.
"""


def free(quantity: int, reserved: int) -> int:
    """Return what new orders may still take; a count below what is held gives 0, never less."""
    return max(0, quantity - reserved)


def reserve(store_id: int, product_id: int, supply_id: int | None, quantity: int) -> bool:
    """Hold units of a supply (None: of the merchant's own shelf); return False, changing nothing, if they're gone."""
    if supply_id is None:
        query: pw.Update = Product.update(own_reserved=Product.own_reserved + quantity).where(
            Product.store == store_id,
            Product.id == product_id,
            Product.own_quantity - Product.own_reserved >= quantity,
        )
    else:
        query = Supply.update(reserved=Supply.reserved + quantity).where(
            Supply.store == store_id, Supply.id == supply_id, Supply.quantity - Supply.reserved >= quantity
        )
    return bool(query.execute())


def reserve_all(store_id: int, wanted: Mapping[tuple[int, int | None], int]) -> bool:
    """Hold the units of many (product, supply) in one fixed order; return False where some are gone.

    The caller then rolls back, for the others are held.
    """
    own = sorted((product, units) for (product, supply), units in wanted.items() if supply is None)
    lent = sorted((supply, units) for (_, supply), units in wanted.items() if supply is not None)
    held = bulk.run(
        "UPDATE product SET own_reserved = own_reserved + ?"
        " WHERE store_id = ? AND id = ? AND own_quantity - own_reserved >= ?",
        [(units, store_id, product, units) for product, units in own],
    )
    held += bulk.run(
        "UPDATE supply SET reserved = reserved + ? WHERE store_id = ? AND id = ? AND quantity - reserved >= ?",
        [(units, store_id, supply, units) for supply, units in lent],
    )
    return held == len(wanted)


def lock_for(store_id: int, order_id: int, coming: Iterable[int] = ()) -> None:
    """Lock every stock of the order's products and of `coming` ones, in the order in which allocations hold them.

    Whoever gives stock back and then holds other stock calls it first, so that two orders never wait for each other;
    products that lines will get in the same transaction are `coming`. SQLite lets one transaction write at a time,
    which locks everything. The keys stay free, since the ledger's rows point at products while a stock is held.
    """
    if not is_postgresql():
        return
    products = OrderLine.select(OrderLine.product).where(OrderLine.store == store_id, OrderLine.order == order_id)
    soon = list(coming)
    own = Product.select(Product.id).where(Product.store == store_id, Product.id.in_(products) | Product.id.in_(soon))
    list(own.order_by(Product.id).for_update("FOR NO KEY UPDATE"))
    lent = Supply.product.in_(products) | Supply.product.in_(soon)
    held = Supply.select(Supply.id).where(Supply.store == store_id, lent)
    list(held.order_by(Supply.id).for_update("FOR NO KEY UPDATE"))


def give_back(store_id: int, product_id: int, supply_id: int | None, quantity: int) -> None:
    """Let go of units that an order held and won't ship from here."""
    if supply_id is None:
        held = _at_least_zero(Product.own_reserved, quantity)
        Product.update(own_reserved=held).where(Product.store == store_id, Product.id == product_id).execute()
    else:
        held = _at_least_zero(Supply.reserved, quantity)
        Supply.update(reserved=held).where(Supply.store == store_id, Supply.id == supply_id).execute()


def put_back(store_id: int, product_id: int, supplier_id: int | None, quantity: int) -> int:
    """Record that units came back, to a supplier or to the merchant's own shelf (None); return what is there."""
    if supplier_id is None:
        own = Product.update(own_quantity=Product.own_quantity + quantity, updated_at=now())
        rows = own.where(Product.store == store_id, Product.id == product_id).returning(Product.own_quantity)
        return int(next(iter(rows.execute())).own_quantity)
    more = Supply.update(quantity=Supply.quantity + quantity, updated_at=now())
    mine = (Supply.store == store_id) & (Supply.product == product_id) & (Supply.supplier == supplier_id)
    return int(next(iter(more.where(mine).returning(Supply.quantity).execute())).quantity)


def take_out(store_id: int, product_id: int, supply_id: int | None, quantity: int) -> tuple[int, int]:
    """Record that held units left the building: fewer there, fewer held. Return by how much, and what is left.

    What physically left counts even where the last stock report was too low; the count then stays at 0.
    """
    about = {"store": store_id, "units": quantity}
    about |= {"product": product_id} if supply_id is None else {"supply": supply_id}
    take = _out_of_shelf if supply_id is None else _out_of_supply
    left = take(True).rows(**about)
    if left:
        return -quantity, int(left[0][0])
    counted = (_shelf if supply_id is None else _supply)().rows(**about)
    take(False).rows(**about)
    return (-int(counted[0][0]) if counted else 0), 0


@prepared
def _out_of_shelf(enough: bool) -> pw.Query:
    mine = (Product.store == slot("store")) & (Product.id == slot("product"))
    left = Product.update(
        own_quantity=_at_least_zero(Product.own_quantity, slot("units")),
        own_reserved=_at_least_zero(Product.own_reserved, slot("units")),
    ).where(mine & (Product.own_quantity >= slot("units")) if enough else mine)
    return left.returning(Product.own_quantity)


@prepared
def _out_of_supply(enough: bool) -> pw.Query:
    mine = (Supply.store == slot("store")) & (Supply.id == slot("supply"))
    left = Supply.update(
        quantity=_at_least_zero(Supply.quantity, slot("units")),
        reserved=_at_least_zero(Supply.reserved, slot("units")),
    ).where(mine & (Supply.quantity >= slot("units")) if enough else mine)
    return left.returning(Supply.quantity)


@prepared
def _shelf() -> pw.Query:
    mine = (Product.store == slot("store")) & (Product.id == slot("product"))
    return locking(Product.select(Product.own_quantity).where(mine))


@prepared
def _supply() -> pw.Query:
    mine = (Supply.store == slot("store")) & (Supply.id == slot("supply"))
    return locking(Supply.select(Supply.quantity).where(mine))


def _at_least_zero(column: pw.Field, quantity: Any) -> pw.Case:
    return pw.Case(None, [(column >= quantity, column - quantity)], 0)
