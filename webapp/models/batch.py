"""A batch: long work in many rows that the worker does in the background, with its progress."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.user import User


class Batch(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    user = pw.ForeignKeyField(User, null=True, on_delete="SET NULL")
    """Who started it, with whose present rights each row is done."""
    supplier = pw.ForeignKeyField(Supplier, null=True, index=False, on_delete="CASCADE")
    """The one that its owner was bound to then: who has moved to another since goes on with none of it."""
    actor_label = pw.CharField(max_length=120, default="")
    kind = pw.CharField(max_length=40)
    """What is done with each row: a key of `webapp.jobs.batch_kinds.KINDS`."""
    title = pw.CharField(max_length=200)
    """English; the pages say it in the reader's language."""
    status = pw.CharField(max_length=16, default="waiting")
    """A draft waits for a person's word; the worker takes what waits."""
    input = JsonField(default=dict)
    """What holds for all rows."""
    headings = JsonField(default=list)
    """Names of the columns, where the rows' input is a list of cells."""
    total = pw.IntegerField(default=0)
    done = pw.IntegerField(default=0)
    refused = pw.IntegerField(default=0)
    skipped = pw.IntegerField(default=0)
    error = pw.CharField(max_length=300, default="")
    """Why it ended early."""
    lease_until = UtcDateTimeField(null=True)
    lease_token = pw.CharField(max_length=24, default="")
    turn_at = UtcDateTimeField(default=now)
    """When it last had its turn: the one that waits longest goes first."""
    created_at = UtcDateTimeField(default=now)
    started_at = UtcDateTimeField(null=True)
    ended_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False), (("status", "turn_at"), False))
        constraints = [pw.Check("status IN ('draft', 'waiting', 'running', 'done', 'stopped', 'failed')")]

    @property
    def over(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.status in ("done", "stopped", "failed")

    @property
    def tried(self) -> int:
        """Return how many rows are dealt with."""
        return int(self.done + self.refused + self.skipped)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the batches of the viewer's store; a viewer bound to a supplier sees only what it started itself."""
        query = cls.select().where(cls.store == viewer.store_id)
        if viewer.supplier_id is None:
            return query
        if viewer.actor.kind != "user":
            return query.where(cls.id.is_null())
        return query.where(cls.user == viewer.actor.id, cls.supplier == viewer.supplier_id)


class BatchRow(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    batch = pw.ForeignKeyField(Batch, backref="rows", on_delete="CASCADE")
    number = pw.IntegerField()
    """Its place, from 1 on; in a file, that of the row below the headings."""
    input = JsonField(default=dict)
    subject_id = pw.BigIntegerField(null=True)
    """The order, product or shipment that the row is about, where that is known."""
    status = pw.CharField(max_length=16, default="waiting")
    message = pw.CharField(max_length=500, default="")

    class Meta:
        indexes = ((("store", "batch", "number"), True), (("store", "batch", "status", "number"), False))
        constraints = [pw.Check("status IN ('waiting', 'done', 'refused', 'skipped')")]
