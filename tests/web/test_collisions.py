"""Two at the same thing in one moment: whom the database undoes is told so, calmly, and succeeds the second time."""

import pytest
from structlog.testing import capture_logs

from tests.collisions import in_the_way
from tests.web.page import Page
from webapp.actions import api_keys
from webapp.actions.api_keys import KeyDraft
from webapp.models import Event, Hold, Order, Store

TOLD = "Somebody changed the same thing at this very moment, so nothing was stored. Send it again."


@pytest.fixture
def row(order, cast):
    """The store's counter, which each visible change ends with, and the order, with which it begins."""
    return Store.get_by_id(cast.store.id), order


def test_the_page_says_what_happened_and_the_second_try_succeeds(as_user, cast, order, row):
    client, typed = as_user(cast.merchant), {"reason": "Gift card unpaid"}
    events = Event.select().count()
    with in_the_way(*row), capture_logs() as logged:
        page = Page(client.post(f"/orders/{order.id}/hold", data=typed))
    assert page.status == 503 and f"{TOLD} Go back: what you typed is still there." in page.text
    assert [line["event"] for line in logged if line["log_level"] != "info"] == ["request.collided"]
    assert not Hold.select().exists() and Event.select().count() == events
    assert client.post(f"/orders/{order.id}/hold", data=typed).status_code == 303
    assert Order.get_by_id(order.id).status == "on_hold" and Hold.get().reason == "Gift card unpaid"


def test_a_button_of_a_list_leads_back_there(as_user, cast, order, row):
    client = as_user(cast.merchant)
    client.post(f"/orders/{order.id}/hold", data={"reason": "Gift card unpaid"})
    with in_the_way(*row):
        answer = client.post(f"/orders/{order.id}/release", data={"back": "/orders/?status=on_hold"})
    assert (answer.status_code, answer.location) == (303, "/orders/?status=on_hold")
    assert TOLD in Page(client.get(answer.location)).text
    assert Order.get_by_id(order.id).status == "on_hold"
    assert client.post(f"/orders/{order.id}/release").status_code == 303
    assert Order.get_by_id(order.id).status == "payment_accepted"


def test_a_form_that_is_saved_once_can_be_sent_again(as_user, viewer_of, cast):
    key = api_keys.issue(
        viewer_of(cast.admin), KeyDraft("Warehouse", supplier_id=cast.logistics.id, orders="write")
    ).key
    client, at = as_user(cast.admin), f"/api-keys/{key.id}/rotate"
    typed = Page(client.get(at)).typed
    with in_the_way(Store.get_by_id(cast.store.id), key, keys=True):
        assert client.post(at, data=typed).status_code == 503
    assert "New secret" in Page(client.post(at, data=typed)).text
    assert "can't be shown again" in Page(client.post(at, data=typed, follow_redirects=True)).text
