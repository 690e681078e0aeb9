"""A publication: a product as one channel offers it."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.channel import Channel
from webapp.models.product import Product
from webapp.models.store import Store


class Publication(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    product = pw.ForeignKeyField(Product, backref="publications", on_delete="CASCADE")
    channel = pw.ForeignKeyField(Channel, backref="publications", on_delete="CASCADE")
    external_id = pw.CharField(max_length=120, default="")
    """What the channel calls it."""
    sku = pw.CharField(max_length=64, default="")
    """The channel's own SKU where it differs from the product's."""
    title = pw.CharField(max_length=255, default="")
    price_cents = pw.BigIntegerField(null=True)
    active = pw.BooleanField(default=True)
    tells_stock = pw.BooleanField(default=True)
    """Whether the channel is told of this product's stock, where it is told of stock at all."""
    stock_buffer = pw.IntegerField(default=0)
    """Units that are kept back: the channel is told of so many fewer."""
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "product", "channel"), True), (("store", "channel", "id"), False))
        constraints = [pw.Check("price_cents IS NULL OR price_cents >= 0"), pw.Check("stock_buffer >= 0")]
