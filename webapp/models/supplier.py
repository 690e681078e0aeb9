"""A supplier: whoever holds stock for a store, an external logistics service among them."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.store import Store


class Supplier(BaseModel):
    store = pw.ForeignKeyField(Store, backref="suppliers", on_delete="CASCADE", index=False)
    name = pw.CharField(max_length=120)
    name_key = pw.CharField(max_length=120)
    """The name folded for comparison: unique in its store, archived suppliers included."""
    kind = pw.CharField(max_length=16, default="plain")
    min_days = pw.IntegerField(default=0)
    max_days = pw.IntegerField(default=0)
    address = JsonField(default=dict)
    """`street postcode city state country`, for dropshipping alone."""
    hours = JsonField(default=dict)
    """`morning_from morning_to afternoon_from afternoon_to collection_at`, as "HH:MM", for dropshipping alone."""
    instructions = pw.TextField(default="")
    archived_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "name_key"), True),)
        constraints = [
            pw.Check("kind IN ('plain', 'logistics', 'dropshipping')"),
            pw.Check("min_days >= 0 AND min_days <= max_days AND max_days <= 365"),
        ]
