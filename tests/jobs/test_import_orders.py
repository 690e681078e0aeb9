"""Reading a channel: nothing is missed, nothing comes in twice, and what fails is seen, kept and tried again."""

import datetime as dt

import pytest
from structlog.testing import capture_logs

from tests.jobs.reading import fresh, mend, point, read, runs, sell_many, spoil, stamp, tables, write
from tests.servers.fault_proxy import FaultProxy
from webapp.actions import channels, credentials
from webapp.db import now
from webapp.jobs import import_orders
from webapp.models import Allocation, Channel, Order, Supply


@pytest.fixture(autouse=True)
def logged():
    """What is logged, as it is handed over: to draw a traceback takes longer than a reading."""
    with capture_logs() as entries:
        yield entries


def test_a_hundred_and_twenty_orders_of_one_moment_come_in_once_each(channel, shop):
    placed = sell_many(shop, 120, "MUG-BLUE")
    run = read(channel)
    assert (run.status, run.seen, run.created, run.failed) == ("done", 120, 120, 0)
    assert sorted(row.external_id for row in Order.select()) == sorted(placed)
    assert sum(row.quantity for row in Allocation.select()) == 10
    assert sorted(row.reserved for row in Supply.select()) == [0, 10]
    before = tables()
    again = read(channel)
    assert (again.status, again.created, again.updated) == ("done", 0, 0) and tables() == before


def test_reading_from_the_beginning_again_changes_nothing_either(channel, shop):
    for sku in ("MUG-BLUE", "MOKA-3", "UNHEARD-OF"):
        shop.sell((sku, 2))
    read(channel)
    before = tables()
    Channel.update(read_cursor=None).execute()
    run = read(channel)
    assert (run.seen, run.created, run.updated, run.unchanged) == (3, 0, 0, 3) and tables() == before


def test_what_changed_on_the_shop_is_updated_alone(channel, shop):
    first, second = shop.sell(("MUG-BLUE", 1)), shop.sell(("MUG-BLUE", 1))
    read(channel)
    write(shop, "UPDATE orders SET status = 'canceled', updated_at = ? WHERE id = ?", stamp(), first)
    run = read(channel)
    assert (run.created, run.updated) == (0, 1)
    assert {row.external_id: row.status for row in Order.select()} == {first: "canceled", second: "payment_accepted"}


def test_the_cursor_is_the_moment_at_which_the_reading_began(channel, shop):
    shop.sell(("MUG-BLUE", 1))
    began = now()
    run = read(channel)
    until = dt.datetime.fromisoformat(fresh(channel).read_cursor["until"])
    assert began <= until <= run.finished_at


def test_what_lies_after_the_bound_waits_for_the_next_reading(channel, shop):
    placed = shop.sell(("MUG-BLUE", 1))
    write(shop, "UPDATE orders SET updated_at = ?", stamp(60))
    assert read(channel).seen == 0
    write(shop, "UPDATE orders SET updated_at = ?", stamp())
    assert read(channel).created == 1 and Order.get().external_id == placed


def test_what_the_shop_wrote_late_lies_in_the_overlap_and_is_found(channel, shop):
    read(channel)
    placed = shop.sell(("MUG-BLUE", 1))
    write(shop, "UPDATE orders SET updated_at = ?", stamp(-3))
    assert read(channel).created == 1 and Order.get().external_id == placed


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_that_fails_keeps_the_cursor_and_what_came_before_it(channel, shop, page):
    read(channel)
    cursor = fresh(channel).read_cursor
    sell_many(shop, 120)
    with FaultProxy(shop.url) as proxy:
        point(channel, proxy.url)
        proxy.plan(*[None] * (page - 1), "error")
        run = read(channel)
    taken = 50 * (page - 1)
    assert (run.status, run.seen, run.created) == ("failed", taken, taken)
    assert run.errors == [{"reference": "", "message": "The shop answered 500."}]
    assert fresh(channel).read_cursor == cursor
    point(channel, shop.url)
    again = read(channel)
    assert (again.status, again.created) == ("done", 120 - taken) and Order.select().count() == 120
    assert fresh(channel).read_cursor != cursor


@pytest.mark.parametrize("fault", ["drop", "refuse", "truncate", "garbage"])
def test_an_answer_that_is_not_whole_fails_the_run_and_loses_nothing(channel, shop, fault):
    shop.sell(("MUG-BLUE", 1))
    with FaultProxy(shop.url) as proxy:
        point(channel, proxy.url)
        proxy.plan(fault)
        run = read(channel)
        assert (run.status, run.seen) == ("failed", 0) and run.errors[0]["message"] and run.finished_at
        assert fresh(channel).read_cursor is None
        assert read(channel).created == 1


def test_an_order_that_cannot_be_taken_in_stops_no_other_and_is_read_again_until_it_can(channel, shop, logged):
    shop.sell(("MUG-BLUE", 1))
    odd = spoil(shop)
    shop.sell(("MOKA-3", 1))
    run = read(channel)
    assert (run.status, run.seen, run.created, run.failed) == ("done", 3, 2, 1)
    (error,) = run.errors
    assert error["reference"] == shop.order(odd)["number"] and "is read again the next time" in error["message"]
    assert fresh(channel).read_cursor["again"] == [odd]
    (entry,) = logged
    assert (entry["event"], entry["channel"]) == ("import.order_failed", channel.id) and entry["exc_info"]

    write(shop, "UPDATE orders SET updated_at = '2020-01-01T00:00:00.000000Z'")  # No later reading pages over them.
    again = read(channel)
    assert (again.status, again.seen, again.failed) == ("done", 1, 1)
    assert fresh(channel).read_cursor["again"] == [odd]

    mend(shop, odd)
    mended = read(channel)
    assert (mended.created, mended.failed, mended.errors) == (1, 0, [])
    assert fresh(channel).read_cursor["again"] == [] and Order.select().count() == 3


def test_an_order_that_fails_both_in_a_page_and_again_counts_once(channel, shop):
    spoil(shop)
    for _ in range(2):
        run = read(channel)
        assert (run.seen, run.failed, len(run.errors)) == (1, 1, 1)


def test_an_order_to_read_again_that_the_shop_has_no_more_is_let_go(channel, shop):
    odd = spoil(shop)
    read(channel)
    write(shop, "DELETE FROM orders")
    shop.sell(("MUG-BLUE", 1))
    write(shop, "UPDATE orders SET id = 77, number = 'S-77'")
    write(shop, "UPDATE lines SET order_id = 77 WHERE quantity = 1")
    run = read(channel)
    assert (run.status, run.created, run.failed) == ("done", 1, 1)
    assert run.errors[0]["reference"] == f"Order {odd}" and "no such order" in run.errors[0]["message"]
    assert fresh(channel).read_cursor["again"] == []
    assert read(channel).failed == 0


def test_a_shop_that_is_away_keeps_what_was_to_be_read_again(channel, shop):
    odd = spoil(shop)
    read(channel)
    cursor = fresh(channel).read_cursor
    shop.break_next(fail=1)
    assert read(channel).status == "failed"
    assert fresh(channel).read_cursor == cursor and cursor["again"] == [odd]


def test_twenty_errors_are_kept_and_all_are_counted(channel, shop):
    for _ in range(23):
        spoil(shop)
    shop.sell(("MUG-BLUE", 1))
    run = read(channel)
    assert (run.failed, len(run.errors), run.created) == (23, 20, 1)
    assert len(fresh(channel).read_cursor["again"]) == 23


def test_a_wrong_key_is_a_failed_run_that_says_so(channel, shop):
    Channel.update(credentials=credentials.seal({"key": "wrong"})).execute()
    run = read(channel)
    assert (run.status, run.seen) == ("failed", 0)
    assert run.errors == [{"reference": "", "message": "The shop refuses the key."}]
    assert "wrong" not in str(run.errors)


def test_idle_readings_are_forgotten_and_what_happened_stays(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    read(channel)
    write(shop, "UPDATE orders SET updated_at = '2020-01-01T00:00:00.000000Z'")
    channels.request_sync(stocked, channel.id)
    import_orders.read_due(channel.id)
    for _ in range(3):
        read(channel)
    shop.break_next(fail=1)
    read(channel)
    read(channel)
    assert [run[:2] for run in runs(channel)] == [
        ("schedule", "done"),
        ("manual", "done"),
        ("schedule", "failed"),
        ("schedule", "done"),
    ]
