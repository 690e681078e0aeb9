"""Packing and shipping: partly, wholly, never too much, never twice."""

import pytest

from webapp.actions import orders, shipments
from webapp.actions.packing import OWN
from webapp.actions.shipments import ShipmentDraft
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.models import Order, Product, Push, Shipment, Supply


def test_an_order_ships_in_parts_and_is_shipped_with_the_last(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 3))
    line = world.line(order, "MUG").id
    first = shipments.create(world.viewer, order.id, ShipmentDraft({line: 1}, tracking_code="A", carrier="GLS"))
    assert first.tracking_url == "https://gls-group.eu/track/A"
    assert Order.get().status == "in_process"
    shipments.ship(world.viewer, first.id)
    assert Order.get().status == "partially_shipped"
    second = shipments.create(world.viewer, order.id, ShipmentDraft())
    shipments.ship(world.viewer, second.id)
    assert Order.get().status == "shipped"
    assert (Supply.get().quantity, Supply.get().reserved) == (2, 0)
    assert Push.select().where(Push.kind == "shipment").count() == 2


def test_shipping_twice_takes_effect_once(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 3))
    made = shipments.create(world.viewer, order.id, ShipmentDraft())
    for _ in range(3):
        assert shipments.ship(world.viewer, made.id).status == "shipped"
    assert Supply.get().quantity == 2
    assert Push.select().where(Push.kind == "shipment").count() == 1


def test_more_than_is_open_is_refused(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 3))
    line = world.line(order, "MUG").id
    shipments.create(world.viewer, order.id, ShipmentDraft({line: 2}))
    with pytest.raises(Conflict) as refused:
        shipments.create(world.viewer, order.id, ShipmentDraft({line: 2}))
    assert (refused.value.code, refused.value.extra) == ("over_shipping", {"open": {line: 1}})
    assert Shipment.select().count() == 1


@pytest.mark.parametrize("units", [0, -1, 10**12])
def test_odd_quantities_are_refused(world, units):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 3))
    with pytest.raises(Invalid):
        shipments.create(world.viewer, order.id, ShipmentDraft({world.line(order, "MUG").id: units}))


def test_lines_of_two_stocks_need_a_shipment_each(world):
    world.product("MUG", logistics=5)
    world.product("POT", own=5)
    order = world.order(("MUG", 1), ("POT", 1))
    with pytest.raises(Conflict) as refused:
        shipments.create(world.viewer, order.id, ShipmentDraft())
    assert refused.value.extra == {"sources": [OWN, world.cast.logistics.id]}
    made = shipments.create(world.viewer, order.id, ShipmentDraft(source=OWN))
    shipments.ship(world.viewer, made.id)
    assert (Product.get(Product.sku == "POT").own_quantity, made.supplier_id) == (4, None)


def test_a_clerk_ships_its_own_lines_and_cannot_see_the_rest(world):
    world.product("MUG", logistics=5)
    world.product("POT", rival=5)
    order = world.order(("MUG", 1), ("POT", 1))
    clerk, rival = world.cast.viewer(world.cast.clerk), world.cast.viewer(world.cast.rival_clerk)
    mine = shipments.create(clerk, order.id, ShipmentDraft())
    assert [row.line.sku for row in mine.lines] == ["MUG"]
    with pytest.raises(NotFound):
        shipments.ship(rival, mine.id)
    with pytest.raises(Invalid):
        shipments.create(rival, order.id, ShipmentDraft({world.line(order, "MUG").id: 1}))
    with pytest.raises(NotFound):
        shipments.create(world.cast.viewer(world.cast.stranger), order.id, ShipmentDraft())


def test_a_canceled_shipment_opens_its_units_again_and_a_shipped_one_cannot_be_canceled(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 1))
    made = shipments.create(world.viewer, order.id, ShipmentDraft())
    shipments.cancel(world.viewer, made.id)
    with pytest.raises(Conflict, match="canceled shipment"):
        shipments.ship(world.viewer, made.id)
    again = shipments.create(world.viewer, order.id, ShipmentDraft())
    shipments.ship(world.viewer, again.id)
    with pytest.raises(Conflict, match="handed over"):
        shipments.cancel(world.viewer, again.id)


def test_a_late_shipped_never_undoes_delivered(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 1))
    made = shipments.create(world.viewer, order.id, ShipmentDraft())
    shipments.ship(world.viewer, made.id)
    shipments.deliver(world.viewer, made.id)
    assert shipments.ship(world.viewer, made.id).status == "delivered"
    assert Order.get().status == "delivered"


def test_canceling_an_order_unpacks_it_and_frees_its_stock(world):
    world.product("MUG", own=5)
    order = world.order(("MUG", 2))
    made = shipments.create(world.viewer, order.id, ShipmentDraft())
    orders.set_status(world.viewer, order.id, "canceled")
    assert Shipment.get_by_id(made.id).status == "canceled"
    assert (Product.get().own_quantity, Product.get().own_reserved) == (5, 0)
    assert world.line(order, "MUG").canceled_quantity == 2


def test_an_illegal_move_names_the_legal_ones(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    with pytest.raises(Conflict) as refused:
        orders.set_status(world.viewer, order.id, "delivered")
    assert refused.value.extra == {"allowed": ["in_process", "on_hold", "canceled"]}
    with pytest.raises(Conflict):
        orders.set_status(world.cast.viewer(world.cast.clerk), order.id, "canceled")
