"""What a PrestaShop sells: active products, combinations in place of their products, in every version's notation."""

import pytest

from tests.connectors.catalogue import read
from tests.connectors.prestashop.conftest import refusal


@pytest.fixture(autouse=True)
def one_currency(shop):
    shop.tables["currencies"][1:] = []


def test_products_and_combinations_come_with_their_words_and_prices(connector, shop):
    mug = shop.offer("MUG", "Mug", ean13="4006381333931")
    shirt = shop.offer("SHIRT", "Shirt", {"SHIRT-B": "Blue", "SHIRT-R": "Red"})
    found = read(connector)
    assert {sku: (one.external_id, one.title, one.price_cents) for sku, one in found.items()} == {
        "MUG": (str(mug), "Mug", 1000),
        "SHIRT-B": (f"{shirt}/1", "Shirt – Blue", 1250),
        "SHIRT-R": (f"{shirt}/2", "Shirt – Red", 1250),
    }
    assert found["MUG"].ean == "4006381333931"


def test_with_several_currencies_no_price_is_guessed(connector, shop):
    shop.add("currencies", iso_code="JPY")
    shop.offer("MUG")
    assert read(connector)["MUG"].price_cents is None


def test_what_is_not_active_is_left_out_and_long_lists_are_read_whole(connector, shop):
    for number in range(203):
        shop.offer(f"P{number}", active=int(number != 7))
    assert len(read(connector)) == 202


def test_a_key_that_may_not_read_products_says_so(connector, shop):
    del shop.allowed["combinations"]
    assert "combinations" in refusal(lambda: read(connector))
