"""An order that changes on its channel after it was taken in: followed at once, asked for, or left as it is."""

from dataclasses import replace

import pytest

from tests.actions.conftest import incoming
from webapp.actions import acceptance, cancel_requests, orders, shipments, waybills
from webapp.actions.shipments import ShipmentDraft
from webapp.domain.channel import IncomingLine
from webapp.models import (
    Allocation,
    CancelRequest,
    Change,
    Event,
    Order,
    OrderLine,
    OrderTask,
    Product,
    Push,
    Shipment,
    Supply,
    Waybill,
)


def edited(world, *lines, **values) -> Order:
    """Let the channel change the order, and read it again."""
    return Order.get_by_id(orders.import_order(world.channel, incoming(*lines, **values)).order_id)


def units(order) -> list[tuple[str, int]]:
    rows = OrderLine.select().where(OrderLine.order == order.id).order_by(OrderLine.id)
    return [(row.sku, row.quantity - row.canceled_quantity) for row in rows]


def asked() -> list[tuple]:
    rows = CancelRequest.select().order_by(CancelRequest.id)
    return [(row.supplier_id, row.quantity, row.status) for row in rows]


def told(kind: str) -> list[str]:
    return [row.message for row in Event.select().where(Event.kind == kind).order_by(Event.id)]


def tasks() -> list[str]:
    return [row.kind for row in OrderTask.select().order_by(OrderTask.id)]


@pytest.fixture
def mugs(world):
    """Two mugs that the logistics service has accepted."""
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    acceptance.accept(world.cast.viewer(world.cast.clerk), order.id)
    return order


def test_fewer_units_before_work_began_give_their_stock_back_at_once(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 3))
    edited(world, ("MUG", 1))
    assert units(order) == [("MUG", 1)] and Supply.get().reserved == 1
    assert told("order.edited") == ["Shop: 3 → 1 of MUG, changed at once"] and asked() == []


def test_a_line_that_goes_and_one_that_comes_change_who_serves_the_order(world):
    world.product("MUG", logistics=5)
    world.product("POT", rival=5)
    order = world.order(("MUG", 2))
    before = Change.select().count()
    new = replace(incoming(("POT", 1)).lines[0], external_id="1-2")
    orders.import_order(world.channel, replace(incoming(), lines=(new,)))
    assert units(order) == [("MUG", 0), ("POT", 1)]
    assert Supply.get(Supply.supplier == world.cast.logistics.id).reserved == 0
    rows = [row for row in Change.select().where(Change.subject == "order").offset(0) if row.number > before]
    heard = {row.supplier_id: row.action for row in rows}
    assert heard == {None: "changed", world.cast.logistics.id: "withdrawn", world.cast.rival.id: "changed"}


def test_a_line_that_becomes_another_product_before_work_began_is_allocated_anew(world):
    world.product("MUG", logistics=5)
    world.product("POT", rival=5)
    order = world.order(("MUG", 2))
    edited(world, ("POT", 3))
    line = OrderLine.get()
    assert (line.sku, line.title, line.quantity, line.product_id) == ("POT", "Pot", 3, Product.get(sku="POT").id)
    held = Allocation.select().where(Allocation.order == order.id, Allocation.status == "active")
    assert [(row.supplier_id, row.quantity) for row in held] == [(world.cast.rival.id, 3)]
    assert [row.reserved for row in Supply.select().order_by(Supply.id)] == [0, 3]


def test_prices_and_totals_are_taken_over(world):
    order = world.order(("MUG", 1))
    line = IncomingLine("1-1", "MUG", "Enamel mug", 1, 450, ean="4006381333931")
    orders.import_order(world.channel, replace(incoming(total_cents=900), lines=(line,)))
    row = OrderLine.get()
    assert (row.title, row.unit_price_cents, row.ean) == ("Enamel mug", 450, "4006381333931")
    assert Order.get_by_id(order.id).total_cents == 900
    assert told("order.edited") == ["Shop: total EUR 10.00 → EUR 9.00"]


def test_an_accepted_unit_is_asked_for_and_the_line_stays_until_it_is_answered(world, mugs):
    edited(world, ("MUG", 1))
    assert units(mugs) == [("MUG", 2)] and Supply.get().reserved == 2
    assert asked() == [(world.cast.logistics.id, 1, "asked")]
    event = Event.get(Event.kind == "order.cancel_asked")
    assert event.message == "Shop: 2 → 1 of MUG; Nord Logistica had begun, asked to cancel 1 unit"
    assert (event.public, event.supplier_id) == (True, world.cast.logistics.id)
    heard = Change.select().where(Change.supplier_id == world.cast.logistics.id, Change.subject == "order")
    assert heard.order_by(Change.id.desc()).get().action == "changed"


def test_reading_the_same_again_asks_nothing_again(world, mugs):
    edited(world, ("MUG", 1))
    edited(world, ("MUG", 1), notes="Ring twice")
    assert asked() == [(world.cast.logistics.id, 1, "asked")]


def test_a_second_reduction_raises_what_is_asked_for(world, mugs):
    edited(world, ("MUG", 1))
    edited(world, ("MUG", 0))
    assert asked() == [(world.cast.logistics.id, 2, "asked")]
    assert told("order.cancel_asked")[1].startswith("Shop: 1 → 0 of MUG;")


def test_what_the_channel_wants_after_all_is_no_longer_asked_for(world, mugs):
    edited(world, ("MUG", 0))
    edited(world, ("MUG", 1))
    assert sorted(asked()) == [(world.cast.logistics.id, 1, "asked"), (world.cast.logistics.id, 1, "withdrawn")]
    edited(world, ("MUG", 3))
    assert units(mugs) == [("MUG", 3)] and Supply.get().reserved == 3
    assert {status for _, _, status in asked()} == {"withdrawn"}


def test_one_supplier_has_begun_and_the_other_loses_its_line_at_once(world):
    world.product("MUG", logistics=5)
    world.product("POT", rival=5)
    order = world.order(("MUG", 2), ("POT", 1))
    acceptance.accept(world.cast.viewer(world.cast.clerk), order.id)
    order = edited(world, ("MUG", 2), ("POT", 1), status="canceled", channel_status="void")
    assert units(order) == [("MUG", 2), ("POT", 0)] and order.status == "payment_accepted"
    assert asked() == [(world.cast.logistics.id, 2, "asked")] and CancelRequest.get().whole_order
    assert Change.get(Change.action == "withdrawn").supplier_id == world.cast.rival.id


def test_an_order_in_process_is_asked_for_whoever_holds_it(world):
    world.product("MUG", own=5)
    order = world.order(("MUG", 2))
    orders.set_status(world.viewer, order.id, "in_process")
    edited(world, ("MUG", 2), status="canceled", channel_status="void")
    assert asked() == [(None, 2, "asked")] and Order.get_by_id(order.id).status == "in_process"


def test_a_line_that_becomes_another_product_after_work_began_waits_for_the_warehouse(world, mugs):
    world.product("POT", rival=5)
    edited(world, ("POT", 1))
    assert units(mugs) == [("MUG", 2)] and asked() == [(world.cast.logistics.id, 2, "asked")]
    assert tasks() == ["line_swapped"]
    edited(world, ("MUG", 2))
    assert {status for _, _, status in asked()} == {"withdrawn"} and OrderLine.get().swap is None


def test_an_address_that_changes_after_work_began_is_a_task_and_leaves_the_waybill(world, mugs):
    made = shipments.create(world.viewer, mugs.id, ShipmentDraft())
    waybills.create(world.viewer, made.id, draw=None)
    moved = {"name": "Bea", "surname": "Buyer", "city": "Torino"}
    order = edited(world, ("MUG", 2), delivery_address=moved)
    assert order.delivery_address == moved and order.recipient == "bea buyer torino"
    assert Shipment.get().delivery_address["city"] == "Milano"
    assert Waybill.get().status != "voided"
    task = OrderTask.get()
    assert (task.kind, task.public) == ("address_changed", True) and "tell them" in task.message


def test_an_address_that_changes_before_work_began_is_just_taken_over(world):
    world.product("MUG", logistics=5)
    world.order(("MUG", 2))
    order = edited(world, ("MUG", 2), delivery_address={"city": "Torino"})
    assert order.delivery_address == {"city": "Torino"} and tasks() == []


def test_a_refund_after_shipping_changes_the_total_and_says_so(world, mugs):
    shipments.ship(world.viewer, shipments.create(world.viewer, mugs.id, ShipmentDraft()).id)
    order = edited(world, ("MUG", 1), total_cents=500)
    assert (order.status, order.total_cents) == ("shipped", 500) and units(order) == [("MUG", 2)]
    assert "Shop: 1 unit of MUG taken back after shipping" in " ".join(told("order.edited"))
    seen = Event.select().count()
    order = edited(world, ("MUG", 1), total_cents=500, status="canceled", channel_status="refunded")
    assert order.status == "shipped" and asked() == [] and Event.select().count() > seen


def test_a_line_that_is_added_after_the_last_has_shipped_is_a_task(world, mugs):
    world.product("POT", rival=5)
    shipments.ship(world.viewer, shipments.create(world.viewer, mugs.id, ShipmentDraft()).id)
    order = edited(world, ("MUG", 2), ("POT", 1))
    assert order.status == "shipped" and units(order) == [("MUG", 2), ("POT", 0)] and tasks() == ["added_late"]
    edited(world, ("MUG", 2), ("POT", 1), notes="Again")
    assert tasks() == ["added_late"]


def test_what_is_left_of_an_order_that_shipped_in_part_is_asked_for_and_completes_it(world, mugs):
    line = world.line(mugs, "MUG").id
    shipments.ship(world.viewer, shipments.create(world.viewer, mugs.id, ShipmentDraft({line: 1})).id)
    order = edited(world, ("MUG", 1))
    assert order.status == "partially_shipped" and asked() == [(world.cast.logistics.id, 1, "asked")]
    order = edited(world, ("MUG", 1), status="shipped", channel_status="shipped")
    assert order.status == "partially_shipped" and tasks() == []


@pytest.mark.parametrize(("status", "told_of"), [("payment_accepted", ["shipped"]), ("canceled", [])])
def test_a_channel_that_takes_the_rest_back_is_told_that_the_order_is_shipped_unless_it_canceled_it(
    world, mugs, status, told_of
):
    line = world.line(mugs, "MUG").id
    shipments.ship(world.viewer, shipments.create(world.viewer, mugs.id, ShipmentDraft({line: 1})).id)
    edited(world, ("MUG", 1), status=status)
    cancel_requests.grant(world.viewer, mugs.id)
    assert Order.get_by_id(mugs.id).status == "shipped"
    assert [row.payload["status"] for row in Push.select().where(Push.kind == "status")] == told_of


def test_an_order_that_the_channel_says_has_left_while_somebody_works_on_it_is_a_task(world, mugs):
    order = edited(world, ("MUG", 2), status="shipped", channel_status="shipped")
    assert order.status == "payment_accepted" and tasks() == ["shipped_elsewhere"]
    edited(world, ("MUG", 2), status="shipped", channel_status="shipped", notes="Again")
    assert tasks() == ["shipped_elsewhere"]
