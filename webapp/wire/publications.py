"""Publications as a program may see them.

Poleepo's public clients read `source.id` as the kind of channel in capitals ("SHOPIFY"), `source_id` as the channel's
own id of the product, and join on `sku`, which is therefore never empty.
"""

from typing import Any

from webapp.domain import masking
from webapp.domain.viewer import Viewer
from webapp.models import Publication
from webapp.wire.values import amount, when


def shown(viewer: Viewer, publication: Publication) -> dict[str, Any]:
    """Return a publication (with product and channel); what the channel doesn't have of its own is the product's."""
    product, channel = publication.product, publication.channel
    cents = product.price_cents if publication.price_cents is None else publication.price_cents
    return {
        "id": publication.id,
        "product_id": publication.product_id,
        "sku": publication.sku or product.sku,
        "source_id": publication.external_id,
        "source": {"id": channel.kind.upper(), "name": channel.name},
        "channel_id": publication.channel_id,
        "external_id": publication.external_id,
        "title": publication.title or product.title,
        "price": masking.money(viewer, amount(cents)),
        "active": publication.active,
        "creation_date": when(publication.created_at),
        "update_date": when(publication.updated_at),
    }
