"""A key with which a program, usually a logistics service's, uses the API."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.user import User


class ApiKey(BaseModel):
    """The secret is kept as digests alone; after a rotation the previous one may live on for a while."""

    store = pw.ForeignKeyField(Store, backref="api_keys", on_delete="CASCADE", index=False)
    name = pw.CharField(max_length=120)
    contact_name = pw.CharField(max_length=120, default="")
    contact_email = pw.CharField(max_length=254, default="")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    """Whose lines it sees; none means the whole store."""
    public_key = pw.CharField(max_length=64, unique=True)
    secret_digest = pw.CharField(max_length=64)
    secret_version = pw.IntegerField(default=1)
    previous_secret_digest = pw.CharField(max_length=64, default="")
    previous_secret_until = UtcDateTimeField(null=True)
    previous_secret_used_at = UtcDateTimeField(null=True)
    orders_level = pw.CharField(max_length=8, default="none")
    products_level = pw.CharField(max_length=8, default="none")
    shipping_level = pw.CharField(max_length=8, default="none")
    hides_customer = pw.BooleanField(default=False)
    hides_prices = pw.BooleanField(default=False)
    allowed_addresses = JsonField(default=list)
    """Networks in CIDR form; an empty list lets every address in."""
    requests_per_minute = pw.IntegerField(default=600)
    enabled = pw.BooleanField(default=False)
    enabled_at = UtcDateTimeField(null=True)
    expires_at = UtcDateTimeField(null=True)
    revoked_at = UtcDateTimeField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    orders_used_at = UtcDateTimeField(null=True)
    products_used_at = UtcDateTimeField(null=True)
    shipping_used_at = UtcDateTimeField(null=True)
    """When each permission was last needed by a call: one that is never needed can be taken away."""
    granted_by = pw.ForeignKeyField(User, null=True, on_delete="SET NULL", backref="granted_keys")
    """Who gave it its rights, at first or when they were last widened."""
    created_by = pw.ForeignKeyField(User, null=True, on_delete="SET NULL", backref="created_keys")
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "id"), False),)
        constraints = [
            pw.Check("orders_level IN ('none', 'read', 'write')"),
            pw.Check("products_level IN ('none', 'read', 'write')"),
            pw.Check("shipping_level IN ('none', 'read', 'write')"),
        ]


class ApiRequest(BaseModel):
    """One call of a key, for its log: what came, how it ended. Written in batches, kept for a week."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    api_key = pw.ForeignKeyField(ApiKey, on_delete="CASCADE")
    request_id = pw.CharField(max_length=32)
    method = pw.CharField(max_length=8)
    path = pw.CharField(max_length=500)
    query = pw.CharField(max_length=1000, default="")
    body = pw.TextField(default="")
    """The first 4,000 characters; secrets are left out before it is stored."""
    status_code = pw.IntegerField()
    code = pw.CharField(max_length=64, default="")
    """The problem's code where it was refused."""
    milliseconds = pw.IntegerField(default=0)
    address = pw.CharField(max_length=45, default="")
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "api_key", "id"), False), (("created_at",), False))


class ConformanceCheck(BaseModel):
    """A live check of the conformance page that a key's program has passed."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    api_key = pw.ForeignKeyField(ApiKey, on_delete="CASCADE")
    name = pw.CharField(max_length=40)
    detail = pw.CharField(max_length=500, default="")
    passed_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "api_key", "name"), True),)


class IdempotentRequest(BaseModel):
    """The stored answer to a POST that carried an Idempotency-Key; kept 72 hours."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    api_key = pw.ForeignKeyField(ApiKey, on_delete="CASCADE")
    key = pw.CharField(max_length=255)
    digest = pw.CharField(max_length=64)
    status_code = pw.IntegerField(null=True)
    """NULL while the first request still runs."""
    body = pw.TextField(default="")
    headers = JsonField(default=dict)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "api_key", "key"), True), (("created_at",), False))
