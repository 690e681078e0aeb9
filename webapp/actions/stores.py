"""The first store of an installation with its admin, and what a store asks for."""

import zoneinfo

from babel.numbers import list_currencies

from webapp.actions import record, users
from webapp.db import db, is_postgresql, transaction
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.viewer import Viewer, system
from webapp.models import Membership, Store, User


def create_first(name: str, currency: str, time_zone: str, admin_name: str, email: str, password: str) -> User:
    """Create the store and its admin while there is none; Conflict `already_set_up` for good afterwards."""
    _check(name, currency, time_zone, admin_name)
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


def ask_two_people(viewer: Viewer, wanted: bool) -> None:
    """Set whether whoever gives an API key its rights must leave turning it on to another admin; admins alone."""
    if viewer.role not in ("admin", "system"):
        raise Forbidden("admins_only", "Only an admin sets how keys are turned on.")
    with transaction():
        changed = Store.update(two_person_keys=wanted).where(
            Store.id == viewer.store_id, Store.two_person_keys == (not wanted)
        )
        if changed.execute():
            told = "Two people are needed to turn an API key on" if wanted else "One admin is enough to turn a key on"
            record.event(viewer, "store.two_person_keys", told, subject="store", subject_id=viewer.store_id)


def _check(name: str, currency: str, time_zone: str, admin_name: str) -> None:
    if not name.strip():
        raise Invalid({"name": ["Give your store a name."]})
    if not admin_name.strip():
        raise Invalid({"admin_name": ["Give your name."]})
    if currency not in list_currencies():
        raise Invalid({"currency": ["Give a currency by its three letters, for example EUR."]})
    if time_zone not in zoneinfo.available_timezones():
        raise Invalid({"time_zone": ["Give a time zone by its name, for example Europe/Rome."]})
