"""The channels' catalogues: what a shop sells becomes products by SKU, each published on its channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.actions import allocations, products, publications
from webapp.actions.products import ProductDraft
from webapp.db import now, transaction
from webapp.domain import ean
from webapp.domain.channel import IncomingProduct
from webapp.domain.errors import Invalid
from webapp.domain.viewer import Viewer, system
from webapp.models import Channel, OrderLine, Publication, sku_link

LONGEST_SKU = 64


@dataclass(frozen=True)
class Held:
    """What is here already of something that a channel sells."""

    product_id: int
    publication: Publication | None


def held(channel: Channel, skus: Sequence[str]) -> dict[str, Held]:
    """Return what is here of these SKUs, the channel's own ones of publications included; two statements."""
    by_sku = sku_link.named(channel.store_id, skus, archived=True)
    there = (Publication.store == channel.store_id) & (Publication.channel == channel.id)
    named = Publication.product.in_(list(by_sku.values())) | Publication.sku.in_(skus)
    known = {row.product_id: row for row in Publication.select().where(there, named)}
    own = {row.sku: row.product_id for row in known.values() if row.sku}
    return {sku: Held(product_id, known.get(product_id)) for sku, product_id in (by_sku | own).items()}


def take_in(channel: Channel, incoming: IncomingProduct, held: Held | None) -> str:
    """Create the product, or publish the one that has the SKU; what the merchant edited here stays. Safe to repeat.

    Return `created`, `updated` (it was linked to the channel) or `unchanged`; raise Invalid where it can't be taken in.
    """
    viewer = _viewer(channel)
    facts: dict[str, object] = {
        "external_id": incoming.external_id,
        "title": incoming.title[:255],
        "price_cents": incoming.price_cents,
    }
    if held is None:
        _create(viewer, channel, incoming, facts)
        return "created"
    if held.publication is None:
        with transaction():
            _free_number(channel, incoming.external_id, held.product_id)
            publications.create(viewer, held.product_id, channel.id, facts)
        return "updated"
    if held.publication.external_id != incoming.external_id:  # The shop's number is the shop's to say.
        with transaction():
            _free_number(channel, incoming.external_id, held.product_id)
            publications.edit(viewer, held.publication, {"external_id": incoming.external_id})
        return "updated"
    return "unchanged"


def _free_number(channel: Channel, external_id: str, product_id: int | None = None) -> None:
    """Take the shop's number from any other product that had it: the shop has given it another SKU since."""
    mine = (Publication.store == channel.store_id) & (Publication.channel == channel.id)
    other = (Publication.external_id == external_id) & (Publication.product != (product_id or 0))
    Publication.update(external_id="", updated_at=now()).where(mine & other).execute()


def link_waiting(channel: Channel, skus: Sequence[str]) -> None:
    """Join order lines that wait for one of these SKUs to the product that has it now; they get its stock.

    Call it after the commit that made the products. Safe to repeat, and so it mends what a crash left out.
    """
    waiting = OrderLine.select(OrderLine.sku).where(
        OrderLine.store == channel.store_id, OrderLine.product.is_null(), OrderLine.sku.in_(skus)
    )
    known = sku_link.named(channel.store_id, [sku for (sku,) in waiting.distinct().tuples()])
    for product_id in sorted(set(known.values())):
        allocations.link_sku(_viewer(channel), product_id)


def _create(viewer: Viewer, channel: Channel, incoming: IncomingProduct, facts: dict[str, object]) -> None:
    if len(incoming.sku) > LONGEST_SKU:
        raise Invalid({"sku": [f"Its SKU has more than {LONGEST_SKU} characters."]})
    draft = ProductDraft(
        incoming.sku,
        (incoming.title or incoming.sku)[:255],
        incoming.ean if ean.is_valid(incoming.ean) else "",
        incoming.price_cents or 0,
    )
    more = {"images": [incoming.image_url]} if incoming.image_url else {}
    with transaction():
        _free_number(channel, incoming.external_id)
        product = products.insert(viewer, draft, more)
        publications.create(viewer, product.id, channel.id, facts)


def _viewer(channel: Channel) -> Viewer:
    return system(channel.store_id, channel.name)
