"""Batches: each row is done once with its result, whatever happens to the worker; bad rows stop nobody."""

import datetime as dt

import pytest

from tests.jobs.due import wait_until
from webapp.actions import batches, products
from webapp.actions.batches import Outcome, SkippedError
from webapp.actions.products import ProductDraft
from webapp.db import db, now
from webapp.domain.errors import Conflict, Invalid
from webapp.jobs import upkeep
from webapp.jobs.batch_kinds import CHUNKED, KINDS
from webapp.jobs.batches import BatchWorker, work
from webapp.models import Batch, BatchRow, Membership, Product


def rename(viewer, row) -> str:
    """Give a product another title; what some titles do besides is told by the tests."""
    products.edit(viewer, row["product_id"], {"title": row["title"]})
    if row["title"] == "refused":
        raise Conflict("no", "It can't be.")
    if row["title"] == "skipped":
        raise SkippedError("It needn't be.")
    if row["title"] == "broken":
        raise KeyError("a fault of ours")
    return f"Renamed to {row['title']}"


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setitem(KINDS, "rename", rename)


@pytest.fixture
def product(cast):
    return products.create(cast.viewer(cast.merchant), ProductDraft("MUG", "Mug"))


def start(cast, product, *titles, who="merchant", **options) -> Batch:
    viewer = cast.viewer(getattr(cast, who))
    rows = [{"title": title, "product_id": product.id} for title in titles]
    return batches.start(viewer, "rename", "Rename", rows, options)


def rows() -> list[tuple[str, str]]:
    return list(BatchRow.select(BatchRow.status, BatchRow.message).order_by(BatchRow.number).tuples())


def again(batch) -> Batch:
    return Batch.get_by_id(batch.id)


def counts(batch) -> tuple:
    batch = again(batch)
    return batch.status, batch.total, batch.done, batch.refused, batch.skipped


def test_each_row_gets_its_result_and_bad_ones_stop_nobody_and_leave_nothing_behind(cast, product):
    batch = start(cast, product, "One", "refused", "skipped", "broken", "")
    work(batch.id)
    assert rows() == [
        ("done", "Renamed to One"),
        ("refused", "It can't be."),
        ("skipped", "It needn't be."),
        ("refused", "Something broke on our side (KeyError)."),
        ("refused", "Give the product a title."),
    ]
    assert counts(batch) == ("done", 5, 1, 3, 1)
    assert Product.get_by_id(product.id).title == "One"
    assert again(batch).ended_at and again(batch).lease_until is None


def test_the_options_hold_for_every_row(cast, product):
    viewer = cast.viewer(cast.merchant)
    rows_given = [{"product_id": product.id}, {"product_id": product.id, "title": "Own"}]
    work(batches.start(viewer, "rename", "Rename", rows_given, {"title": "All"}).id)
    assert rows() == [("done", "Renamed to All"), ("done", "Renamed to Own")]


def test_two_workers_never_do_a_batch_at_once_and_a_second_run_finds_nothing(cast, product):
    batch = start(cast, product, "One")
    held = batches.claim(batch.id)
    assert held and batches.claim(batch.id) is None
    work(batch.id)
    assert rows() == [("waiting", "")]
    batches.release(held)
    work(batch.id)
    work(batch.id)
    assert counts(batch) == ("done", 1, 1, 0, 0)


def test_a_claim_that_ran_out_is_anothers_and_the_first_does_nothing_more(cast, product):
    batch = start(cast, product, "One", "Two")
    slow = batches.claim(batch.id, dt.timedelta(seconds=-1))
    waiting = batches.next_rows(slow, 2)
    work(batch.id)
    with db.atomic():
        assert not batches.take(slow, waiting[:1])
    batches.finish(slow, "failed")
    assert counts(batch) == ("done", 2, 2, 0, 0)


def test_a_stop_leaves_the_rest_as_it_is(cast, product, monkeypatch):
    batch = start(cast, product, "One", "Two", "Three")

    def stop_after(viewer, row) -> str:
        if row["title"] == "Two":
            batches.stop(cast.viewer(cast.admin), batch.id)
        return "Done"

    monkeypatch.setitem(KINDS, "rename", stop_after)
    work(batch.id)
    assert [status for status, _ in rows()] == ["done", "done", "waiting"]
    assert again(batch).status == "stopped"
    with pytest.raises(Conflict):
        batches.stop(cast.viewer(cast.admin), batch.id)


def test_rights_that_were_taken_away_meanwhile_count(cast, product):
    batch = start(cast, product, "One")
    Membership.update(role="clerk", supplier=cast.logistics).where(Membership.user == cast.merchant.id).execute()
    work(batch.id)
    assert (again(batch).status, rows()) == ("failed", [("waiting", "")])
    assert again(batch).error == "Marta Merchant works for somebody else by now."


def test_who_was_shut_out_has_nothing_done_any_more(cast, product):
    batch = start(cast, product, "One")
    Membership.update(active=False).where(Membership.user == cast.merchant.id).execute()
    work(batch.id)
    assert rows() == [("waiting", "")] and again(batch).status == "failed"
    assert again(batch).error == f"{cast.merchant.name} no longer works in this store."


def test_a_chunk_that_breaks_is_done_row_by_row(cast, monkeypatch):
    def halves(viewer, options, inputs):
        return [Outcome("done", str(options["of"] / cell["number"])) for cell in inputs]

    monkeypatch.setitem(CHUNKED, "halves", halves)
    given = [{"number": number} for number in (2, 0, 4)]
    batch = batches.start(cast.viewer(cast.merchant), "halves", "Halves", given, {"of": 8})
    work(batch.id)
    assert rows() == [
        ("done", "4.0"),
        ("refused", "Something broke on our side (ZeroDivisionError)."),
        ("done", "2.0"),
    ]


def test_a_row_that_is_refused_for_its_values_says_all_that_is_wrong(cast, product, monkeypatch):
    def refuse(viewer, row):
        raise Invalid({"sku": ["No SKU."], "title": ["No title."]})

    monkeypatch.setitem(KINDS, "rename", refuse)
    work(start(cast, product, "One").id)
    assert rows() == [("refused", "No SKU. No title.")]


def test_the_worker_does_what_waits_longest_and_others_get_their_turn(cast, product):
    first, second = start(cast, product, "One"), start(cast, product, "Two")
    assert batches.due(now()) == [first.id, second.id]
    batches.release(batches.claim(first.id))
    assert batches.due(now()) == [second.id, first.id]
    worker = BatchWorker(1)
    worker.tick()
    wait_until(lambda: again(second).status == "done", 20)
    wait_until(lambda: (worker.tick(), again(first).status == "done")[1], 20)
    worker.close()


def test_old_ones_are_forgotten_with_their_rows_but_none_that_still_runs(cast, product):
    done, going, fresh = (start(cast, product, "One") for _ in range(3))
    work(done.id)
    left = batches.draft(cast.viewer(cast.merchant), "rename", "File", ["a"], [["1"]])
    long_ago = now() - dt.timedelta(days=31)
    Batch.update(created_at=long_ago).where(Batch.id.in_([done.id, going.id, left.id])).execute()
    upkeep.forget_old()
    assert [row.id for row in Batch.select().order_by(Batch.id)] == [going.id, fresh.id]
    assert BatchRow.select().count() == 2


def test_a_file_waits_until_somebody_launches_it(cast, product):
    viewer = cast.viewer(cast.merchant)
    batch = batches.draft(viewer, "rename", "File", ["title"], [["One"]])
    assert batches.due(now()) == []
    batches.launch(viewer, batch.id)
    assert batches.due(now()) == [batch.id]
    with pytest.raises(Conflict):
        batches.launch(viewer, batch.id)
    with pytest.raises(Conflict):
        batches.set_options(viewer, batch.id, {})
