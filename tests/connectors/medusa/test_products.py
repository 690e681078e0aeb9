"""What a Medusa shop sells: each variant of its published products once."""

from tests.connectors.catalogue import read
from tests.connectors.medusa.conftest import connect
from webapp.connectors.channels.medusa.products import PAGE_SIZE


def test_variants_come_with_what_tells_them_apart(shop, medusa):
    shop.goods.offer("MUG", thumbnail="https://shop.example/mug.png")
    shop.goods.offer("SHIRT-B", "SHIRT-R", title="Shirt")
    shop.goods.variant("variant_MUG")["barcode"] = "8001234567891"
    found = read(medusa)
    mug = found["MUG"]
    assert (mug.external_id, mug.title, mug.ean, mug.price_cents) == ("variant_MUG", "Mug", "8001234567891", 1220)
    assert mug.image_url == "https://shop.example/mug.png"
    assert (found["SHIRT-B"].title, found["SHIRT-R"].title) == ("Shirt – Shirt-B", "Shirt – Shirt-R")


def test_what_is_not_published_or_of_another_sales_channel_is_left_out(shop, medusa):
    shop.goods.offer("MUG")
    shop.goods.offer("DRAFT", status="draft")
    shop.goods.offer("FAIR", sales_channel_id="sc_fair")
    assert set(read(medusa)) == {"MUG", "FAIR"}
    assert set(read(connect(shop.url, sales_channel="sc_fair"))) == {"FAIR"}


def test_the_price_is_the_stores_own_one_for_anybody(shop, medusa):
    (number,) = shop.goods.offer("MUG")
    usual = shop.goods.variant(number)["prices"][0]
    special = [{"currency_code": "usd"}, {"rules": {"region_id": "reg_1"}}, {"min_quantity": 10}]
    shop.goods.variant(number)["prices"][:0] = [{**usual, "amount": 1, **change} for change in special]
    assert read(medusa)["MUG"].price_cents == 1220
    shop.goods.variant(number)["prices"].clear()
    assert read(medusa)["MUG"].price_cents is None


def test_a_variant_without_a_sku_comes_without_one(shop, medusa):
    (number,) = shop.goods.offer("MUG")
    shop.goods.variant(number)["sku"] = None
    assert read(medusa)[""].external_id == number


def test_more_than_a_page_is_read_to_the_end(shop, medusa):
    skus = {f"P{number}" for number in range(PAGE_SIZE + 1)}
    for sku in skus:
        shop.goods.offer(sku)
    assert set(read(medusa)) == skus
