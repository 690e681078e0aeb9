"""The stock ledger: each change of a count, with what was there afterwards and why it changed."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.product import Product
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class StockMove(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    product = pw.ForeignKeyField(Product, on_delete="CASCADE", index=False)
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="CASCADE", index=False)
    """Whose stock it is; null for the merchant's own shelf."""
    change = pw.BigIntegerField()
    quantity = pw.BigIntegerField()
    """Units there after the change."""
    reason = pw.CharField(max_length=16)
    order_id = pw.BigIntegerField(null=True)
    shipment_id = pw.BigIntegerField(null=True)
    actor_kind = pw.CharField(max_length=16)
    actor_label = pw.CharField(max_length=120, default="")
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "product", "id"), False),)
        constraints = [
            pw.Check("reason IN ('created', 'edited', 'reported', 'shipped', 'imported', 'removed', 'returned')")
        ]
