"""How much may be sold, set in Vendure, which counts what lies there: with what its orders have allocated."""

from collections.abc import Sequence
from typing import Any

from webapp.connectors.channels.vendure import documents
from webapp.connectors.channels.vendure.client import Client, understood
from webapp.domain.channel import StockCount

UNKNOWN = "The shop has no such variant any more."
SEVERAL = "The shop keeps this variant's stock at several locations, so it can't be set."


@understood()
def set_stock(client: Client, counts: Sequence[StockCount]) -> dict[str, str]:
    """Set the numbers in one call; return what was refused, and why."""
    options = {"filter": {"id": {"in": [one.external_id for one in counts]}}, "take": 100}
    found = client.run(documents.STOCK, options=options)["productVariants"]["items"]
    levels = {str(variant["id"]): variant["stockLevels"] for variant in found}
    refused = {one.external_id: UNKNOWN for one in counts if one.external_id not in levels}
    refused |= {number: SEVERAL for number, kept in levels.items() if len(kept) > 1}
    update = [_level(one, levels[one.external_id]) for one in counts if one.external_id not in refused]
    if update:
        client.run(documents.SET_STOCK, input=update)
    return refused


def _level(count: StockCount, levels: list[dict[str, Any]]) -> dict[str, Any]:
    allocated = sum(level["stockAllocated"] for level in levels)
    return {"id": count.external_id, "stockOnHand": count.quantity + allocated, "trackInventory": "TRUE"}
