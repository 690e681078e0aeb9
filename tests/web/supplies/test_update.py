"""Edit a supply and remove it."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import Allocation, Event, Supply


@pytest.fixture
def supply(cast) -> Supply:
    """What the logistics service holds of a mug; its rival holds some too."""
    product = shop.stocked(cast.store, "MUG", cast.logistics, 10)
    Supply.create(store=cast.store, product=product, supplier=cast.rival, supplier_sku="R-1", quantity=3)
    Supply.update(purchase_price_cents=350).execute()
    return Supply.get(Supply.supplier == cast.logistics.id)


def door(supply: Supply) -> str:
    return f"/products/{supply.product_id}/supplies/{supply.id}"


def test_saving_the_form_as_it_opens_changes_nothing(as_user, cast, supply):
    client = as_user(cast.merchant)
    page = Page(client.get(f"{door(supply)}/edit"))
    assert page.fields | {"supplier_sku": "S-MUG", "quantity": "10", "purchase_price": "3.50"} == page.fields
    answer = client.post(door(supply), data=page.typed)
    assert (answer.status_code, answer.location) == (303, f"/products/{supply.product_id}")
    before, after = supply.__data__, Supply.get_by_id(supply.id).__data__
    assert {name for name in before if before[name] != after[name]} == {"updated_at"}


def test_what_is_typed_is_stored(as_user, cast, supply):
    client = as_user(cast.merchant)
    typed = Page(client.get(f"{door(supply)}/edit")).typed
    values = typed | {"supplier_sku": "N-2", "quantity": "25", "purchase_price": "", "priority": "0"}
    assert client.post(door(supply), data=values).status_code == 303
    row = Supply.get_by_id(supply.id)
    assert (row.supplier_sku, row.quantity, row.purchase_price_cents, row.priority) == ("N-2", 25, None, 0)
    assert Event.get().message == "Stock of MUG at Nord Logistica: 10 → 25"


def test_stock_that_ships_while_somebody_edits_stays_gone(as_user, cast, supply):
    client = as_user(cast.merchant)
    typed = Page(client.get(f"{door(supply)}/edit")).typed
    Supply.update(quantity=8).where(Supply.id == supply.id).execute()
    assert client.post(door(supply), data=typed | {"priority": "1"}).status_code == 303
    row = Supply.get_by_id(supply.id)
    assert (row.quantity, row.priority) == (8, 1)


def test_the_stock_of_an_archived_product_is_left_as_it_is_until_it_is_restored(as_user, cast, supply):
    told = "MUG is archived, so its stock is left as it is. Restore it on its page first."
    client = as_user(cast.merchant)
    typed = Page(client.get(f"{door(supply)}/edit")).typed | {"quantity": "25"}
    home = f"/products/{supply.product_id}"
    client.post(f"{home}/archive")
    refused = Page(client.post(door(supply), data=typed))
    assert (refused.status, refused.fields["quantity"]) == (409, "25") and told in refused.text
    new = {"supplier_id": str(cast.rival.id), "quantity": "4", "priority": "10"}
    refused = Page(client.post(f"{home}/supplies/", data=new))
    assert (refused.status, refused.fields["quantity"]) == (409, "4") and told in refused.text
    for path in (f"{door(supply)}/edit", f"{home}/supplies/new"):
        assert client.get(path).location == home
        page = Page(client.get(home))
        assert told in page.text and path not in page.links
    assert Supply.get_by_id(supply.id).quantity == 10 and Supply.select().count() == 2
    client.post(f"{home}/restore")
    assert client.post(door(supply), data=typed).status_code == 303
    assert Supply.get_by_id(supply.id).quantity == 25


def test_more_stock_goes_to_orders_that_wait(as_user, cast):
    shop.stocked(cast.store, "POT", cast.logistics, 0)
    shop.order(shop.channel(cast.store), ("POT", 4))
    client, supply = as_user(cast.merchant), Supply.get()
    typed = Page(client.get(f"{door(supply)}/edit")).typed
    assert client.post(door(supply), data=typed | {"quantity": "4"}).status_code == 303
    assert Allocation.get().quantity == 4


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"quantity": "-1"}, {"quantity": "This can't be below zero."}),
        ({"supplier_sku": "TAKEN"}, {"supplier_sku": "This supplier has another product under the SKU TAKEN already."}),
        ({"supplier_id": "rival"}, {"supplier_id": "Not a valid choice."}),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(as_user, cast, supply, values, errors):
    other = shop.stocked(cast.store, "OTHER", cast.logistics)
    Supply.update(supplier_sku="TAKEN").where(Supply.product == other.id).execute()
    client = as_user(cast.merchant)
    sent = Page(client.get(f"{door(supply)}/edit")).typed | {"priority": "7"} | values
    sent |= {"supplier_id": str(cast.rival.id)} if sent["supplier_id"] == "rival" else {}
    page = Page(client.post(door(supply), data=sent))
    assert page.status == 422 and page.errors == errors
    assert page.typed == sent | {"supplier_id": str(cast.logistics.id)}
    row = Supply.get_by_id(supply.id)
    assert (row.priority, row.supplier_id, row.quantity) == (10, cast.logistics.id, 10)


def test_a_supply_that_nobody_holds_is_removed(as_user, cast, supply):
    client = as_user(cast.merchant)
    answer = client.post(f"{door(supply)}/remove")
    assert (answer.status_code, answer.location) == (303, f"/products/{supply.product_id}")
    assert [row.supplier_id for row in Supply.select()] == [cast.rival.id]
    assert Event.get().message == "Nord Logistica no longer stocks MUG"


def test_a_supply_that_orders_hold_stays(as_user, cast, supply):
    Supply.update(reserved=2).where(Supply.id == supply.id).execute()
    client, home = as_user(cast.merchant), f"/products/{supply.product_id}"
    answer = client.post(f"{door(supply)}/remove", data={"back": home})
    assert (answer.status_code, answer.location) == (303, home)
    assert "Orders hold 2 units of this stock." in Page(client.get(home)).alert
    assert Supply.select().count() == 2 and not Event.select().exists()


@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("stranger", 404)])
def test_it_is_for_the_stores_own_people(as_user, cast, supply, who, status):
    client = as_user(getattr(cast, who))
    assert client.get(f"{door(supply)}/edit").status_code == status
    sent = {"supplier_id": str(supply.supplier_id), "quantity": "1", "priority": "1"}
    for verb in ("", "/remove"):
        assert client.post(door(supply) + verb, data=sent).status_code == status
    assert Supply.get_by_id(supply.id).quantity == 10


def test_a_supply_of_another_product_is_not_found(as_user, cast, supply):
    other = shop.stocked(cast.store, "OTHER")
    client = as_user(cast.merchant)
    for path in (f"/products/{other.id}/supplies/{supply.id}", f"/products/{supply.product_id}/supplies/999999"):
        assert client.get(f"{path}/edit").status_code == 404
        assert client.post(f"{path}/remove").status_code == 404
    assert Supply.select().count() == 2


def test_the_second_of_two_people_is_told_what_changed_and_overwrites_nothing(as_user, cast, supply):
    client = as_user(cast.merchant)
    typed = Page(client.get(f"{door(supply)}/edit")).typed
    as_user(cast.admin).post(door(supply), data=typed | {"priority": "3"})
    page = Page(client.post(door(supply), data=typed | {"quantity": "25"}))
    assert page.status == 409 and "It says now: Quantity: 10; Priority: 3." in page.alert
    assert page.fields["quantity"] == "25" and Supply.get_by_id(supply.id).quantity == 10
    assert client.post(door(supply), data=page.typed).status_code == 303
    row = Supply.get_by_id(supply.id)
    assert (row.quantity, row.priority) == (25, 10)


def test_a_count_that_was_typed_over_another_newer_one_is_asked_about(as_user, cast, supply):
    client = as_user(cast.merchant)
    typed = Page(client.get(f"{door(supply)}/edit")).typed
    Supply.update(quantity=8).where(Supply.id == supply.id).execute()
    page = Page(client.post(door(supply), data=typed | {"quantity": "11"}))
    assert page.status == 409 and "Quantity: 8" in page.alert and Supply.get_by_id(supply.id).quantity == 8
