"""What the buttons of an order do: status, another try at stock, another look at the channel."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import acceptance
from webapp.models import Allocation, Event, Order, Push, Supply, SyncRun


@pytest.fixture
def made(cast):
    return shop.split_order(cast, shop.channel(cast.store))


def test_update_moves_the_order_and_leaves_a_push(as_user, cast, made):
    client = as_user(cast.merchant)
    answer = client.post(f"/orders/{made.id}/status", data={"status": "in_process"})
    assert answer.status_code == 303 and answer.location == f"/orders/{made.id}"
    assert Order.get_by_id(made.id).status == "in_process"
    assert Push.get(Push.order == made).payload == {"status": "in_process"}
    assert "is now In process" in client.get(answer.location).get_data(as_text=True)


def test_a_move_that_is_not_possible_says_which_are(as_user, cast, made):
    answer = as_user(cast.merchant).post(f"/orders/{made.id}/status", data={"status": "returned"})
    assert answer.status_code == 409
    assert "can&#39;t become Returned. Possible now: In process" in answer.get_data(as_text=True)
    assert Order.get_by_id(made.id).status == "payment_accepted"


def test_an_order_that_a_warehouse_has_begun_is_canceled_with_the_button_alone(as_user, cast, made):
    acceptance.accept(cast.viewer(cast.clerk), made.id)
    client = as_user(cast.merchant)
    page = Page(client.post(f"/orders/{made.id}/status", data={"status": "canceled"}))
    assert page.status == 409 and Order.get_by_id(made.id).status == "payment_accepted"
    assert page.errors["status"].startswith("Under way already at Nord Logistica: “Cancel order” on its page asks")
    assert f"/orders/{made.id}/cancel/" in page.links and "Cancel order" in page.text
    options = [option.attributes["value"] for option in page.main.all("option")]
    assert "in_process" in options and "canceled" not in options


@pytest.mark.parametrize("data", [{"status": "lost"}, {"status": ""}, {}])
def test_a_status_that_does_not_exist_is_no_choice(as_user, cast, made, data):
    answer = as_user(cast.merchant).post(f"/orders/{made.id}/status", data=data)
    assert answer.status_code == 422 and "status-error" in answer.get_data(as_text=True)


def test_a_clerk_sets_in_process_alone(as_user, cast, made):
    client = as_user(cast.clerk)
    assert client.post(f"/orders/{made.id}/status", data={"status": "canceled"}).status_code == 409
    assert client.post(f"/orders/{made.id}/status", data={"status": "in_process"}).status_code == 303


def test_allocate_again_finds_new_stock(as_user, cast):
    shop.stocked(cast.store, "LATE", cast.logistics, units=0)
    made = shop.order(shop.channel(cast.store), ("LATE", 2))
    client = as_user(cast.merchant)
    client.post(f"/orders/{made.id}/allocate")
    assert "still no free stock" in client.get(f"/orders/{made.id}").get_data(as_text=True)
    Supply.update(quantity=5).execute()
    assert client.post(f"/orders/{made.id}/allocate").status_code == 303
    assert Allocation.get(Allocation.order == made).quantity == 2
    page = client.get(f"/orders/{made.id}").get_data(as_text=True)
    assert "2 units found stock." in page and "Try to allocate again" not in page


def test_synchronize_asks_the_worker(as_user, cast, made):
    client = as_user(cast.merchant)
    assert client.post(f"/orders/{made.id}/synchronize").status_code == 303
    run = SyncRun.get()
    assert (run.trigger, run.external_id, run.status) == ("order", made.external_id, "waiting")
    page = client.get(f"/orders/{made.id}").get_data(as_text=True)
    assert "Synchronizing" in page and 'data-every="3"' in page
    SyncRun.update(status="failed", errors=[{"reference": "1", "message": "The shop is down."}]).execute()
    assert "The shop is down." in client.get(f"/orders/{made.id}").get_data(as_text=True)


@pytest.mark.parametrize("deed", ["allocate", "synchronize"])
def test_these_are_not_for_clerks(as_user, cast, made, deed):
    before = Event.select().count()
    assert as_user(cast.clerk).post(f"/orders/{made.id}/{deed}").status_code == 403
    assert Event.select().count() == before


@pytest.mark.parametrize("deed", ["status", "allocate", "synchronize"])
def test_they_need_login(client, made, deed):
    assert client.post(f"/orders/{made.id}/{deed}", data={"status": "in_process"}).status_code == 401
    assert Order.get_by_id(made.id).status == "payment_accepted"
