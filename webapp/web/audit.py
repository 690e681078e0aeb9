"""The audit log: who did what, when, and what was before and after it; for admins."""

import datetime as dt

import orjson
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.domain import date_range, row_id
from webapp.domain.difference import pairs
from webapp.models import ApiKey, Event, Membership, User, audit
from webapp.models.audit import SUBJECTS, Search
from webapp.web import access, csv_files, stocks
from webapp.web.hypermedia import PAGE, after, page, page_of, search_words
from webapp.web.languages import language
from webapp.web.sayings import said

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

blueprint.before_request(access.let_in("admin", told=lazy_gettext("The audit log is for the store's admins.")))

COLUMNS = ("time", "actor_kind", "actor", "event", "message", "subject", "subject_id", "before", "after")

SUBJECT_WORDS = {
    "order": lazy_gettext("Order"),
    "shipment": lazy_gettext("Shipment"),
    "push": lazy_gettext("Push"),
    "product": lazy_gettext("Product"),
    "supplier": lazy_gettext("Supplier"),
    "channel": lazy_gettext("Channel"),
    "carrier": lazy_gettext("Carrier"),
    "api_key": lazy_gettext("API key"),
    "webhook": lazy_gettext("Webhook"),
    "user": lazy_gettext("User"),
    "mail": lazy_gettext("Mail"),
    "batch": lazy_gettext("Background work"),
    "return": lazy_gettext("Return"),
    "routing_rule": lazy_gettext("Routing rule"),
    "waybill": lazy_gettext("Waybill"),
    "saved_filter": lazy_gettext("Saved filter"),
    "store": lazy_gettext("Store"),
}
"""What an event may be about, in the reader's words."""

PAGES = {
    "product": ("products.show", "product_id"),
    "supplier": ("suppliers.show", "supplier_id"),
    "api_key": ("api_keys.show", "key_id"),
}
"""Where what an event is about has a page for good; channels and webhooks may be gone."""

KINDS = ("user", "key", "job", "cli")


@blueprint.get("/")
def index() -> Response:
    search = _search()
    rows = page_of(audit.found(access.viewer().store_id, search, after()).limit(PAGE + 1))
    asked = {name: text for name in ("q", "who", "subject", "since", "until") if (text := request.args.get(name))}
    return page(
        "audit/index.html",
        "event_rows",
        page=rows,
        search=search,
        subjects=[(noun, SUBJECT_WORDS[noun]) for noun in SUBJECTS],
        people=_people(),
        who=request.args.get("who", ""),
        since=_day("since") or "",
        until=_day("until") or "",
        pairs=pairs,
        place_of=_place_of,
        asked=asked,
    )


def _place_of(event: Event) -> str | None:
    """Return the address of the page that an event is about; None where there is none."""
    if event.order_id:
        return url_for("orders.show", order_id=event.order_id)
    if event.subject not in PAGES or not event.subject_id:
        return None
    endpoint, name = PAGES[event.subject]
    return url_for(endpoint, **{name: event.subject_id})


@blueprint.get("/export")
def export() -> Response:
    """Every event that fits, as a CSV file that is written while it is read.

    What happened is said in the reader's language; the other columns are the same for everybody.
    """
    found, tongue = audit.all_found(access.viewer().store_id, _search()), language()
    rows = ((_cells(event, tongue) for event in events) for events in found)
    return csv_files.answer(f"audit-{stocks.clock():%Y-%m-%d}", COLUMNS, rows)


def _cells(event: Event, tongue: str) -> tuple[csv_files.Cell, ...]:
    changed = pairs(event.data)
    before = orjson.dumps({name: old for name, old, _new in changed}).decode() if changed else ""
    later = orjson.dumps({name: new for name, _old, new in changed}).decode() if changed else ""
    who = (event.actor_kind, said(event.actor_label, tongue) if event.actor_kind == "key" else event.actor_label)
    told = said(event.message, tongue)
    return (event.created_at, *who, event.kind, told, event.subject, event.subject_id, before, later)


def _search() -> Search:
    """Return what the address asks for; what makes no sense there is left out. Days are the store's."""
    subject, who = request.args.get("subject", ""), request.args.get("who", "")
    kind, _colon, number = who.partition(":")
    actor_id = row_id.read(number)
    since, until = date_range.moments((_day("since"), _day("until")), access.store().time_zone)
    return Search(
        search_words(),
        subject if subject in SUBJECTS else "",
        kind if kind in KINDS and (actor_id is not None or not number) else "",
        actor_id if kind in KINDS else None,
        since,
        until,
    )


def _day(name: str) -> dt.date | None:
    return date_range.day_of(request.args.get(name, ""), 2000, 2199)


def _people() -> list[tuple[str, str]]:
    """Return who may have done something: the store's people, its keys, and the program itself."""
    store_id = access.viewer().store_id
    members = Membership.select(Membership.user, User.name).join(User).where(Membership.store == store_id)
    keys = ApiKey.select(ApiKey.id, ApiKey.name).where(ApiKey.store == store_id)
    people = [(f"user:{row.user_id}", row.user.name) for row in members.order_by(User.name).limit(500)]
    programs = [(f"key:{row.id}", _("Key %(name)s", name=row.name)) for row in keys.order_by(ApiKey.name).limit(500)]
    return [*people, *programs, ("job", _("The worker")), ("cli", _("The command line"))]
