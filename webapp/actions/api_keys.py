"""API keys: preview, issue, enable, rotate, revoke, and let a program in."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from webapp.actions import editing, key_rights, record
from webapp.actions.key_rights import KeyDraft
from webapp.db import now, transaction
from webapp.domain import key_format, rights
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.permissions import Call, calls_of
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import ApiKey, Order, Product, Store, Supplier, Supply
from webapp.models.order_filter import OrderFilter

OVERLAPS = (
    (0, "None: the old secret ends at once"),
    (1, "1 hour"),
    (24, "24 hours"),
    (168, "7 days"),
)
"""Hours that the old secret lives on after a rotation."""


@dataclass(frozen=True)
class Preview:
    """What a key will be able to do, before it exists."""

    calls: list[Call]
    orders_seen: int
    orders_total: int
    products_seen: int
    products_total: int


@dataclass(frozen=True)
class Issued:
    """A key with its secret, which nothing can show a second time."""

    key: ApiKey
    secret_key: str


def preview(viewer: Viewer, draft: KeyDraft) -> Preview:
    """Work out what a key of this draft could call and see now."""
    key_rights.check(viewer, draft)
    seen_by = key_rights.viewer_of(viewer.store_id, draft, Actor("key", None, draft.name))
    reads_orders, reads_products = seen_by.orders >= Level.READ, seen_by.products >= Level.READ
    stocked = Supply.select(Supply.product).where(Supply.store == viewer.store_id, Supply.supplier == draft.supplier_id)
    mine = Product.select().where(Product.store == viewer.store_id)
    reach = mine if draft.supplier_id is None else mine.where(Product.id.in_(stocked))
    return Preview(
        calls_of(seen_by),
        OrderFilter().count(seen_by) if reads_orders else 0,
        Order.select().where(Order.store == viewer.store_id).count(),
        reach.count() if reads_products else 0,
        mine.count(),
    )


def issue(viewer: Viewer, draft: KeyDraft) -> Issued:
    """Create a key, disabled, and return its secret this once."""
    key_rights.check(viewer, draft)
    with transaction():
        key = ApiKey.create(
            store=viewer.store_id,
            supplier=draft.supplier_id,
            public_key=key_format.new_public(),
            secret_digest=secrets.token_hex(32),  # No secret has this digest; the real one needs the row's id.
            **draft.columns(),
            created_by=_person(viewer),
            granted_by=_person(viewer),
        )
        secret = key_format.new_secret(key.id)
        ApiKey.update(secret_digest=key_format.digest(secret)).where(ApiKey.id == key.id).execute()
        _tell(viewer, key, "api_key.issued", f"API key {key.name} created, disabled")
    return Issued(find(viewer, key.id), secret)


def edit(viewer: Viewer, key_id: int, draft: KeyDraft, seen: str = "") -> ApiKey:
    """Change what a key is called, may do and sees; it counts for tokens that are out too. The supplier stays.

    A key that gets more than it had is turned off, unless an admin gives it and the store asks for no second one.
    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    key = _live(viewer, key_id)
    editing.need_unchanged(seen, version(key))
    if draft.supplier_id != key.supplier_id:
        raise Invalid({"supplier_id": ["A key stays with its supplier: create another one instead."]})
    key_rights.check(viewer, draft, key)
    widened = key_rights.widens(key, draft)
    granted: dict[str, object] = {"granted_by": _person(viewer)} if widened else {}
    if widened and (viewer.role != "admin" or _two_people(key)):
        granted["enabled"] = False
    with transaction():
        query = ApiKey.update(**draft.columns(), updated_at=now(), **granted)
        # What counts as more depends on the row that was read, so a key that changed since isn't touched.
        if not query.where(ApiKey.id == key.id, ApiKey.updated_at == key.updated_at).execute():
            raise editing.changed_meanwhile()
        changes = draft.columns() | ({"enabled": False} if "enabled" in granted else {})
        data = record.between(key, changes)
        more = " and given more rights" if widened else ""
        _tell(viewer, key, "api_key.changed", f"API key {draft.name} changed{more}", data)
    return find(viewer, key_id)


def enable(viewer: Viewer, key_id: int) -> ApiKey:
    """Turn a key on: admins alone."""
    rights.need_admin(viewer, "can turn a key on")
    key = _live(viewer, key_id)
    if key.supplier_id is not None and key.supplier.archived_at is not None:
        raise Conflict("supplier_archived", "Its supplier is archived: restore that first.")
    if needs_another(viewer, key):
        told = "This store asks for two people: whoever gave the key its rights can't turn it on as well."
        raise Conflict("second_person", told)
    return _switch(viewer, key, True)


def needs_another(viewer: Viewer, key: ApiKey) -> bool:
    """Tell whether the store leaves turning this key on to another admin than the viewer, who gave it its rights."""
    return _two_people(key) and viewer.actor.kind == "user" and key.granted_by_id == viewer.actor.id


def disable(viewer: Viewer, key_id: int) -> ApiKey:
    """Turn a key off; its tokens are refused from the next request on."""
    rights.need_admin(viewer, "can turn a key off")
    return _switch(viewer, _live(viewer, key_id), False)


def rotate(viewer: Viewer, key_id: int, overlap_hours: int) -> Issued:
    """Give a key a new secret; the old one lives on for the overlap."""
    if overlap_hours not in dict(OVERLAPS):
        raise Invalid({"overlap": ["Choose one of the offered times."]})
    key = _live(viewer, key_id)
    secret = key_format.new_secret(key.id)
    with transaction():
        until = now() + dt.timedelta(hours=overlap_hours) if overlap_hours else None
        changed = (
            ApiKey.update(
                secret_digest=key_format.digest(secret),
                secret_version=ApiKey.secret_version + 1,
                previous_secret_digest=key.secret_digest if overlap_hours else "",
                previous_secret_until=until,
                previous_secret_used_at=None,
                updated_at=now(),
            )
            .where(ApiKey.id == key.id, ApiKey.secret_version == key.secret_version)
            .execute()
        )
        if not changed:
            raise Conflict("changed_meanwhile", "Somebody else rotated this key a moment ago.")
        _tell(viewer, key, "api_key.rotated", f"API key {key.name} rotated; overlap {overlap_hours} h")
    return Issued(find(viewer, key_id), secret)


def revoke(viewer: Viewer, key_id: int) -> None:
    """End a key for good."""
    key = _live(viewer, key_id)
    with transaction():
        ended = {"revoked_at": now(), "updated_at": now(), "enabled": False}
        ApiKey.update(previous_secret_digest="", previous_secret_until=None, **ended).where(
            ApiKey.id == key.id
        ).execute()
        _tell(viewer, key, "api_key.revoked", f"API key {key.name} revoked")


def find(viewer: Viewer, key_id: int) -> ApiKey:
    """Return a key of the store with its supplier; never for a viewer that is bound to a supplier."""
    query = ApiKey.select(ApiKey, Supplier).left_outer_join(Supplier)
    key: ApiKey | None = query.where(ApiKey.store == viewer.store_id, ApiKey.id == key_id).first()
    if key is None or viewer.supplier_id is not None:
        raise NotFound("API key")
    return key


def version(key: ApiKey) -> str:
    """Return a word that changes with every change of the key by people."""
    return str(key.updated_at.isoformat())


def _two_people(key: ApiKey) -> bool:
    asked: bool = Store.select(Store.two_person_keys).where(Store.id == key.store_id).scalar()
    return asked


def _person(viewer: Viewer) -> int | None:
    return viewer.actor.id if viewer.actor.kind == "user" else None


def _live(viewer: Viewer, key_id: int) -> ApiKey:
    key = find(viewer, key_id)
    if key.revoked_at is not None:
        raise Conflict("key_revoked", "This key was revoked, which is for good. Create another one.")
    return key


def _switch(viewer: Viewer, key: ApiKey, on: bool) -> ApiKey:
    with transaction():
        values = {"enabled": on, "updated_at": now()} | ({"enabled_at": now()} if on else {})
        lives = ApiKey.revoked_at.is_null() & (ApiKey.enabled == (not on))
        changed = ApiKey.update(**values).where(ApiKey.id == key.id, lives).execute()
        if changed:
            word = "enabled" if on else "disabled"
            _tell(viewer, key, f"api_key.{word}", f"API key {key.name} {word}", record.between(key, {"enabled": on}))
    return find(viewer, key.id)


def _tell(viewer: Viewer, key: ApiKey, kind: str, message: str, data: dict[str, Any] | None = None) -> None:
    record.event(viewer, kind, message, subject="api_key", subject_id=key.id, data=data)
