"""Accept, reject and assign: who holds what afterwards, what it was told, and what is refused."""

import pytest

from tests.actions.test_races import at_once
from webapp.actions import acceptance, allocations, assignments, shipments
from webapp.actions.acceptance import Rejected
from webapp.actions.assignments import Assigned
from webapp.actions.shipments import ShipmentDraft
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.models import Allocation, Change, Event, Order, Product, Supply


@pytest.fixture
def order(world):
    """Two mugs; the logistics service is served first, its rival has some too."""
    world.product("MUG", logistics=10, rival=10)
    Supply.update(priority=20).where(Supply.supplier == world.cast.rival.id).execute()
    world.product("POT", rival=10)
    return world.order(("MUG", 2), ("POT", 1))


def held(order):
    """Return supplier name -> units that it holds of the order; None is the own shelf."""
    rows = Allocation.select().where(Allocation.order == order.id, Allocation.status == "active")
    units = {}
    for row in rows:
        name = row.supplier.name if row.supplier_id else None
        units[name] = units.get(name, 0) + row.quantity
    return units


def reserved():
    return {row.supplier_id: row.reserved for row in Supply.select().join(Product).where(Product.sku == "MUG")}


def test_accepting_twice_accepts_once(world, order, cast):
    clerk = cast.viewer(cast.clerk)
    assert (acceptance.accept(clerk, order.id), acceptance.accept(clerk, order.id)) == (1, 0)
    accepted = Allocation.select().where(Allocation.accepted_at.is_null(False))
    assert [row.supplier_id for row in accepted] == [cast.logistics.id]
    assert Event.select().where(Event.kind == "order.accepted").count() == 1


def test_a_line_of_others_can_not_be_accepted(world, order, cast):
    with pytest.raises(Invalid):
        acceptance.accept(cast.viewer(cast.clerk), order.id, [world.line(order, "POT").id])


def test_a_rejected_line_goes_to_the_next_stock_and_both_are_told(world, order, cast):
    line = world.line(order, "MUG")
    units = acceptance.reject(cast.viewer(cast.clerk), order.id, [Rejected(line.id, "Water damage")])
    assert units == 2 and held(order) == {"Rival Warehousing": 3}
    assert reserved() == {cast.logistics.id: 0, cast.rival.id: 2}
    of_orders = Change.select().where(Change.subject == "order")
    last = {row.supplier_id: row.action for row in of_orders.order_by(Change.number)}
    assert last[cast.logistics.id] == "withdrawn" and last[cast.rival.id] == "changed"
    row = Allocation.get(Allocation.status == "rejected")
    assert (row.supplier_id, row.quantity, row.reason) == (cast.logistics.id, 2, "Water damage")


def test_a_part_is_rejected_and_the_rest_kept(world, order, cast):
    acceptance.reject(cast.viewer(cast.clerk), order.id, [Rejected(world.line(order, "MUG").id, "One broke", 1)])
    assert held(order) == {"Nord Logistica": 1, "Rival Warehousing": 2}


def test_what_nobody_else_has_waits_and_is_not_offered_to_the_same_again(world, cast):
    product = world.product("CUP", logistics=5)
    order = world.order(("CUP", 1), external_id="7")
    acceptance.reject(cast.viewer(cast.clerk), order.id, [Rejected(world.line(order, "CUP").id, "Lost")])
    assert held(order) == {}
    allocations.allocate_waiting(world.viewer, product.id)
    assert held(order) == {}


def test_what_is_packed_can_not_be_rejected(world, order, cast):
    clerk = cast.viewer(cast.clerk)
    shipments.create(clerk, order.id, ShipmentDraft())
    with pytest.raises(Conflict) as refused:
        acceptance.reject(clerk, order.id, [Rejected(world.line(order, "MUG").id, "Too late")])
    assert refused.value.code == "already_packed" and held(order)["Nord Logistica"] == 2


def test_a_line_named_twice_is_refused(world, order, cast):
    line = world.line(order, "MUG").id
    with pytest.raises(Invalid):
        acceptance.reject(cast.viewer(cast.clerk), order.id, [Rejected(line, "a", 1), Rejected(line, "b", 1)])
    assert held(order)["Nord Logistica"] == 2


def test_four_who_reject_the_same_line_reject_it_once(world, order, cast):
    line, clerk = world.line(order, "MUG").id, cast.viewer(cast.clerk)

    def reject(number):
        try:
            return acceptance.reject(clerk, order.id, [Rejected(line, "Broken")])
        except Exception as refused:
            return type(refused).__name__

    assert sorted(map(str, at_once(4, reject)))[0] == "2"
    assert held(order) == {"Rival Warehousing": 3} and reserved() == {cast.logistics.id: 0, cast.rival.id: 2}


def test_a_person_assigns_a_line_to_another_supplier(world, order, cast):
    line = world.line(order, "MUG").id
    assignments.assign(world.viewer, order.id, [Assigned(line, cast.rival.id, 2)])
    assert held(order) == {"Rival Warehousing": 3} and reserved() == {cast.logistics.id: 0, cast.rival.id: 2}


def test_a_line_can_be_split_by_hand_and_left_open(world, order, cast):
    line = world.line(order, "MUG").id
    assignments.assign(world.viewer, order.id, [Assigned(line, cast.rival.id, 1), Assigned(line, cast.logistics.id, 1)])
    assert held(order) == {"Nord Logistica": 1, "Rival Warehousing": 2}
    assignments.assign(world.viewer, order.id, [Assigned(line, cast.logistics.id, 0)])
    assert held(order) == {"Rival Warehousing": 1}


@pytest.mark.parametrize(("units", "code"), [(3, "over_assigned"), (11, "over_assigned"), (2, "not_in_stock")])
def test_what_can_not_be_assigned_is_refused_and_nothing_changes(world, order, cast, units, code):
    Supply.update(quantity=0, reserved=0).where(Supply.supplier == cast.rival.id).execute()
    with pytest.raises(Conflict) as refused:
        assignments.assign(world.viewer, order.id, [Assigned(world.line(order, "MUG").id, cast.rival.id, units)])
    assert refused.value.code == code
    assert held(order) == {"Nord Logistica": 2, "Rival Warehousing": 1} and reserved()[cast.logistics.id] == 2


def test_what_is_packed_stays_where_it_is(world, order, cast):
    shipments.create(world.viewer, order.id, ShipmentDraft(source=cast.logistics.id))
    with pytest.raises(Conflict) as refused:
        assignments.assign(world.viewer, order.id, [Assigned(world.line(order, "MUG").id, cast.rival.id, 2)])
    assert refused.value.code == "already_packed"


def test_a_supplier_may_only_lower_its_own(world, order, cast):
    clerk, line = cast.viewer(cast.clerk), world.line(order, "MUG").id
    assignments.assign(clerk, order.id, [Assigned(line, cast.logistics.id, 1)])
    assert held(order) == {"Nord Logistica": 1, "Rival Warehousing": 2}
    with pytest.raises(Forbidden):
        assignments.assign(clerk, order.id, [Assigned(line, cast.logistics.id, 2)])
    with pytest.raises(Invalid):
        assignments.assign(clerk, order.id, [Assigned(line, cast.rival.id, 1)])


def test_a_finished_order_takes_no_assignment(world, order, cast):
    Order.update(status="canceled").where(Order.id == order.id).execute()
    with pytest.raises(Conflict):
        assignments.assign(world.viewer, order.id, [Assigned(world.line(order, "MUG").id, cast.rival.id, 1)])
