"""The page that lets an order wait, and the button that lets it go on."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.web.page import Page
from webapp.db import now
from webapp.models import Hold, Order

ROME = ZoneInfo("Europe/Rome")


def test_a_merchant_holds_an_order_and_releases_it(as_user, cast, order):
    client, day = as_user(cast.merchant), (now() + dt.timedelta(days=3)).date()
    assert f"/orders/{order.id}/hold" in Page(client.get(f"/orders/{order.id}")).links
    typed = Page(client.get(f"/orders/{order.id}/hold")).typed | {"reason": "Gift card unpaid", "until": str(day)}
    assert client.post(f"/orders/{order.id}/hold", data=typed).status_code == 303
    row = Hold.get()
    assert (row.reason, row.until.astimezone(ROME).date(), Order.get_by_id(order.id).status) == (
        "Gift card unpaid",
        day,
        "on_hold",
    )
    page = Page(client.get(f"/orders/{order.id}"))
    assert "On hold : Gift card unpaid" in page.text and f"/orders/{order.id}/release" in page.posts
    assert Page(client.get(f"/orders/{order.id}/hold")).fields["until"] == str(day)
    assert client.post(f"/orders/{order.id}/release").status_code == 303
    assert Order.get_by_id(order.id).status == "payment_accepted"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [({}, "reason"), ({"reason": "x" * 501}, "reason"), ({"reason": "R", "until": "2020-01-01"}, "until")],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(as_user, cast, order, typed, wrong):
    answer = Page(as_user(cast.merchant).post(f"/orders/{order.id}/hold", data=typed))
    assert answer.status == 422 and set(answer.errors) == {wrong}
    assert answer.fields["reason"] == typed.get("reason", "")
    assert not Hold.select().exists()


def test_an_order_that_has_ended_cannot_be_held(as_user, cast, order):
    Order.update(status="delivered").where(Order.id == order.id).execute()
    client = as_user(cast.merchant)
    assert f"/orders/{order.id}/hold" not in Page(client.get(f"/orders/{order.id}")).links
    answer = Page(client.post(f"/orders/{order.id}/hold", data={"reason": "Late"}))
    assert answer.status == 409 and "can't become On hold" in answer.alert and answer.fields["reason"] == "Late"


def test_the_warehouse_reads_the_reason_and_can_change_nothing(as_user, cast, order):
    as_user(cast.merchant).post(f"/orders/{order.id}/hold", data={"reason": "Gift card unpaid"})
    clerk = as_user(cast.clerk)
    page = Page(clerk.get(f"/orders/{order.id}"))
    assert "Gift card unpaid" in page.text and f"/orders/{order.id}/release" not in page.posts
    assert clerk.get(f"/orders/{order.id}/hold").status_code == 403
    assert clerk.post(f"/orders/{order.id}/release").status_code == 403
    assert Order.get_by_id(order.id).status == "on_hold"


def test_another_stores_order_is_not_there(as_user, cast, order):
    stranger = as_user(cast.stranger)
    assert stranger.get(f"/orders/{order.id}/hold").status_code == 404
    assert stranger.post(f"/orders/{order.id}/hold", data={"reason": "Mine"}).status_code == 404
    assert stranger.post(f"/orders/{order.id}/release").status_code == 404
