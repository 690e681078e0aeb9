"""Routing an order by hand: the grid, the preview that writes nothing, and the change."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import assignments, shipments
from webapp.actions.assignments import Assigned
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Allocation, Event, Order, OrderLine, Product, Supply


@pytest.fixture
def made(cast):
    """An order of two units that the logistics service holds and its rival could."""
    product = shop.stocked(cast.store, "MINE", cast.logistics)
    Supply.create(store=cast.store, product=product, supplier=cast.rival, supplier_sku="R", quantity=1, priority=20)
    return shop.order(shop.channel(cast.store), ("MINE", 2))


def name(order, supplier) -> str:
    return f"units_{OrderLine.get(OrderLine.order == order.id).id}_{supplier.id}"


def held(order) -> dict[str, int]:
    rows = Allocation.select().where(Allocation.order == order.id, Allocation.status == "active")
    return {row.supplier.name: row.quantity for row in rows}


def test_the_grid_shows_each_stock_with_what_is_free_and_held(as_user, cast, made):
    page = Page(as_user(cast.merchant).get(f"/orders/{made.id}/route/"))
    assert [row for row in page.rows if "Nord" in row] == ["Nord Logistica 98 2 –"]
    assert [row for row in page.rows if "Rival" in row] == ["Rival Warehousing 1 – –"]
    assert (page.fields[name(made, cast.logistics)], page.fields[name(made, cast.rival)]) == ("2", "0")


def test_the_own_shelf_is_called_in_the_readers_language(as_user, cast, made):
    line = OrderLine.get(OrderLine.order == made.id)
    Product.update(own_quantity=5).where(Product.id == line.product_id).execute()
    client, italian = as_user(cast.merchant), {"Accept-Language": "it"}
    page = Page(client.get(f"/orders/{made.id}/route/", headers=italian))
    typed = page.typed | {name(made, cast.logistics): "0", f"units_{line.id}_0": "2"}
    told = Page(client.post(f"/orders/{made.id}/route/preview", data=typed, headers=italian))
    for one in (page, told):
        assert "Magazzino proprio" in one.text and "Own stock" not in one.text
    assert "Magazzino proprio 0 unità → 2 unità" in told.text


def test_a_preview_tells_the_consequences_and_writes_nothing(as_user, cast, made):
    client = as_user(cast.merchant)
    typed = Page(client.get(f"/orders/{made.id}/route/")).typed
    typed |= {name(made, cast.logistics): "0", name(made, cast.rival): "1"}
    page = Page(client.post(f"/orders/{made.id}/route/preview", data=typed))
    assert page.status == 200
    for told in (
        "Nord Logistica 2 units → 0 units Loses",
        "Rival Warehousing 0 units → 1 unit",
        "1 unit stays unassigned",
    ):
        assert told.lower() in page.text.lower()
    assert held(made) == {"Nord Logistica": 2}
    assert client.post(f"/orders/{made.id}/route/", data=page.typed).status_code == 303
    assert held(made) == {"Rival Warehousing": 1}
    assert Event.select().where(Event.order == made.id, Event.kind == "order.assigned").exists()
    assert not Order.visible_to(cast.viewer(cast.clerk)).where(Order.id == made.id).exists()


def test_numbers_that_were_changed_after_the_preview_are_shown_first(as_user, cast, made):
    client = as_user(cast.merchant)
    seen = Page(
        client.post(f"/orders/{made.id}/route/preview", data=Page(client.get(f"/orders/{made.id}/route/")).typed)
    )
    typed = seen.typed | {name(made, cast.logistics): "1"}
    page = Page(client.post(f"/orders/{made.id}/route/", data=typed))
    assert page.status == 422 and "after the preview" in page.alert and held(made) == {"Nord Logistica": 2}
    assert client.post(f"/orders/{made.id}/route/", data=page.typed).status_code == 303
    assert held(made) == {"Nord Logistica": 1}


@pytest.mark.parametrize(
    ("nord", "rival", "told"),
    [
        ("0", "2", "has 1 for this line at most"),
        ("2", "1", "wants 2 units"),
        ("x", "0", "whole number"),
        ("-1", "0", "0 to"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(as_user, cast, made, nord, rival, told):
    client = as_user(cast.merchant)
    typed = Page(client.get(f"/orders/{made.id}/route/")).typed
    typed |= {name(made, cast.logistics): nord, name(made, cast.rival): rival}
    page = Page(client.post(f"/orders/{made.id}/route/preview", data=typed))
    assert page.status == 422 and told in " ".join(page.errors.values())
    assert (page.fields[name(made, cast.logistics)], page.fields[name(made, cast.rival)]) == (nord, rival)


def test_packed_units_stay_where_they_are(as_user, cast, made):
    shipments.create(cast.viewer(cast.clerk), made.id, ShipmentDraft())
    client = as_user(cast.merchant)
    typed = Page(client.get(f"/orders/{made.id}/route/")).typed | {name(made, cast.logistics): "1"}
    page = Page(client.post(f"/orders/{made.id}/route/preview", data=typed))
    assert page.status == 422 and "Nord Logistica has packed 2 of it" in page.errors[name(made, cast.logistics)]


def test_the_second_of_two_people_is_told_and_overwrites_nothing(as_user, cast, made):
    client, line = as_user(cast.merchant), OrderLine.get(OrderLine.order == made.id)
    typed = Page(client.get(f"/orders/{made.id}/route/")).typed | {name(made, cast.logistics): "1"}
    typed = Page(client.post(f"/orders/{made.id}/route/preview", data=typed)).typed
    assignments.assign(cast.viewer(cast.admin), made.id, [Assigned(line.id, cast.rival.id, 1)])
    page = Page(client.post(f"/orders/{made.id}/route/", data=typed))
    assert page.status == 409 and "meanwhile" in page.alert and page.fields[name(made, cast.logistics)] == "1"
    assert held(made) == {"Rival Warehousing": 1}


def test_automatic_fills_in_what_the_allocation_would_choose(as_user, cast, made):
    line = OrderLine.get(OrderLine.order == made.id)
    assignments.assign(cast.viewer(cast.admin), made.id, [Assigned(line.id, cast.rival.id, 1)])
    page = Page(as_user(cast.merchant).get(f"/orders/{made.id}/route/?fill=automatic"))
    assert (page.fields[name(made, cast.logistics)], page.fields[name(made, cast.rival)]) == ("2", "0")
    assert "loses the order" in page.text.lower() and held(made) == {"Rival Warehousing": 1}


def test_a_finished_order_says_that_it_wants_no_stock(as_user, cast, made):
    Order.update(status="delivered").where(Order.id == made.id).execute()
    answer = as_user(cast.merchant).get(f"/orders/{made.id}/route/", follow_redirects=True)
    assert "wants no stock any more" in Page(answer).alert


def test_only_the_stores_own_people_route(as_user, cast, made):
    assert as_user(cast.clerk).get(f"/orders/{made.id}/route/").status_code == 403
    stranger = as_user(cast.stranger)
    for answer in (
        stranger.get(f"/orders/{made.id}/route/"),
        stranger.post(f"/orders/{made.id}/route/preview"),
        stranger.post(f"/orders/{made.id}/route/"),
    ):
        assert answer.status_code == 404
