"""How much may be sold, set in PrestaShop: the row of each product or combination, whole, and only where it differs."""

from webapp.connectors.channels.prestashop.stock import BY_WAREHOUSE, UNKNOWN
from webapp.domain.channel import StockCount


def units(shop) -> list[tuple[int, int, int, int]]:
    names = ("id_product", "id_product_attribute", "quantity", "out_of_stock")
    return [tuple(row[name] for name in names) for row in shop.tables["stock_availables"]]


def test_products_and_combinations_are_set_once_and_keep_the_rest(connector, shop):
    mug, shirt = shop.offer("MUG"), shop.offer("SHIRT", variants={"SHIRT-B": "Blue"})
    counts = [StockCount(str(mug), 7), StockCount(f"{shirt}/1", 3)]
    for _ in range(2):
        assert connector.set_stock(counts) == {}
    assert units(shop) == [(mug, 0, 7, 2), (shirt, 0, 0, 2), (shirt, 1, 3, 2)]
    assert len([call for call in shop.calls if call[0] == "PUT"]) == 2


def test_what_cannot_be_set_is_named_and_the_rest_is_set(connector, shop):
    mug, lamp = shop.offer("MUG"), shop.offer("LAMP")
    shop.row("stock_availables", id_product=lamp)["depends_on_stock"] = 1
    refused = connector.set_stock(
        [StockCount("999", 1), StockCount("x", 1), StockCount(str(lamp), 1), StockCount(str(mug), 7)]
    )
    assert refused == {"999": UNKNOWN, "x": UNKNOWN, str(lamp): BY_WAREHOUSE}
    assert units(shop)[0] == (mug, 0, 7, 2)
