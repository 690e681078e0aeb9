"""What needs action and was found by the worker, so that people are told of it once, and again once it came back."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class Told(BaseModel):
    """One open question. It goes when it is mended; each membership keeps up to when its person was told."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="CASCADE")
    """Whom it waits for; none means the store's own people."""
    kind = pw.CharField(max_length=16)
    """The sort of trouble, by the name of its list on the page."""
    key = pw.CharField(max_length=200)
    """What tells it from the others of its sort."""
    text = pw.CharField(max_length=300)
    """What it is about: an order's reference, a SKU, a name."""
    found_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "kind", "key"), True),)
