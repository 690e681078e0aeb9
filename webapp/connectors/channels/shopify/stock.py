"""How much may be sold, set in Shopify: "available" units of inventory items at one location."""

import uuid
from collections.abc import Sequence
from typing import Any

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.shopify import documents, mapping
from webapp.connectors.channels.shopify.client import Client, understood
from webapp.domain.channel import StockCount

UNKNOWN = "This isn't a number of a Shopify variant as the import of products gives it."
COMPARES_ANEW = "2026-01"
"""The first API version with `changeFromQuantity` and idempotency keys."""


def set_stock(client: Client, location: str, counts: Sequence[StockCount]) -> dict[str, str]:
    """Set the numbers; return what was refused, and why. Shopify sets all of a call or none of it.

    So what it names as wrong is left out, and the rest is sent again.
    """
    items = {one.external_id: one.external_id.rpartition("/")[2] for one in counts}
    refused = {name: UNKNOWN for name, item in items.items() if not (item.isascii() and item.isdigit())}
    place = _location(client, location)
    left = [one for one in counts if one.external_id not in refused]
    while left:
        wrong = _send(client, place, [(items[one.external_id], one.quantity) for one in left])
        if not wrong:
            break
        refused |= {left[index].external_id: told for index, told in wrong.items()}
        left = [one for index, one in enumerate(left) if index not in wrong]
    return refused


def _location(client: Client, typed: str) -> str:
    """Return the location whose stock is set: the one that was typed, or the shop's first."""
    found = client.run(documents.LOCATION, id=mapping.gid("Location", typed) if typed else None).get("location")
    if not found:
        raise ConnectorError("The shop has no such location: look at its number in the channel's form.", permanent=True)
    with understood():
        return str(found["id"])


def _send(client: Client, place: str, pairs: Sequence[tuple[str, int]]) -> dict[int, str]:
    """Return index -> what is wrong with it; nothing was set where anything is."""
    anew = (client.served or client.version) >= COMPARES_ANEW  # One that has ended is answered by the next.
    # The number is ours to say, whatever the shop's was: its orders are read before it is told.
    free: dict[str, Any] = {"changeFromQuantity": None} if anew else {}
    rows = [
        {"inventoryItemId": mapping.gid("InventoryItem", item), "locationId": place, "quantity": quantity, **free}
        for item, quantity in pairs
    ]
    given = {"name": "available", "reason": "correction", "quantities": rows}
    if anew:
        data = client.run(documents.SET_STOCK_ONCE, input=given, key=str(uuid.uuid4()))
    else:
        data = client.run(documents.SET_STOCK, input={**given, "ignoreCompareQuantity": True})
    with understood():
        errors = [(error["field"] or [], str(error["message"])) for error in data["result"]["userErrors"]]
    wrong = {int(field[2]): told for field, told in errors if len(field) > 2 and str(field[2]).isdigit()}
    if errors and not wrong:
        raise ConnectorError(f"Shopify refused: {errors[0][1][:500]}", permanent=True)
    return {index: told for index, told in wrong.items() if index < len(rows)}
