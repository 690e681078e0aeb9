"""Batches: start long work, let the worker claim it for a time, keep its rows' results, stop it, forget it."""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import peewee as pw

from webapp.actions import record
from webapp.db import now, transaction
from webapp.domain.errors import Conflict, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Batch, BatchRow, FilePart, bulk

LEASE = dt.timedelta(seconds=60)
"""How long a claim lasts unless it is renewed; longer than one row or chunk takes."""

KEEP = dt.timedelta(days=30)
KEEP_DRAFTS = dt.timedelta(days=1)

WRITTEN_AT_ONCE = 5_000


class SkippedError(Exception):
    """The row needs nothing; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """What became of a row: `done`, `refused` or `skipped`, and what is told of it."""

    status: str
    message: str = ""
    subject_id: int | None = None


def start(
    viewer: Viewer,
    kind: str,
    title: str,
    rows: Iterable[Mapping[str, Any]],
    options: Mapping[str, Any] | None = None,
    subjects: Iterable[int | None] | None = None,
) -> Batch:
    """Leave work for the worker, row by row in this order. `options` hold for all rows and go before each row's own.

    `subjects` are the ids of what the rows are about, one for each, for the page of results.
    """
    with transaction():
        batch = _create(viewer, kind, title, "waiting", dict(options or {}), [])
        keep_rows(batch, rows, subjects)
        record.event(viewer, "batch.started", f"{batch.title}: started", subject="batch", subject_id=batch.id)
    return batch


def draft(
    viewer: Viewer,
    kind: str,
    title: str,
    headings: list[str],
    rows: Iterable[list[str]],
    keep: Callable[[Batch, Iterable[list[str]]], None] | None = None,
) -> Batch:
    """Keep a file's rows until a person says what to do with them; `launch` does.

    `keep` puts the rows away in another way than one by one at once.
    """
    with transaction():
        batch = _create(viewer, kind, title, "draft", {}, headings)
        (keep or keep_rows)(batch, rows)
    return batch


def set_options(viewer: Viewer, batch_id: int, options: Mapping[str, Any]) -> None:
    """Keep how a draft's rows are to be read."""
    find(viewer, batch_id)
    if not Batch.update(input=dict(options)).where(Batch.id == batch_id, Batch.status == "draft").execute():
        raise Conflict("started", "This was started already.")


def launch(viewer: Viewer, batch_id: int) -> None:
    """Let the worker do a draft; Conflict where not all of its rows are kept yet."""
    batch = find(viewer, batch_id)
    with transaction():
        if FilePart.select().where(FilePart.store == batch.store_id, FilePart.batch == batch.id).exists():
            raise Conflict("not_read", "The file is still being read. It can be imported once its rows were looked at.")
        ready = Batch.update(status="waiting", turn_at=now()).where(Batch.id == batch.id, Batch.status == "draft")
        if not ready.execute():
            raise Conflict("started", "This was started already.")
        record.event(viewer, "batch.started", f"{batch.title}: started", subject="batch", subject_id=batch.id)


def stop(viewer: Viewer, batch_id: int) -> None:
    """Do no further row; what is done stays done. Conflict where it has ended already."""
    batch = find(viewer, batch_id)
    going = Batch.status.in_(("draft", "waiting", "running"))
    ended = {"status": "stopped", "ended_at": now(), "lease_until": None, "lease_token": ""}
    with transaction():
        if not Batch.update(**ended).where(Batch.id == batch.id, going).execute():
            raise Conflict("ended", "This has ended already.")
        record.event(viewer, "batch.stopped", f"{batch.title}: stopped", subject="batch", subject_id=batch.id)


def find(viewer: Viewer, batch_id: int) -> Batch:
    """Return the batch; raise NotFound alike for one that the viewer may not see and an unknown one."""
    batch: Batch | None = Batch.visible_to(viewer).where(Batch.id == batch_id).first()
    if batch is None:
        raise NotFound("batch")
    return batch


def rows_of(batch: Batch, status: str = "", after: int = 0) -> pw.ModelSelect:
    """Select a batch's rows behind the number `after`, in their order."""
    mine = (BatchRow.store == batch.store_id) & (BatchRow.batch == batch.id) & (BatchRow.number > after)
    query = BatchRow.select().where(mine).order_by(BatchRow.number)
    return query.where(BatchRow.status == status) if status else query


def all_rows(batch: Batch, status: str = "", size: int = 1_000) -> Iterator[list[BatchRow]]:
    """Give all rows of a batch, or those of a status, some at a time."""
    last = 0
    while rows := list(rows_of(batch, status, last).limit(size)):
        yield rows
        last = rows[-1].number


def all_inputs(batch: Batch, size: int) -> Iterator[list[tuple[int, Any]]]:
    """Give (number, input) of all rows of a batch, some at a time."""
    last = 0
    columns = (BatchRow.number, BatchRow.input)
    while rows := list(rows_of(batch, after=last).select(*columns).limit(size).tuples()):
        yield rows
        last = rows[-1][0]


def keep_rows(batch: Batch, inputs: Iterable[Any], subjects: Iterable[int | None] | None = None) -> None:
    """Add the rows of a batch that has none yet, and note how many; inside the caller's transaction."""
    number, about = 0, iter(subjects) if subjects is not None else None
    for some in pw.chunked(inputs, WRITTEN_AT_ONCE):
        insert_rows(batch, some, number + 1, about)
        number += len(some)
    Batch.update(total=number).where(Batch.id == batch.id).execute()
    batch.total = number


def insert_rows(batch: Batch, inputs: Iterable[Any], first: int, subjects: Iterator[int | None] | None = None) -> None:
    """Add rows to a batch, numbered from `first` on; inside the caller's transaction."""
    mine = {"store": batch.store_id, "batch": batch.id}
    rows = [
        {**mine, "number": place, "input": value, "subject_id": next(subjects) if subjects else None}
        for place, value in enumerate(inputs, first)
    ]
    bulk.insert(BatchRow, rows)


def due(moment: dt.datetime) -> list[int]:
    """Return the batches that wait for a worker, the one whose last turn is longest ago first."""
    rows = Batch.select(Batch.id).where(_free(moment)).order_by(Batch.turn_at, Batch.id)
    return [batch_id for (batch_id,) in rows.tuples()]


def claim(batch_id: int, lease: dt.timedelta = LEASE) -> Batch | None:
    """Take a batch for the length of the lease; None where another worker has it or nothing is left to do."""
    moment, token = now(), secrets.token_hex(12)
    taken = {"status": "running", "lease_until": moment + lease, "lease_token": token, "turn_at": moment}
    started = pw.fn.COALESCE(Batch.started_at, Batch.started_at.db_value(moment))
    if not Batch.update(**taken, started_at=started).where(Batch.id == batch_id, _free(moment)).execute():
        return None
    return Batch.get_or_none(Batch.id == batch_id, Batch.lease_token == token)


def renew(batch: Batch, lease: dt.timedelta = LEASE) -> bool:
    """Hold on for a full length from now; return False where it was stopped or another worker has it."""
    return bool(Batch.update(lease_until=now() + lease).where(_ours(batch)).execute())


def release(batch: Batch) -> None:
    """Let another worker, or a later turn, go on with it."""
    Batch.update(lease_until=None, lease_token="", turn_at=now()).where(_ours(batch)).execute()


def finish(batch: Batch, status: str = "done", error: str = "") -> None:
    """End a batch whose claim is still ours."""
    ended = {"status": status, "error": error[:300], "ended_at": now(), "lease_until": None, "lease_token": ""}
    Batch.update(**ended).where(_ours(batch)).execute()


def next_rows(batch: Batch, limit: int) -> list[BatchRow]:
    """Return the rows to do next."""
    return list(rows_of(batch, "waiting").limit(limit))


def last_done(batch: Batch, limit: int) -> list[int]:
    """Return what the rows that were done last are about."""
    mine = (BatchRow.store == batch.store_id) & (BatchRow.batch == batch.id) & (BatchRow.status == "done")
    rows = BatchRow.select(BatchRow.subject_id).where(mine, BatchRow.subject_id.is_null(False))
    return [subject for (subject,) in rows.order_by(BatchRow.number.desc()).limit(limit).tuples()]


def take(batch: Batch, rows: Iterable[BatchRow]) -> bool:
    """Hold these rows until the transaction ends; False where one isn't to be done any more, or the batch isn't ours.

    The first statement of the transaction that does them: whoever else would do them waits for it, and then sees that
    they are done.
    """
    ids = [row.id for row in rows]
    if not renew(batch):
        return False
    waiting = BatchRow.id.in_(ids) & (BatchRow.status == "waiting")
    return bool(BatchRow.select().where(BatchRow.store == batch.store_id, waiting).count() == len(ids))


def keep(batch: Batch, outcomes: Iterable[tuple[BatchRow, Outcome]]) -> None:
    """Write what became of rows, in the transaction that did them."""
    outcomes = list(outcomes)
    bulk.run(
        "UPDATE batch_row SET status = ?, message = ?, subject_id = COALESCE(?, subject_id) WHERE id = ?",
        [(came.status, came.message[:500], came.subject_id, row.id) for row, came in outcomes],
    )
    counts = Counter(came.status for _, came in outcomes)
    Batch.update(
        done=Batch.done + counts["done"],
        refused=Batch.refused + counts["refused"],
        skipped=Batch.skipped + counts["skipped"],
    ).where(Batch.id == batch.id).execute()


def forget_old() -> None:
    """Delete batches past their time, and files that nobody went on with."""
    moment = now()
    old = (Batch.created_at < moment - KEEP) & Batch.status.in_(("done", "stopped", "failed"))
    left = (Batch.created_at < moment - KEEP_DRAFTS) & (Batch.status == "draft")
    for batch_id, store_id in list(Batch.select(Batch.id, Batch.store).where(old | left).tuples()):
        with transaction():
            BatchRow.delete().where(BatchRow.store == store_id, BatchRow.batch == batch_id).execute()
            Batch.delete().where(Batch.id == batch_id).execute()


def _create(viewer: Viewer, kind: str, title: str, status: str, options: dict[str, Any], headings: list[str]) -> Batch:
    user = viewer.actor.id if viewer.actor.kind == "user" else None
    about = {"kind": kind, "title": title[:200], "status": status, "input": options, "headings": headings}
    owner = {"user": user, "supplier": viewer.supplier_id, "actor_label": viewer.actor.label[:120]}
    made: Batch = Batch.create(store=viewer.store_id, **owner, **about)
    return made


def _free(moment: dt.datetime) -> pw.Expression:
    stranded = Batch.lease_until.is_null() | (Batch.lease_until < moment)
    return (Batch.status == "waiting") | ((Batch.status == "running") & stranded)


def _ours(batch: Batch) -> pw.Expression:
    """Match the batch as long as it runs under the claim that it came with."""
    return (Batch.id == batch.id) & (Batch.status == "running") & (Batch.lease_token == batch.lease_token)
