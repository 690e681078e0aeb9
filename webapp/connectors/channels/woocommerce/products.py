"""What a WooCommerce shop sells: its products, and of those with variations the variations."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from webapp.connectors.channels.woocommerce.answers import RefusedError, listed, understood
from webapp.connectors.channels.woocommerce.client import Client
from webapp.domain.channel import IncomingProduct
from webapp.domain.money import minor_units

PAGE_SIZE = 100
FIELDS = "id,name,sku,type,status,price,images,global_unique_id"
VARIATION_FIELDS = "id,sku,status,price,image,attributes,global_unique_id"
ON_SALE = ("publish", "private")
NOT_SOLD = ("grouped", "external")
"""Types of products that no order line is made of here: a list of others, and what another site sells."""

Row = dict[str, Any]


def pages(client: Client) -> Iterator[list[IncomingProduct]]:
    """Yield a page for each page of the shop's list, with the variations of its products in their places."""
    currency = _currency(client)
    for rows in _rows(client, "/wc/v3/products", FIELDS):
        with understood():
            found = [row for row in rows if row["status"] in ON_SALE and row["type"] not in NOT_SOLD]
        page = [one for row in found for one in _of(client, row, currency)]
        if page:
            yield page


def _of(client: Client, row: Row, currency: str) -> list[IncomingProduct]:
    if row["type"] != "variable":
        with understood():
            return [_product(row, str(row["id"]), row["name"], (row.get("images") or [{}])[0], currency)]
    variations = [
        one for part in _rows(client, f"/wc/v3/products/{row['id']}/variations", VARIATION_FIELDS) for one in part
    ]
    with understood():
        return [_variation(row, one, currency) for one in variations if one["status"] in ON_SALE]


def _variation(parent: Row, row: Row, currency: str) -> IncomingProduct:
    """Return a variation. One without a SKU of its own comes with its parent's, and so do its order lines."""
    words = ", ".join(str(one["option"]) for one in row["attributes"])
    title = f"{parent['name']} – {words}" if words else parent["name"]
    return _product(row, f"{parent['id']}/{row['id']}", title, row.get("image") or {}, currency)


def _product(row: Row, external_id: str, title: str, image: Row, currency: str) -> IncomingProduct:
    price = minor_units(Decimal(row["price"]), currency) if row["price"] and currency else None
    return IncomingProduct(
        external_id=external_id,
        sku=(row["sku"] or "").strip(),
        title=title.strip(),
        ean=(row.get("global_unique_id") or "").strip(),  # WooCommerce 9.2 and later.
        price_cents=price,
        image_url=image.get("src") or "",
    )


def _rows(client: Client, path: str, fields: str) -> Iterator[list[Row]]:
    """Yield the pages of a list by id: what is new meanwhile comes last, and nothing moves to a page that was read."""
    number = pages = 1
    while number <= pages:
        query = {"orderby": "id", "order": "asc", "per_page": str(PAGE_SIZE), "page": str(number), "_fields": fields}
        body, headers = client.call("GET", path, query)
        rows = listed(body)
        with understood():
            pages = int(headers.get("X-WP-TotalPages") or number + (len(rows) >= PAGE_SIZE))
        yield rows
        number += 1


def _currency(client: Client) -> str:
    """Return the shop's currency; empty where the key may not see it, and prices are left out then."""
    try:
        body = client.get("/wc/v3/data/currencies/current")
    except RefusedError:
        return ""
    with understood():
        return str(body["code"])
