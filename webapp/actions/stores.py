"""The first store of an installation with its admin, what a store tells of itself, and what it asks for."""

import zoneinfo
from dataclasses import asdict, dataclass, field
from typing import Any

from babel.numbers import list_currencies

from webapp.actions import due, editing, record, users
from webapp.db import db, is_postgresql, transaction
from webapp.domain import rights
from webapp.domain.difference import difference
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.viewer import Viewer, system
from webapp.models import Event, Membership, Order, Store, User

DAYS = "1234567"
"""The days of a week by ISO number."""

STEPS_BACK = 20
"""Changes that are looked through for those since somebody opened the form."""


@dataclass(frozen=True)
class StoreDraft:
    name: str
    currency: str
    time_zone: str
    address: dict[str, str] = field(default_factory=dict)
    """`street postcode city state country`; what is empty isn't kept."""
    working_days: str = "12345"
    notification_mail: str = ""


def create_first(name: str, currency: str, time_zone: str, admin_name: str, email: str, password: str) -> User:
    """Create the store and its admin while there is none; Conflict `already_set_up` for good afterwards."""
    errors = _objections(StoreDraft(name, currency, time_zone))
    if not admin_name.strip():
        errors["admin_name"] = ["Give your name."]
    if errors:
        raise Invalid(errors)
    users.check_password(password)
    with transaction():
        if is_postgresql():
            # Two first visitors at once: the second waits here, and then finds the store of the first.
            db.execute_sql("LOCK TABLE store IN EXCLUSIVE MODE")
        if Store.select().exists():
            raise Conflict("already_set_up", "This installation has its store already. Log in instead.")
        store = Store.create(name=name.strip(), currency=currency, time_zone=time_zone)
        user = users.insert(admin_name, email, password)
        Membership.create(store=store, user=user, role="admin")
        record.event(system(store.id, "Set-up"), "store.created", f"Store {store.name} set up", subject="store")
    return user


def update(viewer: Viewer, draft: StoreDraft, seen: str) -> None:
    """Change what the store tells of itself; `seen` is the `version` that the admin looked at.

    With another time zone, orders should leave by, and wait until, the same days as before, of the new clock.

    Conflict `changed_meanwhile` where somebody else was faster, which names who changed what.
    """
    rights.need_admin(viewer, "changes the store")
    store = Store.get_by_id(viewer.store_id)
    before, after = facts(store), _tidied(draft)
    if seen != version(store):
        raise Conflict(editing.CODE, changed_since(viewer, seen))
    errors = _objections(draft)
    if after["currency"] != before["currency"] and has_orders(viewer.store_id):
        told = f"There are orders in {before['currency']} already, so the store keeps its currency."
        errors["currency"] = [told]
    if errors:
        raise Invalid(errors)
    if after == before:
        return
    with transaction():
        if after["time_zone"] != before["time_zone"]:  # First: whoever changes an order takes the store's row last.
            due.keep_days(viewer.store_id, before["time_zone"], after["time_zone"])
        as_seen = [getattr(Store, name) == value for name, value in before.items()]
        if not Store.update(**after).where(Store.id == viewer.store_id, *as_seen).execute():
            raise editing.changed_meanwhile()
        data: dict[str, Any] = {**difference(before, after), "version": editing.version(**after)}
        told = f"Store changed: {', '.join(_words(name) for name in data['after'])}"
        record.event(viewer, "store.changed", told, subject="store", subject_id=viewer.store_id, data=data)


def facts(store: Store) -> dict[str, Any]:
    """Return what the store tells of itself, by column."""
    return {name: getattr(store, name) for name in asdict(StoreDraft("", "", ""))}


def version(store: Store) -> str:
    """Return a word that changes with what the store tells of itself."""
    return editing.version(**facts(store))


def has_orders(store_id: int) -> bool:
    """Tell whether the store ever had an order: its amounts are in the store's currency."""
    return bool(Order.select(Order.id).where(Order.store == store_id).exists())


def changed_since(viewer: Viewer, seen: str) -> str:
    """Return who changed what since the version `seen`, as sentences."""
    mine = (Event.store == viewer.store_id) & (Event.subject == "store") & (Event.kind == "store.changed")
    told: list[str] = []
    for event in Event.select().where(mine).order_by(Event.id.desc()).limit(STEPS_BACK):
        if event.data.get("version") == seen:
            break
        told.insert(0, f"{event.actor_label} changed {_names(event.data)}.")
    return " ".join(told[-3:]) or editing.TOLD


def ask_two_people(viewer: Viewer, wanted: bool) -> None:
    """Set whether whoever gives an API key its rights must leave turning it on to another admin; admins alone."""
    rights.need_admin(viewer, "sets how keys are turned on")
    with transaction():
        changed = Store.update(two_person_keys=wanted).where(
            Store.id == viewer.store_id, Store.two_person_keys == (not wanted)
        )
        if changed.execute():
            told = "Two people are needed to turn an API key on" if wanted else "One admin is enough to turn a key on"
            data = difference({"two_person_keys": not wanted}, {"two_person_keys": wanted})
            kind, row = "store.two_person_keys", viewer.store_id
            record.event(viewer, kind, told, subject="store", subject_id=row, data=data)


def _names(data: dict[str, Any]) -> str:
    """Return what an event changed, with the values."""
    before, after = data.get("before", {}), data.get("after", {})
    changed = [f"{_words(name)} from “{before.get(name) or ''}” to “{after[name] or ''}”" for name in after]
    return ", ".join(changed)[:400]


def _words(name: str) -> str:
    return name.rpartition(".")[2].replace("_", " ")


def _tidied(draft: StoreDraft) -> dict[str, Any]:
    values = asdict(draft) | {"name": draft.name.strip(), "notification_mail": draft.notification_mail.strip()}
    return values | {"address": {name: text.strip() for name, text in draft.address.items() if text.strip()}}


def _objections(draft: StoreDraft) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not draft.name.strip():
        errors["name"] = ["Give your store a name."]
    if draft.currency not in list_currencies():
        errors["currency"] = ["Give a currency by its three letters, for example EUR."]
    if draft.time_zone not in zoneinfo.available_timezones():
        errors["time_zone"] = ["Give a time zone by its name, for example Europe/Rome."]
    if not draft.working_days or set(draft.working_days) - set(DAYS):
        errors["working_days"] = ["Tick at least one day on which goods leave."]
    return errors
