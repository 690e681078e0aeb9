"""What the papers of a warehouse say: packing slips, pick lists and manifests as plain texts, ready to be set."""

import re
from dataclasses import dataclass

from webapp.domain import measures

LONGEST_CODE = 20
"""Signs of a bar code that every scanner reads in the corner of a sheet of A4."""

_BARS = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_CODE}}}", re.ASCII)
_OF_ORDER, _OF_SHIPMENT = re.compile(r"XO([0-9]{10})", re.ASCII), re.compile(r"XD([0-9]{10})", re.ASCII)


@dataclass(frozen=True)
class Item:
    """Units of one thing, as it lies on the shelf."""

    sku: str
    ean: str
    title: str
    units: int
    price: str = ""
    """Of one unit, as people write it; empty where prices aren't printed."""
    own_sku: str = ""
    """What the warehouse itself calls it, where that is another name."""


@dataclass(frozen=True)
class PackingSlip:
    """What lies in the parcel and tells the buyer what it holds."""

    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    order: str
    order_code: str
    """What the bar code says: see `order_code`."""
    shipment: str
    ordered_on: str
    carrier: str
    tracking: str
    items: tuple[Item, ...]
    notes: str = ""


@dataclass(frozen=True)
class PickPart:
    """What of a pick list goes into one order's parcel."""

    order: str
    order_code: str
    recipient: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class PickList:
    """What somebody fetches from the shelves in one round: summed up, and then for each order."""

    warehouse: str
    printed_at: str
    parts: tuple[PickPart, ...]


@dataclass(frozen=True)
class ManifestRow:
    """One shipment that a courier takes with him."""

    shipment: str
    order: str
    recipient: str
    parcels: int
    weight_grams: int | None
    """None where a parcel wasn't weighed."""
    tracking: str


@dataclass(frozen=True)
class Manifest:
    """What a courier signs for when he takes the parcels of a day."""

    sender: tuple[str, ...]
    carrier: str
    day: str
    rows: tuple[ManifestRow, ...]


def order_code(reference: str, order_id: int) -> str:
    """Return what the bar code of an order says: its reference where that can be one, else a number of ours."""
    return reference if _BARS.fullmatch(reference) else f"XO{order_id:010d}"


def order_number(code: str) -> int | None:
    """Return the order's id of a number of ours; None for anything else."""
    found = _OF_ORDER.fullmatch(code)
    return int(found[1]) if found else None


def shipment_number(code: str) -> int | None:
    """Return the shipment's id of a waybill's number of ours; None for anything else."""
    found = _OF_SHIPMENT.fullmatch(code)
    return int(found[1]) if found else None


def summed(parts: tuple[PickPart, ...]) -> tuple[Item, ...]:
    """Return all items of a pick list by SKU, the units of one thing added up; lines without a SKU stay apart."""
    found: dict[tuple[str, str], Item] = {}
    for part in parts:
        for item in part.items:
            key = (item.sku, "" if item.sku else item.title)
            units = item.units + (found[key].units if key in found else 0)
            found[key] = Item(item.sku, item.ean, item.title, units, own_sku=item.own_sku)
    return tuple(found[key] for key in sorted(found))


def kilograms(grams: int | None) -> str:
    """Return a weight as people read it; empty where nobody weighed."""
    return "" if grams is None else f"{measures.back(grams, 1000):g} kg"
