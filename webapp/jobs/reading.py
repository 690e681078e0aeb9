"""One reading of a channel: take each order in, move the cursor after a complete set of pages, record the run."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import peewee as pw
import structlog

from webapp.actions import orders
from webapp.connectors.channels import Connector, ConnectorError
from webapp.db import now, transaction
from webapp.domain import backoff
from webapp.domain.channel import IncomingOrder
from webapp.jobs.connections import connector_for
from webapp.jobs.lease import LostError
from webapp.jobs.line import Line
from webapp.models import Channel, SyncRun

log = structlog.get_logger()

KEPT_ERRORS = 20

CATALOGUE = "catalogue"
"""The trigger of runs that read products and no orders."""


@dataclass
class Tally:
    """What one run found."""

    counts: dict[str, int] = field(default_factory=lambda: {"created": 0, "updated": 0, "unchanged": 0})
    errors: dict[str, str] = field(default_factory=dict)
    """Why an order wasn't taken in, by its name for people."""
    again: set[str] = field(default_factory=set)
    """The channel's ids of the orders to read again the next time."""

    @property
    def seen(self) -> int:
        return sum(self.counts.values()) + len(self.errors)


def read(channel: Channel, asked: list[SyncRun] | None = None, hold: Callable[[], None] = lambda: None) -> SyncRun:
    """Read all that changed since the cursor and record the run; `asked` are waiting runs that this one answers.

    The upper bound is fixed before the first page. The cursor moves only after the last one; an order that couldn't
    be taken in is kept by its id in the cursor and read again the next time. `hold` is called before each page, and
    ends the reading by raising LostError.

    Both bounds are moments of the shop's clock, as far as its answers told how that differs from ours: a shop writes
    its orders' times by its own, so by ours what it sold meanwhile would lie outside.
    """
    asked = asked or []
    run, began, tally, line = begin(channel, asked), now(), Tally(), Line(channel, noting=False)
    cursor: dict[str, Any] = channel.read_cursor or {}
    until = began + dt.timedelta(seconds=cursor.get("ahead", 0))
    backfill = any(one.trigger == "backfill" for one in asked)
    since = dt.datetime.fromisoformat(cursor["until"]) if cursor.get("until") and not backfill else None
    failure = failure_of(channel, lambda: _read_all(channel, line, tally, since, until, cursor.get("again", []), hold))
    if failure is None:
        moved: dict[str, Any] = {"until": min(until, began + line.ahead).isoformat(), "again": sorted(tally.again)}
        moved |= {"ahead": line.ahead.total_seconds()} if line.ahead else {}
        Channel.update(read_cursor=moved).where(Channel.id == channel.id).execute()
    return end(run, asked, tally, failure)


def read_one(channel: Channel, run: SyncRun) -> SyncRun:
    """Read the one order that somebody asked to synchronize."""
    SyncRun.update(status="running", started_at=now()).where(SyncRun.id == run.id).execute()
    tally = Tally()
    failure = failure_of(channel, lambda: _take_in(channel, connector_for(channel).read_order(run.external_id), tally))
    return end(run, [], tally, failure)


@dataclass(frozen=True)
class Failure:
    """Why a reading ended before its end."""

    told: str
    retry_after: float | None = None
    """Seconds that the channel asked to wait."""


def failure_of(channel: Channel, work: Callable[[], None]) -> Failure | None:
    """Do the work; return why it failed, or None. Whatever happens, the run must not stay open."""
    try:
        work()
    except ConnectorError as error:
        log.warning("import.failed", channel=channel.id, permanent=error.permanent)
        return Failure(str(error), error.retry_after)
    except LostError as error:
        log.warning("import.lease_lost", channel=channel.id)
        return Failure(str(error))
    except Exception as error:  # A fault of ours, in this channel's reading alone.
        log.exception("import.crashed", channel=channel.id)
        return Failure(f"Something broke on our side ({type(error).__name__}): the operator finds it in the log.")
    return None


def pause_after(channel: Channel, run: SyncRun) -> dt.timedelta:
    """Return how long the channel rests before its next reading: longer while readings fail or webhooks work."""
    usual = dt.timedelta(seconds=channel.read_every_seconds)
    if run.status != "failed":
        since_hook = now() - channel.hook_at if channel.hook_at else None
        return backoff.quiet_pause(usual, since_hook, found=run.created + run.updated + run.failed > 0)
    since = _failing(channel).order_by(SyncRun.id).first().started_at
    return backoff.reading_pause(usual, now() - since, run.errors[0].get("retry_after"))


def _failing(channel: Channel) -> Any:
    """Select the readings of the whole channel that failed since the last one that didn't."""
    whole = (SyncRun.channel == channel.id) & (SyncRun.external_id == "") & (SyncRun.trigger != CATALOGUE)
    last = SyncRun.select(pw.fn.COALESCE(pw.fn.MAX(SyncRun.id), 0)).where(whole, SyncRun.status == "done")
    return SyncRun.select().where(whole, SyncRun.status == "failed", SyncRun.id > last)


def _read_all(
    channel: Channel,
    line: Line,
    tally: Tally,
    since: dt.datetime | None,
    until: dt.datetime,
    again: list[str],
    hold: Callable[[], None],
) -> None:
    connector = connector_for(channel, line)
    for external_id in again:
        hold()
        _read_again(channel, connector, external_id, tally)
    hold()
    for page in connector.read_orders(since, until):
        _take_page_in(channel, page, tally)
        hold()


def _read_again(channel: Channel, connector: Connector, external_id: str, tally: Tally) -> None:
    """Read an order that couldn't be taken in before; one that the channel has no more is let go."""
    try:
        incoming = connector.read_order(external_id)
    except ConnectorError as error:
        if not error.permanent:
            raise
        tally.errors[f"Order {external_id}"] = f"It can't be read any more: {error}"
    else:
        _take_in(channel, incoming, tally)


def _take_page_in(channel: Channel, page: list[IncomingOrder], tally: Tally) -> None:
    """Take the new orders of a page in at once, the others one by one; so all, where one of them can't be taken in."""
    page = [incoming for incoming in page if incoming.external_id not in tally.again]
    try:
        done = orders.import_page(channel, page)
    except Exception:  # Whatever it was: it meets its own order again below, and is logged there.
        done = {}
    for incoming in page:
        result = done.pop(incoming.external_id, None)
        if result is None:
            _take_in(channel, incoming, tally)
        else:
            tally.counts[result.outcome] += 1


def _take_in(channel: Channel, incoming: IncomingOrder, tally: Tally) -> None:
    """Take one order in; what goes wrong with it is noted and doesn't stop the others."""
    if incoming.external_id in tally.again:
        return  # It failed a moment ago, and is both in a page and among those to read again.
    try:
        tally.counts[orders.import_order(channel, incoming).outcome] += 1
    except Exception as error:  # One odd order must not keep the day's other orders out.
        log.exception("import.order_failed", channel=channel.id, reference=incoming.reference)
        told = f"It couldn't be taken in ({type(error).__name__}) and is read again the next time."
        tally.errors[incoming.reference or f"Order {incoming.external_id}"] = told
        tally.again.add(incoming.external_id)


def begin(channel: Channel, asked: list[SyncRun]) -> SyncRun:
    """Return the running row: the first one asked for, or a new one of the schedule."""
    if asked:
        ids = [run.id for run in asked]
        SyncRun.update(status="running", started_at=now()).where(SyncRun.id.in_(ids)).execute()
        return asked[0]
    run: SyncRun = SyncRun.create(store=channel.store_id, channel=channel.id)
    return run


def end(run: SyncRun, asked: list[SyncRun], tally: Tally, failure: Failure | None) -> SyncRun:
    errors: list[dict[str, Any]] = [{"reference": name, "message": told} for name, told in tally.errors.items()]
    errors = errors[:KEPT_ERRORS]
    if failure is not None:
        asked_wait = {"retry_after": failure.retry_after} if failure.retry_after else {}
        errors = [{"reference": "", "message": failure.told[:1000], **asked_wait}, *errors]
    values = {
        "status": "done" if failure is None else "failed",
        "seen": tally.seen,
        "failed": len(tally.errors),
        "errors": errors,
        "finished_at": now(),
        **tally.counts,
    }
    ids = {run.id, *(row.id for row in asked)}
    with transaction():
        SyncRun.update(**values).where(SyncRun.id.in_(ids)).execute()
        if run.trigger == "schedule":
            _forget_idle(run, "done" if failure is None else "failed")
    return SyncRun.get_by_id(run.id)


def _forget_idle(run: SyncRun, status: str) -> None:
    """Drop earlier scheduled runs that found nothing, so that the history shows what happened and not the clock.

    Of those that fail in a row the first stays, which tells since when, and the last.
    """
    idle = SyncRun.delete().where(
        SyncRun.channel == run.channel_id,
        SyncRun.trigger == "schedule",
        SyncRun.status == status,
        SyncRun.created + SyncRun.updated + SyncRun.failed == 0,
        SyncRun.id < run.id,
    )
    if status == "failed":
        row = _failing(Channel(id=run.channel_id)).select(SyncRun.id).order_by(SyncRun.id)
        idle = idle.where(SyncRun.id > row.limit(1).scalar())
    idle.execute()
