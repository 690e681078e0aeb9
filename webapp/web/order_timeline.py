"""What happened to one order, oldest first, as far as the viewer may see it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.domain.viewer import Viewer
from webapp.models import AllocationDecision, ApiKey, Event, Membership, Order, OrderLine, OrderNote, Push, PushAttempt
from webapp.web.sayings import said
from webapp.web.shipment_page import PushView

SORTS = {
    "channel": ("building-store", lazy_gettext("Channel")),
    "routing": ("route", lazy_gettext("Routing")),
    "shipment": ("truck-delivery", lazy_gettext("Shipment")),
    "waybill": ("printer", lazy_gettext("Waybill")),
    "push": ("send", lazy_gettext("Told to the channel")),
    "return": ("archive", lazy_gettext("Return")),
    "order_note": ("edit", lazy_gettext("Note")),
    "order": ("shopping-cart", lazy_gettext("Order")),
}
"""What a row is about -> its icon and its name."""

ABOUT = {
    **dict.fromkeys(("imported", "updated", "edited", "drifted", "sync_requested", "practice"), "channel"),
    **dict.fromkeys(("allocated", "unassigned", "assigned", "rerouted", "accepted", "rejected"), "routing"),
    **dict.fromkeys(("line_linked", "line_unlinked"), "routing"),
    "not_told": "push",
}
"""Events of the order itself that are about something nearer."""

TOLD = ("push.sent", "push.failed")
"""Events that end tries."""

NEAR = dt.timedelta(seconds=30)
"""So far apart a decision and the event of the same transaction are written at most."""

Decided = Iterable[tuple[OrderLine, Sequence[AllocationDecision]]]
"""The order's lines, each with the reasons why it went where it went."""


@dataclass
class Entry:
    """One thing that happened, with the name of whoever did it."""

    at: dt.datetime
    actor: str
    sort: str
    message: str = ""
    note: OrderNote | None = None
    """The note that was written then, unless it has been deleted since."""
    mine: bool = False
    """Whether the viewer wrote that note, and so can delete it."""
    why: list[OrderLine] = field(default_factory=list)
    """The lines whose routing it tells."""
    push: Push | None = None
    """What was tried, where the viewer sees no event that tells how it ended."""
    tries: list[PushAttempt] = field(default_factory=list)
    raw: bool = False
    """Whether the viewer may read what was said to the channel."""


def read(viewer: Viewer, order: Order, pushes: Iterable[PushView], decided: Decided) -> list[Entry]:
    """Return the entries, in a fixed number of statements; `pushes` and `decided` are what the viewer may see."""
    query = Event.select().where(Event.store == order.store_id, Event.order == order.id).order_by(Event.id)
    hidden: set[tuple[str, int]] = set()
    if viewer.supplier_id is not None:
        query = query.where(Event.public, Event.supplier_id.is_null() | (Event.supplier_id == viewer.supplier_id))
        hidden = _others(viewer)
    notes = {note.id: note for note in OrderNote.visible_to(viewer).where(OrderNote.order == order.id)}
    tries, decided, entries = {view.push.id: list(view.tries) for view in pushes}, list(decided), []
    for event in query:
        stranger = (event.actor_kind, event.actor_id) in hidden
        named = said(event.actor_label) if event.actor_kind == "key" else event.actor_label
        actor = _("another party") if stranger else named
        entry = Entry(event.created_at, actor, _sort(event), event.message, raw=viewer.supplier_id is None)
        if event.kind == "order_note.written":
            entry.note = notes.get(event.subject_id)
            entry.mine = entry.note is not None and entry.note.author_id == viewer.actor.id
        elif event.kind in TOLD:
            entry.tries = _until(tries.get(event.subject_id, []), event.created_at)
        elif event.kind in ("order.allocated", "order.unassigned"):
            entry.why = [line for line, rows in decided if any(_tells(event, row) for row in rows)]
        entries.append(entry)
    for view in pushes:
        if left := tries[view.push.id]:
            _insert(entries, Entry(left[-1].created_at, "", "push", push=view.push, tries=left, raw=view.may_drop))
    return entries


def _sort(event: Event) -> str:
    """Return what the event is about, one of `SORTS`."""
    noun, _dot, verb = event.kind.partition(".")
    return ABOUT.get(verb, noun) if noun == "order" else noun if noun in SORTS else "order"


def _until(tries: list[PushAttempt], moment: dt.datetime) -> list[PushAttempt]:
    """Take the tries until that moment out of the list, and return them."""
    taken = [row for row in tries if row.created_at <= moment]
    tries[:] = tries[len(taken) :]
    return taken


def _tells(event: Event, decision: AllocationDecision) -> bool:
    """Tell whether it is the event of this decision."""
    if abs(decision.created_at - event.created_at) > NEAR:
        return False
    if event.kind == "order.unassigned":
        return bool(decision.detail.get("unassigned"))
    return any(choice["supplier_id"] == event.supplier_id for choice in decision.detail.get("chosen", []))


def _insert(entries: list[Entry], entry: Entry) -> None:
    """Put an entry among the others by its time; those keep the order in which they were written."""
    place = next((place for place, other in enumerate(entries) if other.at > entry.at), len(entries))
    entries.insert(place, entry)


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
