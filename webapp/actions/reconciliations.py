"""Comparisons of a channel with what is here: ask for one, begin it, keep what it found."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import peewee as pw

from webapp.actions import channels, order_task_state, record
from webapp.db import now, transaction
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Viewer, system
from webapp.models import Channel, Order, OrderTask, Push, Reconciliation

KEPT = dt.timedelta(days=90)
"""How long the result of a comparison is kept."""

KEPT_DIFFERENCES = 200

AGAIN = dt.timedelta(hours=1)
"""After a comparison that failed, the night's next one waits so long."""

OPEN = ("waiting", "running")


def request(viewer: Viewer, channel_id: int) -> Reconciliation:
    """Ask the worker to compare the channel at once; one that is asked for already is returned."""
    channel = channels.find(viewer, channel_id)
    if not channel.read_every_seconds:
        raise Conflict("not_read", f"{channel.name} sends its orders by itself, so there is nothing to compare.")
    if not channel.enabled:
        raise Conflict("channel_paused", f"{channel.name} is paused. Resume it first.")
    with transaction():
        _lock(channel)
        found: Reconciliation | None = of_channel(channel).where(Reconciliation.status.in_(OPEN)).first()
        if found is not None:
            return found
        made: Reconciliation = Reconciliation.create(store=channel.store_id, channel=channel.id, trigger="manual")
    return made


def plan(channel: Channel, night: dt.datetime) -> bool:
    """Let the channel be compared in the night that began then, unless that was done, is due or failed just now."""
    with transaction():
        _lock(channel)
        lately = of_channel(channel).where(Reconciliation.created_at >= night, Reconciliation.trigger == "schedule")
        failed = (Reconciliation.status == "failed") & (Reconciliation.finished_at < now() - AGAIN)
        if lately.where(~failed).exists():
            return False
        Reconciliation.create(store=channel.store_id, channel=channel.id)
    return True


def begin(channel: Channel) -> list[int]:
    """Mark as running what waits, and what a worker that died left; return the ids, none where nothing does."""
    with transaction():
        _lock(channel)
        ids = [row.id for row in of_channel(channel).where(Reconciliation.status.in_(OPEN))]
        running = Reconciliation.update(status="running", started_at=now())
        running.where(Reconciliation.id.in_(ids)).execute()
    return ids


def finish(ids: Sequence[int], seen: int, differences: list[dict[str, Any]], error: str = "") -> None:
    """Keep what a comparison found; an error says that it ended early."""
    values = {
        "status": "failed" if error else "done",
        "seen": seen,
        "found": len(differences),
        "mended": sum(1 for one in differences if one["mended"]),
        "differences": sorted(differences, key=lambda one: bool(one["mended"]))[:KEPT_DIFFERENCES],
        "error": error[:1000],
        "finished_at": now(),
    }
    Reconciliation.update(**values).where(Reconciliation.id.in_(list(ids))).execute()


def leave_untold(channel: Channel, order: Order) -> None:
    """Leave the merchant a task: the channel doesn't show what was told to it. Once for each time that it was told."""
    with transaction():
        last = Push.select(pw.fn.MAX(Push.created_at)).where(Push.store == order.store_id, Push.order == order.id)
        mine = (OrderTask.store == order.store_id) & (OrderTask.order == order.id) & (OrderTask.kind == "not_told")
        if OrderTask.select().where(mine, OrderTask.created_at >= last).exists():
            return
        told = f"{channel.name} was told that this order has shipped, and doesn't show it. Tell it again, or see there"
        order_task_state.leave(order, "not_told", told)
        viewer = system(channel.store_id, channel.name)
        record.event(viewer, "order.not_told", told, subject="order", subject_id=order.id, order_id=order.id)


def of_channel(channel: Channel) -> "pw.ModelSelect[Any]":
    """Select the channel's comparisons, the latest first."""
    mine = (Reconciliation.store == channel.store_id) & (Reconciliation.channel == channel.id)
    return Reconciliation.select().where(mine).order_by(Reconciliation.id.desc())


def forget_old() -> None:
    """Delete results that are past their time."""
    Reconciliation.delete().where(Reconciliation.created_at < now() - KEPT).execute()


def _lock(channel: Channel) -> None:
    """Let others that ask for a comparison of this channel wait for ours."""
    Channel.update(enabled=Channel.enabled).where(Channel.id == channel.id).execute()
