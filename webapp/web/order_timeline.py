"""What happened to one order, oldest first, as far as the viewer may see it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.domain.viewer import Viewer
from webapp.models import ApiKey, Event, Membership, Order, OrderNote


@dataclass
class Entry:
    """One thing that happened, with the name of whoever did it."""

    event: Event
    actor: str
    note: OrderNote | None = None
    """The note that was written then, unless it has been deleted since."""
    mine: bool = False
    """Whether the viewer wrote that note, and so can delete it."""


def read(viewer: Viewer, order: Order) -> list[Entry]:
    """Return the entries: a fixed number of statements."""
    query = Event.select().where(Event.store == order.store_id, Event.order == order.id).order_by(Event.id)
    hidden: set[tuple[str, int]] = set()
    if viewer.supplier_id is not None:
        query = query.where(Event.public, Event.supplier_id.is_null() | (Event.supplier_id == viewer.supplier_id))
        hidden = _others(viewer)
    notes = {note.id: note for note in OrderNote.visible_to(viewer).where(OrderNote.order == order.id)}
    entries = []
    for event in query:
        stranger = (event.actor_kind, event.actor_id) in hidden
        entry = Entry(event, _("another party") if stranger else event.actor_label)
        if event.kind == "order_note.written":
            entry.note = notes.get(event.subject_id)
            entry.mine = entry.note is not None and entry.note.author_id == viewer.actor.id
        entries.append(entry)
    return entries


def _others(viewer: Viewer) -> set[tuple[str, int]]:
    """Return the people and keys of the store's other suppliers, whose names a clerk must not learn."""
    people = Membership.select(Membership.user).where(
        Membership.store == viewer.store_id,
        Membership.supplier.is_null(False),
        Membership.supplier != viewer.supplier_id,
    )
    keys = ApiKey.select(ApiKey.id).where(
        ApiKey.store == viewer.store_id, ApiKey.supplier.is_null(False), ApiKey.supplier != viewer.supplier_id
    )
    return {("user", row.user_id) for row in people} | {("key", row.id) for row in keys}
