"""The list of products: what its filters mean, how it is sorted, and what stands at suppliers of each."""

from dataclasses import dataclass
from typing import Any

import peewee as pw

from webapp.domain import row_id
from webapp.domain.viewer import Viewer
from webapp.models.product import Product
from webapp.models.supply import Supply

STOCKS = ("none", "short", "unsupplied")
"""Nothing left that an order could take; orders hold more than there is; no supplier has it, nor the own shelf."""

SORTS = {"newest": Product.id, "sku": Product.sku}


@dataclass(frozen=True)
class ProductSearch:
    """What a list of products is narrowed down to; nothing set gives all that are in use."""

    words: str = ""
    archived: bool = False
    stock: str = ""
    sort: str = "newest"

    def select(self, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the products that the viewer may see, with `held_elsewhere` and `reserved_elsewhere`."""
        query = visible_to(viewer).select(Product, *at_suppliers(viewer))
        query = query.where(Product.archived_at.is_null(not self.archived))
        if self.words:
            text = Product.title.contains(self.words) | Product.sku.contains(self.words)
            query = query.where(text | (Product.ean == self.words))
        return query.where(_in_stock_state(viewer, self.stock)) if self.stock else query

    def page(self, viewer: Viewer, after: str, size: int) -> list[Any]:
        """Return at most `size` products behind the place `after`, in the order of the list."""
        field = SORTS[self.sort]
        query = self.select(viewer).limit(size)
        if self.sort == "sku":
            return list(query.where(field > after).order_by(field))
        number = row_id.read(after)
        query = query.order_by(field.desc())
        return list(query.where(field < number) if number else query)

    def place_of(self, product: Product) -> str:
        """Return where the list goes on behind a product."""
        return str(getattr(product, SORTS[self.sort].name))


def visible_to(viewer: Viewer) -> "pw.ModelSelect[Any]":
    """Select the store's products that the viewer may see: a viewer bound to a supplier sees what that one stocks."""
    query = Product.select().where(Product.store == viewer.store_id)
    return query if viewer.supplier_id is None else query.where(pw.fn.EXISTS(_supplies(viewer, pw.SQL("1"))))


def at_suppliers(viewer: Viewer) -> list[Any]:
    """Return columns with the units at suppliers: held and reserved, as one statement with the page's rows."""

    def total(column: pw.Field) -> Any:
        return _supplies(viewer, pw.fn.COALESCE(pw.fn.SUM(column), 0))

    return [total(Supply.quantity).alias("held_elsewhere"), total(Supply.reserved).alias("reserved_elsewhere")]


def _supplies(viewer: Viewer, column: Any) -> Any:
    where = (Supply.store == Product.store) & (Supply.product == Product.id)
    if viewer.supplier_id is not None:
        where &= Supply.supplier == viewer.supplier_id
    return Supply.select(column).where(where)


def _in_stock_state(viewer: Viewer, state: str) -> pw.Expression:
    own = viewer.supplier_id is None
    if state == "short":
        short = pw.fn.EXISTS(_supplies(viewer, pw.SQL("1")).where(Supply.reserved > Supply.quantity))
        return short | (Product.own_reserved > Product.own_quantity) if own else short
    if state == "unsupplied":
        return ~pw.fn.EXISTS(_supplies(viewer, pw.SQL("1"))) & (Product.own_quantity == 0)
    left = pw.fn.EXISTS(_supplies(viewer, pw.SQL("1")).where(Supply.quantity > Supply.reserved))
    return ~left & (Product.own_quantity <= Product.own_reserved) if own else ~left
