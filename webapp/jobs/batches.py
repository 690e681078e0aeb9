"""Do batches: row by row or some at a time, each transaction together with its results, so that nothing is repeated."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import peewee as pw
import structlog

from webapp.actions import batches, file_looks, viewers
from webapp.actions.batches import Outcome, SkippedError
from webapp.db import db, now, transaction
from webapp.domain.errors import Invalid, Refusal
from webapp.domain.viewer import Viewer
from webapp.jobs import file_looks as look_job
from webapp.jobs.batch_kinds import CHUNK, CHUNKED, KINDS, SETTLED
from webapp.models import Batch, BatchRow

log = structlog.get_logger()

TURN = 10.0
"""Seconds after which a batch lets others have the thread first."""

TRIES = 3
"""How often rows are done anew that met a database in trouble, such as two transactions that wait for each other."""


class BatchWorker:
    """Does each batch, and looks at each large file, in a thread of its own, as far as there are threads."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="batch")
        self._threads = threads
        self._busy: dict[int, Future[None]] = {}
        self._stopping = threading.Event()

    def tick(self) -> None:
        """Give each free thread a file that somebody waits for, else the batch that has waited longest."""
        self._busy = {batch: turn for batch, turn in self._busy.items() if not turn.done()}
        if self._stopping.is_set() or len(self._busy) >= self._threads:
            return
        with db.connection_context():
            waiting = [(batch, self._look) for batch in file_looks.due(now()) if batch not in self._busy]
            waiting += [(batch, self._turn) for batch in batches.due(now()) if batch not in self._busy]
        for batch_id, act in waiting[: self._threads - len(self._busy)]:
            self._busy[batch_id] = self._pool.submit(act, batch_id)

    def close(self) -> None:
        """Let the rows that are under way end; another worker goes on with the others."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait([turn for turn in self._busy.values() if not turn.cancelled()])

    def _turn(self, batch_id: int) -> None:
        limit = time.monotonic() + TURN
        try:
            with db.connection_context():
                work(batch_id, lambda: self._stopping.is_set() or time.monotonic() > limit)
        except Exception:  # The next tick begins anew; the claim runs out by itself where it couldn't be given back.
            log.exception("batch.turn_broke", batch=batch_id)

    def _look(self, batch_id: int) -> None:
        try:
            with db.connection_context():
                look_job.work(batch_id, self._stopping.is_set)
        except Exception:
            log.exception("look.turn_broke", batch=batch_id)


def work(batch_id: int, enough: Callable[[], bool] = lambda: False) -> None:
    """Do a batch's rows until none is left, it was stopped, or it is `enough` for now."""
    batch = batches.claim(batch_id)
    if batch is None:
        return None
    try:
        _settle(batch, batches.last_done(batch, CHUNK))  # A worker that died may have left that out.
        while not enough():
            rows = batches.next_rows(batch, CHUNK)
            if not rows:
                return batches.finish(batch)
            if not _all_done(batch, rows, enough):
                return None
    finally:
        batches.release(batch)


def _all_done(batch: Batch, rows: list[BatchRow], enough: Callable[[], bool]) -> bool:
    """Do these rows; False where the batch is no longer ours, or has ended."""
    if batch.kind in CHUNKED:
        return _patiently(batch, rows, _chunk)
    return all(enough() or _patiently(batch, [row], _single) for row in rows)


Step = Callable[[Batch, Viewer, list[BatchRow]], list[Outcome]]


def _patiently(batch: Batch, rows: list[BatchRow], step: Step) -> bool:
    """Do rows in one transaction with their results, again where the database was in trouble."""
    for left in reversed(range(TRIES)):
        try:
            return _do(batch, rows, step)
        except pw.OperationalError:
            if not left:
                raise
            time.sleep(0.2)
    return False


def _do(batch: Batch, rows: list[BatchRow], step: Step) -> bool:
    with transaction():
        if not batches.take(batch, rows):
            return False
        viewer = viewers.present(batch.store_id, batch.user_id)
        if viewer is None:
            batches.finish(batch, "failed", f"{batch.actor_label} no longer works in this store.")
            return False
        if viewer.supplier_id != batch.supplier_id:
            batches.finish(batch, "failed", f"{batch.actor_label} works for somebody else by now.")
            return False
        outcomes = step(batch, viewer, rows)
        batches.keep(batch, zip(rows, outcomes, strict=True))
    _settle(batch, [came.subject_id for came in outcomes if came.status == "done" and came.subject_id])
    return True


def _settle(batch: Batch, subject_ids: list[int]) -> None:
    """Do what follows the commit of rows; where that fails the rows stand nevertheless."""
    viewer = viewers.present(batch.store_id, batch.user_id) if batch.kind in SETTLED and subject_ids else None
    if viewer is None:
        return
    try:
        SETTLED[batch.kind](viewer, subject_ids)
    except (pw.OperationalError, pw.InterfaceError):
        raise
    except Exception:
        log.exception("batch.settle_broke", batch=batch.id)


def _single(batch: Batch, viewer: Viewer, rows: list[BatchRow]) -> list[Outcome]:
    return [_outcome(batch, lambda: Outcome("done", KINDS[batch.kind](viewer, {**batch.input, **rows[0].input})))]


def _chunk(batch: Batch, viewer: Viewer, rows: list[BatchRow]) -> list[Outcome]:
    try:
        with transaction():
            return CHUNKED[batch.kind](viewer, batch.input, [row.input for row in rows])
    except (pw.OperationalError, pw.InterfaceError):
        raise
    except Exception:  # One odd row must not stop the others: find out which it is.
        log.exception("batch.chunk_broke", batch=batch.id, first=rows[0].number)
    return [
        _outcome(batch, lambda row=row: CHUNKED[batch.kind](viewer, batch.input, [row.input])[0])  # type: ignore[misc]
        for row in rows
    ]


def _outcome(batch: Batch, act: Callable[[], Outcome]) -> Outcome:
    """Return what became of one row, whose writing is undone where it is refused."""
    try:
        with transaction():
            return act()
    except SkippedError as reason:
        return Outcome("skipped", str(reason))
    except Invalid as invalid:
        return Outcome("refused", " ".join(told for messages in invalid.errors.values() for told in messages))
    except Refusal as refusal:
        return Outcome("refused", refusal.message)
    except (pw.OperationalError, pw.InterfaceError):
        raise
    except Exception as error:
        log.exception("batch.row_broke", batch=batch.id)
        return Outcome("refused", f"Something broke on our side ({type(error).__name__}).")
