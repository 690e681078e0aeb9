"""The start page: counts, what waits for a person, the first steps; each role sees its own."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import api_keys
from webapp.models import Push, Supplier


@pytest.fixture
def busy(cast):
    """Two orders, of which one has a line without stock; a push that failed; a key that waits for an admin."""
    channel = shop.channel(cast.store)
    made = shop.split_order(cast, channel)
    shop.order(channel, ("UNKNOWN", 1), status="in_process")
    shop.failed_push(made)
    draft = api_keys.KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read")
    api_keys.issue(cast.viewer(cast.merchant), draft)


def tiles(page: Page) -> dict[str, str]:
    found = {}
    for tile in page.main.all("a", class_="tile"):
        count = tile.all("strong")[0].text
        found[tile.text.removeprefix(count).strip()] = count
    return found


@pytest.mark.usefixtures("busy")
def test_a_merchant_sees_counts_and_tasks(as_user, cast):
    page = Page(as_user(cast.merchant).get("/"))
    assert tiles(page) == {"Payment accepted": "1", "In process": "1", "Shipped": "0"}
    assert "1 order line has no stock" in page.text and "1 confirmation to a sales channel failed" in page.text
    assert "1 API key waits for an admin" in page.text
    shown = [link.attributes["href"] for link in page.main.all("a") if link.text == "Show"]
    assert len(shown) == 3 and {"/orders/?needs=action", "/pushes/"} < set(shown)


@pytest.mark.usefixtures("busy")
def test_a_clerk_sees_its_own_orders_and_no_task_of_the_store(as_user, cast):
    page = Page(as_user(cast.clerk).get("/"))
    assert tiles(page) == {"Payment accepted": "1", "In process": "0", "Shipped": "0"}
    assert "Needs action" not in page.text and "five steps" not in page.text


@pytest.mark.usefixtures("busy")
def test_a_stranger_sees_nothing_of_it(as_user, cast):
    page = Page(as_user(cast.stranger).get("/"))
    assert set(tiles(page).values()) == {"0"} and "Needs action" not in page.text


def test_the_five_steps_are_ticked_off_and_then_gone(as_user, cast):
    Supplier.delete().where(Supplier.id == cast.stranger_supplier.id).execute()
    fresh = Page(as_user(cast.stranger).get("/"))
    assert "Connect a logistics service in five steps" in fresh.text and "/suppliers/new" in fresh.links
    client = as_user(cast.merchant)
    assert "/suppliers/new" not in Page(client.get("/")).links
    made = shop.split_order(cast, shop.channel(cast.store))
    draft = api_keys.KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read")
    api_keys.enable(cast.viewer(cast.admin), api_keys.issue(cast.viewer(cast.admin), draft).key.id)
    assert "five steps" in Page(client.get("/")).text
    shop.failed_push(made)
    Push.update(status="sent").execute()
    assert "five steps" not in Page(client.get("/")).text


def test_the_menu_holds_what_the_role_may_open(as_user, cast):
    everybody = {"/orders/", "/shipments/", "/products/"}
    stores = {"/suppliers/", "/channels/"}
    admins = {"/users/", "/audit/"}
    for user, seen in ((cast.clerk, set()), (cast.merchant, stores), (cast.admin, stores | admins)):
        links = set(Page(as_user(user).get("/")).links)
        assert links & (everybody | stores | admins) == everybody | seen


def test_the_number_of_statements_does_not_grow(as_user, cast, sql_count):
    client, channel = as_user(cast.merchant), shop.channel(cast.store)
    shop.split_order(cast, channel)
    with sql_count() as few:
        client.get("/")
    for _ in range(12):
        shop.failed_push(shop.split_order(cast, channel))
    with sql_count() as many:
        client.get("/")
    assert len(few) == len(many)


def test_needs_login(client, cast):
    assert client.get("/").location == "/login?next=/"
