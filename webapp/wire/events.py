"""The bodies of webhook messages: a change, with the thing itself as the webhook's key may see it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import orjson

from webapp.db import now
from webapp.domain.viewer import Viewer
from webapp.domain.webhook_events import TEST, event_of
from webapp.models import Change, Product, Shipment
from webapp.models.product_search import visible_to as visible_products
from webapp.wire import orders, products, shippings
from webapp.wire.values import when

NOUNS = {"order": "order", "shipment": "shipping", "product": "product"}
"""Our words for what changed, and the wire's."""

SHOWN: dict[str, Callable[[Viewer, list[int]], list[dict[str, Any]]]] = {
    "order": orders.shown,
    "shipment": lambda viewer, ids: shippings.shown(
        viewer, list(Shipment.visible_to(viewer).where(Shipment.id.in_(ids)))
    ),
    "product": lambda viewer, ids: products.shown(viewer, list(visible_products(viewer).where(Product.id.in_(ids)))),
}
"""For each noun of the feed, how the wire shows those of these ids that are in reach."""


def change_row(change: Change) -> dict[str, Any]:
    """Return a change as the feed shows it."""
    return {
        "number": change.number,
        "subject": NOUNS[change.subject],
        "id": change.subject_id,
        "order_id": change.order_id,
        "action": change.action,
        "date": when(change.created_at),
    }


def bodies(viewer: Viewer, changes: list[Change]) -> list[tuple[str, str]]:
    """Return (event type, exact body) for each change: a fixed number of statements, however many there are.

    The thing itself is as it is now, which may be later than the change; None where the viewer no longer sees it.
    """
    things = {subject: _things(viewer, changes, subject) for subject in SHOWN}
    made = []
    for change in changes:
        event = event_of(change.subject, change.action)
        thing = things[change.subject].get(change.subject_id) if change.action == "changed" else None
        made.append((event, _body(event, change.created_at, {**change_row(change), "object": thing})))
    return made


def test_body() -> str:
    """Return the body of a test message."""
    return _body(TEST, now(), {"number": None, "message": "This is a test: nothing has changed."})


def pretty(body: str) -> str:
    """Return a message's body indented, for people to read."""
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()


def _body(event: str, moment: dt.datetime, data: dict[str, Any]) -> str:
    return orjson.dumps({"type": event, "timestamp": when(moment), "data": data}).decode()


def _things(viewer: Viewer, changes: list[Change], subject: str) -> dict[int, Any]:
    """Return id -> what the viewer sees now, of the things of one noun that have changed and are still in reach."""
    ids = {change.subject_id for change in changes if change.subject == subject and change.action == "changed"}
    return {row["id"]: row for row in SHOWN[subject](viewer, sorted(ids))} if ids else {}
