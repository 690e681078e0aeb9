"""People who log in, and their role in each store."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.prepared import prepared, slot
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class User(BaseModel):
    """One person, who may belong to several stores. The only table without a store of its own."""

    email = pw.CharField(max_length=254, unique=True)
    name = pw.CharField(max_length=120)
    password = pw.CharField(max_length=255)
    active = pw.BooleanField(default=True)
    fs_uniquifier = pw.CharField(max_length=64, unique=True)
    """Changes with the password and on disabling, which ends every session of the user at once."""
    language = pw.CharField(max_length=8, default="")
    """`en` or `it`; empty for what the browser asks for."""
    reset_digest = pw.CharField(max_length=64, default="")
    """SHA-256 of the token in the last link to choose a new password; empty where none is open."""
    reset_until = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "user_account"  # "user" is a reserved word in PostgreSQL.

    @classmethod
    def of_session(cls, uniquifier: str) -> "User | None":
        """Return whom a session names; None for one who was disabled or whose password changed meanwhile."""
        return next(iter(_of_session().models(cls, uniquifier=uniquifier)), None)


@prepared
def _of_session() -> pw.Query:
    return User.select().where(User.fs_uniquifier == slot("uniquifier"), User.active)


class Membership(BaseModel):
    """A user's role in a store: admin, merchant, or clerk of one supplier."""

    store = pw.ForeignKeyField(Store, backref="memberships", on_delete="CASCADE", index=False)
    user = pw.ForeignKeyField(User, backref="memberships", on_delete="CASCADE")
    role = pw.CharField(max_length=16)
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    active = pw.BooleanField(default=True)
    order_columns = JsonField(null=True)
    """The columns that the user wants to see in the list of orders; NULL for the usual ones."""
    notices = JsonField(default=list)
    """What the user wants by mail from this store: words of `webapp.domain.notices`."""
    told_through = UtcDateTimeField(null=True)
    """When the last open question was found (`Told.found_at`) that the user was mailed."""
    pauses_told_through = UtcDateTimeField(null=True)
    """The same for paused webhooks, which are told at once."""
    told_at = UtcDateTimeField(null=True)
    """When the last mail about open questions was written."""
    digest_on = pw.CharField(max_length=10, default="")
    """The day, by the store's clock, of the last daily summary."""
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "user"), True),)
        constraints = [
            pw.Check("role IN ('admin', 'merchant', 'clerk')"),
            pw.Check("(role = 'clerk') = (supplier_id IS NOT NULL)"),
        ]

    @classmethod
    def of(cls, user_id: int) -> list[Any]:
        """Return the user's active memberships with their stores, oldest first: one statement."""
        return _of_user().models(cls, user=user_id)


@prepared
def _of_user() -> pw.Query:
    mine = (Membership.user == slot("user")) & Membership.active
    return Membership.select(Membership, Store).join(Store).where(mine).order_by(Membership.id)


User.add_index(User.index(User.reset_digest, name="user_account_reset", where=User.reset_digest != ""))
