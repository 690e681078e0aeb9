"""By when an order should leave follows its payment, its stocks and what has left of it."""

import datetime as dt

import pytest

from tests.web.orders import shop
from webapp.actions import acceptance, assignments, orders, shipments, suppliers
from webapp.actions.acceptance import Rejected
from webapp.actions.assignments import Assigned
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.domain.lead_time import ended_on
from webapp.models import Order, OrderLine, Shipment, Store, Supplier, Supply

FRIDAY = shop.ORDERED


@pytest.fixture
def channel(cast):
    """A shop whose goods lie with Nord Logistica (3 days), its rival (5 days) and on the own shelf."""
    Supplier.update(max_days=5).where(Supplier.id == cast.rival.id).execute()
    shop.stocked(cast.store, "MINE", cast.logistics)
    shop.stocked(cast.store, "RIVALSKU", cast.rival)
    shop.stocked(cast.store, "OWN")
    return shop.channel(cast.store)


def due(order) -> str | None:
    moment = Order.get_by_id(order.id).ship_by
    return moment and f"{ended_on(moment, 'Europe/Rome'):%a %d}"


@pytest.mark.parametrize(
    ("skus", "told"),
    [(["OWN"], "Mon 23"), (["MINE"], "Wed 25"), (["MINE", "RIVALSKU", "OWN"], "Fri 27"), (["UNHEARD"], "Mon 23")],
)
@pytest.mark.parametrize("whole_page", [True, False])
def test_the_slowest_stock_sets_it_and_what_has_no_stock_is_as_urgent_as_the_own_shelf(channel, skus, told, whole_page):
    incoming = shop.incoming(*((sku, 1) for sku in skus))
    if whole_page:
        made = orders.import_page(channel, [incoming])[incoming.external_id]
    else:
        made = orders.import_order(channel, incoming)
    order = Order.get_by_id(made.order_id)
    assert due(order) == told and order.paid_at == FRIDAY


@pytest.mark.parametrize("whole_page", [True, False])
def test_an_order_that_waits_for_its_payment_has_none_until_that_came(cast, channel, whole_page):
    incoming = shop.incoming(("MINE", 1), status="awaiting_payment")
    take_in = orders.import_page if whole_page else lambda channel, page: orders.import_order(channel, page[0])
    take_in(channel, [incoming])
    order = Order.get(Order.external_id == incoming.external_id)
    assert order.ship_by is None and order.paid_at is None
    orders.set_status(cast.viewer(cast.merchant), order.id, "payment_accepted")
    order = Order.get_by_id(order.id)
    assert now() - order.paid_at < dt.timedelta(minutes=1)
    assert order.ship_by > now() + dt.timedelta(days=2)


def test_a_hold_takes_it_away_and_does_not_stop_the_clock(cast, channel):
    order, viewer = shop.order(channel, ("MINE", 1)), cast.viewer(cast.merchant)
    orders.set_status(viewer, order.id, "on_hold")
    assert due(order) is None
    orders.set_status(viewer, order.id, "in_process")
    assert due(order) == "Wed 25"


def test_an_order_that_is_canceled_has_none(cast, channel):
    order = shop.order(channel, ("MINE", 1))
    orders.set_status(cast.viewer(cast.merchant), order.id, "canceled")
    assert due(order) is None


def test_what_is_still_to_leave_sets_it_and_each_shipment_keeps_what_it_was(cast, channel):
    order = shop.order(channel, ("MINE", 1), ("RIVALSKU", 1))
    slow, quick = cast.viewer(cast.rival_clerk), cast.viewer(cast.clerk)
    shipments.ship(slow, shipments.create(slow, order.id, ShipmentDraft()).id)
    assert due(order) == "Wed 25"
    shipments.ship(quick, shipments.create(quick, order.id, ShipmentDraft()).id)
    assert due(order) is None and Order.get_by_id(order.id).status == "shipped"
    kept = [f"{ended_on(row.ship_by, 'Europe/Rome'):%a %d}" for row in Shipment.select().order_by(Shipment.id)]
    assert kept == ["Fri 27", "Wed 25"]


def test_units_that_a_stock_has_shipped_in_part_still_count(cast, channel):
    order, clerk = shop.order(channel, ("MINE", 2), ("OWN", 1)), cast.viewer(cast.clerk)
    line = OrderLine.get(OrderLine.order == order.id, OrderLine.sku == "MINE")
    shipments.ship(clerk, shipments.create(clerk, order.id, ShipmentDraft(lines={line.id: 1})).id)
    assert due(order) == "Wed 25"


def test_a_line_that_goes_to_another_stock_takes_its_days(cast, channel):
    order = shop.order(channel, ("MINE", 1))
    line = OrderLine.get(OrderLine.order == order.id)
    Supply.create(store=cast.store, product=line.product, supplier=cast.rival, supplier_sku="R-MINE", quantity=9)
    acceptance.reject(cast.viewer(cast.clerk), order.id, [Rejected(line.id, "Broken")])
    assert due(order) == "Fri 27"
    assignments.assign(cast.viewer(cast.merchant), order.id, [Assigned(line.id, cast.logistics.id, 1)])
    assert due(order) == "Wed 25"


def test_days_that_change_later_hold_for_what_is_assigned_from_then_on(cast, channel):
    order, viewer = shop.order(channel, ("MINE", 1)), cast.viewer(cast.admin)
    suppliers.update(viewer, cast.logistics.id, suppliers.SupplierDraft("Nord Logistica", 1, 9, "logistics"))
    assert due(order) == "Wed 25"


def test_the_store_says_on_which_days_goods_leave(cast, channel):
    Store.update(working_days="1234567", time_zone="Europe/Rome").where(Store.id == cast.store.id).execute()
    assert due(shop.order(channel, ("MINE", 1))) == "Mon 23"


def test_a_page_of_orders_costs_a_statement_for_each_day_and_not_for_each_order(channel, sql_count):
    with sql_count() as few:
        orders.import_page(channel, [shop.incoming(("MINE", 1))])
    with sql_count() as many:
        orders.import_page(channel, [shop.incoming(("MINE", 1)) for _ in range(10)])
    assert sum("ship_by" in one and "UPDATE" in one for one in few) == 1
    assert sum("ship_by" in one and "UPDATE" in one for one in many) == 1
