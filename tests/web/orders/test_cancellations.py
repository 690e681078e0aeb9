"""An order that the channel took back after work had begun: what the page shows, and what the clerk answers."""

from dataclasses import replace

import pytest

from tests.web.orders import shop
from tests.web.orders.test_show import text, visible
from webapp.actions import acceptance, cancel_requests, orders, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import CancelRequest, Order, OrderLine, OrderTask, Push, Supply


@pytest.fixture
def sandbox(cast):
    return shop.channel(cast.store)


@pytest.fixture
def made(cast, sandbox):
    """Two of MINE that the clerk has accepted and the channel wants no more, and three of the rival's."""
    shop.stocked(cast.store, "MINE", cast.logistics)
    shop.stocked(cast.store, "RIVALSKU", cast.rival)
    said = shop.incoming(("MINE", 2), ("RIVALSKU", 3))
    order_id = orders.import_order(sandbox, said).order_id
    acceptance.accept(cast.viewer(cast.clerk), order_id)
    mine, other = said.lines
    orders.import_order(sandbox, replace(said, lines=(replace(mine, quantity=1), other)))
    return Order.get_by_id(order_id)


@pytest.fixture
def asked(made):
    """The request that it led to."""
    return CancelRequest.get().id


def listed(client) -> str:
    return visible(client.get("/orders/?needs=action").text)


def test_the_clerk_sees_what_it_is_asked_on_page_and_list(as_user, cast, made):
    page = visible(text(as_user(cast.clerk), made))
    assert "Taken back after work had begun 1 × Title of MINE Asked to cancel" in page
    assert "2 1 asked to cancel" in page and "Cancel these units" in page and "Too late: it leaves anyway" in page
    assert "Sandbox shop: 2 → 1 of MINE; Nord Logistica had begun, asked to cancel 1 unit" in page
    assert "asked to cancel 1 unit" in listed(as_user(cast.clerk))
    assert "1 order was canceled or reduced after work had begun" in visible(as_user(cast.clerk).get("/").text)


def test_the_merchant_sees_whom_it_waits_for(as_user, cast, made):
    page = visible(text(as_user(cast.merchant), made))
    assert "at Nord Logistica · Sandbox shop wants fewer of it" in page
    assert "asked to cancel 1 unit" in listed(as_user(cast.merchant))


def test_the_rival_sees_none_of_it(as_user, cast, made):
    client = as_user(cast.rival_clerk)
    assert "Taken back" not in text(client, made) and "asked to cancel" not in text(client, made)
    assert "asked to cancel" not in client.get("/orders/").text and "#" not in listed(client)


def test_the_clerk_cancels_the_units(as_user, cast, made, asked):
    client = as_user(cast.clerk)
    answer = client.post(f"/orders/{made.id}/cancel/grant", data={"asked": asked})
    assert answer.status_code == 303 and answer.location == f"/orders/{made.id}"
    assert "1 unit canceled." in text(client, made)
    assert CancelRequest.get().status == "granted" and OrderLine.get(OrderLine.sku == "MINE").canceled_quantity == 1
    assert "Cancel these units" not in text(client, made)


def test_a_clerk_who_cancels_its_last_unit_lands_on_the_list(as_user, cast, made, asked):
    shipments.create(cast.viewer(cast.clerk), made.id, ShipmentDraft())
    CancelRequest.update(quantity=2).execute()
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/cancel/grant", data={"asked": asked})
    assert answer.status_code == 303 and answer.location == "/orders/"


def test_the_clerk_says_that_it_is_too_late_and_the_merchant_settles_it(as_user, cast, made, asked):
    as_user(cast.clerk).post(f"/orders/{made.id}/cancel/refuse", data={"asked": asked, "reason": "On the truck"})
    merchant = as_user(cast.merchant)
    page = visible(text(merchant, made))
    assert "To settle Nord Logistica can't cancel 1 unit of MINE any more: On the truck" in page.replace("&#39;", "'")
    assert "1 thing to settle" in listed(merchant)
    assert "Orders that changed on their channel 1" in visible(merchant.get("/").text)
    assert "To settle" not in text(as_user(cast.clerk), made)
    answer = merchant.post(f"/orders/{made.id}/tasks/{OrderTask.get().id}/finish")
    assert answer.status_code == 303 and OrderTask.get().done_by == "Marta Merchant"
    assert "To settle" not in text(merchant, made)


def test_what_was_typed_stays_where_it_is_too_long(as_user, cast, made, asked):
    path, typed = f"/orders/{made.id}/cancel/refuse", "x" * 501
    answer = as_user(cast.clerk).post(path, data={"asked": asked, "reason": typed})
    assert answer.status_code == 422 and "At most 500 characters." in answer.text and typed in answer.text
    assert CancelRequest.get().status == "asked"


def test_an_answer_needs_a_request(as_user, cast, made):
    for verb in ("grant", "refuse"):
        assert as_user(cast.clerk).post(f"/orders/{made.id}/cancel/{verb}", data={}).status_code == 422
    assert CancelRequest.get().status == "asked"


def test_a_second_answer_is_refused_with_its_reason(as_user, cast, made, asked):
    cancel_requests.grant(cast.viewer(cast.clerk), made.id)
    merchant, typed = as_user(cast.merchant), {"asked": asked, "back": f"/orders/{made.id}"}
    answer = merchant.post(f"/orders/{made.id}/cancel/grant", data=typed)
    assert answer.status_code == 303 and "nothing waits to be canceled" in text(merchant, made)


def test_nobody_answers_for_others(as_user, cast, made, asked, client):
    path = f"/orders/{made.id}/cancel/grant"
    assert client.post(path, data={"asked": asked}).status_code == 401
    assert as_user(cast.stranger).post(path, data={"asked": asked}).status_code == 404
    assert as_user(cast.rival_clerk).post(path, data={"asked": asked}).status_code == 422
    assert CancelRequest.get().status == "asked"


def test_an_address_that_changed_is_told_to_both(as_user, cast, made, sandbox):
    said = shop.incoming(("MINE", 1), ("RIVALSKU", 3), external_id=made.external_id)
    orders.import_order(sandbox, replace(said, delivery_address={"city": "Torino"}))
    assert "The address changed on Sandbox shop after the warehouse had started" in text(as_user(cast.merchant), made)
    assert "The address changed on the channel after you had begun" in text(as_user(cast.clerk), made)


def test_the_channel_is_told_again(as_user, cast, made):
    clerk = cast.viewer(cast.clerk)
    shipments.ship(clerk, shipments.create(clerk, made.id, ShipmentDraft(tracking_code="T-1")).id)
    merchant, path = as_user(cast.merchant), f"/orders/{made.id}/tell-again"
    assert merchant.post(path, data={"back": f"/orders/{made.id}"}).status_code == 303
    assert "Something is on its way to the channel" in text(merchant, made)
    Push.update(status="sent").execute()
    OrderTask.create(store=made.store_id, order=made.id, kind="not_told", message="The channel shows nothing")
    assert "Tell it again" in text(merchant, made)
    assert merchant.post(path).status_code == 303
    assert [push.status for push in Push.select().order_by(Push.id)] == ["sent", "waiting"]
    assert OrderTask.get(OrderTask.kind == "not_told").done_at is not None
    assert as_user(cast.clerk).post(path).status_code == 403


@pytest.fixture
def of_two_stocks(cast, sandbox):
    """Five CUPs, two of the own shelf and three of the logistics service, all asked to be canceled."""
    cup = shop.stocked(cast.store, "CUP", units=2)
    Supply.create(store=cast.store, product=cup, supplier=cast.logistics, supplier_sku="S-CUP", quantity=3)
    said = shop.incoming(("CUP", 5))
    order_id = orders.import_order(sandbox, said).order_id
    orders.set_status(cast.viewer(cast.merchant), order_id, "in_process")
    orders.import_order(sandbox, replace(said, lines=(replace(said.lines[0], quantity=0),)))
    return Order.get_by_id(order_id)


def requests() -> list[tuple]:
    return [(row.supplier_id, row.quantity, row.status) for row in CancelRequest.select().order_by(CancelRequest.id)]


@pytest.mark.parametrize(("verb", "answered"), [("grant", "granted"), ("refuse", "refused")])
def test_each_button_of_the_merchant_answers_for_one_stock_alone(as_user, cast, of_two_stocks, verb, answered):
    own = CancelRequest.get(CancelRequest.supplier.is_null())
    merchant = as_user(cast.merchant)
    assert f'name="asked" value="{own.id}"' in text(merchant, of_two_stocks)
    merchant.post(f"/orders/{of_two_stocks.id}/cancel/{verb}", data={"asked": own.id})
    assert sorted(requests(), key=str) == [(cast.logistics.id, 3, "asked"), (None, 2, answered)]
    assert OrderLine.get().canceled_quantity == (2 if verb == "grant" else 0)


def test_a_clerk_answers_no_request_to_another_stock_nor_of_another_order(as_user, cast, of_two_stocks, made):
    own = CancelRequest.get(CancelRequest.supplier.is_null())
    elsewhere = CancelRequest.get(CancelRequest.order == made.id)
    for request in (own, elsewhere):
        answer = as_user(cast.clerk).post(f"/orders/{of_two_stocks.id}/cancel/grant", data={"asked": request.id})
        assert answer.status_code == 422
    assert {status for _, _, status in requests()} == {"asked"}
