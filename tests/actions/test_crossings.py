"""Where one thing's path crosses another's: what comes in between must neither be lost nor done twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event as Signal

import pytest

from tests.actions.conftest import incoming
from webapp.actions import (
    acceptance,
    allocations,
    assignments,
    batches,
    cancel_requests,
    cancellations,
    channels,
    holds,
    many_orders,
    order_parts,
    orders,
    products,
    publications,
    rerouting,
    returns,
    shipments,
    sku_links,
    stores,
    suppliers,
    users,
)
from webapp.actions.assignments import Assigned
from webapp.actions.channels import ChannelDraft
from webapp.actions.products import ProductDraft
from webapp.actions.returns import Decision
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.stores import StoreDraft
from webapp.actions.users import UserDraft
from webapp.db import db, now, transaction
from webapp.domain import lead_time
from webapp.domain.errors import Conflict, NotFound
from webapp.jobs import upkeep
from webapp.jobs.batches import work
from webapp.models import (
    Allocation,
    Batch,
    Change,
    Channel,
    Hold,
    Membership,
    Order,
    OrderLine,
    OrderTask,
    Product,
    Push,
    ReturnLine,
    Shipment,
    Store,
    Supply,
    SyncRun,
)


def meanwhile(first, second):
    """Do `second` while `first` is done and not committed yet; return what the second came to."""
    begun, go_on = Signal(), Signal()

    def slowly():
        with db.connection_context(), transaction():
            first()
            begun.set()
            go_on.wait(0.5)  # The second comes to stand where it waits for this; or it gets through, and that shows.

    def beside():
        begun.wait()
        with db.connection_context():
            return second()

    with ThreadPoolExecutor(2) as pool:
        slow, quick = pool.submit(slowly), pool.submit(beside)
        with suppress(TimeoutError):
            quick.exception(0.3)
        go_on.set()
        slow.result()
        return quick.result()


def status(order) -> str:
    return Order.get_by_id(order.id).status


def open_tasks(order) -> list[str]:
    rows = OrderTask.select().where(OrderTask.order == order.id, OrderTask.done_at.is_null())
    return sorted(row.kind for row in rows)


def told_since(number, subject) -> set[tuple]:
    rows = Change.select().where(Change.number > number, Change.subject == subject)
    return {(row.subject_id, row.supplier_id) for row in rows}


@pytest.fixture
def mugs(world):
    world.product("MUG", logistics=9)
    return world.order(("MUG", 3))


def test_a_hold_that_is_placed_while_many_are_accepted_stands(mugs, merchant):
    def accept():
        with transaction():
            many_orders.do(merchant, {"verb": "accept", "order_id": mugs.id})

    with pytest.raises(Conflict, match="on hold"):
        meanwhile(lambda: holds.hold(merchant, mugs.id, "Wait"), accept)
    assert status(mugs) == "on_hold" and Hold.get().released_at is None
    assert Allocation.get().accepted_at is None


def test_an_order_that_leaves_elsewhere_while_stock_comes_in_takes_none(world, merchant):
    product = world.product("MUG", logistics=0)
    order = world.order(("MUG", 2))
    Supply.update(quantity=5).execute()
    gone = incoming(("MUG", 2), status="shipped")
    meanwhile(
        lambda: orders.import_order(world.channel, gone), lambda: allocations.allocate_waiting(merchant, product.id)
    )
    assert (status(order), Supply.get().reserved) == ("shipped", 0)


def test_an_order_whose_rest_is_canceled_after_all_that_left_is_back_is_returned(mugs, merchant, clerk):
    line = OrderLine.get()
    first = shipments.create(clerk, mugs.id, ShipmentDraft({line.id: 1}))
    shipments.ship(clerk, first.id)
    (back,) = returns.request(merchant, mugs.id, {(line.id, Supply.get().supplier_id): 1}, "Broken")
    returns.receive(clerk, back.id)
    returns.close(merchant, back.id, {ReturnLine.get().id: Decision(False)})
    assert status(mugs) == "partially_shipped"
    cancellations.cancel(merchant, mugs.id, {line.id: 2})
    cancel_requests.grant(clerk, mugs.id)
    assert status(mugs) == "returned"
    assert [row.payload for row in Push.select().where(Push.kind == "status")] == [{"status": "returned"}]


def test_what_a_channel_put_on_hold_goes_on_when_it_says_so(world):
    world.product("MUG", logistics=9)
    order = world.order(("MUG", 1), status="on_hold", channel_status="AwaitingEngraving")
    orders.import_order(world.channel, incoming(("MUG", 1)))
    assert status(order) == "payment_accepted" and Order.get_by_id(order.id).ship_by


def test_a_swap_that_is_taken_in_is_nobodys_task_any_more(world, merchant):
    world.product("MUG", own=5)
    world.product("POT", own=5)
    order = world.order(("MUG", 2))
    orders.set_status(merchant, order.id, "in_process")
    orders.import_order(world.channel, incoming(("POT", 2)))
    assert open_tasks(order) == ["line_swapped"]
    cancel_requests.grant(merchant, order.id)
    assert OrderLine.get().sku == "POT" and open_tasks(order) == []


def test_a_swap_that_its_channel_takes_back_is_nobodys_task_any_more(world, merchant):
    world.product("MUG", own=5)
    order = world.order(("MUG", 2))
    orders.set_status(merchant, order.id, "in_process")
    orders.import_order(world.channel, incoming(("POT", 2)))
    orders.import_order(world.channel, incoming(("MUG", 2)))
    assert open_tasks(order) == []


@pytest.mark.parametrize("way", ["by the merchant", "on the channel"])
def test_an_order_that_is_canceled_leaves_no_task_about_what_would_have_left(world, mugs, merchant, clerk, way):
    acceptance.accept(clerk, mugs.id)
    moved = {"delivery_address": {"name": "Bea", "city": "Roma"}}
    orders.import_order(world.channel, incoming(("MUG", 3), **moved))
    assert open_tasks(mugs) == ["address_changed"]
    if way == "by the merchant":
        cancellations.cancel(merchant, mugs.id)
    else:
        orders.import_order(world.channel, incoming(("MUG", 3), status="canceled", **moved))
    cancel_requests.grant(clerk, mugs.id)
    assert (status(mugs), open_tasks(mugs)) == ("canceled", [])


def test_an_order_of_the_own_shelf_that_is_set_to_canceled_leaves_no_task_and_no_packed_shipment(world, merchant, cast):
    world.product("POT", own=5)
    pots = world.order(("POT", 2))
    packed = shipments.create(merchant, pots.id, ShipmentDraft())
    orders.import_order(world.channel, incoming(("POT", 2), delivery_address={"name": "Bea", "city": "Roma"}))
    assert open_tasks(pots) == ["address_changed"]
    before = Store.get_by_id(cast.store.id).change_seq
    orders.set_status(merchant, pots.id, "canceled")
    assert (status(pots), open_tasks(pots), Shipment.get().status) == ("canceled", [], "canceled")
    assert told_since(before, "shipment") == {(packed.id, None)}


@pytest.mark.parametrize("units", [1, 3])
def test_units_that_are_canceled_out_of_a_packed_shipment_are_told(mugs, merchant, clerk, cast, units):
    packed = shipments.create(clerk, mugs.id, ShipmentDraft())
    cancellations.cancel(merchant, mugs.id, {OrderLine.get().id: units})
    before = Store.get_by_id(cast.store.id).change_seq
    cancel_requests.grant(clerk, mugs.id)
    assert told_since(before, "shipment") == {(packed.id, None), (packed.id, cast.logistics.id)}


def test_an_own_parcel_that_is_unpacked_by_canceling_is_told(world, merchant, cast):
    world.product("POT", own=5)
    order = world.order(("POT", 2))
    packed = shipments.create(merchant, order.id, ShipmentDraft())
    before = Store.get_by_id(cast.store.id).change_seq
    cancellations.cancel(merchant, order.id)
    assert told_since(before, "shipment") == {(packed.id, None)}


def test_a_disconnected_channel_is_asked_for_no_order(world, mugs, merchant):
    channels.disconnect(merchant, world.channel.id)
    with pytest.raises(Conflict) as refused:
        orders.request_sync(merchant, mugs.id)
    assert refused.value.code == "channel_disconnected" and not SyncRun.select().exists()


def test_the_name_of_a_disconnected_channel_is_free_and_its_own_stays(world, merchant):
    for _ in range(2):
        channels.disconnect(merchant, Channel.get(Channel.archived_at.is_null()).id)
        channels.connect(merchant, "sandbox", ChannelDraft("Shop", "http://127.0.0.1:9", {}, {"key": "k"}))
    assert [row.name for row in Channel.select()] == ["Shop"] * 3


def test_a_channel_that_is_told_of_stock_is_disconnected_while_its_orders_come_in(world, merchant):
    made = [world.product(sku, own=500) for sku in ("MUG", "POT")]
    for _ in range(6):
        channel = channels.connect(merchant, "sandbox", ChannelDraft("Told", "http://127.0.0.1:9", {}, {"key": "k"}))
        channels.tell_stock(merchant, channel.id)
        for product in made:
            publications.create(merchant, product.id, channel.id, {"external_id": product.sku})
        gone = Signal()

        def sell(channel=channel, gone=gone):
            count = 0
            while not gone.is_set() or count < 3:
                count += 1
                orders.import_order(channel, incoming(("MUG", 1), ("POT", 1), external_id=f"{channel.id}-{count}"))

        def leave(channel=channel, gone=gone):
            try:
                channels.disconnect(merchant, channel.id)
            finally:
                gone.set()

        with ThreadPoolExecutor(3) as pool:
            for work_of in [pool.submit(_connected, part) for part in (sell, leave)]:
                work_of.result()
    assert Channel.select().where(Channel.archived_at.is_null()).count() == 1


def _connected(part) -> None:
    with db.connection_context():
        part()


def test_nothing_is_assigned_by_hand_to_a_supplier_out_of_use(world, merchant, cast):
    world.product("MUG", own=5, rival=5)
    suppliers.archive(merchant, cast.rival.id)
    order = world.order(("MUG", 1))
    with pytest.raises(Conflict) as refused:
        assignments.assign(merchant, order.id, [Assigned(OrderLine.get().id, cast.rival.id, 1)])
    assert refused.value.code == "archived"
    assert Allocation.get(Allocation.status == "active").supplier_id is None


def test_what_was_to_be_canceled_whole_and_is_taken_from_its_stock_by_hand_is_canceled(mugs, merchant, clerk, cast):
    acceptance.accept(clerk, mugs.id)
    cancellations.cancel(merchant, mugs.id)
    assignments.assign(merchant, mugs.id, [Assigned(OrderLine.get().id, cast.logistics.id, 0)])
    assert (status(mugs), Supply.get().reserved) == ("canceled", 0)
    assert [row.payload for row in Push.select().where(Push.kind == "status")] == [{"status": "canceled"}]


def test_an_order_keeps_what_it_holds_of_a_product_that_is_archived(world, merchant):
    product = world.product("MUG", own=5)
    order = world.order(("MUG", 3))
    products.archive(merchant, product.id)
    with pytest.raises(rerouting.UnmovedError):
        rerouting.reroute(merchant, order.id)
    for wanted, held in ((2, 2), (4, 2)):
        orders.import_order(world.channel, incoming(("MUG", wanted)))
        assert Allocation.get(Allocation.status == "active").quantity == held
        assert Product.get_by_id(product.id).own_reserved == held
    packed = shipments.create(merchant, order.id, ShipmentDraft())
    shipments.ship(merchant, packed.id)
    assert (status(order), Product.get_by_id(product.id).own_quantity) == ("partially_shipped", 3)


@pytest.mark.parametrize("made", ["created", "linked"])
def test_a_line_that_came_in_while_its_sku_was_made_known_finds_its_product(world, merchant, made):
    if made == "linked":
        product = world.product("MUG", own=5)
        sku_links.link(merchant, "LAMP", product.id)
    else:
        product = products.create(merchant, ProductDraft("LAMP", "Lamp", own_quantity=5))
    order = world.order(("LAMP", 2))
    orders.import_order(world.channel, incoming(("LAMP", 2), external_id="2"))
    done = world.order(("LAMP", 2), external_id="3", status="shipped")
    # As such an import leaves it: what was known when it began didn't hold the SKU.
    allocations.release(order)
    OrderLine.update(product=None).where(OrderLine.order.in_([order.id, done.id])).execute()
    Product.update(updated_at=now() - dt.timedelta(hours=1)).execute()
    upkeep.allocate_waiting()
    line = OrderLine.get(OrderLine.order == order.id)
    assert (line.product_id, Product.get_by_id(product.id).own_reserved) == (product.id, 4)
    assert allocations.lost_products(world.channel.store_id) == []


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_days_stay_the_same_days_when_the_store_moves_its_clock(world, viewer_of, cast, zone):
    world.product("MUG", own=99)
    made = [
        world.order(("MUG", 1), external_id=str(n), ordered_at=now() - dt.timedelta(days=n), updated_at=now())
        for n in range(4)
    ]
    store, admin = Store.get_by_id(cast.store.id), viewer_of(cast.admin)
    ends = lead_time.moved(now() + dt.timedelta(days=2), store.time_zone, store.time_zone)
    holds.hold(admin, made[0].id, "Wait", ends)

    def days():
        zone = Store.get_by_id(cast.store.id).time_zone
        due = [row.ship_by and lead_time.ended_on(row.ship_by, zone) for row in Order.select().order_by(Order.id)]
        return due, lead_time.ended_on(Hold.get().until, zone)

    before = days()
    draft = StoreDraft(**stores.facts(store) | {"time_zone": zone})
    stores.update(admin, draft, stores.version(store))
    assert days() == before and Store.get_by_id(cast.store.id).time_zone == zone
    assert all(
        row.ship_by.astimezone(lead_time.store_clock.zone(zone)).hour == 0 for row in Order.select() if row.ship_by
    )


def test_a_clerk_who_moves_to_another_supplier_goes_on_with_nothing_of_the_former(world, viewer_of, cast):
    world.product("MUG", logistics=1, rival=9)
    shared = world.order(("MUG", 2))
    Supply.update(quantity=5).execute()
    line = OrderLine.get()
    parts = [Assigned(line.id, cast.logistics.id, 1), Assigned(line.id, cast.rival.id, 1)]
    assignments.assign(world.viewer, shared.id, parts)
    started = many_orders.start(viewer_of(cast.clerk), "accept", [(shared.id, "#1")])
    member = Membership.get(Membership.user == cast.clerk.id)
    draft = UserDraft(cast.clerk.name, cast.clerk.email, "clerk", cast.rival.id)
    users.update(viewer_of(cast.admin), member.id, draft)
    work(started.id)
    ended = Batch.get_by_id(started.id)
    assert (ended.status, ended.error) == ("failed", "Carlo Clerk works for somebody else by now.")
    assert not Allocation.select().where(Allocation.accepted_at.is_null(False)).exists()
    with pytest.raises(NotFound):
        batches.find(viewer_of(cast.clerk), started.id)
    assert batches.find(viewer_of(cast.merchant), started.id)


def test_a_return_of_a_partly_canceled_order_takes_no_more_than_left(mugs, merchant, clerk):
    line = OrderLine.get()
    cancellations.cancel(merchant, mugs.id, {line.id: 1})
    shipments.ship(clerk, shipments.create(clerk, mugs.id, ShipmentDraft()).id)
    assert list(returns.returnable(Order.get_by_id(mugs.id)).values()) == [2]
    (back,) = returns.request(merchant, mugs.id, {(line.id, Supply.get().supplier_id): 2}, "Too small")
    returns.receive(clerk, back.id)
    returns.close(merchant, back.id, {ReturnLine.get().id: Decision(True, Supply.get().supplier_id)})
    assert (status(mugs), Supply.get().quantity, Supply.get().reserved) == ("returned", 9, 0)


def test_who_waits_for_an_order_sees_what_was_done_to_it_meanwhile(mugs, merchant):
    def locked():
        with transaction():
            return order_parts.locked(merchant, mugs.id).status

    assert meanwhile(lambda: holds.hold(merchant, mugs.id, "Wait"), locked) == "on_hold"
