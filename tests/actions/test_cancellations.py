"""The merchant cancels: at once, by asking, or too late."""

import pytest

from tests.actions.conftest import incoming
from webapp.actions import acceptance, cancel_requests, cancellations, orders, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models import (
    Allocation,
    CancelRequest,
    Order,
    OrderLine,
    OrderTask,
    Product,
    Push,
    Return,
    ReturnLine,
    Shipment,
    Supply,
)


@pytest.fixture
def mugs(world):
    world.product("MUG", logistics=9)
    return world.order(("MUG", 3))


def status(order) -> str:
    return Order.get_by_id(order.id).status


def pushed(order) -> list[dict]:
    return [row.payload for row in Push.select().where(Push.order == order.id, Push.kind == "status")]


def test_what_nobody_has_begun_is_canceled_at_once_and_the_channel_is_told(mugs, merchant):
    (made,) = cancellations.cancel(merchant, mugs.id, why="Bought twice")
    assert (made.units, made.at_once, made.asked, made.gone) == (3, 3, {}, 0)
    assert (status(mugs), Supply.get().reserved, OrderLine.get().canceled_quantity) == ("canceled", 0, 3)
    assert pushed(mugs) == [{"status": "canceled"}]
    assert not CancelRequest.select().exists()


def test_a_supplier_that_has_begun_is_asked_and_its_yes_cancels_the_order(mugs, merchant, clerk):
    acceptance.accept(clerk, mugs.id)
    (made,) = cancellations.cancel(merchant, mugs.id, why="Bought twice")
    assert (made.at_once, made.asked) == (0, {"Nord Logistica": 3})
    row = CancelRequest.get()
    assert (row.quantity, row.status, row.whole_order, row.by_merchant) == (3, "asked", True, True)
    assert row.reason == "Marta Merchant canceled the order: Bought twice"
    assert (status(mugs), pushed(mugs)) == ("payment_accepted", [])
    cancel_requests.grant(clerk, mugs.id)
    assert (status(mugs), pushed(mugs), Supply.get().reserved) == ("canceled", [{"status": "canceled"}], 0)


def test_a_supplier_that_says_too_late_ships_and_the_merchant_has_a_task(mugs, merchant, clerk):
    acceptance.accept(clerk, mugs.id)
    cancellations.cancel(merchant, mugs.id)
    cancel_requests.refuse(clerk, mugs.id)
    assert OrderTask.get().kind == "cancel_refused" and status(mugs) == "payment_accepted"
    assert OrderLine.get().canceled_quantity == 0 and pushed(mugs) == []


def test_units_of_a_line_are_canceled_and_the_rest_ships(mugs, merchant, clerk):
    line = OrderLine.get()
    cancellations.cancel(merchant, mugs.id, {line.id: 1})
    assert (status(mugs), Supply.get().reserved, OrderLine.get().canceled_quantity) == ("payment_accepted", 2, 1)
    shipments.ship(clerk, shipments.create(clerk, mugs.id, ShipmentDraft()).id)
    assert status(mugs) == "shipped"
    assert {"status": "canceled"} not in pushed(mugs)


def test_the_own_shelf_is_unpacked_without_being_asked(world, merchant):
    world.product("POT", own=5)
    order = world.order(("POT", 2))
    packed = shipments.create(merchant, order.id, ShipmentDraft())
    (made,) = cancellations.cancel(merchant, order.id)
    assert (made.at_once, made.asked) == (2, {})
    assert (status(order), Shipment.get_by_id(packed.id).status) == ("canceled", "canceled")
    assert Product.get(Product.sku == "POT").own_reserved == 0
    assert pushed(order) == [{"status": "canceled"}]


def test_what_has_left_is_a_return_and_the_rest_is_canceled(mugs, merchant, clerk):
    first = shipments.create(clerk, mugs.id, ShipmentDraft({OrderLine.get().id: 1}))
    shipments.ship(clerk, first.id)
    (seen,) = cancellations.foresee(merchant, Order.get_by_id(mugs.id))
    assert (seen.most, seen.at_once, seen.asked, seen.gone) == (3, 0, {"Nord Logistica": 2}, 1)
    cancellations.cancel(merchant, mugs.id)
    assert (Return.get().supplier_id, Return.get().status) == (Supply.get().supplier_id, "requested")
    assert ReturnLine.get().quantity == 1
    cancel_requests.grant(clerk, mugs.id)
    assert (status(mugs), OrderLine.get().canceled_quantity) == ("shipped", 2)
    assert pushed(mugs) == [{"status": "shipped"}]
    assert Allocation.get(Allocation.status == "active").quantity == 1


def test_what_is_canceled_here_is_not_brought_back_by_the_next_reading(world, mugs, merchant):
    cancellations.cancel(merchant, mugs.id, {OrderLine.get().id: 1})
    orders.import_order(world.channel, incoming(("MUG", 3), notes="Please ring"))
    assert OrderLine.get().canceled_quantity == 1


@pytest.mark.parametrize("begun", ["accepted", "packed", "in process", "shipped in part"])
def test_setting_the_status_to_canceled_is_no_way_around_who_has_begun(mugs, merchant, clerk, begun):
    if begun == "accepted":
        acceptance.accept(clerk, mugs.id)
    elif begun == "in process":
        orders.set_status(merchant, mugs.id, "in_process")
    else:
        made = shipments.create(clerk, mugs.id, ShipmentDraft({OrderLine.get().id: 1}))
        if begun != "packed":
            shipments.ship(clerk, made.id)
    before = (status(mugs), pushed(mugs), [row.status for row in Shipment.select()], Supply.get().reserved)
    with pytest.raises(Conflict, match="“Cancel order”") as refusal:
        orders.set_status(merchant, mugs.id, "canceled")
    assert refusal.value.code == "begun" and "Nord Logistica" in refusal.value.message
    after = (status(mugs), pushed(mugs), [row.status for row in Shipment.select()], Supply.get().reserved)
    assert after == before and OrderLine.get().canceled_quantity == 0
    cancellations.cancel(merchant, mugs.id)
    assert cancel_requests.grant(clerk, mugs.id)
    left = begun == "shipped in part"
    assert (status(mugs), Return.select().count()) == (("shipped", 1) if left else ("canceled", 0))


@pytest.mark.parametrize("held", [False, True])
def test_what_has_left_keeps_an_order_from_being_set_to_canceled(world, merchant, held):
    world.product("POT", own=5)
    order = world.order(("POT", 2))
    shipments.ship(merchant, shipments.create(merchant, order.id, ShipmentDraft({OrderLine.get().id: 1})).id)
    if held:
        orders.set_status(merchant, order.id, "on_hold")
    before = status(order)
    with pytest.raises(Conflict, match="Part of it has left already") as refusal:
        orders.set_status(merchant, order.id, "canceled")
    assert refusal.value.code == "begun" and status(order) == before
    cancellations.cancel(merchant, order.id)
    assert (status(order), ReturnLine.get().quantity) == ("shipped", 1)


def test_an_order_that_nobody_has_begun_is_canceled_alike_on_both_ways(world, merchant, mugs):
    other = world.order(("MUG", 3), external_id="2")
    orders.set_status(merchant, mugs.id, "canceled")
    cancellations.cancel(merchant, other.id)
    assert status(mugs) == status(other) == "canceled" and Supply.get().reserved == 0
    assert pushed(mugs) == pushed(other) == [{"status": "canceled"}]
    assert [row.canceled_quantity for row in OrderLine.select()] == [3, 3]


def test_what_cannot_be_canceled_is_refused(mugs, merchant, clerk, viewer_of, cast):
    line = OrderLine.get()
    with pytest.raises(Invalid):
        cancellations.cancel(merchant, mugs.id, {line.id: 4})
    with pytest.raises(Invalid):
        cancellations.cancel(merchant, mugs.id, {line.id: 0})
    with pytest.raises(Forbidden):
        cancellations.cancel(clerk, mugs.id)
    with pytest.raises(NotFound):
        cancellations.cancel(viewer_of(cast.stranger), mugs.id)
    cancellations.cancel(merchant, mugs.id)
    with pytest.raises(Conflict, match="can only come back"):
        cancellations.cancel(merchant, mugs.id)
