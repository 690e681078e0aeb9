"""How much may be sold, set in WooCommerce: products and variations, each where it belongs."""

from tests.connectors.woocommerce.conftest import writes
from webapp.connectors.channels.woocommerce.stock import UNKNOWN
from webapp.domain.channel import StockCount


def test_products_and_variations_are_set_and_counted_from_then_on(woo, shop):
    mug, shirt = shop.offer("MUG"), shop.offer("SHIRT")
    blue = shop.offer("SHIRT-B", "Blue", parent=shirt)
    counts = [StockCount(str(mug), 7), StockCount(f"{shirt}/{blue}", 0)]
    for _ in range(2):
        assert woo.set_stock(counts) == {}
    held = {number: (one["manage_stock"], one["stock_quantity"]) for number, one in shop.products.items()}
    assert (held[mug], held[blue], held[shirt]) == ((True, 7), (True, 0), (False, None))
    assert len(writes(shop)) == 4  # One call for products and one for the shirt's variations, twice.


def test_many_are_set_in_several_calls(woo, shop):
    numbers = [shop.offer(f"P{number}") for number in range(100)]
    assert woo.set_stock([StockCount(str(number), 3) for number in numbers]) == {}
    assert {one["stock_quantity"] for one in shop.products.values() if one["id"] in numbers} == {3}
    assert len(writes(shop)) == 2


def test_what_the_shop_does_not_know_is_named_and_the_rest_is_set(woo, shop):
    mug = shop.offer("MUG")
    refused = woo.set_stock([StockCount("999999", 1), StockCount("sku:x", 1), StockCount(str(mug), 7)])
    assert refused == {"999999": "Invalid ID.", "sku:x": UNKNOWN}
    assert shop.products[mug]["stock_quantity"] == 7
