"""What a Shopify shop sells: the variants of its active products. A product without variants has one all the same."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from webapp.connectors.channels.shopify import documents, mapping
from webapp.connectors.channels.shopify.client import Client, understood
from webapp.domain.channel import IncomingProduct
from webapp.domain.money import minor_units

PAGE_SIZE = 100
ONLY_ONE = "Default Title"
"""What Shopify calls the one variant of a product without variants."""


def pages(client: Client) -> Iterator[list[IncomingProduct]]:
    """Yield pages of variants by id."""
    after: str | None = None
    while True:
        data = client.run(documents.PRODUCTS, first=PAGE_SIZE, after=after)
        with understood():
            found, currency = data["productVariants"], data["shop"]["currencyCode"]
            page = [_incoming(one, currency) for one in found["nodes"] if one["product"]["status"] == "ACTIVE"]
            more, after = found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]
        if page:
            yield page
        if not more:
            return


def _incoming(variant: dict[str, Any], currency: str) -> IncomingProduct:
    """Return a variant. Its stock is kept under a number of its own, so both stand in the external id."""
    title, own = variant["product"]["title"], variant["title"]
    return IncomingProduct(
        external_id=f"{mapping.number(variant['id'])}/{mapping.number(variant['inventoryItem']['id'])}",
        sku=(variant["sku"] or "").strip(),
        title=title if own == ONLY_ONE else f"{title} – {own}",
        ean=(variant["barcode"] or "").strip(),
        price_cents=minor_units(Decimal(variant["price"]), currency),
    )
