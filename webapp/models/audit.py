"""The events of a store as its admins search them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import peewee as pw

from webapp.models.event import Event

SUBJECTS = (
    *(
        "order",
        "shipment",
        "push",
        "product",
        "supplier",
        "channel",
        "carrier",
        "api_key",
        "webhook",
        "user",
        "mail",
        "batch",
        "return",
        "routing_rule",
        "waybill",
        "saved_filter",
    ),
    "store",
)

SLACK = dt.timedelta(minutes=10)
"""How far ids and times of events may be out of step: a long transaction keeps its first moment."""

BATCH = 500


@dataclass(frozen=True)
class Search:
    """What is asked for; what is empty doesn't narrow it."""

    words: str = ""
    subject: str = ""
    actor_kind: str = ""
    actor_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    """The moment before which it was."""


def found(store_id: int, search: Search, before_id: int | None = None) -> pw.ModelSelect:
    """Select the store's events that fit, the newest first; those before an id where one is given."""
    where = Event.store == store_id
    if search.subject:
        where &= Event.subject == search.subject
    if search.actor_kind:
        where &= Event.actor_kind == search.actor_kind
    if search.actor_id is not None:
        where &= Event.actor_id == search.actor_id
    if search.words:
        where &= Event.message.contains(search.words) | Event.actor_label.contains(search.words)
    if search.since is not None:
        where &= (Event.created_at >= search.since) & (Event.id >= first_id(search.since - SLACK))
    if search.until is not None:
        where &= (Event.created_at < search.until) & (Event.id <= first_id(search.until + SLACK))
    if before_id is not None:
        where &= Event.id < before_id
    return Event.select().where(where).order_by(Event.id.desc())


def all_found(store_id: int, search: Search) -> Iterator[list[Event]]:
    """Give all events that fit, the newest first, BATCH at a time."""
    before: int | None = None
    while rows := list(found(store_id, search, before).limit(BATCH)):
        yield rows
        before = rows[-1].id


def first_id(moment: dt.datetime) -> int:
    """Return the id at which the events since a moment begin, by halving: ids grow with time, so no index is needed."""
    low, high = 0, (Event.select(pw.fn.MAX(Event.id)).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = Event.select(Event.id, Event.created_at).where(Event.id >= middle).order_by(Event.id).first()
        if row is None or row.created_at >= moment:
            high = middle
        else:
            low = row.id + 1
    return low
