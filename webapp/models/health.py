"""Whether what connects the store works: its channels, its webhooks, and the worker that serves them."""

import datetime as dt
from dataclasses import dataclass

import peewee as pw

from webapp.db import now
from webapp.models.channel import Channel, SyncRun
from webapp.models.heartbeat import Heartbeat
from webapp.models.push import Push
from webapp.models.tasks import READINGS, WORKER_SILENT
from webapp.models.webhook import Delivery, Webhook

SHOWN = 20
"""Channels and webhooks that are listed, each."""

BACKLOG = ("waiting", "sending")


@dataclass
class ChannelHealth:
    channel: Channel
    run: SyncRun | None
    """The last reading that has ended."""
    backlog: int = 0
    """What it must still be told."""

    @property
    def state(self) -> str:
        """Return the worst that can be said: `paused`, `failing`, `resting`, `untold`, `new` or `fine`."""
        if not self.channel.enabled:
            return "paused"
        if self.run is not None and self.run.status == "failed":
            return "failing"
        if self.channel.silent_calls and self.channel.rest_until and self.channel.rest_until > now():
            return "resting"
        if self.channel.tells_stock and self.channel.stock_failing_since:
            return "untold"
        return "new" if self.run is None and self.channel.read_every_seconds else "fine"


@dataclass
class WebhookHealth:
    webhook: Webhook
    backlog: int = 0

    @property
    def state(self) -> str:
        """Return `paused`, `off`, `failing`, `new` or `fine`."""
        if self.webhook.paused_at:
            return "paused"
        if not self.webhook.enabled:
            return "off"
        if self.webhook.failing_since:
            return "failing"
        return "fine" if self.webhook.last_success_at else "new"


@dataclass(frozen=True)
class WorkerHealth:
    beaten_at: dt.datetime | None

    @property
    def state(self) -> str:
        """Return `fine` or `silent`."""
        return "fine" if self.beaten_at and self.beaten_at > now() - WORKER_SILENT else "silent"


def channels(store_id: int) -> list[ChannelHealth]:
    """Return how the store's channels do, by name: three statements."""
    ended = SyncRun.trigger.in_(READINGS) & SyncRun.status.in_(("done", "failed"))
    last = SyncRun.select(SyncRun.id).where(SyncRun.store == Channel.store, SyncRun.channel == Channel.id, ended)
    last = last.order_by(SyncRun.started_at.desc()).limit(1)
    live = (Channel.store == store_id) & Channel.archived_at.is_null()
    rows = list(Channel.select(Channel, last.alias("last_run")).where(live).order_by(Channel.name_key).limit(SHOWN))
    runs = {
        run.id: run for run in SyncRun.select().where(SyncRun.id.in_([row.last_run for row in rows if row.last_run]))
    }
    found = {row.id: ChannelHealth(row, runs.get(row.last_run)) for row in rows}
    waiting = (Push.store == store_id) & Push.channel.in_(list(found)) & Push.status.in_(BACKLOG)
    for channel_id, count in (
        Push.select(Push.channel, pw.fn.COUNT(Push.id)).where(waiting).group_by(Push.channel).tuples()
    ):
        found[channel_id].backlog = count
    return list(found.values())


def webhooks(store_id: int) -> list[WebhookHealth]:
    """Return how the store's webhooks do: two statements."""
    live = (Webhook.store == store_id) & Webhook.archived_at.is_null()
    found = {row.id: WebhookHealth(row) for row in Webhook.select().where(live).order_by(Webhook.id).limit(SHOWN)}
    waiting = Delivery.webhook.in_(list(found)) & Delivery.status.in_(BACKLOG)
    query = Delivery.select(Delivery.webhook, pw.fn.COUNT(Delivery.id)).where(Delivery.store == store_id, waiting)
    for webhook_id, count in query.group_by(Delivery.webhook).tuples():
        found[webhook_id].backlog = count
    return list(found.values())


def worker() -> WorkerHealth:
    """Return when a worker was last alive."""
    return WorkerHealth(Heartbeat.select(Heartbeat.beaten_at).order_by(Heartbeat.beaten_at.desc()).limit(1).scalar())
