"""The lists of shipments and pushes: what their filters mean, and what the lists of orders share with them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import peewee as pw

from webapp.domain.viewer import Viewer
from webapp.models.channel import Channel
from webapp.models.order import Order
from webapp.models.push import Push
from webapp.models.shipment import Shipment
from webapp.models.supplier import Supplier

OWN = 0
"""Stands for the merchant's own shelf where a filter names a supplier."""

COUNTED = 1000
"""A list is counted up to here; beyond, counting would cost more than it tells."""


def bounded_count(query: "pw.ModelSelect[Any]") -> int:
    """Count what the query selects, at most COUNTED + 1 rows, so that no list pays for counting all it holds."""
    return int(query.limit(COUNTED + 1).count())


def find_shipments(
    viewer: Viewer,
    words: str = "",
    *,
    status: str = "",
    supplier_id: int | None = None,
    carrier: str = "",
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
) -> "pw.ModelSelect[Any]":
    """Select shipments with order and supplier, newest first, by tracking code, parcel, reference or order.

    `since` and `before` are about when they were packed.
    """
    query = (
        Shipment.visible_to(viewer)
        .select(Shipment, Order.id, Order.reference, Supplier.id, Supplier.name)
        .join(Order)
        .switch(Shipment)
        .join(Supplier, pw.JOIN.LEFT_OUTER)
        .order_by(Shipment.id.desc())
    )
    if status:
        query = query.where(Shipment.status == status)
    if carrier:
        query = query.where(Shipment.carrier == carrier)
    if supplier_id is not None and viewer.supplier_id is None:
        query = query.where(from_source(Shipment.supplier, supplier_id))
    if since is not None and before is not None:
        query = query.order_by(-Shipment.id)  # So that their days are looked up, and not all that was packed since.
    if since is not None:
        query = query.where(Shipment.created_at >= since)
    if before is not None:
        query = query.where(Shipment.created_at < before)
    if words:
        own = (Shipment.tracking_code, Shipment.parcel_id, Shipment.reference, Order.reference, Order.external_id)
        query = query.where(any_of(column.contains(words) for column in own))
    return query


def find_pushes(
    viewer: Viewer, words: str, statuses: Iterable[str], channel_id: int | None = None
) -> "pw.ModelSelect[Any]":
    """Select pushes with channel and order, in no order, by order, tracking code or what went wrong."""
    query = (
        pushes_for(viewer)
        .select(Push, Channel.id, Channel.name, Order.id, Order.reference)
        .join(Channel)
        .switch(Push)
        .join(Order)
        .where(Push.status.in_(list(statuses)))
    )
    if channel_id is not None:
        query = query.where(Push.channel == channel_id)
    if words:
        tracked = Shipment.visible_to(viewer).select(Shipment.id).where(Shipment.tracking_code.contains(words))
        said = Push.last_error.contains(words)
        query = query.where(any_of([Order.reference.contains(words), Push.shipment.in_(tracked), said]))
    return query


def pushes_for(viewer: Viewer) -> "pw.ModelSelect[Any]":
    """Select the pushes that the viewer may see: the store's, or those of its supplier's own shipments."""
    query = Push.select().where(Push.store == viewer.store_id)
    if viewer.supplier_id is None:
        return query
    mine = Shipment.visible_to(viewer).select(Shipment.id)
    return query.where(Push.shipment.in_(mine))


def from_source(column: Any, supplier_id: int) -> pw.Expression:
    """Match rows that one supplier serves; OWN means the merchant's own shelf."""
    return column.is_null() if supplier_id == OWN else column == supplier_id


def any_of(terms: Iterable[pw.Expression]) -> pw.Expression:
    """Join at least one condition by OR."""
    first, *rest = terms
    for term in rest:
        first = first | term
    return first
