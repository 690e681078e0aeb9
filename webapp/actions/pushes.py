"""The outbox to the channels: leave a push, record how a try went, help one by hand."""

import datetime as dt
from typing import Any

import peewee as pw

from webapp.actions import order_task_state, record
from webapp.db import now, transaction
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.domain.viewer import Level, Viewer, system
from webapp.models import Channel, Order, Push, PushAttempt, Shipment, bulk
from webapp.models.prepared import prepared, slot

TOLD = {"found": "The channel already had it", "left_out": "Not told to the channel: it is told with another parcel"}
"""What the timeline says of a push that ended without a call that changed something."""


def leave(order: Order, kind: str, *, shipment_id: int | None = None, payload: dict[str, Any] | None = None) -> None:
    """Leave a row for the order's channel, inside the transaction that caused it.

    Nothing is left where the order came from none, or from one that has been disconnected since.
    """
    if order.channel_id is None or not _is_connected(order.store_id, order.channel_id):
        return
    moment = now()
    row = {"store": order.store_id, "channel": order.channel_id, "order": order.id, "shipment": shipment_id}
    told = {"kind": kind, "payload": payload or {}, "next_try_at": moment, "created_at": moment}
    bulk.insert(Push, [row | told])


def retry_now(viewer: Viewer, push_id: int) -> None:
    """Let the worker try this push at once, also one that had been given up. Safe to repeat."""
    with transaction():
        push = _find(viewer, push_id)
        if not _is_connected(push.store_id, push.channel_id):
            raise Conflict("channel_disconnected", "The channel is disconnected, so nothing can be told to it.")
        changed = (
            Push.update(status="waiting", next_try_at=now(), attempts=0)
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
    if viewer.supplier_id is not None:
        raise Forbidden("scope_missing", "Only somebody who works for the whole store can tell the channel again.")
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


def drop(viewer: Viewer, push_id: int) -> None:
    """Give a push up for good: the channel is told by other means."""
    if viewer.supplier_id is not None:
        raise Forbidden("scope_missing", "Only somebody who works for the whole store can give a push up.")
    with transaction():
        push = _find(viewer, push_id)
        changed = (
            Push.update(status="dropped", lease_until=None)
            .where(Push.id == push.id, Push.status.in_(("waiting", "failed")))
            .execute()
        )
        if not changed:
            raise Conflict("not_waiting", "Only a push that waits or has failed can be given up.")
        _tell(viewer, push, "push.dropped", "Push to the channel given up: it was told by other means")


def finish(push: Push, outcome: str, *, detail: str = "", remote_id: str = "", milliseconds: int = 0) -> bool:
    """Record that the channel has it. Return False where the lease had passed to another worker meanwhile."""
    with transaction():
        done = _close(push, status="sent", sent_at=now(), remote_id=_storable(remote_id, 200), last_error="")
        if done:
            _try(push, outcome, detail, milliseconds)
            told = TOLD.get(outcome) or f"{push.kind.capitalize()} told to the channel"
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
) -> bool:
    """Record a try that didn't end well. A permanent failure waits for a person, any other for `next_try_at`.

    `outcome` is that of the try where the failure doesn't tell it: the last of many without an answer is `unknown`.
    Return False where the lease had passed to another worker meanwhile.
    """
    status = {"status": "failed"} if permanent else {"status": "waiting", "next_try_at": next_try_at}
    with transaction():
        done = _close(push, last_error=_storable(message, 1000), **status)
        if done:
            _try(push, outcome or ("refused" if permanent else "unknown"), message, milliseconds)
            if permanent:
                told = f"The channel can't be told: {_storable(message, 400)}"
                _tell(system(push.store_id, "Worker"), push, "push.failed", told)
    return done


def _close(push: Push, **values: Any) -> bool:
    """End the lease, if it is still ours."""
    query = Push.update(lease_until=None, lease_token="", **values).where(
        Push.id == push.id, Push.status == "sending", Push.lease_token == push.lease_token
    )
    return bool(query.execute())


def _try(push: Push, outcome: str, detail: str, milliseconds: int) -> None:
    PushAttempt.insert(
        store=push.store_id,
        push=push.id,
        outcome=outcome,
        detail=_storable(detail, 1000),
        milliseconds=milliseconds,
        created_at=now(),
    ).execute()


def _storable(text: str, limit: int) -> str:
    """Return a channel's own words without what no database takes, which would keep the try from being recorded."""
    return text.replace("\0", "").encode(errors="replace").decode()[:limit]


def _is_connected(store_id: int, channel_id: int) -> bool:
    return bool(_live().rows(store=store_id, channel=channel_id))


@prepared
def _live() -> pw.Query:
    mine = (Channel.store == slot("store")) & (Channel.id == slot("channel"))
    return Channel.select(Channel.id).where(mine, Channel.archived_at.is_null())


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


def _tell(viewer: Viewer, push: Push, kind: str, message: str) -> None:
    record.event(viewer, kind, message, subject="push", subject_id=push.id, order_id=push.order_id)
