"""What a Vendure shop sells: the variants of its products."""

from collections.abc import Iterator
from typing import Any

from webapp.connectors.channels.vendure import documents
from webapp.connectors.channels.vendure.client import Client, understood
from webapp.domain.channel import IncomingProduct

PAGE_SIZE = 100


def pages(client: Client) -> Iterator[list[IncomingProduct]]:
    """Yield pages of the variants that are enabled, by id: what is new meanwhile comes last."""
    skip, total = 0, 1
    while skip < total:
        options = {"sort": {"id": "ASC"}, "skip": skip, "take": PAGE_SIZE}
        with understood():
            found = client.run(documents.PRODUCTS, options=options)["productVariants"]
            skip, total = skip + PAGE_SIZE, int(found["totalItems"])
            page = [_incoming(one) for one in found["items"] if one["enabled"] and one["product"]["enabled"]]
        if page:
            yield page


def _incoming(variant: dict[str, Any]) -> IncomingProduct:
    """Return a variant, whose name Vendure makes of the product's and its options'."""
    picture = variant["featuredAsset"] or {}
    return IncomingProduct(
        external_id=str(variant["id"]),
        sku=variant["sku"].strip(),
        title=variant["name"],
        price_cents=variant["priceWithTax"],
        image_url=picture.get("preview") or "",
    )
