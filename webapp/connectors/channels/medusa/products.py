"""What a Medusa shop sells: the variants of its published products."""

from collections.abc import Iterator
from decimal import Decimal

from webapp.connectors.channels.medusa.client import Client, Query, Row, understood
from webapp.domain.channel import IncomingProduct
from webapp.domain.money import minor_units

PAGE_SIZE = 50
FIELDS = "id,title,thumbnail,status,*variants,*variants.prices"


def pages(client: Client, scope: Query) -> Iterator[list[IncomingProduct]]:
    """Yield pages of what is published, within a scope such as a sales channel's, products by their ID.

    Medusa's IDs begin with the time: what is new meanwhile comes last.
    """
    currency, offset, total = _currency(client), 0, 1
    query = {**scope, "status[]": ["published"], "fields": FIELDS, "order": "id", "limit": str(PAGE_SIZE)}
    while offset < total:
        found = client.get("products", {**query, "offset": str(offset)})
        with understood():
            offset, total = offset + PAGE_SIZE, int(found["count"])
            published = [one for one in found["products"] if one["status"] == "published"]
            page = [_incoming(one, variant, currency) for one in published for variant in one["variants"]]
        if page:
            yield page


def _incoming(product: Row, variant: Row, currency: str) -> IncomingProduct:
    """Return a variant under its product's name, with its own behind where the product has several."""
    words = [product["title"], variant["title"] if len(product["variants"]) > 1 else ""]
    return IncomingProduct(
        external_id=variant["id"],
        sku=(variant["sku"] or "").strip(),
        title=" – ".join(word.strip() for word in words if word and word.strip()),
        ean=(variant.get("ean") or variant.get("barcode") or "").strip(),
        price_cents=_price(variant.get("prices") or [], currency),
        image_url=variant.get("thumbnail") or product.get("thumbnail") or "",
    )


def _price(prices: list[Row], currency: str) -> int | None:
    """Return the price for anybody, anywhere and of any number of units, where there is one in the currency."""
    for price in prices:
        special = price.get("rules") or price.get("min_quantity") or price.get("max_quantity")
        if currency and price["currency_code"].upper() == currency and not special:
            return minor_units(Decimal(price["amount"]), currency)
    return None


def _currency(client: Client) -> str:
    """Return the store's own currency; empty where it has named none."""
    found = client.get("stores", {"fields": "*supported_currencies", "limit": "1"})
    with understood():
        offered = found["stores"][0]["supported_currencies"]
        return next((str(one["currency_code"]).upper() for one in offered if one["is_default"]), "")
