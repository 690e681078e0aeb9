"""One thing done with many orders by the worker: each gets its own result, and a second time nothing is left to do."""

import datetime as dt

import pytest

from tests.actions.conftest import World
from webapp.actions import batches, holds, many_orders
from webapp.db import now
from webapp.domain.errors import Forbidden
from webapp.jobs.batches import work
from webapp.models import Allocation, Batch, BatchRow, Change, Event, Hold, Membership, Order, Push, Supply

DAY = dt.datetime(2027, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def world(cast):
    made = World(cast)
    made.product("MUG", logistics=50, rival=50)
    return made


@pytest.fixture
def one_of_each(world) -> dict[str, Order]:
    """An order in each status that a person or the channel gives it."""
    made = {}
    for status in ("awaiting_payment", "payment_accepted", "in_process", "on_hold", "canceled"):
        facts = {"external_id": status, "status": "payment_accepted" if status == "on_hold" else status}
        made[status] = world.order(("MUG", 1), **facts)
    holds.hold(world.viewer, made["on_hold"].id, "The buyer asked for it")
    return made


def run(world, verb: str, orders, who="merchant", **options) -> list[tuple[str, str, str]]:
    """Do it, twice; return what became of each order the first time, after looking that the second changed nothing."""
    viewer = world.cast.viewer(getattr(world.cast, who))
    chosen = [(order.id, order.reference) for order in orders]
    first = many_orders.start(viewer, verb, chosen, options)
    work(first.id)
    marks = counts()
    second = many_orders.start(viewer, verb, chosen, options)
    work(second.id)
    assert counts()[:3] == marks[:3] and all(status != "done" for _, status, _ in results(second))
    assert Batch.get_by_id(first.id).status == Batch.get_by_id(second.id).status == "done"
    return results(first)


def results(batch) -> list[tuple[str, str, str]]:
    return [(row.input["label"], row.status, row.message) for row in batches.rows_of(batch)]


def counts() -> list:
    statuses = sorted(Order.select(Order.id, Order.status).tuples())
    return [statuses, Change.select().count(), Push.select().count(), Event.select().count()]


def test_accepts_what_is_paid_and_says_why_the_others_are_not(world, one_of_each):
    told = run(world, "accept", one_of_each.values())
    assert [(label, status) for label, status, _ in told] == [
        ("#awaiting_payment", "refused"),
        ("#payment_accepted", "done"),
        ("#in_process", "skipped"),
        ("#on_hold", "refused"),
        ("#canceled", "refused"),
    ]
    assert "can't become In process" in told[0][2] and told[2][2] == "It is In process already."
    assert told[3][2] == "It is on hold: release it first."
    assert Order.get_by_id(one_of_each["payment_accepted"].id).status == "in_process"
    assert Order.get_by_id(one_of_each["on_hold"].id).status == "on_hold"
    by = Event.get(Event.order == one_of_each["payment_accepted"].id, Event.kind == "order.status")
    assert by.actor_label == "Marta Merchant"


def test_holds_with_a_reason_and_an_end_and_keeps_the_reason_of_who_was_first(world, one_of_each):
    told = run(world, "hold", one_of_each.values(), reason="Strike", until=DAY.isoformat())
    assert [status for _, status, _ in told] == ["done", "done", "done", "skipped", "refused"]
    reasons = {row.order_id: (row.reason, row.until) for row in Hold.select()}
    assert reasons[one_of_each["in_process"].id] == ("Strike", DAY)
    assert reasons[one_of_each["on_hold"].id] == ("The buyer asked for it", None)


def test_releases_to_where_each_was(world, one_of_each):
    holds.hold(world.viewer, one_of_each["in_process"].id, "Wait")
    told = run(world, "release", one_of_each.values())
    assert [(status, message) for _, status, message in told] == [
        ("skipped", "It isn't on hold."),
        ("skipped", "It isn't on hold."),
        ("done", "Goes on: In process."),
        ("done", "Goes on: Payment accepted."),
        ("skipped", "It isn't on hold."),
    ]


def test_chooses_the_stock_anew_and_says_where_it_went(world, one_of_each):
    mine = Supply.supplier == world.cast.logistics.id
    Supply.update(priority=9).where(mine).execute()
    Supply.update(priority=0).where(~mine).execute()
    told = run(world, "reroute", [one_of_each["payment_accepted"], one_of_each["canceled"]])
    assert told[0][1:] == ("done", "Now served by Rival Warehousing (1 unit).")
    assert told[1][1:] == ("refused", "The order is finished: its lines no longer want stock.")


def test_a_clerk_accepts_its_own_orders_and_does_nothing_else(world):
    mine = world.order(("MUG", 1), external_id="mine")
    world.product("OWN", own=5)
    foreign = world.order(("OWN", 1), external_id="foreign")
    told = run(world, "accept", [mine, foreign], who="clerk")
    assert [(status, message) for _, status, message in told] == [
        ("done", "Accepted."),
        ("refused", "There is no such order."),
    ]
    for verb in ("hold", "release", "reroute"):
        with pytest.raises(Forbidden):
            many_orders.start(world.cast.viewer(world.cast.clerk), verb, [(mine.id, "")])


def test_each_stock_accepts_its_own_part_whoever_of_them_was_first(world):
    world.product("POT", logistics=5)
    world.product("PAN", rival=5)
    order = world.order(("POT", 1), ("PAN", 1))
    assert run(world, "accept", [order], who="clerk")[0][1:] == ("done", "Accepted.")
    assert run(world, "accept", [order], who="rival_clerk")[0][1:] == ("done", "Accepted.")
    held = Allocation.select().where(Allocation.order == order.id)
    assert [row.accepted_at is None for row in held] == [False, False]


def test_another_stores_order_is_not_found(world):
    order = world.order(("MUG", 1))
    batch = many_orders.start(world.cast.viewer(world.cast.stranger), "accept", [(order.id, "#1")])
    work(batch.id)
    assert results(batch) == [("#1", "refused", "There is no such order.")]
    assert Order.get().status == "payment_accepted"


def test_goes_on_where_a_worker_died(world):
    orders = [world.order(("MUG", 1), external_id=str(number)) for number in range(3)]
    viewer = world.cast.viewer(world.cast.merchant)
    batch = many_orders.start(viewer, "accept", [(row.id, row.reference) for row in orders])
    turns = iter((False, False))
    work(batch.id, enough=lambda: next(turns, True))
    assert Order.select().where(Order.status == "in_process").count() == 1
    died = {"status": "running", "lease_until": now() - dt.timedelta(seconds=1), "lease_token": "gone"}
    Batch.update(**died).execute()
    work(batch.id)
    assert [status for _, status, _ in results(batch)] == ["done"] * 3
    assert Push.select().count() == 3 == Event.select().where(Event.kind == "order.status").count()


def test_who_was_shut_out_meanwhile_does_nothing_any_more(world):
    order = world.order(("MUG", 1))
    batch = many_orders.start(world.cast.viewer(world.cast.merchant), "accept", [(order.id, "#1")])
    Membership.update(active=False).where(Membership.user == world.cast.merchant.id).execute()
    work(batch.id)
    assert Batch.get().status == "failed" and BatchRow.get().status == "waiting"
    assert Order.get().status == "payment_accepted"
