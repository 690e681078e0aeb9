"""Let orders wait for a reason, until a day or until somebody releases them."""

import datetime as dt

import peewee as pw
import structlog

from webapp.actions import hold_state, order_parts, order_state, orders, record
from webapp.db import now, transaction
from webapp.domain import order_status, rights
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Viewer, system
from webapp.models import Hold, Order

log = structlog.get_logger()


def hold(viewer: Viewer, order_id: int, reason: str, until: dt.datetime | None = None) -> Order:
    """Put the order on hold; one that waits already gets this reason and end. Safe to repeat.

    Nothing of it can be packed or shipped meanwhile, and its stock stays reserved. With `until` the worker releases
    it then. Raises Conflict `illegal_move` where the order has left or is canceled, `in_the_past`
    for an end that has passed.
    """
    _need_whole_store(viewer)
    if until is not None and until <= now():
        raise Conflict("in_the_past", "Choose a later day: the order would go on at once.")
    reason = " ".join(reason.split())[:500]
    with transaction():
        order = order_parts.locked(viewer, order_id)
        if order.status != "on_hold":
            orders.move_by_hand(viewer, order, "on_hold", reason, until)
        else:
            _change(viewer, order, reason, until)
    return order


def release(viewer: Viewer, order_id: int) -> Order:
    """Let the order go on where it was, or where its channel has brought it meanwhile. Safe to repeat."""
    _need_whole_store(viewer)
    with transaction():
        order = order_parts.locked(viewer, order_id)
        if order.status == "on_hold":
            waited = hold_state.open_of(order)
            after = order_status.after_hold(waited.status_before if waited else "")
            orders.carry_out(viewer, order, after, ": released")
    return order


def release_due(moment: dt.datetime) -> int:
    """Release what waited until now; return how many orders. Each is a transaction of its own."""
    due = Hold.select(Hold.id, Hold.store, Hold.order).where(Hold.released_at.is_null(), Hold.until <= moment)
    count = 0
    for hold_id, store_id, order_id in list(due.order_by(Hold.until).limit(500).tuples()):
        try:
            count += _release_due(hold_id, store_id, order_id, moment)
        except (pw.OperationalError, pw.InterfaceError):
            raise
        except Exception:  # One odd order must not keep the others waiting.
            log.exception("hold.release_failed", order=order_id)
    return count


def _release_due(hold_id: int, store_id: int, order_id: int, moment: dt.datetime) -> bool:
    """Release one order, unless somebody released or prolonged it a moment ago."""
    with transaction():
        order = order_parts.locked(system(store_id, "Hold"), order_id)
        waits = (Hold.id == hold_id) & Hold.released_at.is_null() & (Hold.until <= moment)
        if not Hold.select().where(waits).exists():
            return False
        release(system(store_id, "Hold"), order.id)
    return True


def _change(viewer: Viewer, order: Order, reason: str, until: dt.datetime | None) -> None:
    known = hold_state.open_of(order)
    if known is None:
        hold_state.begin(viewer, order, "", reason, until)
    elif (known.reason, known.until) == (reason, until):
        return
    else:
        Hold.update(reason=reason, until=until).where(Hold.id == known.id, Hold.released_at.is_null()).execute()
    told = f"Stays on hold{orders.why_held(order, reason, until)}"
    about = {"subject": "order", "subject_id": order.id, "order_id": order.id}
    record.event(viewer, "order.hold_changed", told, public=True, **about)
    order_state.changed(order)


def _need_whole_store(viewer: Viewer) -> None:
    order_parts.need_write(viewer)
    rights.need_whole_store(viewer, "can hold and release orders")
