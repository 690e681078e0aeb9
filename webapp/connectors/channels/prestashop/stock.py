"""How much may be sold, set in PrestaShop: one row of `stock_availables` for each product or combination."""

from collections.abc import Sequence

from webapp.connectors.channels.prestashop import xml
from webapp.connectors.channels.prestashop.client import Client, Row, text, understood
from webapp.domain.channel import StockCount

UNKNOWN = "The shop keeps no stock of this product: it may have been deleted there."
BY_WAREHOUSE = "The shop counts this product's stock by its warehouses, so it can't be set."
NEEDED = (
    "id_product",
    "id_product_attribute",
    "id_shop",
    "id_shop_group",
    "depends_on_stock",
    "out_of_stock",
    "location",
)


def set_stock(client: Client, counts: Sequence[StockCount]) -> dict[str, str]:
    """Set the numbers that differ, one call for each; return what was refused, and why."""
    known = _rows(client, counts)
    refused: dict[str, str] = {}
    for one in counts:
        row = known.get(one.external_id)
        if row is None:
            refused[one.external_id] = UNKNOWN
        elif text(row.get("depends_on_stock")) == "1":
            refused[one.external_id] = BY_WAREHOUSE
        elif text(row["quantity"]) != str(one.quantity):
            number = text(row["id"])
            kept = {name: text(row[name]) for name in NEEDED if name in row}  # What isn't sent is emptied.
            document = xml.document("stock_available", {"id": number, **kept, "quantity": str(one.quantity)})
            client.write("PUT", f"stock_availables/{number}", document)
    return refused


def _rows(client: Client, counts: Sequence[StockCount]) -> dict[str, Row]:
    """Return the rows of stock by external id; a product's own row has no combination."""
    products = sorted({one.external_id.partition("/")[0] for one in counts} - {""})
    numbers = [number for number in products if number.isascii() and number.isdigit()]
    if not numbers:
        return {}
    found = client.rows("stock_availables", {"id_product": f"[{'|'.join(numbers)}]"})
    with understood():
        return {_name(row): row for row in found}


def _name(row: Row) -> str:
    product, combination = text(row["id_product"]), text(row["id_product_attribute"])
    return product if combination in ("", "0") else f"{product}/{combination}"
