"""The life of an order's hold, each move inside its caller's transaction and under the lock of the order."""

import datetime as dt

from webapp.db import now
from webapp.domain import order_status
from webapp.domain.viewer import Viewer
from webapp.models import Hold, Order


def open_of(order: Order) -> Hold | None:
    """Return the hold that the order waits for; None where it waits for none, or only its channel holds it."""
    hold: Hold | None = Hold.select().where(_open(order)).first()
    return hold


def begin(viewer: Viewer, order: Order, before: str, reason: str, until: dt.datetime | None) -> None:
    """Note why the order waits, and what it goes back to."""
    Hold.insert(
        store=order.store_id,
        order=order.id,
        reason=reason,
        until=until,
        status_before=before,
        placed_by=viewer.actor.label,
        created_at=now(),
    ).execute()


def end(order: Order, by: str = "") -> None:
    """Note that the order waits no longer; nothing happens where it didn't."""
    Hold.update(released_at=now(), released_by=by).where(_open(order)).execute()


def follow(order: Order, said: str) -> None:
    """Let the order go back to what its channel says meanwhile, such as that it is paid."""
    hold = open_of(order)
    if hold is None or not hold.status_before:
        return
    after = order_status.merge(hold.status_before, said)
    if after in order_status.RESUMED and after != hold.status_before:
        Hold.update(status_before=after).where(Hold.id == hold.id).execute()


def _open(order: Order) -> object:
    return (Hold.store == order.store_id) & (Hold.order == order.id) & Hold.released_at.is_null()
