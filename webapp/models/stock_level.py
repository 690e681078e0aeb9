"""What a channel is still to be told of a product's stock: one row a product, however often that changes."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField
from webapp.models.channel import Channel
from webapp.models.product import Product
from webapp.models.store import Store


class StockLevel(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    channel = pw.ForeignKeyField(Channel, on_delete="CASCADE", index=False)
    product = pw.ForeignKeyField(Product, on_delete="CASCADE")
    version = pw.BigIntegerField(default=1)
    """Raised by each change of the stock; how much there is, is read when it is told."""
    told_version = pw.BigIntegerField(default=0)
    """The version that the channel was told of, or refused. What is lower than `version` is still to be told."""
    told_quantity = pw.BigIntegerField(null=True)
    told_at = UtcDateTimeField(null=True)
    error = pw.CharField(max_length=300, default="")
    """Why the channel refused the last number."""

    class Meta:
        indexes = ((("channel", "product"), True),)
