"""A warehouse says what of an order it can't deliver: it goes to another stock, or waits for the store."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page, wants_login
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Allocation, Event, Order, OrderLine, Supply


@pytest.fixture
def made(cast) -> Order:
    """An order of two units that the logistics service holds and its rival could."""
    product = shop.stocked(cast.store, "MINE", cast.logistics)
    Supply.create(store=cast.store, product=product, supplier=cast.rival, supplier_sku="R", quantity=9, priority=20)
    return shop.order(shop.channel(cast.store), ("MINE", 2))


def door(order: Order) -> str:
    return f"/orders/{order.id}/reject/"


def units() -> str:
    return f"units_{OrderLine.get().id}"


def held() -> dict[tuple[str, str], int]:
    return {
        (row.supplier.name, row.status): row.quantity
        for row in Allocation.select().where(Allocation.status != "released")
    }


def test_all_of_it_goes_to_the_next_stock_and_leaves_the_clerk_s_lists(as_user, cast, made):
    clerk = as_user(cast.clerk)
    assert door(made) in Page(clerk.get(f"/orders/{made.id}")).links
    assert door(made) in Page(clerk.get(f"/desk/orders/{made.id}")).links
    page = Page(clerk.get(door(made)))
    assert page.fields[units()] == "2"
    answer = clerk.post(door(made), data=page.typed | {"why": "Damaged in the rack"})
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert held() == {("Nord Logistica", "rejected"): 2, ("Rival Warehousing", "active"): 2}
    assert clerk.get(f"/orders/{made.id}").status_code == 404
    told = Event.get(Event.kind == "order.rejected").message
    assert told == "Nord Logistica rejected 2 units of MINE: Damaged in the rack"
    assert told in Page(as_user(cast.merchant).get(f"/orders/{made.id}")).text


def test_some_units_are_given_back_and_the_rest_stays(as_user, cast, made):
    answer = as_user(cast.clerk).post(door(made), data={units(): "1", "why": "Only one left"})
    assert (answer.status_code, answer.location) == (303, f"/orders/{made.id}")
    assert held()[("Nord Logistica", "active")] == 1 and held()[("Rival Warehousing", "active")] == 1


@pytest.mark.parametrize(
    ("number", "why", "told"),
    [
        ("2", " ", "Say why"),
        ("3", "Broken", "Type a number from 0 to 2."),
        ("x", "Broken", "Type a whole number"),
        ("", "Broken", "Type how many units"),
        ("0", "Broken", "Type how many units"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_user, cast, made, number, why, told):
    page = Page(as_user(cast.clerk).post(door(made), data={units(): number, "why": why}))
    assert page.status == 422 and told in page.text and page.fields[units()] == number
    assert held() == {("Nord Logistica", "active"): 2}


def test_what_is_packed_is_not_given_back(as_user, cast, made):
    shipments.create(cast.viewer(cast.clerk), made.id, ShipmentDraft())
    clerk = as_user(cast.clerk)
    assert door(made) not in Page(clerk.get(f"/orders/{made.id}")).links
    assert clerk.get(door(made)).location == f"/orders/{made.id}"
    assert clerk.post(door(made), data={units(): "1", "why": "Late"}).status_code == 422
    assert held() == {("Nord Logistica", "active"): 2}


def test_it_needs_a_login_and_is_for_the_warehouse_alone(as_user, client, cast, made):
    assert wants_login(client.get(door(made)))
    for person in (cast.merchant, cast.admin):
        assert as_user(person).get(door(made)).status_code == 403
        assert door(made) not in Page(as_user(person).get(f"/orders/{made.id}")).links
    foreign = shop.order(shop.channel(cast.store, "Other"), ("NOBODYS", 1))
    assert as_user(cast.clerk).get(door(foreign)).status_code == 404
    assert as_user(cast.clerk).post(door(foreign), data={"why": "Mine?"}).status_code == 404
