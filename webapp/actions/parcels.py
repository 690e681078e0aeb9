"""Parcels of a shipment: how many there are, what they weigh and how large they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import peewee as pw

from webapp.domain.errors import Invalid
from webapp.models import Parcel, Shipment
from webapp.models.prepared import among, prepared, slot

MOST = 99
HEAVIEST_GRAMS = 2_000_000
LONGEST_MM = 30_000


@dataclass(frozen=True)
class ParcelDraft:
    """One parcel, as far as it was weighed and measured."""

    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None


def put(shipment: Shipment, drafts: Sequence[ParcelDraft]) -> None:
    """Write the shipment's parcels in place of those it had, inside the caller's transaction."""
    check(drafts)
    Parcel.delete().where(Parcel.store == shipment.store_id, Parcel.shipment == shipment.id).execute()
    if drafts:
        Parcel.insert_many(
            {"store": shipment.store_id, "shipment": shipment.id, "position": position, **asdict(draft)}
            for position, draft in enumerate(drafts, start=1)
        ).execute()


def of(store_id: int, shipment_ids: Iterable[int]) -> dict[int, list[Parcel]]:
    """Return shipment id -> its parcels in order: one statement, however many shipments."""
    found: dict[int, list[Parcel]] = defaultdict(list)
    for row in _packed().models(Parcel, store=store_id, shipments=list(shipment_ids)):
        found[row.shipment_id].append(row)
    return found


@prepared
def _packed() -> pw.Query:
    mine = (Parcel.store == slot("store")) & among(Parcel.shipment, "shipments")
    return Parcel.select().where(mine).order_by(Parcel.shipment, Parcel.position)


def drafts_of(shipment: Shipment) -> list[ParcelDraft]:
    """Return the shipment's parcels as plain values."""
    rows = of(shipment.store_id, [shipment.id])[shipment.id]
    return [ParcelDraft(row.weight_grams, row.length_mm, row.width_mm, row.height_mm) for row in rows]


def details(shipment: Shipment) -> list[dict[str, Any]]:
    """Return the shipment's parcels as a waybill keeps them."""
    return [asdict(draft) for draft in drafts_of(shipment)]


def check(drafts: Sequence[ParcelDraft]) -> None:
    """Raise Invalid for too many parcels, and for a weight or size that no parcel has."""
    errors: dict[str, list[str]] = {}
    if len(drafts) > MOST:
        errors["parcels"] = [f"A shipment has at most {MOST} parcels."]
    for place, draft in enumerate(drafts):
        if draft.weight_grams is not None and not 0 < draft.weight_grams <= HEAVIEST_GRAMS:
            errors[f"parcels.{place}.weight"] = [
                f"A parcel weighs more than 0 and at most {HEAVIEST_GRAMS // 1000} kg."
            ]
        for side in ("length", "width", "height"):
            measure = getattr(draft, f"{side}_mm")
            if measure is not None and not 0 < measure <= LONGEST_MM:
                errors[f"parcels.{place}.{side}"] = [f"A side is longer than 0 and at most {LONGEST_MM // 10} cm."]
    if errors:
        raise Invalid(errors)
