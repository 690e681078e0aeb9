"""The nightly comparison of a channel with what is here: each difference is listed, and mended where it can be."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.jobs.reading import due, fresh, point, read, runs, stamp, write
from tests.jobs.test_worker import slow_channel, start
from tests.servers.fault_proxy import FaultProxy
from tests.servers.gate import Gate
from tests.servers.woocommerce import KEY, SECRET, WooShop
from webapp.actions import (
    acceptance,
    cancel_requests,
    cancellations,
    channels,
    orders,
    pushes,
    reconciliations,
    shipments,
)
from webapp.actions.channels import ChannelDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.connectors import http
from webapp.db import now
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.jobs import lease, push_to_channels, reconcile, upkeep
from webapp.jobs.comparing import Comparison
from webapp.jobs.connections import connector_for
from webapp.jobs.lease import LostError, StoppedError
from webapp.jobs.reconcile import Reconciler
from webapp.models import (
    Allocation,
    CancelRequest,
    Channel,
    Event,
    Order,
    OrderLine,
    OrderTask,
    Push,
    Reconciliation,
    Store,
    Supply,
)

__all__ = ["slow_channel", "start"]


def compared(viewer, channel) -> Reconciliation:
    """Compare the channel now."""
    asked = reconciliations.request(viewer, channel.id)
    reconcile.compare_due(channel.id)
    return Reconciliation.get_by_id(asked.id)


def listed(done: Reconciliation) -> list[tuple]:
    return sorted((one["kind"], one["order_id"], one["mended"]) for one in done.differences)


def ours(external_id) -> Order:
    return Order.get(Order.external_id == str(external_id))


def ship(viewer, order: Order, tracking="T-1") -> None:
    shipments.ship(viewer, shipments.create(viewer, order.id, ShipmentDraft(carrier="GLS", tracking_code=tracking)).id)


def everything() -> list:
    tables = (Order, OrderLine, Allocation, Supply, OrderTask, Push)
    hidden = ("updated_at",)
    return [
        [{name: value for name, value in row.__data__.items() if name not in hidden} for row in table.select()]
        for table in tables
    ]


def night_everywhere() -> None:
    """Let it be night in each store, for an hour at least."""
    hours = range(-12, 13)
    zone = next(f"Etc/GMT{-offset:+d}" for offset in hours if 2 <= (now() + dt.timedelta(hours=offset)).hour < 5)
    Store.update(time_zone=zone).execute()


@pytest.fixture
def drifted(channel, shop, stocked):
    """One order of each kind of difference, as the channel's cursor has passed them all; return name -> order id."""
    sold = {name: shop.sell(("MUG-BLUE", 1)) for name in ("same", "differs", "untold", "begun", "lost", "open_there")}
    read(channel)
    clerk = stocked
    ship(clerk, ours(sold["untold"]))
    push_to_channels.drain(channel.id)
    acceptance.accept(clerk, ours(sold["begun"]).id)
    orders.set_status(clerk, ours(sold["open_there"]).id, "canceled")
    Push.update(status="dropped").where(Push.kind == "status").execute()
    sold["missing"] = shop.sell(("MUG-BLUE", 1))
    write(shop, "UPDATE orders SET status = 'paid' WHERE id = ?", sold["untold"])
    write(shop, "UPDATE orders SET status = 'canceled' WHERE id = ?", sold["begun"])
    write(shop, "UPDATE lines SET quantity = 2 WHERE order_id = ?", sold["differs"])
    write(shop, "DELETE FROM lines WHERE order_id = ?", sold["lost"])
    write(shop, "DELETE FROM orders WHERE id = ?", sold["lost"])
    write(shop, "UPDATE orders SET updated_at = ?", stamp(-60))
    passed = {"until": now().isoformat(), "again": []}
    Channel.update(read_cursor=passed).where(Channel.id == channel.id).execute()
    return sold


def test_each_kind_of_difference_is_listed_and_mended_where_it_can_be(channel, stocked, drifted):
    done = compared(stocked, channel)
    ids = {name: ours(external_id).id for name, external_id in drifted.items()}
    assert (done.status, done.error, done.seen) == ("done", "", 6)
    assert listed(done) == sorted(
        [
            ("missing", ids["missing"], True),
            ("differs", ids["differs"], True),
            ("not_told", ids["untold"], False),
            ("differs", ids["begun"], True),
            ("canceled_there", ids["begun"], False),
            ("canceled_here", ids["open_there"], False),
            ("unknown_there", ids["lost"], False),
        ]
    )
    assert (done.found, done.mended) == (7, 3)
    assert ours(drifted["missing"]).status == "payment_accepted"
    assert OrderLine.get(OrderLine.order == ids["differs"]).quantity == 2
    assert ours(drifted["lost"]).status == "payment_accepted"
    assert [(row.kind, row.order_id) for row in OrderTask.select()] == [("not_told", ids["untold"])]


def test_comparing_twice_changes_nothing(channel, stocked, drifted):
    compared(stocked, channel)
    before, events = everything(), Event.select().count()
    done = compared(stocked, channel)
    assert everything() == before and Event.select().count() == events
    assert done.mended == 0
    assert {kind for kind, _, _ in listed(done)} == {"not_told", "canceled_there", "canceled_here", "unknown_there"}


def test_a_row_of_ours_that_was_spoiled_is_brought_up_to_date(channel, shop, stocked):
    placed = shop.sell(("MUG-BLUE", 1))
    read(channel)
    Order.update(total_cents=1, delivery_address={"city": "Nowhere"}).execute()
    done = compared(stocked, channel)
    assert listed(done) == [("differs", ours(placed).id, True)]
    assert done.differences[0]["told"] == "Taken over: total, delivery address."
    assert ours(placed).total_cents > 1 and ours(placed).delivery_address["city"] != "Nowhere"


def test_a_rest_that_was_canceled_here_alone_is_told_as_that_and_not_as_a_shipment_that_was_lost(
    channel, shop, stocked
):
    placed = shop.sell(("MUG-BLUE", 2))
    read(channel)
    order = ours(placed)
    part = ShipmentDraft({OrderLine.get(OrderLine.order == order.id).id: 1}, carrier="GLS", tracking_code="T-1")
    shipments.ship(stocked, shipments.create(stocked, order.id, part).id)
    cancellations.cancel(stocked, order.id)
    if CancelRequest.select().exists():
        cancel_requests.grant(stocked, order.id)
    push_to_channels.drain(channel.id)
    assert (ours(placed).status, shop.order(placed)["status"]) == ("shipped", "partially_shipped")
    done = compared(stocked, channel)
    assert listed(done) == [("canceled_here", order.id, False)] and not OrderTask.select().exists()
    assert done.differences[0]["told"] == (
        "The channel says “partially_shipped”. The rest is canceled here: refund it there as well."
    )


def test_telling_again_puts_the_shipment_back_on_the_channel(channel, shop, stocked, drifted):
    compared(stocked, channel)
    order = ours(drifted["untold"])
    assert pushes.tell_again(stocked, order.id) == 1
    assert OrderTask.get().done_at is not None
    with pytest.raises(Conflict):
        pushes.tell_again(stocked, order.id)
    push_to_channels.drain(channel.id)
    assert len(shop.order(drifted["untold"])["fulfilments"]) == 1  # It was still there, so it isn't told twice.


def test_a_task_that_was_settled_does_not_come_back_until_it_was_told_again(channel, stocked, drifted):
    compared(stocked, channel)
    OrderTask.update(done_at=now()).execute()
    compared(stocked, channel)
    assert OrderTask.select().count() == 1
    pushes.tell_again(stocked, ours(drifted["untold"]).id)
    Push.update(status="sent").execute()
    compared(stocked, channel)
    assert OrderTask.select().count() == 2


def test_what_the_next_reading_brings_anyway_is_no_difference(channel, shop, stocked):
    read(channel)
    placed = shop.sell(("MUG-BLUE", 1))
    done = compared(stocked, channel)
    assert (done.seen, done.found) == (1, 0) and ours(placed).status == "payment_accepted"


def test_what_is_on_its_way_to_the_channel_is_no_difference(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    read(channel)
    ship(stocked, Order.get())
    assert compared(stocked, channel).found == 0
    push_to_channels.drain(channel.id)
    assert compared(stocked, channel).found == 0


def test_a_channel_that_fails_in_the_middle_keeps_what_was_found_and_says_why(channel, shop, stocked, drifted):
    with FaultProxy(shop.url) as proxy:
        point(channel, proxy.url)
        shop.break_next(fail=1)
        done = compared(stocked, channel)
    assert (done.status, done.seen) == ("failed", 0) and done.error
    point(channel, shop.url)
    assert compared(stocked, channel).status == "done"


def test_a_comparison_whose_worker_died_is_done_by_the_next(channel, shop, stocked, drifted):
    asked = reconciliations.request(stocked, channel.id)
    lease.claim(channel.id)
    reconciliations.begin(fresh(channel))
    assert reconcile.due_channels() == []
    reconcile.compare_due(channel.id)
    assert Reconciliation.get_by_id(asked.id).status == "running"
    Channel.update(lease_until=now() - dt.timedelta(seconds=1)).execute()
    assert reconcile.due_channels() == [channel.id]
    reconcile.compare_due(channel.id)
    done = Reconciliation.get_by_id(asked.id)
    assert (done.status, done.found) == ("done", 7) and fresh(channel).lease_until is None
    assert Reconciliation.select().count() == 1


def test_a_worker_that_is_killed_in_the_middle_leaves_it_to_the_next(start, slow_channel, shop, cast):
    placed = shop.sell(("MUG-BLUE", 1))
    asked = reconciliations.request(cast.viewer(cast.admin), slow_channel.id)
    dead = start()
    assert slow_channel.gate.arrived.wait(60)
    dead.kill()
    assert Reconciliation.get_by_id(asked.id).status == "running"
    slow_channel.gate.open()
    Channel.update(lease_until=now() - dt.timedelta(seconds=1)).where(Channel.id == slow_channel.id).execute()
    other = start()
    other.until(lambda: Reconciliation.get_by_id(asked.id).status == "done")
    assert Reconciliation.get_by_id(asked.id).seen == 1 and ours(placed).status == "payment_accepted"


def test_a_worker_that_stops_leaves_it_to_the_next(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    asked = reconciliations.request(stocked, channel.id)
    with Gate(shop.url) as gate:
        point(channel, gate.url)
        worker = Reconciler(1)
        try:
            worker.tick()
            assert gate.arrived.wait(60)
            worker._stopping.set()
        finally:
            gate.open()
            worker.close()
    assert Reconciliation.get_by_id(asked.id).status == "running" and fresh(channel).lease_until is None
    point(channel, shop.url)
    other = Reconciler(1)
    other.tick()
    other.close()
    assert Reconciliation.get_by_id(asked.id).status in ("done", "running")
    reconcile.compare_due(channel.id)
    assert Reconciliation.get_by_id(asked.id).status == "done"


def test_a_channel_is_compared_once_in_its_stores_night(channel, shop, stocked):
    night_everywhere()
    reconcile.plan_nights()
    reconcile.plan_nights()
    (planned,) = Reconciliation.select()
    assert (planned.trigger, planned.status) == ("schedule", "waiting")
    reconcile.compare_due(channel.id)
    reconcile.plan_nights()
    assert Reconciliation.select().count() == 1
    Reconciliation.update(status="failed").execute()
    reconcile.plan_nights()
    assert Reconciliation.select().count() == 1
    Reconciliation.update(finished_at=now() - dt.timedelta(hours=2)).execute()
    reconcile.plan_nights()
    assert Reconciliation.select().count() == 2


def test_by_day_nothing_is_planned_and_a_paused_channel_never(channel, stocked):
    offset = next(hours for hours in range(-12, 13) if (now() + dt.timedelta(hours=hours)).hour == 12)
    Store.update(time_zone=f"Etc/GMT{-offset:+d}").execute()
    reconcile.plan_nights()
    assert Reconciliation.select().count() == 0
    reconciliations.request(stocked, channel.id)
    channels.pause(stocked, channel.id)
    assert reconcile.due_channels() == []
    with pytest.raises(Conflict):
        reconciliations.request(stocked, channel.id)


def test_asking_twice_compares_once_and_needs_the_store(channel, stocked, cast):
    assert reconciliations.request(stocked, channel.id) == reconciliations.request(stocked, channel.id)
    with pytest.raises(Forbidden):
        reconciliations.request(cast.viewer(cast.clerk), channel.id)
    with pytest.raises(NotFound):
        reconciliations.request(cast.viewer(cast.stranger), channel.id)


def test_a_result_is_kept_for_ninety_days(channel, stocked):
    done = reconciliations.request(stocked, channel.id)
    Reconciliation.update(created_at=now() - dt.timedelta(days=89)).execute()
    upkeep.forget_old()
    assert Reconciliation.get_by_id(done.id)
    Reconciliation.update(created_at=now() - dt.timedelta(days=91)).execute()
    upkeep.forget_old()
    assert Reconciliation.select().count() == 0


def test_a_reading_goes_on_after_a_comparison(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    compared(stocked, channel)
    due(channel)
    assert read(channel).unchanged == 1


def test_what_is_sold_while_a_comparison_lasts_comes_in_at_once(channel, shop, stocked):
    read(channel)
    asked = reconciliations.request(stocked, channel.id)
    with Gate(shop.url) as gate, ThreadPoolExecutor(1) as pool:
        point(channel, gate.url)
        work = pool.submit(reconcile.compare_due, channel.id)
        assert gate.arrived.wait(60)
        placed = shop.sell(("MUG-BLUE", 1))
        due(channel)
        gate.open()
        work.result()
    assert ours(placed).status == "payment_accepted"
    done = Reconciliation.get_by_id(asked.id)
    assert (done.status, done.seen, done.found) == ("done", 0, 0)
    assert runs(channel)[-1] == ("schedule", "done", 1, 1)
    assert fresh(channel).lease_until is None and fresh(channel).next_read_at > now()


def test_a_page_that_is_older_than_what_was_read_in_a_pause_undoes_nothing(channel, shop, stocked):
    placed = shop.sell(("MUG-BLUE", 1))
    read(channel)
    (page,) = connector_for(fresh(channel)).read_orders(None, now())
    newer = replace(page[0], notes="Ring twice", updated_at=page[0].updated_at + dt.timedelta(seconds=1))
    comparison = Comparison(fresh(channel), lambda: orders.import_order(fresh(channel), newer))
    comparison.run()
    assert ours(placed).notes == "Ring twice" and comparison.differences == []


@pytest.mark.parametrize("error", [LostError, StoppedError])
def test_what_ends_a_comparison_while_it_looks_at_one_order_ends_it(channel, stocked, drifted, error):
    called = []

    def hold():
        """Let the list be asked for, and end at the single order that comes next."""
        called.append(1)
        if len(called) > 1:
            raise error

    comparison = Comparison(fresh(channel), hold)
    with pytest.raises(error):
        comparison.run()
    assert len(called) == 2 and "failed" not in {one["kind"] for one in comparison.differences}


def test_a_channel_that_sends_its_orders_by_itself_is_not_compared(stocked):
    sends = channels.connect(stocked, "generic", ChannelDraft("Sends", "", {}, {}), reads=False)
    with pytest.raises(Conflict, match="nothing to compare") as refused:
        reconciliations.request(stocked, sends.id)
    assert refused.value.code == "not_read" and Reconciliation.select().count() == 0


def test_a_channel_of_a_kind_that_is_gone_keeps_no_other_from_being_planned(channel, stocked, shop):
    night_everywhere()
    Channel.update(kind="gone").where(Channel.id == channel.id).execute()
    later = channels.connect(stocked, "sandbox", ChannelDraft("Later", shop.url, {}, {"key": "k"}))
    reconcile.plan_nights()
    assert [row.channel_id for row in Reconciliation.select()] == [later.id]


@pytest.fixture
def woo(cast, stocked):
    """A WooCommerce shop and the channel that it is connected as."""
    http.configure(("127.0.0.1",))
    shop = WooShop()
    draft = ChannelDraft("Woo", shop.url, {"key": KEY}, {"secret": SECRET})
    yield shop, channels.connect(stocked, "woocommerce", draft)
    shop.stop()
    http.configure(())


def test_a_woocommerce_shop_is_compared_alike(woo, stocked):
    shop, channel = woo
    earlier = now() - dt.timedelta(hours=2)
    sold = {name: shop.sell(("MUG-BLUE", 1), at=earlier) for name in ("same", "differs", "untold", "begun", "lost")}
    read(channel)
    ship(stocked, ours(sold["untold"]["id"]))
    push_to_channels.drain(channel.id)
    assert shop.orders[sold["untold"]["id"]]["status"] == "completed"
    acceptance.accept(stocked, ours(sold["begun"]["id"]).id)
    sold["missing"] = shop.sell(("MUG-BLUE", 1), at=earlier)
    sold["untold"] |= {"status": "processing"}
    sold["begun"] |= {"status": "cancelled"}
    sold["differs"] |= {"total": "7.00"}
    for order in sold.values():
        order["modified"] = earlier
    del shop.orders[sold["lost"]["id"]]
    done = compared(stocked, channel)
    ids = {name: ours(order["id"]).id for name, order in sold.items()}
    assert (done.status, done.error) == ("done", "")
    assert listed(done) == sorted(
        [
            ("missing", ids["missing"], True),
            ("differs", ids["differs"], True),
            ("not_told", ids["untold"], False),
            ("differs", ids["begun"], True),
            ("canceled_there", ids["begun"], False),
            ("unknown_there", ids["lost"], False),
        ]
    )
    before = everything()
    assert compared(stocked, channel).mended == 0 and everything() == before
