"""Canceling an order on its page: what will follow is told before anything happens."""

import pytest

from tests.web.page import Page
from webapp.actions import acceptance, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.models import CancelRequest, Channel, Order, OrderLine


def lines(order) -> list[int]:
    return [line.id for line in OrderLine.select().where(OrderLine.order == order.id).order_by(OrderLine.id)]


def test_a_whole_order_is_canceled_with_one_confirmation(as_user, cast, order):
    client = as_user(cast.merchant)
    assert f"/orders/{order.id}/cancel/" in Page(client.get(f"/orders/{order.id}")).links
    page = Page(client.get(f"/orders/{order.id}/cancel/"))
    assert "2 units are canceled at once" in page.text and "Sandbox shop is told as soon as" in page.text
    assert Order.get_by_id(order.id).status == "payment_accepted"
    assert client.post(f"/orders/{order.id}/cancel/", data=page.typed | {"why": "Fraud"}).status_code == 303
    assert Order.get_by_id(order.id).status == "canceled"
    assert "Order canceled here (Fraud): 5 units canceled at once" in Page(client.get(f"/orders/{order.id}")).text


def test_who_has_begun_is_asked_and_the_page_says_so_before(as_user, cast, order):
    acceptance.accept(cast.viewer(cast.clerk), order.id)
    client = as_user(cast.merchant)
    page = Page(client.get(f"/orders/{order.id}/cancel/"))
    assert "Nord Logistica has begun and is asked to cancel 2 units" in page.text
    assert client.post(f"/orders/{order.id}/cancel/", data=page.typed).status_code == 303
    assert [(row.quantity, row.status) for row in CancelRequest.select()] == [(2, "asked")]
    assert Order.get_by_id(order.id).status == "payment_accepted"
    assert "Marta Merchant canceled the order" in Page(as_user(cast.clerk).get(f"/orders/{order.id}")).text


def test_what_has_left_is_named(as_user, cast, order):
    clerk = cast.viewer(cast.clerk)
    shipments.ship(clerk, shipments.create(clerk, order.id, ShipmentDraft()).id)
    page = Page(as_user(cast.merchant).get(f"/orders/{order.id}/cancel/"))
    assert "2 units have left: a return is opened for them" in page.text
    assert "A part has left, so Sandbox shop isn’t told of the rest: refund it there too." in page.text


@pytest.mark.parametrize("change", [{"base_url": ""}, {"archived_at": now()}])
def test_a_channel_that_hears_nothing_is_not_said_to_be_told(as_user, cast, order, change):
    Channel.update(change).where(Channel.id == order.channel_id).execute()
    page = Page(as_user(cast.merchant).get(f"/orders/{order.id}/cancel/"))
    assert "Sandbox shop can’t be told: cancel the order there too." in page.text


def test_units_are_canceled_after_a_look_at_what_follows(as_user, cast, order):
    client, (mine, theirs) = as_user(cast.merchant), lines(order)
    typed = Page(client.get(f"/orders/{order.id}/cancel/")).typed | {f"units_{mine}": "0", f"units_{theirs}": "1"}
    unseen = Page(client.post(f"/orders/{order.id}/cancel/", data=typed))
    assert unseen.status == 422 and "after the preview" in unseen.alert
    page = Page(client.post(f"/orders/{order.id}/cancel/preview", data=typed))
    assert page.status == 200 and "isn’t told of single units" in page.text
    assert OrderLine.get_by_id(theirs).canceled_quantity == 0
    assert client.post(f"/orders/{order.id}/cancel/", data=page.typed).status_code == 303
    assert [OrderLine.get_by_id(line).canceled_quantity for line in (mine, theirs)] == [0, 1]


@pytest.mark.parametrize(("typed", "told"), [("9", "from 0 to 2"), ("-1", "from 0 to 2"), ("two", "whole number")])
def test_numbers_that_cannot_be_are_refused_at_their_field(as_user, cast, order, typed, told):
    client, name = as_user(cast.merchant), f"units_{lines(order)[0]}"
    for path in ("preview", ""):
        page = Page(client.post(f"/orders/{order.id}/cancel/{path}", data={name: typed}))
        assert page.status == 422 and told in page.errors[name] and page.fields[name] == typed
    assert Order.get_by_id(order.id).status == "payment_accepted"


def test_nothing_is_no_cancellation(as_user, cast, order):
    client = as_user(cast.merchant)
    typed = {f"units_{line}": "0" for line in lines(order)}
    page = Page(client.post(f"/orders/{order.id}/cancel/preview", data=typed))
    answer = Page(client.post(f"/orders/{order.id}/cancel/", data=page.typed))
    assert answer.status == 422 and "Say of which line" in answer.alert


def test_an_order_that_has_ended_is_not_canceled(as_user, cast, order):
    Order.update(status="shipped").where(Order.id == order.id).execute()
    client = as_user(cast.merchant)
    assert "can only come back" in Page(client.get(f"/orders/{order.id}/cancel/", follow_redirects=True)).alert


def test_only_the_stores_own_people_cancel(as_user, cast, order):
    assert as_user(cast.clerk).post(f"/orders/{order.id}/cancel/").status_code == 403
    stranger = as_user(cast.stranger)
    assert stranger.get(f"/orders/{order.id}/cancel/").status_code == 404
    assert stranger.post(f"/orders/{order.id}/cancel/preview").status_code == 404
    assert stranger.post(f"/orders/{order.id}/cancel/").status_code == 404
    assert Order.get_by_id(order.id).status == "payment_accepted"
