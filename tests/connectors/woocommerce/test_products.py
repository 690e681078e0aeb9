"""What a WooCommerce sells: products, variations in place of their parents, and nothing that isn't on sale."""

import pytest

from tests.connectors.catalogue import read
from webapp.domain.channel import IncomingProduct


@pytest.fixture(autouse=True)
def empty(shop):
    shop.products.clear()
    shop.currency = "EUR"


def test_a_product_comes_with_its_number_price_and_barcode(woo, shop):
    number = shop.offer("MUG", "Mug", global_unique_id="4006381333931", images=[{"src": "https://shop.example/m.jpg"}])
    mug = IncomingProduct(str(number), "MUG", "Mug", "4006381333931", 1490, "https://shop.example/m.jpg")
    assert read(woo) == {"MUG": mug}


def test_of_a_variable_product_its_variations_are_sold(woo, shop):
    shirt = shop.offer("SHIRT", "Shirt")
    blue = shop.offer("SHIRT-B", "Blue", parent=shirt, price="")
    plain = shop.offer("", "Plain", parent=shirt)
    found = read(woo)
    assert {sku: (one.external_id, one.title, one.price_cents) for sku, one in found.items()} == {
        "SHIRT-B": (f"{shirt}/{blue}", "Shirt – Blue", None),
        "SHIRT": (f"{shirt}/{plain}", "Shirt – Plain", 1490),  # As its order lines have it.
    }


def test_what_is_not_on_sale_is_left_out(woo, shop):
    shop.offer("DRAFT", status="draft")
    shop.offer("LIST", type="grouped")
    shop.offer("ELSEWHERE", type="external")
    shirt = shop.offer("SHIRT")
    shop.offer("SHIRT-X", "Old", parent=shirt, status="draft")
    assert read(woo) == {}


def test_long_lists_are_read_whole_and_in_the_shops_currency(woo, shop):
    shop.currency = "JPY"
    for number in range(205):
        shop.offer(f"P{number}", price="1490")
    found = read(woo)
    assert len(found) == 205 and found["P204"].price_cents == 1490
