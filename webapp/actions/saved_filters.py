"""Keep filters of the list of orders under a name, for oneself or for everybody who sees the same orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee as pw

from webapp.actions import editing, record
from webapp.db import transaction
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Membership, SavedFilter

MOST = 20
"""So many filters fit above a list; each user may save as many."""

LONGEST_NAME = 60


def save(viewer: Viewer, name: str, query: str, *, shared: bool = False) -> SavedFilter:
    """Save filters under a name that is new to the user; Invalid otherwise, Conflict where there are too many."""
    if viewer.actor.kind != "user":
        raise Forbidden("no_user", "Only a person can save filters.")
    name = _checked(name)
    if not query:
        raise Invalid({"query": ["Set at least one filter first: this is the whole list."]})
    if len(query) > SavedFilter.query.max_length:
        raise Invalid({"query": ["These filters are too long to be saved."]})
    mine = SavedFilter.select().where(SavedFilter.store == viewer.store_id, SavedFilter.user == viewer.actor.id)
    with transaction():
        if mine.count() >= MOST:
            raise Conflict("too_many", f"You have {MOST} saved filters, and no more fit. Delete one first.")
        values = {"store": viewer.store_id, "user": viewer.actor.id, "supplier": viewer.supplier_id, "query": query}
        with _unique(name):
            made: SavedFilter = SavedFilter.create(**values, **_named(name), shared=shared)
        if shared:
            _tell(viewer, made.id, f"Filter {name} shared")
    return made


def change(viewer: Viewer, filter_id: int, name: str, *, shared: bool, seen: str = "") -> SavedFilter:
    """Rename a filter, share it or keep it to oneself again.

    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    known, name = find(viewer, filter_id), _checked(name)
    with transaction():
        known = editing.held(known)
        editing.need_unchanged(seen, version(known))
        with _unique(name):
            SavedFilter.update(**_named(name), shared=shared).where(SavedFilter.id == known.id).execute()
        if shared != known.shared:
            _tell(viewer, known.id, f"Filter {name} {'shared' if shared else 'no longer shared'}")
    changed: SavedFilter = SavedFilter.get_by_id(known.id)  # By now perhaps its owner's alone.
    return changed


def delete(viewer: Viewer, filter_id: int) -> None:
    """Delete a filter. Safe to repeat only in so far as the second time it isn't found."""
    known = find(viewer, filter_id)
    with transaction():
        SavedFilter.delete().where(SavedFilter.id == known.id).execute()
        if known.shared:
            _tell(viewer, known.id, f"Shared filter {known.name} deleted")


def find(viewer: Viewer, filter_id: int) -> SavedFilter:
    """Return a filter that the viewer may change: its own, or for admins a shared one; NotFound otherwise."""
    query = SavedFilter.visible_to(viewer).where(SavedFilter.id == filter_id)
    if viewer.role != "admin":
        query = query.where(SavedFilter.user == viewer.actor.id)
    found: SavedFilter | None = query.first()
    if found is None:
        raise NotFound("filter")
    return found


def version(known: SavedFilter) -> str:
    """Return a word that changes with the name and with who sees it."""
    return editing.version(name=known.name, shared=known.shared)


def choose_columns(viewer: Viewer, names: list[str] | None) -> None:
    """Keep which columns the user wants to see in the list of orders; None for the usual ones."""
    mine = (Membership.store == viewer.store_id) & (Membership.user == viewer.actor.id)
    with transaction():
        Membership.update(order_columns=names).where(mine).execute()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid({"name": [f"Give the filter a name of at most {LONGEST_NAME} characters."]})
    return name


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "name_key": name.casefold()[:120]}


@contextmanager
def _unique(name: str) -> Iterator[None]:
    try:
        with transaction():
            yield
    except pw.IntegrityError:
        raise Invalid({"name": [f"You have a filter called {name} already."]}) from None


def _tell(viewer: Viewer, filter_id: int, message: str) -> None:
    record.event(viewer, "saved_filter.changed", message, subject="saved_filter", subject_id=filter_id)
