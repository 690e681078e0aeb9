"""The files of waybills: taken byte for byte, and handed out in the format that was asked for or not at all."""

from collections import defaultdict
from collections.abc import Iterable

from webapp.domain import waybill_format
from webapp.domain.errors import Conflict, Invalid, NotFound, Refusal
from webapp.domain.viewer import Viewer
from webapp.domain.waybill_format import FORMATS, LARGEST, NAMES
from webapp.models import Shipment, Waybill, WaybillFile

MOST_AT_ONCE = 100
LARGEST_TOGETHER = 50_000_000
"""Bytes that one file with many waybills is made from."""


class NoSuchFormat(Refusal):
    """The waybill isn't there in a format that was asked for; another is never handed out in its place."""

    status = 406

    def __init__(self, message: str, available: Iterable[str] = (), **extra: object) -> None:
        super().__init__("format_not_available", message, available=list(available), **extra)


class TooLarge(Refusal):
    """More bytes than are taken or handed out at once."""

    status = 413


def check(media_type: str, content: bytes) -> None:
    """Raise Invalid unless the file begins as its format does, TooLarge for one that is too large."""
    if len(content) > LARGEST:
        raise TooLarge("too_large", f"A waybill has at most {LARGEST // 1_000_000} MB.")
    if not waybill_format.begins_as(content, media_type):
        found = waybill_format.recognise(content)
        other = f"it begins as {NAMES[found]}" if found else "it doesn't begin as one"
        raise Invalid({"body": [f"This is no {NAMES[media_type]} file: {other}."]})


def keep(waybill: Waybill, files: dict[str, bytes]) -> None:
    """Store files, media type -> content, in place of those of the same format; inside the caller's transaction."""
    for media_type, content in files.items():
        same = (WaybillFile.store == waybill.store_id, WaybillFile.waybill == waybill.id)
        WaybillFile.delete().where(*same, WaybillFile.media_type == media_type).execute()
        WaybillFile.create(store=waybill.store_id, waybill=waybill.id, media_type=media_type, content=content)


def kept(store_id: int, waybill_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return waybill id -> the formats that are stored: one statement, however many waybills."""
    rows = WaybillFile.select(WaybillFile.waybill, WaybillFile.media_type).where(
        WaybillFile.store == store_id, WaybillFile.waybill.in_(list(waybill_ids))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for waybill_id, media_type in rows.tuples():
        found[waybill_id].append(media_type)
    return defaultdict(list, {key: sorted(types, key=FORMATS.index) for key, types in found.items()})


def available(waybills: Iterable[Waybill]) -> dict[int, list[str]]:
    """Return waybill id -> the formats that can be had now: those of issued ones."""
    issued = [row for row in waybills if row.status == "issued"]
    return kept(issued[0].store_id, [row.id for row in issued]) if issued else defaultdict(list)


def read(waybill: Waybill, wanted: Iterable[str]) -> tuple[str, bytes]:
    """Return the first of the wanted formats that there is, with its bytes; raise NoSuchFormat where there is none."""
    there = available([waybill])[waybill.id]
    chosen = next((media_type for media_type in wanted if media_type in there), None)
    if chosen is None:
        raise NoSuchFormat(_missing(waybill, there), there)
    mine = (WaybillFile.store == waybill.store_id, WaybillFile.waybill == waybill.id)
    row = WaybillFile.get(*mine, WaybillFile.media_type == chosen)
    return chosen, bytes(row.content)


def read_many(viewer: Viewer, shipment_ids: list[int], media_type: str) -> list[tuple[int, bytes]]:
    """Return (shipment id, file) of each of these shipments, in the order in which they are named.

    Raises NotFound for a shipment that the viewer can't see, Conflict `not_issued` where one has no issued waybill,
    NoSuchFormat where one lacks the format: there is no file that silently leaves some out.
    """
    if not 0 < len(shipment_ids) <= MOST_AT_ONCE:
        raise Invalid({"shipping_ids": [f"Name 1 to {MOST_AT_ONCE} shipments."]})
    visible = Shipment.visible_to(viewer).where(Shipment.id.in_(shipment_ids))
    if visible.count() < len(set(shipment_ids)):
        raise NotFound("shipment")
    issued = {row.shipment_id: row for row in Waybill.newest(viewer, shipment_ids) if row.status == "issued"}
    without = [number for number in dict.fromkeys(shipment_ids) if number not in issued]
    if without:
        told = f"No waybill is issued for {_numbers(without)}."
        raise Conflict("not_issued", told, shippings=without)
    files = _files(viewer.store_id, [row.id for row in issued.values()], media_type)
    lacking = [number for number, row in issued.items() if row.id not in files]
    if lacking:
        everywhere = set(FORMATS).intersection(*kept(viewer.store_id, [row.id for row in issued.values()]).values())
        told = f"{_numbers(lacking).capitalize()} {'has' if len(lacking) == 1 else 'have'} no {NAMES[media_type]}."
        raise NoSuchFormat(told, [name for name in FORMATS if name in everywhere], shippings=sorted(lacking))
    return [(number, files[issued[number].id]) for number in dict.fromkeys(shipment_ids)]


def _files(store_id: int, waybill_ids: list[int], media_type: str) -> dict[int, bytes]:
    """Return waybill id -> file of those that have the format, one at a time so that the sum can be bounded."""
    mine = (WaybillFile.store == store_id, WaybillFile.waybill.in_(waybill_ids), WaybillFile.media_type == media_type)
    found: dict[int, bytes] = {}
    total = 0
    for row in WaybillFile.select().where(*mine).iterator():
        found[row.waybill_id] = bytes(row.content)
        total += len(found[row.waybill_id])
        if total > LARGEST_TOGETHER:
            raise TooLarge(
                "too_large", f"Together they have more than {LARGEST_TOGETHER // 1_000_000} MB: ask for fewer."
            )
    return found


def _missing(waybill: Waybill, there: list[str]) -> str:
    if waybill.status != "issued":
        return f"The waybill is {waybill.status}: only an issued one has files to hand out."
    return f"The waybill is there as {' and '.join(NAMES[name] for name in there)} alone."


def _numbers(shipment_ids: list[int]) -> str:
    word = "shipment" if len(shipment_ids) == 1 else "shipments"
    return f"{word} {', '.join(map(str, sorted(shipment_ids)))}"
