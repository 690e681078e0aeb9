"""Filters of a list of orders that somebody keeps under a name."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.prepared import any_viewer, of, prepared, slot
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.user import User


class SavedFilter(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    user = pw.ForeignKeyField(User, backref="filters", on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="CASCADE")
    """The one that its owner was bound to when it was saved: it is shared with nobody who sees other orders."""
    name = pw.CharField(max_length=60)
    name_key = pw.CharField(max_length=120)
    """The folded name."""
    query = pw.CharField(max_length=500)
    """The filters as they stand in the address of the list."""
    shared = pw.BooleanField(default=False)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "user", "name_key"), True),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the viewer's own ones and those that were shared with it, by name."""
        return cls._of(viewer, viewer.actor.id)

    @classmethod
    def shown_to(cls, viewer: Viewer) -> "list[SavedFilter]":
        """Return the same, as quickly as every page of a list needs them."""
        user = viewer.actor.id
        return _shown(viewer.supplier_id is not None).models(cls, **of(viewer), user=user)

    @classmethod
    def _of(cls, viewer: Viewer, user_id: Any) -> "pw.ModelSelect[Any]":
        bound = cls.supplier.is_null() if viewer.supplier_id is None else cls.supplier == viewer.supplier_id
        mine = (cls.user == user_id) | (cls.shared & bound)
        return cls.select().where(cls.store == viewer.store_id, mine).order_by(cls.name_key, cls.id)


@prepared
def _shown(scoped: bool) -> pw.Query:
    return SavedFilter._of(any_viewer(scoped=scoped), slot("user"))
