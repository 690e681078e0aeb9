"""A product's page tells who holds its stock and how the counts moved; each change leaves one row in the ledger."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import products, shipments, stock_reports, supplies
from webapp.actions.products import ProductDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.stock_reports import Row
from webapp.actions.supplies import SupplyDraft
from webapp.domain.stock_report import Report
from webapp.models import OrderLine, Product, StockMove, Supply


def ledger() -> list[tuple]:
    columns = (StockMove.reason, StockMove.change, StockMove.quantity, StockMove.supplier)
    return list(StockMove.select(*columns).order_by(StockMove.id).tuples())


@pytest.fixture
def viewer(cast):
    return cast.viewer(cast.merchant)


def ship(viewer, order, units: int):
    line = OrderLine.get(OrderLine.order == order.id)
    made = shipments.create(viewer, order.id, ShipmentDraft(lines={line.id: units}, carrier="BRT"))
    return shipments.ship(viewer, made.id)


def test_every_change_of_a_count_is_written_down_once(cast, viewer):
    nord = cast.logistics.id
    made = products.create(viewer, ProductDraft("MUG", "Mug", own_quantity=3))
    products.edit(viewer, made.id, {"own_quantity": 5, "title": "Blue mug"})
    products.update(viewer, made.id, ProductDraft("MUG", "Mug", own_quantity=4))
    products.update(viewer, made.id, ProductDraft("MUG", "Mug", own_quantity=None))
    supply = supplies.add(viewer, made.id, SupplyDraft(nord, "N", 10))
    supplies.update(viewer, made.id, supply.id, SupplyDraft(nord, "N", 8, priority=3))
    for _ in range(2):
        stock_reports.take(viewer, {1: Row("sku", "MUG", Report(6), nord)})
    supplies.remove(viewer, made.id, supply.id)
    assert ledger() == [
        ("created", 3, 3, None),
        ("edited", 2, 5, None),
        ("edited", -1, 4, None),
        ("created", 10, 10, nord),
        ("edited", -2, 8, nord),
        ("reported", -2, 6, nord),
        ("removed", -6, 0, nord),
    ]


def test_a_shipment_takes_its_units_and_says_so(cast, viewer):
    shop.stocked(cast.store, "MUG", cast.logistics, 5)
    order = shop.order(shop.channel(cast.store), ("MUG", 3))
    gone = ship(viewer, order, 2)
    shipments.ship(viewer, gone.id)
    move = StockMove.get()
    assert ledger() == [("shipped", -2, 3, cast.logistics.id)]
    assert (move.order_id, move.shipment_id, move.actor_label) == (order.id, gone.id, cast.merchant.name)


@pytest.mark.parametrize("own", [True, False])
def test_what_left_counts_although_fewer_were_known_to_be_there(cast, viewer, own):
    shop.stocked(cast.store, "MUG", None if own else cast.logistics, 5)
    order = shop.order(shop.channel(cast.store), ("MUG", 3))
    Product.update(own_quantity=1 if own else 0).execute()
    Supply.update(quantity=1).execute()
    ship(viewer, order, 3)
    assert ledger() == [("shipped", -1, 0, None if own else cast.logistics.id)]


def test_the_page_shows_who_holds_what_and_how_it_moved(as_user, cast, viewer):
    mug = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    first, second = (shop.order(shop.channel(cast.store, name), ("MUG", 2)) for name in ("One", "Two"))
    gone = ship(viewer, first, 1)
    page = Page(as_user(cast.merchant).get(f"/products/{mug.id}"))
    assert f"{second.reference} Payment accepted Nord Logistica 2" in page.rows
    assert f"{first.reference} Partially shipped Nord Logistica 1" in page.rows
    assert page.rows[-1].endswith(f"Shipped Shipment {gone.id} Nord Logistica {cast.merchant.name} -1 4")
    clerk = Page(as_user(cast.clerk).get(f"/products/{mug.id}"))
    assert f"{second.reference} Payment accepted 2" in clerk.rows


def test_a_clerk_sees_nothing_of_what_moved_or_is_held_elsewhere(as_user, cast, viewer):
    mug = shop.stocked(cast.store, "MUG", cast.rival, 5)
    Supply.create(store=cast.store, product=mug, supplier=cast.logistics, supplier_sku="N", priority=90)
    order = shop.order(shop.channel(cast.store), ("MUG", 3))
    ship(viewer, order, 2)
    client = as_user(cast.clerk)
    for path in (f"/products/{mug.id}", f"/products/{mug.id}/ledger"):
        text = Page(client.get(path)).text
        assert order.reference not in text and "Shipped" not in text
    assert as_user(cast.stranger).get(f"/products/{mug.id}/ledger").status_code == 404


def test_the_whole_ledger_comes_page_by_page(as_user, cast, viewer):
    mug = shop.stocked(cast.store, "MUG", units=1)
    for number in range(2, 62):
        products.edit(viewer, mug.id, {"own_quantity": number})
    client = as_user(cast.merchant)
    assert f"/products/{mug.id}/ledger" in Page(client.get(f"/products/{mug.id}")).links
    first = Page(client.get(f"/products/{mug.id}/ledger"))
    assert len(first.rows) == 50
    assert len(Page(client.get(next(link for link in first.links if "after=" in link))).rows) == 10
