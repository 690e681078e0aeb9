"""A routing rule of a store: which orders it is about, and which stocks they would rather be served from."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.store import Store


class RoutingRule(BaseModel):
    """Live rules count when orders are allocated; drafts do nothing until they are turned on."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    name = pw.CharField(max_length=80)
    position = pw.IntegerField(default=100)
    """Lower goes first, and outweighs what comes behind it."""
    live = pw.BooleanField(default=False)
    replaces = pw.ForeignKeyField("self", null=True, on_delete="SET NULL", index=False)
    """The live rule whose place a draft takes once it is turned on."""
    countries = JsonField(default=list)
    """ISO 3166 codes of delivery addresses; empty for all."""
    channels = JsonField(default=list)
    """Ids of channels; empty for all, manual orders included."""
    after_time = pw.CharField(max_length=5, default="")
    """The cut-off as "HH:MM" of the store's day: only orders from then on are meant; empty for all."""
    effect = pw.CharField(max_length=16)
    """A word of `routing.EFFECTS`."""
    suppliers = JsonField(default=list)
    """Ids of the suppliers that are preferred or used last; 0 is the merchant's own stock."""
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "live", "position", "id"), False),)
        constraints = [pw.Check("effect IN ('prefer', 'avoid', 'fewest_parcels')")]

    @classmethod
    def of(cls, store_id: int) -> "pw.ModelSelect[Any]":
        """Select the store's rules: the live ones in the order in which they count, then the drafts."""
        return cls.select().where(cls.store == store_id).order_by(cls.live.desc(), cls.position, cls.id)
