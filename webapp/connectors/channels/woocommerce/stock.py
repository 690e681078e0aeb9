"""How much may be sold, set in WooCommerce: products in one call, the variations of each product in one of its own."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from webapp.connectors.channels.woocommerce.answers import understood
from webapp.connectors.channels.woocommerce.client import Client
from webapp.domain.channel import StockCount

_NUMBER = re.compile(r"([0-9]+/)?[0-9]+", re.ASCII)

AT_ONCE = 50
"""WooCommerce takes 100, but answers with each product whole: its `_fields` would leave the batch's own name out."""

UNKNOWN = "This isn't a number of a WooCommerce product."


def set_stock(client: Client, counts: Sequence[StockCount]) -> dict[str, str]:
    """Set the numbers, also of what the shop didn't keep count of before; return what was refused, and why."""
    batches: dict[str, list[StockCount]] = defaultdict(list)
    refused: dict[str, str] = {}
    for one in counts:
        parent = one.external_id.rpartition("/")[0]
        if _NUMBER.fullmatch(one.external_id):
            batches[f"/wc/v3/products/{parent}/variations/batch" if parent else "/wc/v3/products/batch"].append(one)
        else:
            refused[one.external_id] = UNKNOWN
    for path, batch in batches.items():
        for begin in range(0, len(batch), AT_ONCE):
            refused |= _set(client, path, batch[begin : begin + AT_ONCE])
    return refused


def _set(client: Client, path: str, batch: Sequence[StockCount]) -> dict[str, str]:
    named = {one.external_id.rpartition("/")[2]: one.external_id for one in batch}
    update = [
        {"id": int(number), "manage_stock": True, "stock_quantity": one.quantity}
        for number, one in zip(named, batch, strict=True)
    ]
    answer, _ = client.call("POST", path, None, {"update": update})
    with understood():
        rows: list[dict[str, Any]] = answer["update"]
        return {named[str(row["id"])]: str(row["error"]["message"]) for row in rows if row.get("error")}
