"""Edit a product: whoever comes second is told, and stock that went out meanwhile isn't written back."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import Event, Product


@pytest.fixture
def mug(cast) -> Product:
    return Product.get_by_id(shop.stocked(cast.store, "MUG", units=10).id)


def opened(client, product) -> dict[str, str]:
    """The edit form as it opens."""
    page = Page(client.get(f"/products/{product.id}/edit"))
    assert page.status == 200
    return page.typed


def test_saving_the_form_as_it_opens_changes_nothing(as_user, cast, mug):
    client = as_user(cast.merchant)
    answer = client.post(f"/products/{mug.id}", data=opened(client, mug))
    assert (answer.status_code, answer.location) == (303, f"/products/{mug.id}")
    before, after = mug.__data__, Product.get_by_id(mug.id).__data__
    assert {name for name in before if before[name] != after[name]} == {"updated_at"}


def test_what_is_typed_is_stored_and_the_event_tells_what_changed(as_user, cast, mug):
    client = as_user(cast.merchant)
    values = opened(client, mug) | {"title": "Red mug", "price": "3", "own_quantity": "12", "weight_grams": "9"}
    assert client.post(f"/products/{mug.id}", data=values).status_code == 303
    row = Product.get_by_id(mug.id)
    assert (row.title, row.price_cents, row.own_quantity, row.weight_grams) == ("Red mug", 300, 12, 9)
    event = Event.get(Event.kind == "product.changed")
    assert event.data["title"] == ["Title of MUG", "Red mug"] and event.data["own_quantity"] == [10, 12]


def test_of_two_who_edit_the_second_is_told_and_loses_nothing(as_user, cast, mug):
    first, second = as_user(cast.merchant), as_user(cast.admin)
    one, two = opened(first, mug) | {"title": "Of the first"}, opened(second, mug) | {"title": "Of the second"}
    assert first.post(f"/products/{mug.id}", data=one).status_code == 303
    page = Page(second.post(f"/products/{mug.id}", data=two))
    assert page.status == 409 and "It says now: Title: Of the first." in page.alert
    assert page.fields["title"] == "Of the second" and Product.get_by_id(mug.id).title == "Of the first"
    assert second.post(f"/products/{mug.id}", data=page.typed).status_code == 303
    assert Product.get_by_id(mug.id).title == "Of the second"


def test_stock_that_ships_while_somebody_edits_stays_gone(as_user, cast, mug):
    client = as_user(cast.merchant)
    values = opened(client, mug) | {"title": "Red mug"}
    Product.update(own_quantity=8).execute()
    assert client.post(f"/products/{mug.id}", data=values).status_code == 303
    row = Product.get_by_id(mug.id)
    assert (row.title, row.own_quantity) == ("Red mug", 8)


def test_a_count_that_is_typed_anew_is_kept_as_typed(as_user, cast, mug):
    client = as_user(cast.merchant)
    values = opened(client, mug) | {"own_quantity": "0"}
    assert client.post(f"/products/{mug.id}", data=values).status_code == 303
    assert Product.get_by_id(mug.id).own_quantity == 0


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(as_user, cast, mug):
    shop.stocked(cast.store, "TAKEN")
    client = as_user(cast.merchant)
    values = opened(client, mug) | {"sku": "TAKEN", "title": "Red mug"}
    page = Page(client.post(f"/products/{mug.id}", data=values))
    assert page.status == 422 and page.errors == {"sku": "You have a product with the SKU TAKEN already."}
    assert page.typed == values and Product.get_by_id(mug.id).title == "Title of MUG"


@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("stranger", 404)])
def test_it_is_for_the_stores_own_people(as_user, cast, who, status):
    product = Product.get_by_id(shop.stocked(cast.store, "MUG", cast.logistics).id)
    values = {"title": "Mine", "sku": "MINE", "vat_rate": "0", "own_quantity": "5"}
    client = as_user(getattr(cast, who))
    for door in ("", "/archive", "/restore"):
        assert client.post(f"/products/{product.id}{door}", data=values).status_code == status
    assert client.get(f"/products/{product.id}/edit").status_code == status
    assert Product.get_by_id(product.id).__data__ == product.__data__ and not Event.select().exists()
