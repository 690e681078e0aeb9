"""Workers are killed again and again in the middle of a file, looking at it and importing it: each row counts once."""

import random
import time
from collections.abc import Callable

import pytest

from tests.conftest import ENCRYPTION_KEY
from tests.servers.worker import Worker
from tests.web.orders import shop
from webapp.actions import batches, file_looks, imports
from webapp.models import Batch, BatchRow, FileLook, StockMove, Supply

ROWS = 12_000
KILLS = 5


@pytest.mark.timeout(300)
def test_a_file_that_adds_units_adds_each_once_however_often_workers_die(cast, database_url, tmp_path, monkeypatch):
    shop.stocked(cast.store, "MUG", cast.logistics, 0)
    viewer, dice = cast.viewer(cast.merchant), random.Random(7)
    monkeypatch.setattr(file_looks, "PART", 1_000)
    batch = imports.upload(viewer, "supplies", "Arrived", ["sku", "quantity"], [["MUG", "1"]] * ROWS)
    options = {"columns": {"sku": 0, "quantity": 1}, "mode": "add", "supplier_id": cast.logistics.id}
    imports.choose(viewer, batch.id, options)

    def looked() -> int:
        return FileLook.get().kept + FileLook.get().looked

    def tried() -> int:
        return Batch.get_by_id(batch.id).tried

    def start(name: str) -> Worker:
        return Worker(database_url, ENCRYPTION_KEY, tmp_path / f"{name}.log", INSTANCE_DIR=str(tmp_path))

    def kill(name: str, progress: Callable[[], int]) -> None:
        before, worker = progress(), start(name)
        try:
            worker.until(lambda: progress() > before)
            time.sleep(dice.random() * 0.1)
        finally:
            worker.kill()
        # Its claims would run out within a minute.
        Batch.update(lease_until=Batch.created_at).where(Batch.lease_until.is_null(False)).execute()
        FileLook.update(lease_until=batch.created_at).where(FileLook.lease_until.is_null(False)).execute()

    kill("look", looked)
    last = start("last-look")
    try:
        last.until(lambda: FileLook.get().status == "done", 120)
    finally:
        last.stop()
    assert [number for rows in batches.all_inputs(batch, 1_000) for number, _ in rows] == list(range(1, ROWS + 1))

    imports.launch(viewer, batch.id)
    for number in range(KILLS):
        kill(f"worker-{number}", tried)
        assert tried() < ROWS, "It was done before its worker died: give it more rows."
    last = start("last")
    try:
        last.until(lambda: Batch.get_by_id(batch.id).over, 120)
    finally:
        last.stop()

    done = Batch.get_by_id(batch.id)
    assert (done.status, done.done, done.refused, done.skipped) == ("done", ROWS, 0, 0)
    assert Supply.get().quantity == ROWS == sum(change for (change,) in StockMove.select(StockMove.change).tuples())
    assert BatchRow.select().where(BatchRow.status == "done").count() == ROWS
