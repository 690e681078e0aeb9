"""Carriers: the usual couriers as the store has changed them, and those that it has added."""

from dataclasses import dataclass

import peewee as pw

from webapp.actions import editing, record
from webapp.db import now, transaction
from webapp.domain import tracking
from webapp.domain.errors import Forbidden, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Carrier
from webapp.models.prepared import prepared, slot

LONGEST_NAME = 80


@dataclass(frozen=True)
class Known:
    """A courier in a store."""

    key: str
    """The folded name: unique in the store, and what its address on the site is made of."""
    name: str
    tracking_pattern: str
    changed: bool
    """Whether the store has added or changed it."""
    archived: bool = False


def all_of(store_id: int) -> list[Known]:
    """Return the store's couriers by name, archived ones included."""
    found = {tracking.key(name): Known(tracking.key(name), name, url, False) for name, url in tracking.PATTERNS.items()}
    for row in Carrier.select().where(Carrier.store == store_id):
        archived = row.archived_at is not None
        found[row.name_key] = Known(row.name_key, row.name, row.tracking_pattern, True, archived)
    return [found[key] for key in sorted(found)]


def in_use(store_id: int) -> list[Known]:
    """Return the couriers that the store works with, by name."""
    return [carrier for carrier in all_of(store_id) if not carrier.archived]


def names(store_id: int) -> tuple[str, ...]:
    """Return the names to suggest where a courier is typed."""
    return tuple(carrier.name for carrier in in_use(store_id))


def url_for(store_id: int, carrier: str, code: str) -> str:
    """Return the page that follows this parcel; empty without a code or for a courier whose page isn't known."""
    if not carrier.strip() or not code.strip():
        return ""
    key = tracking.key(carrier)
    for pattern, archived_at in _changed().rows(store=store_id, key=key):
        return "" if archived_at else tracking.url(pattern, code) or ""
    return tracking.url_for(carrier, code) or ""


@prepared
def _changed() -> pw.Query:
    mine = (Carrier.store == slot("store")) & (Carrier.name_key == slot("key"))
    return Carrier.select(Carrier.tracking_pattern, Carrier.archived_at).where(mine)


def find(viewer: Viewer, key: str) -> Known:
    """Return a courier of the store, archived ones included; raise NotFound where there is none."""
    for carrier in all_of(viewer.store_id):
        if carrier.key == key:
            return carrier
    raise NotFound("carrier")


def add(viewer: Viewer, name: str, pattern: str) -> Known:
    """Add a courier; Invalid where a value can't be taken or the name is there already."""
    _check(viewer, name, pattern)
    name, key = " ".join(name.split()), tracking.key(name)
    taken = {carrier.key: carrier for carrier in all_of(viewer.store_id)}.get(key)
    if taken is not None:
        archived = f"The archived carrier {taken.name} has this name: restore it, or choose another."
        raise Invalid({"name": [archived if taken.archived else f"{taken.name} is there already: change that one."]})
    try:
        with transaction():
            Carrier.create(store=viewer.store_id, name=name, name_key=key, tracking_pattern=pattern)
            _tell(viewer, "carrier.added", f"Carrier {name} added")
    except pw.IntegrityError:
        raise Invalid({"name": [f"{name} is there already: change that one."]}) from None
    return find(viewer, key)


def change(viewer: Viewer, key: str, pattern: str, seen: str = "") -> Known:
    """Change a courier's tracking page. Shipments keep the address that they have until they are changed.

    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    carrier = find(viewer, key)
    _check(viewer, carrier.name, pattern)
    editing.need_unchanged(seen, version(carrier))
    if pattern != carrier.tracking_pattern:
        with transaction():
            _keep(viewer, carrier, tracking_pattern=pattern)
            _tell(viewer, "carrier.changed", f"Tracking page of {carrier.name} changed")
    return find(viewer, key)


def version(carrier: Known) -> str:
    """Return a word that changes with the tracking page."""
    return editing.version(tracking_pattern=carrier.tracking_pattern)


def archive(viewer: Viewer, key: str) -> None:
    """Take a courier out of the lists; shipments that name it stay as they are. Safe to repeat."""
    _switch(viewer, key, archived=True)


def restore(viewer: Viewer, key: str) -> None:
    """Take an archived courier into use again. Safe to repeat."""
    _switch(viewer, key, archived=False)


def _switch(viewer: Viewer, key: str, *, archived: bool) -> None:
    carrier = find(viewer, key)
    _check(viewer, carrier.name, carrier.tracking_pattern)
    if carrier.archived != archived:
        word = "archived" if archived else "restored"
        with transaction():
            _keep(viewer, carrier, archived_at=now() if archived else None)
            _tell(viewer, f"carrier.{word}", f"Carrier {carrier.name} {word}")


def _keep(viewer: Viewer, carrier: Known, **values: object) -> None:
    """Write the store's row of a courier as it was read; of a usual one it has none until the first change."""
    mine = (Carrier.store == viewer.store_id, Carrier.name_key == carrier.key)
    as_read = Carrier.tracking_pattern == carrier.tracking_pattern
    if Carrier.update(**values, updated_at=now()).where(*mine, as_read).execute():
        return
    facts = {"name": carrier.name, "name_key": carrier.key, "tracking_pattern": carrier.tracking_pattern, **values}
    try:
        with transaction():
            Carrier.create(store=viewer.store_id, **facts)
    except pw.IntegrityError:
        raise editing.changed_meanwhile() from None


def _check(viewer: Viewer, name: str, pattern: str) -> None:
    if viewer.role not in ("admin", "merchant", "system"):
        raise Forbidden("scope_missing", "Carriers are managed by the store's merchants and admins.")
    errors: dict[str, list[str]] = {}
    if not any(sign.isalnum() for sign in name) or len(" ".join(name.split())) > LONGEST_NAME:
        errors["name"] = [f"Give the carrier a name of at most {LONGEST_NAME} characters."]
    elif "/" in name or "\\" in name:
        errors["name"] = ["A carrier's name holds no slash."]
    wrong = tracking.fault(pattern)
    if wrong or len(pattern) > tracking.LONGEST:
        errors["tracking_pattern"] = [wrong or f"At most {tracking.LONGEST} characters."]
    if errors:
        raise Invalid(errors)


def _tell(viewer: Viewer, kind: str, message: str) -> None:
    record.event(viewer, kind, message, subject="carrier")
