"""A store: the tenant that owns every other row, and the counter behind its change feed."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now


class Store(BaseModel):
    name = pw.CharField(max_length=120)
    currency = pw.CharField(max_length=3, default="EUR")
    time_zone = pw.CharField(max_length=64, default="Europe/Rome")
    address = JsonField(default=dict)
    """`street postcode city state country`: the sender on packing slips and manifests."""
    working_days = pw.CharField(max_length=7, default="12345")
    """The days on which goods leave, by ISO number: 1 is Monday, 7 is Sunday."""
    notification_mail = pw.CharField(max_length=254, default="")
    """Where the store's own mail goes besides its users; empty for nowhere."""
    digest_on = pw.CharField(max_length=10, default="")
    """The day, by the store's clock, of the last daily summary to `notification_mail`."""
    change_seq = pw.BigIntegerField(default=0)
    """The last number of the change feed; raised at the end of a transaction, so that numbers commit in order."""
    two_person_keys = pw.BooleanField(default=False)
    """Whether whoever gave an API key its rights must leave turning it on to another admin."""
    tells_stock = pw.BooleanField(default=False)
    """Whether one of its channels is told how much is in stock; kept here so that other stores pay nothing for it."""
    steps_hidden = pw.BooleanField(default=False)
    """Whether somebody has hidden the first steps on the start page."""
    created_at = UtcDateTimeField(default=now)
