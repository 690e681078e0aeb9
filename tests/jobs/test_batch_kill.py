"""Workers are killed again and again in the middle of a file: each of its rows counts once."""

import random
import time

import pytest

from tests.conftest import ENCRYPTION_KEY
from tests.servers.worker import Worker
from tests.web.orders import shop
from webapp.actions import batches, imports
from webapp.models import Batch, BatchRow, StockMove, Supply

ROWS = 12_000
KILLS = 5


@pytest.mark.timeout(300)
def test_a_file_that_adds_units_adds_each_once_however_often_workers_die(cast, database_url, tmp_path):
    shop.stocked(cast.store, "MUG", cast.logistics, 0)
    viewer, dice = cast.viewer(cast.merchant), random.Random(7)
    batch = imports.upload(viewer, "supplies", "Arrived", ["sku", "quantity"], [["MUG", "1"]] * ROWS)
    options = {"columns": {"sku": 0, "quantity": 1}, "mode": "add", "supplier_id": cast.logistics.id}
    imports.choose(viewer, batch.id, options)
    batches.launch(viewer, batch.id)

    def tried() -> int:
        return Batch.get_by_id(batch.id).tried

    def start(number: int) -> Worker:
        return Worker(database_url, ENCRYPTION_KEY, tmp_path / f"worker-{number}.log", INSTANCE_DIR=str(tmp_path))

    for number in range(KILLS):
        before, worker = tried(), start(number)
        try:
            worker.until(lambda before=before: tried() > before)
            time.sleep(dice.random() * 0.1)
        finally:
            worker.kill()
        assert tried() < ROWS, "It was done before its worker died: give it more rows."
        # Its claim would run out within a minute.
        Batch.update(lease_until=Batch.created_at).where(Batch.id == batch.id).execute()
    last = start(KILLS)
    try:
        last.until(lambda: Batch.get_by_id(batch.id).over, 120)
    finally:
        last.stop()

    done = Batch.get_by_id(batch.id)
    assert (done.status, done.done, done.refused, done.skipped) == ("done", ROWS, 0, 0)
    assert Supply.get().quantity == ROWS == sum(change for (change,) in StockMove.select(StockMove.change).tuples())
    assert BatchRow.select().where(BatchRow.status == "done").count() == ROWS
