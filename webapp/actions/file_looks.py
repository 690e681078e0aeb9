"""Large files: put the rows away quickly, let a worker bring them into the batch, and keep what it finds they would do.

A look is claimed for a time, as a batch is. A worker that dies leaves the rows that it kept; the next one goes on with
the others and begins to check anew, for that writes nothing.
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import peewee as pw

from webapp.actions import batches
from webapp.db import now, transaction
from webapp.models import Batch, FileLook, FilePart

PART = 5_000
"""Rows that are put away as one, and brought into the batch in one transaction."""


def leave(batch: Batch, rows: Iterable[list[str]]) -> None:
    """Put the rows of a draft away for a worker, and note how many; inside the transaction that creates it."""
    number = 0
    for some in pw.chunked(rows, PART):
        FilePart.create(store=batch.store_id, batch=batch.id, first=number + 1, rows=some)
        number += len(some)
    Batch.update(total=number).where(Batch.id == batch.id).execute()
    FileLook.create(store=batch.store_id, batch=batch.id)


def of(batch: Batch) -> FileLook | None:
    """Return the look at a file; None for one that is small enough to be looked at at once."""
    look: FileLook | None = FileLook.get_or_none(FileLook.store == batch.store_id, FileLook.batch == batch.id)
    return look


def again(batch: Batch) -> None:
    """Let a worker check the rows anew, whoever may be at it; nothing for a small file."""
    mine = (FileLook.store == batch.store_id) & (FileLook.batch == batch.id)
    fresh = {"status": "waiting", "looked": 0, "found": {}, "error": "", "ended_at": None}
    FileLook.update(**fresh, lease_until=None, lease_token="").where(mine).execute()


def due(moment: dt.datetime) -> list[int]:
    """Return the batches whose files wait for a look, the oldest first."""
    rows = FileLook.select(FileLook.batch).join(Batch).where(_free(moment), Batch.status == "draft")
    return [batch_id for (batch_id,) in rows.order_by(FileLook.id).tuples()]


def claim(batch_id: int, lease: dt.timedelta = batches.LEASE) -> FileLook | None:
    """Take a look for the length of the lease; None where another worker has it or nothing is left to do."""
    moment, token = now(), secrets.token_hex(12)
    taken = FileLook.update(lease_until=moment + lease, lease_token=token)
    if not taken.where(FileLook.batch == batch_id, _free(moment)).execute():
        return None
    look: FileLook | None = FileLook.get_or_none(FileLook.batch == batch_id, FileLook.lease_token == token)
    return look


def renew(look: FileLook, lease: dt.timedelta = batches.LEASE, **progress: int) -> bool:
    """Hold on for a full length from now and note how far it is; False where it is another's or the file is no draft.

    False too where the file is to be read in another way meanwhile.
    """
    draft = Batch.select().where(Batch.id == look.batch_id, Batch.status == "draft")
    held = FileLook.update(lease_until=now() + lease, **progress).where(_ours(look), pw.fn.EXISTS(draft))
    return bool(held.execute())


def release(look: FileLook) -> None:
    """Let another worker, or a later turn, go on with it."""
    FileLook.update(lease_until=None, lease_token="").where(_ours(look)).execute()


def keep_part(look: FileLook, batch: Batch) -> bool:
    """Bring the next rows into the batch; False where none are left, or the look isn't ours any more."""
    with transaction():
        if not renew(look):
            return False
        mine = (FilePart.store == look.store_id) & (FilePart.batch == look.batch_id)
        part: FilePart | None = FilePart.select().where(mine).order_by(FilePart.first).first()
        if part is None:
            return False
        batches.insert_rows(batch, part.rows, part.first)
        part.delete_instance()
        return renew(look, kept=part.first + len(part.rows) - 1)


def finish(look: FileLook, found: Mapping[str, Any]) -> None:
    """Keep what was found, while the claim is still ours."""
    _end(look, status="done", found=dict(found))


def fail(look: FileLook, error: str) -> None:
    """Say why there is nothing to show, while the claim is still ours."""
    _end(look, status="failed", error=error[:300])


def _end(look: FileLook, **values: Any) -> None:
    FileLook.update(**values, ended_at=now(), lease_until=None, lease_token="").where(_ours(look)).execute()


def _free(moment: dt.datetime) -> pw.Expression:
    stranded = FileLook.lease_until.is_null() | (FileLook.lease_until < moment)
    return (FileLook.status == "waiting") & stranded


def _ours(look: FileLook) -> pw.Expression:
    """Match the look as long as it runs under the claim that it came with."""
    claimed = (FileLook.lease_token == look.lease_token) & (FileLook.lease_token != "")
    return (FileLook.id == look.id) & (FileLook.status == "waiting") & claimed
