"""On which channels a product is offered, and how many of its units each is told of."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import publications, stock_levels
from webapp.models import Channel, Publication, StockLevel, Store


@pytest.fixture
def mug(cast):
    return shop.stocked(cast.store, "MUG", cast.logistics, 5)


@pytest.fixture
def channel(cast):
    """A shop that is told of its stock."""
    made = shop.channel(cast.store)
    Channel.update(tells_stock=True).execute()
    Store.update(tells_stock=True).where(Store.id == cast.store.id).execute()
    return made


@pytest.fixture
def published(cast, mug, channel):
    return publications.create(cast.viewer(cast.merchant), mug.id, channel.id, {"external_id": "77"})


def typed(client, path: str) -> dict[str, str]:
    return Page(client.get(path)).typed


def test_it_is_added_once_for_each_channel(as_user, cast, mug, channel):
    client, home = as_user(cast.merchant), f"/products/{mug.id}"
    sent = typed(client, f"{home}/publications/new") | {"channel_id": str(channel.id), "external_id": " 77 "}
    assert client.post(f"{home}/publications/", data=sent).location == home
    made = Publication.get()
    assert (made.external_id, made.tells_stock, made.stock_buffer) == ("77", True, 0)
    again = Page(client.post(f"{home}/publications/", data=sent))
    assert again.status == 422 and "channel_id" in again.errors and Publication.select().count() == 1


def test_units_that_are_kept_back_are_not_told(as_user, cast, mug, channel, published):
    client, path = as_user(cast.merchant), f"/products/{mug.id}/publications/{published.id}"
    client.post(path, data=typed(client, f"{path}/edit") | {"stock_buffer": "2"})
    free = stock_levels.sellable(cast.store.id, [mug.id])
    assert stock_levels.less_kept_back(channel.id, free) == {mug.id: 3}
    assert stock_levels.waiting(channel.id, 5)[0][2] == mug.id
    client.post(path, data=typed(client, f"{path}/edit") | {"stock_buffer": "9"})
    assert stock_levels.less_kept_back(channel.id, free) == {mug.id: 0}


def test_a_product_can_be_left_out_of_what_the_channel_is_told(as_user, cast, mug, channel, published):
    client, path = as_user(cast.merchant), f"/products/{mug.id}/publications/{published.id}"
    assert StockLevel.select().count() == 1
    sent = typed(client, f"{path}/edit")
    client.post(path, data={name: value for name, value in sent.items() if name != "tells_stock"})
    assert StockLevel.select().count() == 0 and not Publication.get().tells_stock
    stock_levels.mark(cast.store.id, [mug.id])
    assert StockLevel.select().count() == 0
    assert "Not told" in Page(client.get(f"/products/{mug.id}")).text
    client.post(path, data=typed(client, f"{path}/edit") | {"tells_stock": "y"})
    assert StockLevel.select().count() == 1


def test_wrong_values_and_a_late_form_are_refused_and_keep_what_was_typed(as_user, cast, mug, published):
    client, path = as_user(cast.merchant), f"/products/{mug.id}/publications/{published.id}"
    before = typed(client, f"{path}/edit")
    page = Page(client.post(path, data=before | {"stock_buffer": "-1", "sku": "S" * 65}))
    assert page.status == 422 and set(page.errors) == {"stock_buffer", "sku"} and page.fields["stock_buffer"] == "-1"
    client.post(path, data=before | {"stock_buffer": "1"})
    late = Page(client.post(path, data=before | {"stock_buffer": "4"}))
    assert (
        late.status == 409 and "It says now: Units kept back: 1." in late.alert and Publication.get().stock_buffer == 1
    )
    assert client.post(path, data=late.typed).status_code == 303 and Publication.get().stock_buffer == 4


def test_it_is_not_there_for_others(as_user, cast, mug, channel, published):
    stranger, clerk = as_user(cast.stranger), as_user(cast.clerk)
    other = shop.stocked(cast.store, "POT")
    for path in (f"/products/{mug.id}/publications/new", f"/products/{mug.id}/publications/{published.id}/edit"):
        assert stranger.get(path).status_code == 404 and clerk.get(path).status_code == 403
    assert stranger.post(f"/products/{mug.id}/publications/{published.id}").status_code == 404
    assert as_user(cast.merchant).get(f"/products/{other.id}/publications/{published.id}/edit").status_code == 404
    assert "Sandbox shop" not in Page(clerk.get(f"/products/{mug.id}")).text


def test_a_foreign_channel_can_not_be_chosen(as_user, cast, mug):
    foreign = shop.channel(cast.other_store)
    sent = {"channel_id": str(foreign.id), "stock_buffer": "0"}
    assert as_user(cast.merchant).post(f"/products/{mug.id}/publications/", data=sent).status_code == 422
    assert Publication.select().count() == 0


@pytest.mark.usefixtures("cast")
def test_needs_login(client):
    assert "/login" in client.get("/products/1/publications/new").location
