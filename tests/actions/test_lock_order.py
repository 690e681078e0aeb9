"""Two at once on PostgreSQL: what the one locks first the other never locks last, and what is left over is nobody's."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.actions.conftest import incoming
from tests.actions.test_crossings import meanwhile, status
from tests.collisions import wait_for_waiting
from webapp.actions import assignments, channel_carriers, channels, orders, pushes, shipments, suppliers
from webapp.actions.assignments import Assigned
from webapp.actions.shipments import ShipmentDraft
from webapp.connectors.channels import kind_of
from webapp.db import db, is_postgresql, transaction
from webapp.domain.errors import Conflict
from webapp.jobs import outbox
from webapp.models import Allocation, Channel, Order, OrderLine, Push, Shipment, Supply


def at_suppliers(order) -> set:
    rows = Allocation.select().where(Allocation.order == order.id, Allocation.status == "active")
    return {row.supplier_id for row in rows}


def test_a_supplier_that_an_order_comes_in_for_is_not_archived_in_that_moment(world, merchant, cast):
    world.product("MUG", rival=5)
    with pytest.raises(Conflict) as refused:
        meanwhile(lambda: world.order(("MUG", 1)), lambda: suppliers.archive(merchant, cast.rival.id))
    assert refused.value.code == "orders_waiting"


def test_nothing_comes_in_for_a_supplier_that_is_archived_in_that_moment(world, merchant, cast):
    world.product("MUG", logistics=5, rival=9)
    Supply.update(priority=1).where(Supply.supplier == cast.rival.id).execute()
    order = meanwhile(lambda: suppliers.archive(merchant, cast.rival.id), lambda: world.order(("MUG", 1)))
    assert at_suppliers(order) == {cast.logistics.id}
    assert Supply.get(Supply.supplier == cast.rival.id).reserved == 0


def test_nor_in_a_page_of_orders(world, merchant, cast):
    world.product("MUG", rival=5)

    def take_in():
        try:
            return orders.import_page(world.channel, [incoming(("MUG", 1))])
        except Conflict:  # As after any other page that meets a change: each order by itself.
            return orders.import_order(world.channel, incoming(("MUG", 1)))

    meanwhile(lambda: suppliers.archive(merchant, cast.rival.id), take_in)
    assert at_suppliers(Order.get()) == set() and Supply.get().reserved == 0


def test_nor_by_hand(world, merchant, cast):
    world.product("MUG", own=5, rival=5)
    order = world.order(("MUG", 1))
    line = OrderLine.get()
    with pytest.raises(Conflict) as refused:
        meanwhile(
            lambda: suppliers.archive(merchant, cast.rival.id),
            lambda: assignments.assign(merchant, order.id, [Assigned(line.id, cast.rival.id, 1)]),
        )
    assert refused.value.code == "archived" and at_suppliers(order) == {None}


@pytest.fixture
def packed(world, clerk):
    world.product("MUG", logistics=9)
    order = world.order(("MUG", 1))
    return shipments.create(clerk, order.id, ShipmentDraft(carrier="BRT", tracking_code="T-1"))


def test_a_channel_for_which_something_is_left_is_not_disconnected_in_that_moment(world, packed, merchant, clerk):
    with pytest.raises(Conflict) as refused:
        meanwhile(lambda: shipments.ship(clerk, packed.id), lambda: channels.disconnect(merchant, world.channel.id))
    assert refused.value.code == "pushes_waiting"


def test_nothing_is_left_for_a_channel_that_is_disconnected_in_that_moment(world, packed, merchant, clerk):
    meanwhile(lambda: channels.disconnect(merchant, world.channel.id), lambda: shipments.ship(clerk, packed.id))
    assert (status(packed.order), Push.select().count()) == ("shipped", 0)


def test_a_channel_is_disconnected_once(world, merchant):
    def leave():
        try:
            channels.disconnect(merchant, world.channel.id)
        except Exception as refused:
            return str(refused)
        return "gone"

    assert meanwhile(leave, leave) == "There is no such channel."


@pytest.fixture
def unmapped(world, packed, clerk):
    """A confirmation that waits since its carrier has no name on the channel."""
    shipments.ship(clerk, packed.id)
    Push.update(status="failed", reason="carrier_unmapped", attempts=1).execute()
    return Push.get()


def behind(row, *works) -> list:
    """Let each come to stand behind the one before, all of them behind somebody who has this row; return the results.

    Whoever stands at the row gets it in this order once it is free, so that two who want two rows cross.
    """
    model = type(row)
    with ThreadPoolExecutor(len(works)) as pool:
        with db.connection_context(), transaction():
            model.update(store=row.store_id).where(model.id == row.id).execute()
            waiting = []
            for work in works:
                waiting.append(pool.submit(_connected, work))
                if is_postgresql():  # On SQLite one writes at a time, so nobody crosses another.
                    wait_for_waiting(len(waiting))
        return [done.result() for done in waiting]


def _connected(work):
    with db.connection_context():
        return work()


def name_carrier(world, merchant):
    wants = kind_of(world.channel.kind).carriers
    return channel_carriers.save(merchant, world.channel.id, wants, {"BRT": wants.known[0][0]}, holds=True)


def test_names_of_carriers_and_a_retry_never_wait_for_each_other(world, unmapped, merchant):
    came = behind(
        world.channel,
        lambda: name_carrier(world, merchant),
        lambda: pushes.retry_now(merchant, unmapped.id),
    )
    assert came[1] is None
    assert Push.get().status == "waiting"


def test_names_of_carriers_and_a_corrected_code_never_wait_for_each_other(world, unmapped, merchant, clerk):
    came = behind(
        world.channel,
        lambda: name_carrier(world, merchant),
        lambda: shipments.edit(clerk, unmapped.shipment_id, tracking_code="T-2").tracking_code,
    )
    assert came[1] == "T-2"
    assert Push.get().status == "waiting"


def test_a_claim_that_tries_a_resting_channel_and_a_corrected_code_never_wait_for_each_other(world, packed, clerk):
    shipments.ship(clerk, packed.id)
    Channel.update(silent_calls=99).execute()
    came = behind(
        world.channel,
        lambda: shipments.edit(clerk, packed.id, tracking_code="T-2").tracking_code,
        lambda: len(outbox.claim(world.channel.id)),
    )
    assert came == ["T-2", 1]
    assert Shipment.get().tracking_code == "T-2"
