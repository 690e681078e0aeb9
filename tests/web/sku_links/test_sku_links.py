"""A SKU that nobody knows becomes one of the merchant's products, now and for orders to come."""

import pytest

from tests.web.orders import shop
from tests.web.page import FRAGMENT, Page
from webapp.actions import catalogue, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.domain.channel import IncomingProduct
from webapp.models import Allocation, Event, OrderLine, Product, SkuLink


@pytest.fixture
def connected(cast):
    return shop.channel(cast.store)


@pytest.fixture
def mug(cast):
    return shop.stocked(cast.store, "MUG", cast.logistics)


def held(order) -> int:
    rows = Allocation.select().where(Allocation.order == order.id, Allocation.status == "active")
    return sum(row.quantity for row in rows)


def test_linking_gives_waiting_and_coming_orders_their_stock(as_user, cast, connected, mug):
    first, second = shop.order(connected, ("SHOP-MUG", 2)), shop.order(connected, ("SHOP-MUG", 1))
    client = as_user(cast.merchant)
    assert f"/sku-links/new?sku=SHOP-MUG&back=/orders/{first.id}" in Page(client.get(f"/orders/{first.id}")).links
    assert "/sku-links/new?sku=SHOP-MUG&back=/tasks/" in Page(client.get("/tasks/")).links
    answer = client.post("/sku-links/", data={"sku": "SHOP-MUG", "product": mug.id, "back": f"/orders/{first.id}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/orders/{first.id}")
    assert (held(first), held(second)) == (2, 1)
    assert held(shop.order(connected, ("SHOP-MUG", 3), ("MUG", 1))) == 4
    assert "2 lines are linked and 3 units found stock." in Page(client.get(f"/orders/{first.id}")).alert
    assert Event.select().where(Event.kind == "product.linked").get().message == "SHOP-MUG is MUG"
    assert client.post("/sku-links/", data={"sku": "SHOP-MUG", "product": mug.id}).status_code == 303
    assert SkuLink.select().count() == 1


def test_a_products_own_sku_goes_before_a_link(cast, connected, mug):
    SkuLink.create(store=cast.store, sku="POT", product=mug)
    pot = shop.stocked(cast.store, "POT", cast.rival)
    made = shop.order(connected, ("POT", 1))
    assert OrderLine.get(OrderLine.order == made.id).product_id == pot.id


def test_the_catalogue_takes_a_linked_sku_for_the_product(cast, connected, mug):
    SkuLink.create(store=cast.store, sku="SHOP-MUG", product=mug)
    known = catalogue.held(connected, ["SHOP-MUG"])
    assert catalogue.take_in(connected, IncomingProduct("9", "SHOP-MUG", "A mug"), known.get("SHOP-MUG")) == "updated"
    assert Product.select().where(Product.store == cast.store).count() == 1


def test_products_are_found_by_sku_ean_and_words(as_user, cast, connected, mug):
    Product.update(ean="4006381333931", title="Blue coffee mug").where(Product.id == mug.id).execute()
    shop.stocked(cast.store, "POT")
    client = as_user(cast.merchant)
    for words in ("MUG", "4006381333931", "mug blue", "coffee spoon"):
        page = Page(client.get("/sku-links/new", query_string={"sku": "X", "q": words}, headers=FRAGMENT))
        assert len(page.rows) == 1 and "Blue coffee mug" in page.rows[0], words
    assert "Nothing found" in Page(client.get("/sku-links/new?sku=X&q=zebra")).text


def test_the_lines_own_title_is_looked_for_first(as_user, cast, connected, mug):
    shop.stocked(cast.store, "POT")
    shop.order(connected, ("MUG-XL", 1))
    page = Page(as_user(cast.merchant).get("/sku-links/new?sku=MUG-XL"))
    assert page.fields["q"] == "Title of MUG-XL" and "1 line waits for it." in page.text
    assert any(link.startswith("/products/new?sku=MUG-XL") for link in page.links)


def test_a_line_without_a_sku_is_linked_by_itself(as_user, cast, connected, mug):
    one, other = shop.order(connected, ("", 1)), shop.order(connected, ("", 1))
    line = OrderLine.get(OrderLine.order == one.id)
    client = as_user(cast.merchant)
    assert f"/sku-links/new?line={line.id}&back=/orders/{one.id}" in Page(client.get(f"/orders/{one.id}")).links
    assert client.post("/sku-links/", data={"line": line.id, "product": mug.id}).status_code == 303
    assert (held(one), held(other), SkuLink.select().count()) == (1, 0, 0)
    assert client.post("/sku-links/", data={"line": line.id, "product": mug.id}).status_code == 409
    assert client.post("/sku-links/", data={"sku": "", "product": mug.id}).status_code == 409


def test_what_cannot_be_linked_is_said(as_user, cast, mug):
    pot, client = shop.stocked(cast.store, "POT"), as_user(cast.merchant)
    SkuLink.create(store=cast.store, sku="TAKEN", product=pot)
    for sku, product, status, told in (
        ("POT", mug.id, 409, "has the SKU POT itself"),
        ("TAKEN", mug.id, 409, "is linked to POT already"),
        ("NEW", "", 422, "Choose a product."),
        ("N" * 65, mug.id, 422, "64"),
    ):
        page = Page(client.post("/sku-links/", data={"sku": sku, "product": product}))
        assert page.status == status and told in page.alert and page.alert
    assert SkuLink.select().count() == 1


def test_removing_a_link_lets_what_nobody_packed_wait_again(as_user, cast, connected, mug):
    client = as_user(cast.merchant)
    client.post("/sku-links/", data={"sku": "SHOP-MUG", "product": mug.id})
    open_one, packed = shop.order(connected, ("SHOP-MUG", 2)), shop.order(connected, ("SHOP-MUG", 1))
    shipments.create(cast.viewer(cast.clerk), packed.id, ShipmentDraft())
    link = SkuLink.get()
    assert f"/sku-links/{link.id}/remove" in Page(client.get(f"/products/{mug.id}")).posts
    assert client.post(f"/sku-links/{link.id}/remove").status_code == 303
    assert (held(open_one), held(packed)) == (0, 1)
    assert OrderLine.get(OrderLine.order == open_one.id).product_id is None
    assert OrderLine.get(OrderLine.order == packed.id).product_id == mug.id
    assert not SkuLink.select().exists()
    assert client.post(f"/sku-links/{link.id}/remove").status_code == 404


def test_another_stores_products_lines_and_links_are_not_there(as_user, cast, connected, mug):
    line = OrderLine.get(OrderLine.order == shop.order(connected, ("SHOP-MUG", 2)).id)
    link = SkuLink.create(store=cast.store, sku="OTHER", product=mug)
    stranger = as_user(cast.stranger)
    theirs = shop.stocked(cast.other_store, "THEIRS")
    assert stranger.get(f"/sku-links/new?line={line.id}").status_code == 404
    assert stranger.post("/sku-links/", data={"sku": "SHOP-MUG", "product": mug.id}).status_code == 404
    assert stranger.post("/sku-links/", data={"line": line.id, "product": theirs.id}).status_code == 404
    assert stranger.post(f"/sku-links/{link.id}/remove").status_code == 404
    assert as_user(cast.clerk).get("/sku-links/new?sku=SHOP-MUG").status_code == 403
    assert "Title of MUG" not in Page(stranger.get("/sku-links/new?sku=SHOP-MUG")).text
