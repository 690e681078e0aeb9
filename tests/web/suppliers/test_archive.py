"""Archive a supplier, unless orders wait there, and restore it."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import api_keys
from webapp.models import Allocation, ApiKey, Event, Supplier, Supply


@pytest.fixture
def key(cast) -> ApiKey:
    """A key of the rival warehouse, turned on."""
    draft = api_keys.KeyDraft("Robot", supplier_id=cast.rival.id, orders="read")
    made = api_keys.issue(cast.viewer(cast.admin), draft).key
    api_keys.enable(cast.viewer(cast.admin), made.id)
    return made


def archived(supplier: Supplier) -> bool:
    return Supplier.get_by_id(supplier.id).archived_at is not None


def kinds() -> list[str]:
    return [event.kind for event in Event.select().where(Event.subject == "supplier").order_by(Event.id)]


def test_it_asks_once_and_tells_what_follows(as_user, cast):
    page = Page(as_user(cast.merchant).get(f"/suppliers/{cast.rival.id}/archive"))
    assert "Archive Rival Warehousing?" in page.text and "its API keys are turned off" in page.text
    assert page.posts == [f"/suppliers/{cast.rival.id}/archive"]


def test_archiving_takes_it_off_the_list_and_turns_its_keys_off(as_user, cast, key):
    client = as_user(cast.merchant)
    answer = client.post(f"/suppliers/{cast.rival.id}/archive")
    assert (answer.status_code, answer.location) == (303, "/suppliers/")
    assert archived(cast.rival) and not ApiKey.get_by_id(key.id).enabled and kinds() == ["supplier.archived"]
    page = Page(client.get("/suppliers/"))
    assert not [row for row in page.rows if "Rival" in row] and "filter “Archived”" in page.alert
    shown = Page(client.get(f"/suppliers/{cast.rival.id}"))
    assert "no order goes there any more" in shown.alert and shown.posts == [f"/suppliers/{cast.rival.id}/restore"]


def test_no_new_order_goes_there(as_user, cast):
    shop.stocked(cast.store, "SOLE", cast.rival)
    as_user(cast.merchant).post(f"/suppliers/{cast.rival.id}/archive")
    shop.order(shop.channel(cast.store), ("SOLE", 1))
    assert not Allocation.select().exists()


def test_it_is_refused_while_orders_wait_there(as_user, cast):
    shop.split_order(cast, shop.channel(cast.store))
    client, home = as_user(cast.merchant), f"/suppliers/{cast.rival.id}"
    page = Page(client.get(f"{home}/archive"))
    assert "1 order waits to be shipped by Rival Warehousing" in page.text and page.posts == []
    assert f"/orders/?supplier={cast.rival.id}" in page.links
    answer = client.post(f"{home}/archive", data={"back": home})
    assert (answer.status_code, answer.location) == (303, home)
    assert "1 order waits to be shipped by Rival Warehousing. Ship or re-route first." in Page(client.get(home)).alert
    assert client.post(f"{home}/archive").status_code == 409
    assert not archived(cast.rival) and kinds() == []


def test_doing_it_twice_is_one_event(as_user, cast):
    client = as_user(cast.merchant)
    for verb in ("archive", "archive", "restore", "restore"):
        assert client.post(f"/suppliers/{cast.rival.id}/{verb}").status_code == 303
    assert kinds() == ["supplier.archived", "supplier.restored"]


def test_restoring_brings_it_back_with_its_stock_and_its_keys_off(as_user, cast, key):
    shop.stocked(cast.store, "SOLE", cast.rival, units=3)
    client = as_user(cast.merchant)
    client.post(f"/suppliers/{cast.rival.id}/archive")
    assert client.post(f"/suppliers/{cast.rival.id}/restore").location == f"/suppliers/{cast.rival.id}"
    assert not archived(cast.rival) and not ApiKey.get_by_id(key.id).enabled
    assert [row for row in Page(client.get("/suppliers/")).rows if "Rival Warehousing" in row]
    shop.order(shop.channel(cast.store), ("SOLE", 2))
    assert Supply.get().reserved == 2


@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("stranger", 404)])
def test_it_is_for_the_stores_own_people(as_user, cast, who, status):
    client = as_user(getattr(cast, who))
    for verb in ("archive", "restore"):
        assert client.post(f"/suppliers/{cast.rival.id}/{verb}").status_code == status
    assert not archived(cast.rival) and kinds() == []
