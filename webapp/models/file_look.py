"""A large file before it is imported: its rows on their way into the batch, and what they would do."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField
from webapp.models.batch import Batch
from webapp.models.store import Store


class FileLook(BaseModel):
    """What the worker finds out about a file that is too large to be read and checked within a request."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    batch = pw.ForeignKeyField(Batch, unique=True, on_delete="CASCADE")
    status = pw.CharField(max_length=16, default="waiting")
    kept = pw.IntegerField(default=0)
    """Rows that stand in the batch by now."""
    looked = pw.IntegerField(default=0)
    """Rows of which is known what they would do."""
    found = JsonField(default=dict)
    """The preview, once it is done."""
    error = pw.CharField(max_length=300, default="")
    lease_until = UtcDateTimeField(null=True)
    lease_token = pw.CharField(max_length=24, default="")
    ended_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "file_look"
        indexes = ((("status", "id"), False),)
        constraints = [pw.Check("status IN ('waiting', 'done', 'failed')")]


class FilePart(BaseModel):
    """Rows of a file that don't stand in the batch one by one yet."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    batch = pw.ForeignKeyField(Batch, on_delete="CASCADE", index=False)
    first = pw.IntegerField()
    """The number of its first row."""
    rows = JsonField(default=list)

    class Meta:
        table_name = "file_part"
        indexes = ((("batch", "first"), True),)
