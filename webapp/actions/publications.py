"""Publications: products as the channels offer them. Channels are the store's business, so suppliers see none."""

from collections.abc import Callable, Mapping
from typing import Any

import peewee as pw

from webapp.actions import editing, products, record, stock_levels
from webapp.db import now, transaction
from webapp.domain import masking, rights
from webapp.domain.errors import Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Channel, Product, Publication


def create(viewer: Viewer, product_id: int, channel_id: int, values: Mapping[str, object]) -> Publication:
    """Publish a product on a channel once; `values` holds further columns. Nothing is sent to the channel."""
    need_write(viewer)
    product, channel = _product(viewer, product_id), _channel(viewer, channel_id)
    with transaction():
        made = _store(
            lambda: Publication.create(store=viewer.store_id, product=product.id, channel=channel.id, **values)
        )
        _tell(viewer, product.id, "publication.created", f"{product.sku} published on {channel.name}")
    return find(viewer, made.id)


def edit(viewer: Viewer, publication: Publication, values: Mapping[str, object], seen: str = "") -> Publication:
    """Change the columns that are named; Conflict where it isn't any more as `publication` was read, or `seen`.

    Safe to repeat: what is so already is no change.
    """
    need_write(viewer)
    if "price_cents" in values:
        masking.refuse_prices(viewer)
    editing.need_unchanged(seen, version(publication))
    fresh = {name: value for name, value in values.items() if getattr(publication, name) != value}
    if not fresh:
        return publication
    with transaction():
        change = Publication.update(**fresh, updated_at=now()).where(
            Publication.store == viewer.store_id,
            Publication.id == publication.id,
            Publication.updated_at == publication.updated_at,
        )
        if not change.execute():
            raise editing.changed_meanwhile()
        if not fresh.get("tells_stock", True):
            stock_levels.forget(publication.channel_id, publication.product_id)
        message = f"Publication of {publication.product.sku} on {publication.channel.name} changed"
        _tell(viewer, publication.product_id, "publication.changed", message)
    return find(viewer, publication.id)


def visible_to(viewer: Viewer) -> pw.ModelSelect:
    """Select the store's publications with product and channel; none for a viewer bound to a supplier."""
    query = Publication.select(Publication, Product, Channel).join(Product).switch(Publication).join(Channel)
    query = query.where(Publication.store == viewer.store_id)
    return query if viewer.supplier_id is None else query.where(Publication.id.is_null())


def find(viewer: Viewer, publication_id: int) -> Publication:
    """Return the publication; raise NotFound alike for one that the viewer may not see and an unknown one."""
    publication: Publication | None = visible_to(viewer).where(Publication.id == publication_id).first()
    if publication is None:
        raise NotFound("publication")
    return publication


def version(publication: Publication) -> str:
    """Return a word that changes with every change of the publication."""
    return str(publication.updated_at.isoformat())


def need_write(viewer: Viewer) -> None:
    """Raise Forbidden `scope_missing` unless the viewer may change publications."""
    rights.need_whole_store(viewer, "changes publications", viewer.products)


def _product(viewer: Viewer, product_id: int) -> Product:
    try:
        return products.find(viewer, product_id)
    except NotFound:
        raise Invalid({"product_id": ["There is no such product."]}) from None


def _channel(viewer: Viewer, channel_id: int) -> Channel:
    mine = Channel.select().where(Channel.store == viewer.store_id, Channel.id == channel_id)
    channel: Channel | None = mine.where(Channel.archived_at.is_null()).first()
    if channel is None:
        raise Invalid({"channel_id": ["There is no such channel."]})
    return channel


def _store(statement: Callable[[], Any]) -> Any:
    """Run the statement; a product is on a channel once."""
    try:
        with transaction():
            return statement()
    except pw.IntegrityError:
        told = "The product is published on this channel already: change that publication."
        raise Invalid({"channel_id": [told]}) from None


def _tell(viewer: Viewer, product_id: int, kind: str, message: str) -> None:
    record.event(viewer, kind, message, subject="product", subject_id=product_id)
    record.changed(viewer.store_id, "product", product_id)
