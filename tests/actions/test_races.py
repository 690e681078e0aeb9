"""Two at once, from two connections: exactly one gets the last unit, and what is asked for twice happens once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.actions.conftest import incoming
from webapp.actions import cancel_requests, cancellations, orders, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import db
from webapp.domain.errors import Conflict
from webapp.models import Allocation, Change, Order, OrderLine, Product, Push, Shipment, Supply


def at_once(count, work):
    """Run `work(n)` in so many threads, each with a connection of its own, all starting together."""
    gate = Barrier(count)

    def one(number):
        with db.connection_context():
            gate.wait()
            return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_two_orders_race_for_the_last_unit_and_exactly_one_gets_it(world):
    for round_number in range(10):
        world.product(f"LAST-{round_number}", logistics=1)

        def take(number, sku=f"LAST-{round_number}"):
            return orders.import_order(world.channel, incoming((sku, 1), external_id=f"{sku}-{number}"))

        at_once(2, take)
    held = Allocation.select().where(Allocation.status == "active")
    assert held.count() == 10
    assert [(row.quantity, row.reserved) for row in Supply.select()] == [(1, 1)] * 10


def test_two_orders_race_for_the_last_own_unit(world):
    product = world.product("SHELF", own=1)
    at_once(4, lambda n: orders.import_order(world.channel, incoming(("SHELF", 1), external_id=f"s-{n}")))
    assert Allocation.select().count() == 1
    assert Product.get_by_id(product.id).own_reserved == 1


def test_one_order_imported_by_four_workers_at_once_comes_in_once(world):
    world.product("MUG", logistics=9)
    done = at_once(4, lambda n: orders.import_order(world.channel, incoming(("MUG", 2))).outcome)
    assert sorted(done) == ["created", "unchanged", "unchanged", "unchanged"]
    assert (Order.select().count(), Supply.get().reserved) == (1, 2)


def test_a_shipment_handed_over_by_four_at_once_leaves_once(world):
    world.product("MUG", logistics=9)
    order = world.order(("MUG", 2))
    made = shipments.create(world.viewer, order.id, ShipmentDraft())
    assert set(at_once(4, lambda n: shipments.ship(world.viewer, made.id).status)) == {"shipped"}
    assert (Supply.get().quantity, Push.select().where(Push.kind == "shipment").count()) == (7, 1)


def test_four_who_pack_the_same_order_make_one_shipment(world):
    world.product("MUG", logistics=9)
    order = world.order(("MUG", 2))

    def pack(number):
        try:
            return shipments.create(world.viewer, order.id, ShipmentDraft()).id
        except Conflict as refused:
            return refused.code

    assert sorted(map(str, at_once(4, pack)))[1:] == ["nothing_open"] * 3
    assert Shipment.select().count() == 1


def test_change_numbers_have_no_gap_and_no_double_when_many_write_at_once(world):
    world.product("MUG", logistics=99)
    at_once(
        8,
        lambda n: [orders.import_order(world.channel, incoming(("MUG", 1), external_id=f"{n}-{k}")) for k in range(5)],
    )
    numbers = sorted(row.number for row in Change.select())
    assert numbers == list(range(1, len(numbers) + 1))


def test_orders_whose_lines_trade_places_never_wait_for_each_other(world):
    """Each gives back what the other then holds, the one right away and the other as it is granted."""
    world.product("CUP", own=100)
    world.product("JAR", own=100)
    for number in range(12):
        names = (f"{number}-a", f"{number}-b")
        first, second = (
            world.order((sku, 2), external_id=name) for sku, name in zip(("CUP", "JAR"), names, strict=True)
        )
        turned = [incoming((sku, 2), external_id=name) for sku, name in zip(("JAR", "CUP"), names, strict=True)]
        if number % 2:
            for order, said in zip((first, second), turned, strict=True):
                orders.set_status(world.viewer, order.id, "in_process")
                orders.import_order(world.channel, said)
            ids = (first.id, second.id)
            at_once(2, lambda place, ids=ids: cancel_requests.grant(world.viewer, ids[place]))
        else:
            at_once(2, lambda place, turned=turned: orders.import_order(world.channel, turned[place]))
        assert [row.sku for row in OrderLine.select().where(OrderLine.order.in_([first.id, second.id]))] in (
            ["JAR", "CUP"],
            ["CUP", "JAR"],
        )
    assert [row.own_reserved for row in Product.select().order_by(Product.id)] == [24, 24]


def test_orders_of_the_same_products_ship_and_are_canceled_beside_each_other(world):
    """The ledger's rows point at products whose stocks a cancellation has locked: neither may wait for the other."""
    world.product("MUG", logistics=500)
    world.product("CUP", logistics=500)
    for round_number in range(8):
        lines = [("MUG", 1), ("CUP", 1)]
        made = [world.order(*lines, external_id=f"{round_number}-{n}") for n in range(2)]
        turned = [world.order(*reversed(lines), external_id=f"{round_number}-t{n}") for n in range(2)]
        packed = [shipments.create(world.viewer, order.id, ShipmentDraft()) for order in (made[0], turned[0])]

        def go(number, packed=packed, left=(made[1], turned[1])):
            if number < 2:
                return shipments.ship(world.viewer, packed[number].id).status
            cancellations.cancel(world.viewer, left[number - 2].id)
            return Order.get_by_id(left[number - 2].id).status

        assert at_once(4, go) == ["shipped", "shipped", "canceled", "canceled"]
    assert {(row.quantity, row.reserved) for row in Supply.select()} == {(484, 0)}
