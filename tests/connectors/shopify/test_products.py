"""What a Shopify sells: variants of active products, whose stock has a number of its own."""

import pytest

from tests.connectors.catalogue import read

pytestmark = pytest.mark.xdist_group("shopify")


def test_variants_come_with_both_numbers_and_their_words(shopify, shop):
    mug = shop.offer("MUG", "Mug", barcode="4006381333931")
    blue = shop.offer(" SHIRT-B ", "Shirt", "Blue / M", price="20.00")
    found = read(shopify)
    assert set(found) == {"MUG", "SHIRT-B"}
    assert (found["MUG"].external_id, found["MUG"].title) == (f"{mug.number}/{mug.item}", "Mug")
    assert (found["MUG"].ean, found["MUG"].price_cents) == ("4006381333931", 1250)
    assert (found["SHIRT-B"].title, found["SHIRT-B"].price_cents) == ("Shirt – Blue / M", 2000)
    assert found["SHIRT-B"].external_id == f"{blue.number}/{blue.item}"


def test_one_without_a_sku_comes_without_and_drafts_not_at_all(shopify, shop):
    shop.offer(None, "Gift")
    shop.offer("OLD", status="ARCHIVED")
    shop.offer("NEW", status="DRAFT")
    assert list(read(shopify)) == [""]


def test_long_lists_are_read_whole(shopify, shop):
    for number in range(205):
        shop.offer(f"P{number}")
    assert len(read(shopify)) == 205
