"""How much may be sold, set in Medusa, which counts what lies there: with what its orders have reserved."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.connectors.channels.medusa import locations
from webapp.connectors.channels.medusa.client import Client, RefusedError, Row, understood
from webapp.connectors.channels.medusa.statuses import units
from webapp.domain.channel import StockCount

FIELDS = (
    "id,manage_inventory,inventory_items.required_quantity,inventory_items.inventory_item_id,"
    "*inventory_items.inventory.location_levels,inventory_items.inventory.variants.id"
)
BATCH = "inventory-items/location-levels/batch"
LOOKS = 3
"""How often it is looked what is for sale, the first time included."""

UNKNOWN = "The shop has no such variant any more."
UNCOUNTED = "Medusa doesn't count this variant's stock: turn on “Manage inventory” there."
KIT = "Medusa makes this variant of several units or items of its inventory, so its stock can't be set."
SHARED = "Several variants share this one's inventory item in Medusa, so its stock can't be set."
SEVERAL = "Medusa keeps this variant's stock at several locations: name one of them in the channel's form."
NOWHERE = "Medusa keeps this variant's stock at no location: give it one there, or name one in the channel's form."


class RefusalError(Exception):
    """Why one variant's stock can't be set."""


@dataclass(frozen=True)
class Level:
    """What a location holds of one inventory item."""

    item: str
    location: str
    """Empty where it isn't known yet."""
    stocked: int = 0
    reserved: int = 0
    exists: bool = True

    @property
    def for_sale(self) -> int:
        """Return how many units Medusa sells of it."""
        return self.stocked - self.reserved


def set_stock(client: Client, location: str, counts: Sequence[StockCount]) -> dict[str, str]:
    """Set the numbers at a location, or at each variant's only one; return what was refused, and why.

    A parcel that leaves between the look and the call lowers what lies there and what is reserved, and then too much
    would be for sale. So it is looked once more. An order that comes meanwhile leaves less for sale, and rightly so.
    """
    refused: dict[str, str] = {}
    left, is_first = list(counts), True
    for _ in range(LOOKS):
        told, levels = _look(client, location, left)
        refused |= told
        pairs = [(one, levels[one.external_id]) for one in left if one.external_id in levels]
        due = [
            (one, level)
            for one, level in pairs
            if level.for_sale > one.quantity or (is_first and level.for_sale < one.quantity)
        ]
        refused |= _send(client, due)
        left, is_first = [one for one, _ in due if one.external_id not in refused], False
        if not left:
            break
    return refused


def _look(client: Client, location: str, counts: Sequence[StockCount]) -> tuple[dict[str, str], dict[str, Level]]:
    """Return why some can't be set, and the levels of the others."""
    names = [one.external_id for one in counts]
    found = client.get("product-variants", {"id[]": names, "fields": FIELDS, "limit": str(len(names))})
    refused, levels = {one.external_id: UNKNOWN for one in counts}, dict[str, Level]()
    with understood():
        for variant in found["variants"]:
            try:
                levels[variant["id"]] = _level(variant, location)
                refused.pop(variant["id"], None)
            except RefusalError as refusal:
                refused[variant["id"]] = str(refusal)
    missing = {number: level for number, level in levels.items() if not level.exists}
    if not missing:
        return refused, levels
    place = locations.named(client, location) if location else locations.only(client)
    if place:
        made = {number: Level(level.item, place, exists=False) for number, level in missing.items()}
        return refused, levels | made
    kept = {number: level for number, level in levels.items() if level.exists}
    return refused | dict.fromkeys(missing, NOWHERE), kept


def _level(variant: Row, location: str) -> Level:
    """Return where a variant's stock is set, and what is there; raise RefusalError where that isn't one place."""
    if not variant["manage_inventory"]:
        raise RefusalError(UNCOUNTED)
    parts = variant["inventory_items"]
    if len(parts) != 1 or units(parts[0]["required_quantity"]) != 1:
        raise RefusalError(KIT if parts else UNCOUNTED)
    inventory, item = parts[0]["inventory"], str(parts[0]["inventory_item_id"])
    if len(inventory["variants"]) > 1:
        raise RefusalError(SHARED)
    levels = [one for one in inventory["location_levels"] if location in ("", one["location_id"])]
    if len(levels) > 1:
        raise RefusalError(SEVERAL)
    for one in levels:
        return Level(item, one["location_id"], units(one["stocked_quantity"]), units(one["reserved_quantity"]))
    return Level(item, location, exists=False)


def _send(client: Client, due: Sequence[tuple[StockCount, Level]]) -> dict[str, str]:
    """Write all in one call. Medusa then writes all or none, so where it refuses they are sent one by one."""
    body: dict[str, list[Row]] = {"create": [], "update": []}
    for one, level in due:
        row = {"inventory_item_id": level.item, "location_id": level.location}
        body["update" if level.exists else "create"].append({**row, "stocked_quantity": one.quantity + level.reserved})
    try:
        if due:
            client.post(BATCH, {name: rows for name, rows in body.items() if rows})
    except RefusedError as refusal:
        if refusal.status in (401, 403):
            raise
        if len(due) == 1:
            return {due[0][0].external_id: str(refusal)}
        return {number: told for pair in due for number, told in _send(client, [pair]).items()}
    return {}
