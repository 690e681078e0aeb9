"""One product with its stock: for whom, and out of use and back again."""

import pytest

from tests import cast as casting
from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import Allocation, Event, Product, Supply


@pytest.fixture
def mug(cast) -> Product:
    """A product that both warehouses stock."""
    product = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    Supply.update(priority=20, purchase_price_cents=350).execute()
    Supply.create(store=cast.store, product=product, supplier=cast.rival, supplier_sku="R-1", quantity=3, reserved=4)
    return product


def test_a_merchant_sees_every_supply_first_choice_first(as_user, cast, mug):
    page = Page(as_user(cast.merchant).get(f"/products/{mug.id}"))
    rival, nord = page.rows
    assert rival.startswith("Rival Warehousing R-1 3 4 0 1 short – 10 ") and nord.startswith(
        "Nord Logistica S-MUG 5 0 5 €3.50 20 "
    )
    assert f"/products/{mug.id}/supplies/new" in page.links and "Net price" in page.text


def test_a_clerk_sees_its_own_supply_alone_and_no_price(as_user, cast, mug):
    page = Page(as_user(cast.clerk).get(f"/products/{mug.id}"))
    assert page.rows == ["Nord Logistica S-MUG 5 0 5"] and "Rival" not in page.text
    assert "Net price" not in page.text and "Own stock" not in page.text and "€" not in page.text
    assert page.posts == [] and not [link for link in page.links if link.startswith(f"/products/{mug.id}/")]


def test_a_product_that_is_out_of_reach_reads_like_an_unknown_one(as_user, cast):
    theirs = shop.stocked(cast.store, "POT", cast.rival)
    for user in (cast.clerk, cast.stranger):
        client = as_user(user)
        hidden, unknown = client.get(f"/products/{theirs.id}"), client.get("/products/999999")
        assert hidden.status_code == unknown.status_code == 404 and Page(hidden).text == Page(unknown).text


def test_the_number_of_statements_does_not_grow(as_user, cast, mug, sql_count):
    client = as_user(cast.merchant)
    with sql_count() as few:
        client.get(f"/products/{mug.id}")
    for number in range(28):
        supplier = casting.supplier(cast.store, f"Depot {number}")
        Supply.create(store=cast.store, product=mug, supplier=supplier, supplier_sku="X", quantity=1)
    with sql_count() as many:
        assert len(Page(client.get(f"/products/{mug.id}")).rows) == 30
    assert len(few) == len(many)


def test_an_archived_product_gives_no_stock_until_it_is_restored(as_user, cast):
    mug = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    client, home = as_user(cast.merchant), f"/products/{mug.id}"
    assert client.post(f"{home}/archive").location == home
    assert "new orders no longer get its stock" in Page(client.get(home)).alert
    assert Page(client.get("/products/")).rows == []
    shop.order(shop.channel(cast.store), ("MUG", 2))
    assert not Allocation.select().exists()
    assert client.post(f"{home}/restore").location == home
    assert Allocation.get().quantity == 2 and Product.get_by_id(mug.id).archived_at is None
    kinds = [event.kind for event in Event.select().where(Event.subject == "product").order_by(Event.id)]
    assert kinds == ["product.archived", "product.restored"]


def test_needs_login(client, mug):
    assert client.get(f"/products/{mug.id}").location == f"/login?next=/products/{mug.id}"
    assert client.post(f"/products/{mug.id}/archive").status_code == 401
    assert Product.get_by_id(mug.id).archived_at is None
