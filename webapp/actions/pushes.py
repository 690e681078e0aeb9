"""The outbox to the channels: leave a push, record how a try went, help one by hand."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import peewee as pw

from webapp.actions import order_task_state, record
from webapp.db import locking, now, transaction
from webapp.domain import rights
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.domain.viewer import Level, Viewer, system
from webapp.models import Channel, Order, Push, PushAttempt, Shipment, bulk
from webapp.models.prepared import prepared, slot

TOLD = {
    "found": "The channel already had it",
    "left_out": "Not told to the channel: it is told with another parcel",
    "by_hand": "Not told to the channel: a person told it of this shipment, and tells it of this too",
    "uncorrected": "Not told to the channel: {detail}",
}
"""What the timeline says of a push that ended without a call that changed something."""

WORDS = {"tracking": "Corrected tracking"}
"""What a push tells, where that isn't the word of its kind."""


def leave(order: Order, kind: str, *, shipment_id: int | None = None, payload: dict[str, Any] | None = None) -> None:
    """Leave a row for the order's channel, inside the transaction that caused it.

    Nothing is left where the order came from none, or from one that has been disconnected since or has no address.
    """
    if not hears(order):
        return
    moment = now()
    row = {"store": order.store_id, "channel": order.channel_id, "order": order.id, "shipment": shipment_id}
    told = {"kind": kind, "payload": payload or {}, "next_try_at": moment, "created_at": moment}
    bulk.insert(Push, [row | told])


def retry_now(viewer: Viewer, push_id: int) -> None:
    """Let the worker try this push at once, also one that had been given up, and wake its channel. Safe to repeat."""
    with transaction():
        push = _find(viewer, push_id)
        live = (Channel.id == push.channel_id) & Channel.archived_at.is_null()
        if not Channel.update(rest_until=None).where(live).execute():
            raise Conflict("channel_disconnected", "The channel is disconnected, so nothing can be told to it.")
        changed = (
            Push.update(status="waiting", next_try_at=now(), attempts=0, reason="")
            .where(Push.id == push.id, Push.status.in_(("waiting", "failed", "dropped")))
            .execute()
        )
        if not changed:
            raise Conflict("not_waiting", "This push is being sent right now, or has been sent already.")
        _tell(viewer, push, "push.retried", "Push to the channel: retry asked for")


def tell_again(viewer: Viewer, order_id: int) -> int:
    """Tell the channel of all that has left of an order once more; return how many shipments.

    The connector looks before it writes, so what the channel still has stays as it is. Refused while something of the
    order is on its way to the channel.
    """
    rights.need_whole_store(viewer, "can tell the channel again")
    with transaction():
        order: Order | None = Order.visible_to(viewer).where(Order.id == order_id).first()
        if order is None:
            raise NotFound("order")
        if order.channel_id is None or not _is_connected(order.store_id, order.channel_id):
            raise Conflict("channel_disconnected", "The order's channel is disconnected, so nothing can be told to it.")
        mine = (Push.store == order.store_id) & (Push.order == order.id)
        if Push.select().where(mine, Push.status.in_(("waiting", "sending", "failed"))).exists():
            raise Conflict(
                "pushes_waiting", "Something is on its way to the channel, or has failed: see to that first."
            )
        gone = Shipment.select().where(Shipment.store == order.store_id, Shipment.order == order.id)
        left = list(gone.where(Shipment.status.in_(("shipped", "delivered"))).order_by(Shipment.id))
        if not left:
            raise Conflict("nothing_shipped", "Nothing of this order has left from here, so there is nothing to tell.")
        for shipment in left:
            leave(order, "shipment", shipment_id=shipment.id)
        for shipment in [shipment for shipment in left if shipment.status == "delivered"]:
            leave(order, "delivery", shipment_id=shipment.id)
        order_task_state.close(order, "not_told", viewer.actor.label)
        told = "The channel is told again of what has left"
        record.event(viewer, "push.repeated", told, subject="order", subject_id=order.id, order_id=order.id)
    return len(left)


def drop(viewer: Viewer, push_id: int, why: str = "") -> None:
    """Give a push up for good: the channel won't be told of it."""
    rights.need_whole_store(viewer, "can give a push up")
    with transaction():
        push = _find(viewer, push_id)
        if not _settle(push, status="dropped"):
            raise Conflict("not_waiting", "Only a push that waits or has failed can be given up.")
        _tell(viewer, push, "push.dropped", f"Push to the channel given up{_because(why)}", why)


def done_elsewhere(viewer: Viewer, push_id: int, why: str, remote_id: str = "") -> None:
    """Settle a push that a person has told the channel by other means, or whose place something else there has taken.

    `remote_id` is what the channel calls the shipment, where that is known: a later delivery or correction goes to it.
    After a conflict it is what stands on the channel.
    """
    rights.need_whole_store(viewer, "can mark a push as done")
    with transaction():
        push = _find(viewer, push_id)
        known = {"remote_id": _storable(remote_id.strip(), 200)} if remote_id.strip() else {}
        if not _settle(push, status="sent", sent_at=now(), last_error="", **known):
            raise Conflict("not_waiting", "Only a push that waits or has failed can be marked as done.")
        _try(push, "elsewhere", why, 0, ())
        _tell(viewer, push, "push.done_elsewhere", f"Push to the channel marked as done elsewhere{_because(why)}", why)


def overwrite(viewer: Viewer, push_id: int) -> None:
    """Let what the channel shows in the way of a push be overwritten by what the push tells, at once."""
    rights.need_whole_store(viewer, "can decide that")
    with transaction():
        push = _find(viewer, push_id)
        conflict = (Push.status == "failed") & (Push.reason == "conflict") & (Push.remote_id != "")
        again = {"status": "waiting", "next_try_at": now(), "attempts": 0, "reason": ""}
        if not Push.update(**again).where(Push.id == push.id, conflict).execute():
            raise Conflict("no_conflict", "Nothing on the channel stands in the way of this push any more.")
        payload = Push.get_by_id(push.id).payload | {"overwrite": True}  # Locked by the statement before.
        Push.update(payload=payload).where(Push.id == push.id).execute()
        _tell(viewer, push, "push.overwriting", "What the channel shows is to be overwritten")


def _settle(push: Push, **values: Any) -> bool:
    """End a push by hand that isn't under way or done."""
    query = Push.update(lease_until=None, reason="", **values)
    return bool(query.where(Push.id == push.id, Push.status.in_(("waiting", "failed"))).execute())


def _because(why: str) -> str:
    return f": {_storable(why, 300)}" if why else ""


def finish(
    push: Push,
    outcome: str,
    *,
    detail: str = "",
    remote_id: str = "",
    milliseconds: int = 0,
    exchanges: Sequence[Any] = (),
) -> bool:
    """Record that the channel has it. Return False where the lease had passed to another worker meanwhile."""
    with transaction():
        sent_at, name = Push.sent_at.db_value(now()), _storable(remote_id, 200)
        done = _end_sent().change(id=push.id, token=push.lease_token, sent_at=sent_at, remote_id=name) > 0
        if done:
            _try(push, outcome, detail, milliseconds, exchanges)
            told = TOLD.get(outcome, "").format(detail=_storable(detail, 400))
            told = told or f"{WORDS.get(push.kind) or push.kind.capitalize()} told to the channel"
            _tell(system(push.store_id, "Worker"), push, "push.sent", told)
    return done


def fail(
    push: Push,
    message: str,
    *,
    permanent: bool,
    next_try_at: dt.datetime,
    milliseconds: int = 0,
    outcome: str | None = None,
    exchanges: Sequence[Any] = (),
    reason: str = "",
    remote_id: str = "",
) -> bool:
    """Record a try that didn't end well. A permanent failure waits for a person, any other for `next_try_at`.

    `outcome` is that of the try where the failure doesn't tell it: the last of many without an answer is `unknown`.
    `reason` is a word of `push_reason.REASONS`; `remote_id` is what stands in the way on the channel.
    Return False where the lease had passed to another worker meanwhile.
    """
    status: dict[str, Any] = {"status": "failed"} if permanent else {"status": "waiting", "next_try_at": next_try_at}
    status |= {"remote_id": _storable(remote_id, 200)} if remote_id else {}
    with transaction():
        done = _close(push, last_error=_storable(message, 1000), reason=reason, **status)
        if done:
            _try(push, outcome or ("refused" if permanent else "unknown"), message, milliseconds, exchanges)
            if permanent:
                told = f"The channel can't be told: {_storable(message, 400)}"
                _tell(system(push.store_id, "Worker"), push, "push.failed", told)
    return done


def _close(push: Push, **values: Any) -> bool:
    """End the lease, if it is still ours."""
    query = Push.update(lease_until=None, lease_token="", **values).where(_leased(push.id, push.lease_token))
    return bool(query.execute())


@prepared
def _end_sent() -> pw.Query:
    """End the lease, if it is still ours, of a push that the channel has."""
    values = {"sent_at": slot("sent_at"), "remote_id": slot("remote_id")}
    query = Push.update(status="sent", lease_until=None, lease_token="", last_error="", reason="", **values)
    return query.where(_leased(slot("id"), slot("token")))


def _leased(push_id: Any, token: Any) -> pw.Expression:
    return (Push.id == push_id) & (Push.status == "sending") & (Push.lease_token == token)


def _try(push: Push, outcome: str, detail: str, milliseconds: int, exchanges: Sequence[Any]) -> None:
    row = {"store": push.store_id, "push": push.id, "outcome": outcome, "milliseconds": milliseconds}
    row |= {"detail": _storable(detail, 1000), "exchanges": list(exchanges), "created_at": now()}
    bulk.insert(PushAttempt, [row])


def _storable(text: str, limit: int) -> str:
    """Return a channel's own words without what no database takes, which would keep the try from being recorded."""
    return text.replace("\0", "").encode(errors="replace").decode()[:limit]


def _is_connected(store_id: int, channel_id: int) -> bool:
    return bool(_live(False).rows(store=store_id, channel=channel_id))


def hears(order: Order) -> bool:
    """Tell whether the order's channel is connected and can be told something: one that only sends has no address.

    It then stays connected until the caller's transaction ends. Whoever locks pushes besides calls this first: a
    channel's row is locked before its pushes, by workers too.
    """
    if order.channel_id is None:
        return False
    return bool(_live(True).rows(store=order.store_id, channel=order.channel_id))


@prepared
def _live(to_tell: bool) -> pw.Query:
    mine = (Channel.store == slot("store")) & (Channel.id == slot("channel")) & Channel.archived_at.is_null()
    if not to_tell:
        return Channel.select(Channel.id).where(mine)
    return locking(Channel.select(Channel.id).where(mine, Channel.base_url != ""), "FOR SHARE")


def _find(viewer: Viewer, push_id: int) -> Push:
    """Return the push; a viewer bound to a supplier reaches those of its own shipments alone."""
    if viewer.shipping < Level.WRITE:
        raise Forbidden("scope_missing", "Helping a push needs the permission to write shipments.")
    query = Push.select().where(Push.store == viewer.store_id, Push.id == push_id)
    if viewer.supplier_id is not None:
        query = query.join(Shipment).where(Shipment.supplier == viewer.supplier_id)
    push: Push | None = query.first()
    if push is None:
        raise NotFound("push")
    return push


def _tell(viewer: Viewer, push: Push, kind: str, message: str, why: str = "") -> None:
    data = {"why": why} if why else None
    record.event(viewer, kind, message, subject="push", subject_id=push.id, order_id=push.order_id, data=data)
