"""A supply: what one supplier holds of one product."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.product import Product
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class Supply(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    product = pw.ForeignKeyField(Product, backref="supplies", on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, backref="supplies", on_delete="RESTRICT")
    supplier_sku = pw.CharField(max_length=64)
    """The supplier's own code for the product; the product's SKU where the supplier uses that."""
    quantity = pw.BigIntegerField(default=0)
    """Units that the supplier holds, as last reported."""
    reserved = pw.BigIntegerField(default=0)
    """Units of them that orders hold and that haven't shipped yet. Free stock is quantity - reserved, never below 0."""
    purchase_price_cents = pw.BigIntegerField(null=True)
    priority = pw.IntegerField(default=10)
    """Lower goes first."""
    sequence = pw.BigIntegerField(null=True)
    """The number of the last stock report that carried one: an older report is refused."""
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = (
            (("store", "product", "supplier"), True),
            (("store", "supplier", "supplier_sku"), True),
        )
        constraints = [
            pw.Check("quantity >= 0"),
            pw.Check("reserved >= 0"),
            pw.Check("priority >= 0 AND priority <= 1000"),
            pw.Check("purchase_price_cents IS NULL OR purchase_price_cents >= 0"),
        ]

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the supplies that the viewer may see, with product and supplier: all, or its own supplier's alone."""
        query = cls.select(cls, Product, Supplier).join(Product).switch(cls).join(Supplier)
        query = query.where(cls.store == viewer.store_id)
        return query if viewer.supplier_id is None else query.where(cls.supplier == viewer.supplier_id)
