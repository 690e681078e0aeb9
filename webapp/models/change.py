"""The change feed: each visible change of a store under the store's next number, in commit order."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.domain.permissions import allows
from webapp.domain.viewer import Level, Viewer
from webapp.models.store import Store

AREAS = {"order": "orders", "shipment": "shipping", "product": "products"}
"""The nouns of the feed, and the permission with which each is read."""


class Change(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    number = pw.BigIntegerField()
    subject = pw.CharField(max_length=16)
    subject_id = pw.BigIntegerField()
    order_id = pw.BigIntegerField(null=True)
    supplier_id = pw.BigIntegerField(null=True)
    """Whom it concerns; NULL concerns viewers of the whole store alone."""
    action = pw.CharField(max_length=16)
    """`changed`, or `withdrawn` where the supplier no longer sees it."""
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "number"), True), (("store", "supplier_id", "number"), False))
        constraints = [pw.Check("action IN ('changed', 'withdrawn')")]

    @classmethod
    def visible_to(cls, viewer: Viewer, after: int) -> "pw.ModelSelect[Any]":
        """Select what changed for this viewer behind a number, in commit order.

        A viewer of the whole store follows the numbers that concern nobody in particular, a supplier's its own. Of
        them it sees the nouns that it may read.
        """
        mine = cls.supplier_id.is_null() if viewer.supplier_id is None else cls.supplier_id == viewer.supplier_id
        readable = [noun for noun, area in AREAS.items() if allows(viewer, area, Level.READ)]
        where = (cls.store == viewer.store_id, mine, cls.number > after, cls.subject.in_(readable))
        return cls.select().where(*where).order_by(cls.number)
