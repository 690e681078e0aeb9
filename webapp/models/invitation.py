"""Who is asked to join a store, until they do."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class Invitation(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    email = pw.CharField(max_length=254)
    role = pw.CharField(max_length=16)
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    digest = pw.CharField(max_length=64, unique=True)
    """SHA-256 of the link's token, which is kept nowhere."""
    invited_by = pw.CharField(max_length=200)
    expires_at = UtcDateTimeField()
    accepted_at = UtcDateTimeField(null=True)
    revoked_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "id"), False),)
        constraints = [
            pw.Check("role IN ('admin', 'merchant', 'clerk')"),
            pw.Check("(role = 'clerk') = (supplier_id IS NOT NULL)"),
        ]
