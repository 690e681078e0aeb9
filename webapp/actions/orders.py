"""Take orders in from the channels, and move them through their statuses."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import orjson
import peewee as pw

from webapp.actions import (
    allocations,
    hold_state,
    holdings,
    line_drift,
    order_content,
    order_drift,
    order_freshness,
    order_intake,
    order_state,
    pushes,
    record,
    stock,
)
from webapp.db import transaction
from webapp.domain import order_drift as drift
from webapp.domain import order_status, rights, store_clock
from webapp.domain.channel import IncomingOrder
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.domain.viewer import Level, Viewer, system
from webapp.models import Channel, Order, SyncRun
from webapp.models.prepared import any_viewer, of, prepared, slot

SCOPED_MOVES = ("in_process",)
"""What a viewer bound to a supplier may set by hand: the rest follows from its shipments."""


@dataclass(frozen=True)
class ImportResult:
    order_id: int
    outcome: str
    """`created`, `updated` or `unchanged`; `outdated` where a newer state of it had come before."""


def import_order(channel: Channel, incoming: IncomingOrder, newest: bool = False) -> ImportResult:
    """Take in one order as the channel has it: one transaction, safe to repeat, nothing changes the second time.

    A line whose SKU no product has is kept, unassigned. What the channel changes later is taken over where nobody has
    begun with it, and asked for where somebody has;
    with `newest` only where it isn't older than what was taken over last.
    """
    digest = _digest(incoming)
    mine = (Order.store == channel.store_id) & (Order.channel == channel.id)
    known = Order.select().where(mine & (Order.external_id == incoming.external_id)).first()
    if known is not None and known.import_digest == digest and not newest:
        return ImportResult(known.id, "unchanged")
    try:
        with transaction():
            if known is None:
                return ImportResult(_create(channel, incoming, digest), "created")
            if newest and (why := order_freshness.held_back(known, incoming, digest)):
                return ImportResult(known.id, why)
            order_drift.take_over(system(channel.store_id, channel.name), known, incoming, digest)
            return ImportResult(known.id, "updated")
    except pw.IntegrityError:
        if known is not None or not Order.select().where(mine & (Order.external_id == incoming.external_id)).exists():
            raise
        return import_order(channel, incoming, newest)  # Another worker took the same new order in first.


def import_page(channel: Channel, page: Iterable[IncomingOrder], newest: bool = False) -> dict[str, ImportResult]:
    """Take in the new orders of a page in one transaction, and tell them and the unchanged ones by the channel's id.

    What isn't in the answer changed on the channel, came twice, or with `newest` may be older than ours: `import_order`
    takes it over, or not. So it does with all of the page where this raises, which leaves no order taken in.
    """
    wanted = {incoming.external_id: incoming for incoming in page}
    mine = Order.select(Order.external_id, Order.id, Order.import_digest).where(
        Order.store == channel.store_id, Order.channel == channel.id, Order.external_id.in_(list(wanted))
    )
    known = {name: (order_id, digest) for name, order_id, digest in mine.tuples()}
    digests = {name: _digest(incoming) for name, incoming in wanted.items()}
    same = {name: row[0] for name, row in known.items() if row[1] == digests[name]}
    if newest:
        found = {name: (order_id, digests[name], wanted[name].updated_at) for name, order_id in same.items()}
        same = order_freshness.confirm(channel.store_id, found)
    new = [(incoming, digests[name]) for name, incoming in wanted.items() if name not in known]
    made = order_intake.take_in(channel, new) if new else {}
    results = {name: ImportResult(order_id, "unchanged") for name, order_id in same.items()}
    return results | {name: ImportResult(order_id, "created") for name, order_id in made.items()}


def foresee(channel: Channel, page: Iterable[IncomingOrder]) -> dict[str, str]:
    """Return, by the channel's id, what taking each order in would do now: `created`, `updated` or `unchanged`."""
    wanted = {incoming.external_id: _digest(incoming) for incoming in page}
    mine = Order.select(Order.external_id, Order.import_digest).where(
        Order.store == channel.store_id, Order.channel == channel.id, Order.external_id.in_(list(wanted))
    )
    known = dict(mine.tuples())
    return {
        name: "created" if name not in known else "unchanged" if known[name] == digest else "updated"
        for name, digest in wanted.items()
    }


def set_status(viewer: Viewer, order_id: int, status: str) -> Order:
    """Move the order by hand, where its status allows it; return it. Setting the present status changes nothing.

    Raises Conflict `begun` for an order that is to be canceled and that a supplier has begun with, or part of which has
    left: `cancellations.cancel` asks the one, and has the other come back.
    """
    if viewer.orders < Level.WRITE:
        raise Forbidden("scope_missing", "Changing an order's status needs the permission to write orders.")
    with transaction():
        order = find(viewer, order_id)
        if order.status == status:
            return order
        if status == "canceled" and viewer.supplier_id is None and order.status in order_status.OPEN:
            allocations.lock(order)
            order = find(viewer, order_id)
            _need_unbegun(order)
        move_by_hand(viewer, order, status)
    return order


def move_by_hand(viewer: Viewer, order: Order, status: str, reason: str = "", until: dt.datetime | None = None) -> None:
    """Move the order inside the caller's transaction, of which this is the last statement.

    Reason and end are those of a hold. Raises Conflict `illegal_move` where its status doesn't allow the move.
    """
    allowed = allowed_moves(viewer, order.status)
    if status not in allowed:
        raise Conflict("illegal_move", _why_not(order.status, status, allowed), allowed=list(allowed))
    if order.status == "on_hold" and status in order_status.RESUMED and any(allocations.shipped_units(order).values()):
        status = "partially_shipped"  # What has left stays left, however long the rest waited.
    carry_out(viewer, order, status, why_held(order, reason, until), reason=reason, until=until)


def carry_out(
    viewer: Viewer,
    order: Order,
    status: str,
    told: str = "",
    reason: str = "",
    until: dt.datetime | None = None,
    moved: Iterable[stock.Place] = (),
) -> None:
    """Move the order, tell everybody whom it concerns, and leave the channel word; `told` ends the event's text.

    `moved` is where units moved besides.
    """
    old = order.status
    order_state.move(order, status, viewer.actor.label)
    if status == "on_hold":
        hold_state.begin(viewer, order, old, reason, until)
    withdrawn, given_back, unpacked = set[int](), set[stock.Place](), set[order_state.PackedBy]()
    if status == "canceled":
        withdrawn, given_back, unpacked = order_state.cancel_rest(viewer, order)
    record.event(
        viewer,
        "order.status",
        f"{order_status.name(old)} → {order_status.name(status)}{told}",
        subject="order",
        subject_id=order.id,
        order_id=order.id,
        public=True,
        data={"from": old, "to": status},
    )
    pushes.leave(order, "status", payload={"status": status})
    order_state.changed(order, withdrawn, given_back | set(moved), unpacked)


def why_held(order: Order, reason: str, until: dt.datetime | None) -> str:
    """Return reason and end of a hold as the end of a sentence; empty where there is neither."""
    day = store_clock.day_at(until, order.store.time_zone) if until else None
    end = f", until {day.day} {day:%B %Y}" if day else ""
    return f"{': ' + reason if reason else ''}{end}"


def allowed_moves(viewer: Viewer, status: str) -> tuple[str, ...]:
    """Return the statuses that this viewer may set by hand on an order that has `status`."""
    if viewer.orders < Level.WRITE:
        return ()
    moves = order_status.moves(status)
    return tuple(move for move in moves if viewer.supplier_id is None or move in SCOPED_MOVES)


def request_sync(viewer: Viewer, order_id: int) -> SyncRun:
    """Ask the worker to read this order from its channel now."""
    rights.need_whole_store(viewer, "can synchronize an order", viewer.orders)
    with transaction():
        order = find(viewer, order_id)
        if order.channel_id is None:
            raise Conflict("no_channel", "This order came from no channel: there is nothing to synchronize it with.")
        if order.channel.archived_at is not None:
            raise Conflict("channel_disconnected", f"{order.channel.name} is disconnected: it isn't read any more.")
        if not order.channel.read_every_seconds:
            raise Conflict("not_read", f"{order.channel.name} sends its orders by itself: none can be read there.")
        run: SyncRun = SyncRun.create(
            store=order.store_id,
            channel=order.channel_id,
            trigger="order",
            external_id=order.external_id,
            status="waiting",
        )
        record.event(
            viewer,
            "order.sync_requested",
            "Synchronization with the channel asked for",
            subject="order",
            subject_id=order.id,
            order_id=order.id,
        )
    return run


def find(viewer: Viewer, order_id: int) -> Order:
    """Return the order, if the viewer may see it; raise NotFound alike for a foreign one and an unknown one."""
    for order in _by_id(viewer.supplier_id is not None).models(Order, id=order_id, **of(viewer)):
        return order
    raise NotFound("order")


def visible(viewer: Viewer, order_id: int) -> bool:
    """Tell whether the viewer may see the order."""
    return bool(Order.visible_to(viewer).where(Order.id == order_id).exists())


@prepared
def _by_id(scoped: bool) -> pw.Query:
    return Order.visible_to(any_viewer(scoped=scoped)).where(Order.id == slot("id"))


def _create(channel: Channel, incoming: IncomingOrder, digest: str) -> int:
    viewer = system(channel.store_id, channel.name)
    order = Order.create(**order_content.order_row(channel, incoming, digest))
    order_content.add_lines(order, [line for line in incoming.lines if line.quantity > 0])
    record.event(viewer, **order_content.imported(channel, incoming, order.id))
    held = allocations.assign(viewer, order) if incoming.status in order_status.UNSTARTED else {}
    told = allocations.suppliers_in(held)
    record.changed(channel.store_id, "order", order.id, order_id=order.id, supplier_ids=told, moved=held)
    return int(order.id)


def _need_unbegun(order: Order) -> None:
    found = [drift.by_hand(state, state.effective) for state in line_drift.states(order).values()]
    names = sorted({holdings.source_name(source) for one in found for source in one.asked if source is not None})
    if names:
        where = ", ".join(names)
        told = f"Under way already at {where}: “Cancel order” on its page asks there before anything is canceled."
        raise Conflict("begun", told)
    if any(one.gone for one in found):
        told = "Part of it has left already: “Cancel order” on its page has that come back, and cancels the rest."
        raise Conflict("begun", told)


def _why_not(old: str, new: str, allowed: tuple[str, ...]) -> str:
    names = ", ".join(order_status.name(move) for move in allowed) or "none by hand"
    wanted = order_status.name(new) if new in dict(order_status.STATUSES) else repr(new)
    return f"An order that is {order_status.name(old)} can't become {wanted}. Possible now: {names}."


def _digest(incoming: IncomingOrder) -> str:
    """Digest what was read, less the time stamp, which channels also raise for changes of their own."""
    plain = vars(incoming) | {"updated_at": None, "lines": [vars(line) for line in incoming.lines]}
    return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()
