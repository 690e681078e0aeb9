"""What a stock answers when it is asked to cancel: canceled, too late, or shipped meanwhile."""

import pytest

from tests.actions.conftest import incoming
from tests.actions.test_order_drift import asked, edited, mugs, tasks, units
from tests.actions.test_races import at_once
from webapp.actions import acceptance, assignments, cancel_requests, order_tasks, orders, shipments, supplies, waybills
from webapp.actions.acceptance import Rejected
from webapp.actions.assignments import Assigned
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.supplies import SupplyDraft
from webapp.connectors import labels
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models import (
    CancelRequest,
    Change,
    Event,
    Order,
    OrderLine,
    OrderTask,
    Push,
    Shipment,
    ShipmentLine,
    Supply,
    Waybill,
)

__all__ = ["mugs"]


@pytest.fixture
def clerk(cast):
    return cast.viewer(cast.clerk)


@pytest.fixture
def one_asked(world, mugs):
    """The two mugs, of which the channel wants one."""
    return edited(world, ("MUG", 1))


def test_granting_cancels_the_units_and_frees_their_stock(world, one_asked, clerk):
    assert cancel_requests.grant(clerk, one_asked.id) == 1
    assert units(one_asked) == [("MUG", 1)] and Supply.get().reserved == 1
    request = CancelRequest.get()
    assert (request.status, request.answered_by) == ("granted", "Carlo Clerk") and request.answered_at
    event = Event.get(Event.kind == "order.cancel_granted")
    assert event.message == "Nord Logistica canceled 1 unit of MUG" and event.public
    products = Change.select().where(Change.subject == "product").order_by(Change.id.desc())
    assert products.get().supplier_id == world.cast.logistics.id
    edited(world, ("MUG", 1), notes="Read again")
    assert units(one_asked) == [("MUG", 1)] and len(asked()) == 1


def test_granting_an_order_that_was_canceled_cancels_it_and_tells_the_channel_nothing(world, mugs, clerk):
    edited(world, ("MUG", 2), status="canceled", channel_status="void")
    cancel_requests.grant(clerk, mugs.id)
    assert Order.get_by_id(mugs.id).status == "canceled" and Supply.get().reserved == 0
    assert Change.get(Change.action == "withdrawn").supplier_id == world.cast.logistics.id
    assert Push.select().count() == 0


def test_granting_takes_units_out_of_what_is_packed(world, one_asked, clerk):
    made = shipments.create(clerk, one_asked.id, ShipmentDraft())
    cancel_requests.grant(clerk, one_asked.id)
    assert ShipmentLine.get(ShipmentLine.shipment == made.id).quantity == 1
    assert Shipment.get().status == "draft"
    shipments.ship(clerk, made.id)
    assert Order.get_by_id(one_asked.id).status == "shipped"


def test_granting_all_that_is_packed_cancels_the_shipment_and_voids_its_waybill(world, mugs, clerk):
    made = shipments.create(clerk, mugs.id, ShipmentDraft())
    waybills.create(clerk, made.id, draw=labels.draw)
    edited(world, ("MUG", 2), status="canceled", channel_status="void")
    cancel_requests.grant(clerk, mugs.id)
    assert Shipment.get().status == "canceled" and Waybill.get().status == "voided"
    assert Order.get_by_id(mugs.id).status == "canceled"


def test_refusing_leaves_the_line_and_makes_a_task_for_the_merchant(world, one_asked, clerk):
    assert cancel_requests.refuse(clerk, one_asked.id, reason="On the truck") == 1
    assert units(one_asked) == [("MUG", 2)] and Supply.get().reserved == 2
    request = CancelRequest.get()
    assert (request.status, request.answer) == ("refused", "On the truck")
    task = OrderTask.get()
    assert task.kind == "cancel_refused" and not task.public
    assert "Nord Logistica can't cancel 1 unit of MUG any more: On the truck" in task.message
    edited(world, ("MUG", 1), notes="Read again")
    assert [status for _, _, status in asked()] == ["refused"]


def test_refusing_a_canceled_order_lets_it_leave_and_it_never_comes_back(world, mugs, clerk):
    edited(world, ("MUG", 2), status="canceled", channel_status="void")
    cancel_requests.refuse(clerk, mugs.id)
    shipments.ship(clerk, shipments.create(clerk, mugs.id, ShipmentDraft()).id)
    assert Order.get_by_id(mugs.id).status == "shipped"
    assert edited(world, ("MUG", 2), status="canceled", channel_status="void", notes="x").status == "shipped"


def test_shipping_overtakes_the_request_and_the_merchant_sees_it(world, one_asked, clerk):
    shipments.ship(clerk, shipments.create(clerk, one_asked.id, ShipmentDraft()).id)
    assert asked() == [(world.cast.logistics.id, 1, "overtaken")] and tasks() == ["cancel_overtaken"]
    assert "a matter for a return" in OrderTask.get().message
    with pytest.raises(Conflict, match="answered already"):
        cancel_requests.grant(clerk, one_asked.id)


def test_shipping_a_part_overtakes_only_what_is_gone(world, mugs, clerk):
    edited(world, ("MUG", 0))
    line = world.line(mugs, "MUG").id
    shipments.ship(clerk, shipments.create(clerk, mugs.id, ShipmentDraft({line: 1})).id)
    assert sorted(status for _, _, status in asked()) == ["asked", "overtaken"]
    cancel_requests.grant(clerk, mugs.id)
    assert Order.get_by_id(mugs.id).status == "shipped" and units(mugs) == [("MUG", 1)]


def test_what_is_left_is_canceled_after_the_rest_was_delivered(world, mugs, clerk):
    line = world.line(mugs, "MUG").id
    made = shipments.create(clerk, mugs.id, ShipmentDraft({line: 1}))
    shipments.ship(clerk, made.id)
    shipments.deliver(clerk, made.id)
    edited(world, ("MUG", 1))
    cancel_requests.grant(clerk, mugs.id)
    assert Order.get_by_id(mugs.id).status == "delivered"


def test_rejecting_units_that_are_asked_for_cancels_them_and_routes_none_on(world, mugs, clerk):
    rivals = supplies.add(world.viewer, OrderLine.get().product_id, SupplyDraft(world.cast.rival.id, "", 9))
    edited(world, ("MUG", 1))
    line = world.line(mugs, "MUG").id
    acceptance.reject(clerk, mugs.id, [Rejected(line, "Broken")])
    assert units(mugs) == [("MUG", 1)] and asked() == [(world.cast.logistics.id, 1, "granted")]
    assert Supply.get_by_id(rivals.id).reserved == 1


def test_assigning_elsewhere_by_hand_ends_the_request(world, mugs, clerk):
    supplies.add(world.viewer, OrderLine.get().product_id, SupplyDraft(world.cast.rival.id, "", 9))
    edited(world, ("MUG", 1))
    line = world.line(mugs, "MUG").id
    assignments.assign(world.viewer, mugs.id, [Assigned(line, world.cast.rival.id, 2)])
    assert asked() == [(world.cast.logistics.id, 1, "withdrawn")] and units(mugs) == [("MUG", 2)]


def test_canceling_an_order_of_the_own_shelf_by_hand_answers_what_is_asked(world):
    world.product("POT", own=5)
    order = world.order(("POT", 2), external_id="own")
    orders.set_status(world.viewer, order.id, "in_process")
    orders.import_order(world.channel, incoming(("POT", 1), external_id="own"))
    assert asked() == [(None, 1, "asked")]
    orders.set_status(world.viewer, order.id, "canceled")
    assert asked() == [(None, 1, "granted")]


def test_what_the_channel_put_in_a_lines_place_is_taken_in_once_the_warehouse_lets_go(world, mugs, clerk):
    world.product("POT", rival=5)
    edited(world, ("POT", 3))
    cancel_requests.grant(clerk, mugs.id)
    assert units(mugs) == [("POT", 3)]
    assert [row.reserved for row in Supply.select().order_by(Supply.id)] == [0, 3]
    assert edited(world, ("POT", 3), notes="Read again").status == "payment_accepted"
    assert units(mugs) == [("POT", 3)]


def test_only_named_lines_are_answered(world, clerk):
    world.product("MUG", logistics=5)
    world.product("POT", logistics=5)
    order = world.order(("MUG", 2), ("POT", 1))
    acceptance.accept(clerk, order.id)
    edited(world, ("MUG", 1), ("POT", 0))
    pot, mug = world.line(order, "POT").id, world.line(order, "MUG").id
    assert cancel_requests.grant(clerk, order.id, [pot]) == 1
    assert units(order) == [("MUG", 2), ("POT", 0)]
    with pytest.raises(Invalid):
        cancel_requests.refuse(clerk, order.id, [mug, pot])
    assert cancel_requests.refuse(clerk, order.id, [mug]) == 1


def test_nobody_answers_for_another_supplier_or_store(world, one_asked, cast):
    for stranger in (cast.rival_clerk, cast.stranger):
        with pytest.raises(NotFound):
            cancel_requests.grant(cast.viewer(stranger), one_asked.id)
    assert [status for _, _, status in asked()] == ["asked"]


def test_the_merchant_may_answer_for_everybody(world, one_asked):
    assert cancel_requests.grant(world.viewer, one_asked.id) == 1


def test_four_who_answer_at_once_answer_once(world, one_asked, clerk):
    def answer(number):
        try:
            return (cancel_requests.grant if number % 2 else cancel_requests.refuse)(clerk, one_asked.id)
        except Conflict:
            return 0

    assert sorted(at_once(4, answer)) == [0, 0, 0, 1]
    assert units(one_asked) in ([("MUG", 1)], [("MUG", 2)]) and len(asked()) == 1


def test_a_task_is_settled_once_by_the_merchant_alone(world, one_asked, clerk, cast):
    cancel_requests.refuse(clerk, one_asked.id)
    task = OrderTask.get()
    with pytest.raises(Forbidden):
        order_tasks.finish(clerk, one_asked.id, task.id)
    with pytest.raises(NotFound):
        order_tasks.finish(cast.viewer(cast.stranger), one_asked.id, task.id)
    order_tasks.finish(world.viewer, one_asked.id, task.id)
    order_tasks.finish(world.viewer, one_asked.id, task.id)
    assert OrderTask.get().done_by == "Ada Admin"
    assert Event.select().where(Event.kind == "order.settled").count() == 1
    other = world.order(("MUG", 1), external_id="2")
    with pytest.raises(NotFound):
        order_tasks.finish(world.viewer, other.id, task.id)


def test_an_order_that_was_canceled_and_is_wanted_again_is_a_task(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    assert edited(world, ("MUG", 2), status="canceled", channel_status="void").status == "canceled"
    orders.import_order(world.channel, incoming(("MUG", 2)))
    assert Order.get_by_id(order.id).status == "canceled" and tasks() == ["added_late"]


@pytest.mark.parametrize("gone", ["order", "line"])
def test_what_had_taken_a_lines_place_never_comes_once_the_line_is_gone_as_well(world, mugs, clerk, gone):
    world.product("PLATE", rival=5)
    edited(world, ("PLATE", 2))
    if gone == "order":
        edited(world, ("PLATE", 2), status="canceled", channel_status="void")
    else:
        edited(world)
    assert OrderLine.get().swap is None
    cancel_requests.grant(clerk, mugs.id)
    assert units(mugs) == [("MUG", 0)] and [row.reserved for row in Supply.select()] == [0, 0]
    assert Order.get_by_id(mugs.id).status == ("canceled" if gone == "order" else "payment_accepted")


def test_an_order_that_was_reduced_to_nothing_and_then_canceled_is_canceled_once_that_is_granted(world, mugs, clerk):
    edited(world, ("MUG", 0))
    edited(world, ("MUG", 0), status="canceled", channel_status="void")
    request = CancelRequest.get()
    assert request.whole_order and request.reason == "Shop canceled the order"
    cancel_requests.grant(clerk, mugs.id)
    assert Order.get_by_id(mugs.id).status == "canceled" and units(mugs) == [("MUG", 0)]


def test_rejecting_all_of_an_order_that_was_canceled_cancels_it(world, mugs, clerk):
    edited(world, ("MUG", 2), status="canceled", channel_status="void")
    acceptance.reject(clerk, mugs.id, [Rejected(world.line(mugs, "MUG").id, "Broken")])
    assert Order.get_by_id(mugs.id).status == "canceled" and units(mugs) == [("MUG", 0)]
    assert asked() == [(world.cast.logistics.id, 2, "granted")]
