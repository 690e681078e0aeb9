"""What a courier takes with him: the shipments that are ready, and those that were handed over on a day."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import peewee as pw

from webapp.domain import tracking
from webapp.domain.viewer import Viewer
from webapp.models.order import Order
from webapp.models.shipment import WAITING, Shipment
from webapp.models.shipment_search import from_source

MOST = 500
"""Shipments of one manifest; the next ones follow once these are handed over."""


@dataclass(frozen=True)
class Stretch:
    """A day as moments: from the first to before the second; whether what is only packed by now goes with it."""

    begin: dt.datetime
    end: dt.datetime
    ready_too: bool


@dataclass
class Load:
    """How much waits for a courier, and how much he has taken."""

    key: str
    """The folded name: the same courier however it was typed. Empty where a shipment names none."""
    name: str
    ready: int = 0
    taken: int = 0


def loads(viewer: Viewer, stock: int | None, day: Stretch) -> list[Load]:
    """Return the couriers that have something on that day, the one with most ready first."""
    found: dict[str, Load] = {}
    columns = (Shipment.carrier, Shipment.status, pw.fn.COUNT(Shipment.id))
    for query in _of(viewer, stock, day):
        for name, status, count in query.select(*columns).group_by(Shipment.carrier, Shipment.status).tuples():
            load = found.setdefault(tracking.key(name), Load(tracking.key(name), name))
            load.ready += count if status == "draft" else 0
            load.taken += count if status != "draft" else 0
    return sorted(found.values(), key=lambda load: (-load.ready, -load.taken, load.key))


def rows(viewer: Viewer, stock: int | None, carrier: str, day: Stretch) -> list[Shipment]:
    """Return the courier's shipments with their orders, ready ones first, at most MOST + 1."""
    spelled = {
        name for query in _of(viewer, stock, day) for (name,) in query.select(Shipment.carrier).distinct().tuples()
    }
    names = [name for name in spelled if tracking.key(name) == carrier]
    found: list[Shipment] = []
    for query in _of(viewer, stock, day):
        mine = query.select(Shipment, Order).join(Order).where(Shipment.carrier.in_(names))
        found.extend(mine.order_by(Shipment.id + 0).limit(MOST + 1 - len(found)))
    return found


def _of(viewer: Viewer, stock: int | None, day: Stretch) -> "list[pw.ModelSelect[Any]]":
    mine = Shipment.visible_to(viewer)
    mine = mine if stock is None else mine.where(from_source(Shipment.supplier, stock))
    left = mine.where(Shipment.shipped_at >= day.begin, Shipment.shipped_at < day.end, Shipment.status != "canceled")
    return [mine.where(WAITING), left] if day.ready_too else [left]
