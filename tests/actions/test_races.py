"""Two at once, from two connections: exactly one gets the last unit, and what is asked for twice happens once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.actions.conftest import incoming
from webapp.actions import orders, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import db
from webapp.domain.errors import Conflict
from webapp.models import Allocation, Change, Order, Product, Push, Shipment, Supply


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
