"""What people write on an order for each other."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.allocation import Allocation
from webapp.models.order import Order
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.user import User

LONGEST = 2000


class OrderNote(BaseModel):
    """A note of the store's own people is theirs alone unless it is shown to the warehouses that serve the order."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="own_notes", on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="CASCADE")
    """The one that its author works for: beside the store, only its people see the note. NULL is the store itself."""
    text = pw.CharField(max_length=LONGEST)
    shown_to_suppliers = pw.BooleanField(default=False)
    author = pw.ForeignKeyField(User, null=True, backref="order_notes", on_delete="SET NULL")
    author_name = pw.CharField(max_length=200, default="")
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "order_note"
        indexes = ((("store", "order", "id"), False),)
        constraints = [pw.Check("supplier_id IS NULL OR NOT shown_to_suppliers")]

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the notes that the viewer may read, of orders that it may see."""
        query = cls.select().where(cls.store == viewer.store_id)
        if viewer.supplier_id is None:
            return query
        served = Allocation.serving(viewer, pw.SQL("1")).where(Allocation.order == cls.order)
        return query.where(cls.shown_to_suppliers | (cls.supplier == viewer.supplier_id), pw.fn.EXISTS(served))
