"""What buyers send back: asked for by the merchant, received by the warehouse, restocked or discarded."""

import pytest

from tests.web.orders import shop
from tests.web.page import FRAGMENT, Page
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Change, Order, OrderLine, Product, Push, Return, ReturnLine, Store, Supply


@pytest.fixture
def gone(cast):
    """An order of which the logistics service has shipped its two units, and its rival nothing yet."""
    order = shop.split_order(cast, shop.channel(cast.store))
    clerk = cast.viewer(cast.clerk)
    shipments.ship(clerk, shipments.create(clerk, order.id, ShipmentDraft()).id)
    return order


@pytest.fixture
def whole(cast):
    """An order of three units that has left whole."""
    shop.stocked(cast.store, "MUG", cast.logistics)
    order, clerk = shop.order(shop.channel(cast.store), ("MUG", 3)), cast.viewer(cast.clerk)
    shipments.ship(clerk, shipments.create(clerk, order.id, ShipmentDraft()).id)
    return order


def field(cast, order) -> str:
    line = OrderLine.select().where(OrderLine.order == order.id).order_by(OrderLine.id).first()
    return f"units_{line.id}_{cast.logistics.id}"


def asked(client, cast, order, units="1") -> Return:
    answer = client.post(f"/orders/{order.id}/returns", data={field(cast, order): units, "reason": "Too small"})
    assert answer.status_code == 303, Page(answer).text
    return Return.select().order_by(Return.id.desc()).get()


def decide(client, row, decision):
    line = ReturnLine.get(ReturnLine.parent == row.id)
    return client.post(
        f"/returns/{row.id}/close", data={f"decision_{line.id}": str(decision), f"condition_{line.id}": "As new"}
    )


def test_a_return_goes_from_asked_for_to_restocked(as_user, cast, whole):
    merchant, clerk = as_user(cast.merchant), as_user(cast.clerk)
    assert f"/orders/{whole.id}/returns/new" in Page(merchant.get(f"/orders/{whole.id}")).links
    assert field(cast, whole) in Page(merchant.get(f"/orders/{whole.id}/returns/new")).fields
    row = asked(merchant, cast, whole)
    assert (row.status, row.supplier_id, row.reason) == ("requested", cast.logistics.id, "Too small")
    assert f"/returns/{row.id}" in Page(clerk.get("/returns/")).links
    assert clerk.post(f"/returns/{row.id}/receive").status_code == 303
    assert Return.get_by_id(row.id).status == "received" and Return.get_by_id(row.id).received_at
    before, seen = Supply.get().quantity, Store.get_by_id(cast.store.id).change_seq
    assert decide(merchant, row, cast.logistics.id).status_code == 303
    assert (Supply.get().quantity, Return.get_by_id(row.id).status) == (before + 1, "closed")
    line = ReturnLine.get()
    assert (line.decision, line.restocked_to_id, line.condition) == ("restock", cast.logistics.id, "As new")
    assert Change.select().where(Change.number > seen, Change.subject == "product").exists()
    assert Order.get_by_id(whole.id).status == "shipped"
    page = Page(merchant.get(f"/orders/{whole.id}"))
    assert f"Return {row.id} closed: 1 unit restocked, 0 units discarded" in page.text


def test_the_list_says_where_each_goes_and_is_searched_by_order_and_reason(as_user, cast, whole):
    merchant = as_user(cast.merchant)
    row = asked(merchant, cast, whole)
    page = Page(merchant.get("/returns/"))
    assert cast.logistics.name in page.text and "Own shelf" not in page.text
    for words in (whole.reference, "too sm"):
        assert f"/returns/{row.id}" in Page(merchant.get("/returns/", query_string={"q": words})).links
    page = Page(merchant.get("/returns/", query_string={"q": "nothing like it"}))
    assert f"/returns/{row.id}" not in page.links and "No return fits this search." in page.text
    only_rows = merchant.get("/returns/", headers=FRAGMENT).text
    assert "<html" not in only_rows and 'id="return-rows"' in only_rows


def test_the_order_is_returned_once_everything_is_back(as_user, cast, whole):
    merchant = as_user(cast.merchant)
    for units in ("1", "2"):
        row = asked(merchant, cast, whole, units)
        merchant.post(f"/returns/{row.id}/receive")
        decide(merchant, row, "discard")
    assert Order.get_by_id(whole.id).status == "returned"
    assert Supply.get().quantity == 97
    assert Push.select().where(Push.kind == "status").get().payload == {"status": "returned"}


def test_it_is_put_on_the_own_shelf_where_that_is_chosen(as_user, cast, whole):
    merchant = as_user(cast.merchant)
    row = asked(merchant, cast, whole, "2")
    merchant.post(f"/returns/{row.id}/receive")
    assert decide(merchant, row, 0).status_code == 303
    assert (Product.get().own_quantity, Supply.get().quantity) == (2, 97)


def test_restocked_units_go_to_an_order_that_waits(as_user, cast, whole):
    merchant = as_user(cast.merchant)
    Supply.update(quantity=0).execute()
    waits = shop.order(Order.get_by_id(whole.id).channel, ("MUG", 1))
    row = asked(merchant, cast, whole)
    merchant.post(f"/returns/{row.id}/receive")
    decide(merchant, row, cast.logistics.id)
    assert Order.visible_to(cast.viewer(cast.clerk)).where(Order.id == waits.id).exists()


def test_no_more_comes_back_than_has_left(as_user, cast, gone):
    merchant = as_user(cast.merchant)
    asked(merchant, cast, gone)
    for typed, told in (("2", "from 0 to 1"), ("-1", "from 0 to 1"), ("x", "whole number")):
        page = Page(merchant.post(f"/orders/{gone.id}/returns", data={field(cast, gone): typed}))
        assert page.status == 422 and told in page.errors[field(cast, gone)]
        assert page.fields[field(cast, gone)] == typed
    assert "Say of which line" in Page(merchant.post(f"/orders/{gone.id}/returns")).alert
    asked(merchant, cast, gone)
    answer = merchant.get(f"/orders/{gone.id}/returns/new", follow_redirects=True)
    assert "Nothing of this order can come back" in Page(answer).alert and Return.select().count() == 2


def test_it_is_decided_once_and_only_after_it_arrived(as_user, cast, whole):
    merchant = as_user(cast.merchant)
    row = asked(merchant, cast, whole)
    assert decide(merchant, row, cast.logistics.id).status_code == 409
    merchant.post(f"/returns/{row.id}/receive")
    page = Page(merchant.post(f"/returns/{row.id}/close"))
    assert page.status == 422 and page.errors == {f"decision_{ReturnLine.get().id}": "Decide what becomes of it."}
    assert decide(merchant, row, cast.rival.id).status_code == 422
    assert decide(merchant, row, "discard").status_code == 303
    assert decide(merchant, row, cast.logistics.id).status_code == 409
    assert Supply.get().quantity == 97


def test_the_list_is_filtered_by_status(as_user, cast, whole):
    merchant = as_user(cast.merchant)
    row = asked(merchant, cast, whole)
    assert f"/returns/{row.id}" in Page(merchant.get("/returns/?status=requested")).links
    page = Page(merchant.get("/returns/?status=closed"))
    assert f"/returns/{row.id}" not in page.links and "No return fits this search." in page.text


def test_each_warehouse_sees_its_own_returns_alone(as_user, cast, gone):
    row = asked(as_user(cast.merchant), cast, gone)
    clerk, rival, stranger = as_user(cast.clerk), as_user(cast.rival_clerk), as_user(cast.stranger)
    assert clerk.get(f"/returns/{row.id}").status_code == 200
    assert clerk.post(f"/returns/{row.id}/close").status_code == 403
    assert clerk.get(f"/orders/{gone.id}/returns/new").status_code == 403
    for other in (rival, stranger):
        assert f"/returns/{row.id}" not in Page(other.get("/returns/")).links
        assert other.get(f"/returns/{row.id}").status_code == 404
        assert other.post(f"/returns/{row.id}/receive").status_code == 404
    assert f"/returns/{row.id}" not in Page(rival.get(f"/orders/{gone.id}")).links
    assert stranger.post(f"/returns/{row.id}/close").status_code == 404
    assert stranger.get(f"/orders/{gone.id}/returns/new").status_code == 404
    assert stranger.post(f"/orders/{gone.id}/returns").status_code == 404
    assert Return.get().status == "requested"
