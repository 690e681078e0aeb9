"""A courier as the store knows it: its name and the page on which it shows a parcel."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.store import Store


class Carrier(BaseModel):
    """What a store has changed of, or added to, the couriers of `webapp/domain/tracking.py`."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    name = pw.CharField(max_length=80)
    name_key = pw.CharField(max_length=80)
    tracking_pattern = pw.CharField(max_length=500, default="")
    """The page's address with `{code}` in the tracking code's place; empty where the courier has none."""
    archived_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "name_key"), True),)
