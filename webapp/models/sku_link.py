"""SKUs under which shops sell a product that has another one here."""

from collections.abc import Collection
from typing import Any

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.product import Product
from webapp.models.store import Store


class SkuLink(BaseModel):
    """A product's own SKU goes before a link of the same words."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    sku = pw.CharField(max_length=64)
    product = pw.ForeignKeyField(Product, backref="sku_links", on_delete="CASCADE")
    created_by = pw.CharField(max_length=200, default="")
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "sku"), True), (("store", "product"), False))


def named(store_id: int, skus: Collection[str], *, archived: bool = False) -> dict[str, int]:
    """Return SKU -> id of the products that have these SKUs or are linked to them, in one statement."""
    own = Product.select(Product.sku, Product.id, pw.SQL("1")).where(Product.store == store_id, Product.sku.in_(skus))
    linked = (
        SkuLink.select(SkuLink.sku, SkuLink.product, pw.SQL("0"))
        .join(Product)
        .where(SkuLink.store == store_id, SkuLink.sku.in_(skus))
    )
    if not archived:
        own, linked = own.where(Product.archived_at.is_null()), linked.where(Product.archived_at.is_null())
    rows: list[Any] = list(own.union_all(linked).tuples())
    return {sku: product_id for sku, product_id, _ in sorted(rows, key=lambda row: int(row[2]))}
