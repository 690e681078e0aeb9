"""Large files are looked at in the background: nothing is lost or doubled by dead workers, nothing half read runs."""

import datetime as dt

import pytest

from tests.jobs.due import wait_until
from tests.web.orders import shop
from webapp.actions import batches, file_looks, imports
from webapp.actions.imports import Preview
from webapp.db import now
from webapp.domain.errors import Conflict
from webapp.jobs import file_looks as look_job
from webapp.jobs import upkeep
from webapp.jobs.batches import BatchWorker
from webapp.jobs.batches import work as import_file
from webapp.models import Batch, BatchRow, FileLook, FilePart, Membership, Product

HEADINGS = ["sku", "title", "price"]
ROWS = [["MUG", "Mug", "1"], ["", "None", "1"], ["CUP", "Cup", "odd"], ["POT", "Pot", "2"], ["MUG", "Mug", "3"]]


class DiedError(BaseException):
    """The worker is killed."""


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Every file is large, and is read two rows at a time."""
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    monkeypatch.setattr(file_looks, "PART", 2)


@pytest.fixture
def viewer(cast):
    return cast.viewer(cast.merchant)


@pytest.fixture
def batch(viewer):
    return imports.upload(viewer, "products", "File", HEADINGS, ROWS)


def look(batch) -> FileLook:
    return FileLook.get(FileLook.batch == batch.id)


def kept(batch) -> list[tuple[int, list[str]]]:
    return [row for rows in batches.all_inputs(batch, 1_000) for row in rows]


def lease_ran_out() -> None:
    FileLook.update(lease_until=now() - dt.timedelta(seconds=1)).execute()


def test_the_rows_are_put_away_first_and_a_worker_keeps_and_checks_them(viewer, batch):
    assert (batch.total, kept(batch), look(batch).status) == (5, [], "waiting")
    assert file_looks.due(now()) == [batch.id] and batches.due(now()) == []
    look_job.work(batch.id)
    assert kept(batch) == list(enumerate(ROWS, 1)) and FilePart.select().count() == 0
    seen = look(batch)
    assert (seen.status, seen.kept, seen.looked, seen.lease_until) == ("done", 5, 5, None) and seen.ended_at
    assert Preview.of(seen) == imports.preview(viewer, batch)
    assert Preview.of(seen).counts == {"created": 2, "refused": 2, "changed": 1}
    assert Product.select().count() == 0 and file_looks.due(now()) == []


def test_a_file_that_is_small_needs_no_worker(viewer):
    batch = imports.upload(viewer, "products", "File", HEADINGS, ROWS[:2])
    assert kept(batch) == list(enumerate(ROWS[:2], 1))
    assert file_looks.of(batch) is None and FilePart.select().count() == 0


def test_no_worker_meets_a_file_before_it_is_said_what_its_columns_mean(viewer, monkeypatch):
    def die(*given):
        raise DiedError

    monkeypatch.setattr(batches, "set_options", die)
    with pytest.raises(DiedError):
        imports.upload(viewer, "products", "File", HEADINGS, ROWS)
    assert [table.select().count() for table in (Batch, FileLook, FilePart)] == [0, 0, 0]


def test_what_was_looked_at_is_imported_as_a_small_file_is(viewer, batch):
    look_job.work(batch.id)
    imports.launch(viewer, batch.id)
    import_file(batch.id)
    done = Batch.get_by_id(batch.id)
    assert (done.status, done.total, done.done, done.refused) == ("done", 5, 3, 2)
    assert dict(Product.select(Product.sku, Product.price_cents).tuples()) == {"MUG": 300, "POT": 200}


def test_a_file_that_is_not_wholly_read_can_not_be_imported(viewer, batch):
    for enough in (lambda: None, lambda: look_job.work(batch.id, lambda: True)):
        enough()
        assert len(kept(batch)) < 5
        with pytest.raises(Conflict, match="still being read"):
            imports.launch(viewer, batch.id)
    assert Batch.get_by_id(batch.id).status == "draft"


@pytest.mark.parametrize("after", [1, 2, 3])
def test_the_rows_that_a_dead_worker_kept_are_kept_once(batch, monkeypatch, after):
    insert, calls = batches.insert_rows, []

    def die(*given):
        insert(*given)
        calls.append(given)
        if len(calls) == after:
            raise DiedError

    monkeypatch.setattr(batches, "insert_rows", die)
    with pytest.raises(DiedError):
        look_job.work(batch.id)
    assert len(kept(batch)) == 2 * (after - 1) == look(batch).kept
    monkeypatch.setattr(batches, "insert_rows", insert)
    look_job.work(batch.id)
    assert kept(batch) == list(enumerate(ROWS, 1)) and look(batch).status == "done"


def test_a_claim_keeps_others_away_until_it_runs_out_and_is_then_worth_nothing(batch):
    slow = file_looks.claim(batch.id)
    assert file_looks.claim(batch.id) is None and file_looks.due(now()) == []
    look_job.work(batch.id)
    assert kept(batch) == []
    lease_ran_out()
    look_job.work(batch.id)
    assert not file_looks.keep_part(slow, batch) and not file_looks.renew(slow)
    file_looks.fail(slow, "Too late")
    assert look(batch).status == "done" and len(kept(batch)) == 5


def test_other_columns_are_looked_at_anew_whoever_was_at_it(viewer, batch):
    first = file_looks.claim(batch.id)
    while file_looks.keep_part(first, batch):
        pass
    imports.choose(viewer, batch.id, {"columns": {"sku": 0, "title": 1}})
    file_looks.finish(first, {"counts": {}, "first": [], "refused": []})
    assert look(batch).status == "waiting"
    look_job.work(batch.id)
    assert Preview.of(look(batch)).counts == {"created": 3, "refused": 1, "unchanged": 1}


def test_who_was_shut_out_has_nothing_looked_at(cast, batch):
    Membership.update(active=False).where(Membership.user == cast.merchant.id).execute()
    look_job.work(batch.id)
    assert (look(batch).status, look(batch).error) == ("failed", f"{cast.merchant.name} no longer works in this store.")


def test_who_may_no_longer_import_has_nothing_looked_at(cast, batch):
    Membership.update(role="clerk", supplier=cast.logistics).where(Membership.user == cast.merchant.id).execute()
    look_job.work(batch.id)
    assert look(batch).status == "failed" and "works for the whole store" in look(batch).error


def test_a_fault_of_ours_is_told_and_can_be_tried_again(viewer, batch, monkeypatch):
    plan = imports.PLANNERS["products"]

    def broken(*given):
        raise KeyError("a fault of ours")

    monkeypatch.setitem(imports.PLANNERS, "products", broken)
    look_job.work(batch.id)
    assert (look(batch).status, look(batch).error) == ("failed", "Something broke on our side (KeyError).")
    assert file_looks.due(now()) == []
    monkeypatch.setitem(imports.PLANNERS, "products", plan)
    imports.choose(viewer, batch.id, batch.input)
    look_job.work(batch.id)
    assert look(batch).status == "done"


def test_a_file_that_was_stopped_is_looked_at_no_more(viewer, batch):
    held = file_looks.claim(batch.id)
    batches.stop(viewer, batch.id)
    assert not file_looks.keep_part(held, batch)
    file_looks.release(held)
    assert file_looks.due(now()) == [] and kept(batch) == []


def test_a_file_that_nobody_went_on_with_is_forgotten_whole(batch):
    Batch.update(created_at=now() - dt.timedelta(days=2)).execute()
    upkeep.forget_old()
    assert [table.select().count() for table in (Batch, BatchRow, FileLook, FilePart)] == [0, 0, 0, 0]


def test_the_worker_looks_before_it_goes_on_with_what_waits_longer(cast, viewer, batch):
    shop.stocked(cast.store, "TIN")
    waits = imports.upload(viewer, "products", "Waits", HEADINGS, [["TIN", "Tin", "1"]])
    batches.launch(viewer, waits.id)
    Batch.update(turn_at=now() - dt.timedelta(hours=1)).where(Batch.id == waits.id).execute()
    worker = BatchWorker(1)
    worker.tick()
    wait_until(lambda: look(batch).status == "done", 20)
    assert Batch.get_by_id(waits.id).status == "waiting"
    wait_until(lambda: (worker.tick(), Batch.get_by_id(waits.id).status == "done")[1], 20)
    worker.close()
