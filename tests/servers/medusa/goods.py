"""What a local Medusa sells and what lies at its locations, after a running 2.21.2.

A batch of levels is written whole or not at all; what it doesn't know beside its lists is refused, within them dropped;
a level is made even at a location that nobody has. Orders reserve, and fulfilments take, at the first location.
"""

from collections.abc import Callable
from typing import Any

from tests.servers.medusa.answers import INVALID, RefusalError, Row
from tests.servers.medusa.changes import LOCATION

LISTS = ("create", "update", "delete", "force")
Held = Callable[[str], tuple[int, int]]
"""SKU -> units that orders reserve and that were taken for fulfilments."""


class Goods:
    """`products` and `levels` are state: levels by inventory item and location, as [stocked, taken by then]."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self.locations = [LOCATION]
        self.products: list[Row] = []
        self.levels: dict[tuple[str, str], list[int]] = {}

    def clear(self) -> None:
        self.products.clear()
        self.levels.clear()
        self.locations[:] = [LOCATION]

    def offer(self, *skus: str, counted: bool = True, stock: int | None = 0, **given: Any) -> list[str]:
        """Offer a product with a variant for each SKU; return the variants' IDs."""
        number = len(self.products) + 1
        product = {
            "id": f"prod_{number:03d}",
            "title": skus[0].title(),
            "status": "published",
            "thumbnail": None,
            "sales_channel_id": "sc_web",
        }
        self.products.append({**product, "variants": [self._variant(sku, counted, stock) for sku in skus], **given})
        return [f"variant_{sku}" for sku in skus]

    def variant(self, number: str) -> Row:
        return next(one for product in self.products for one in product["variants"] if one["id"] == number)

    def counted(self, sku: str) -> bool:
        return any(one["sku"] == sku and one["manage_inventory"] for row in self.products for one in row["variants"])

    def for_sale(self, sku: str) -> int:
        """Return what Medusa sells of an SKU at all of its locations."""
        return sum(one["stocked_quantity"] - one["reserved_quantity"] for one in self._levels(f"iitem_{sku}"))

    def set(self, sku: str, location: str, stocked: int) -> None:
        """Count by hand what lies at a location."""
        self.levels[f"iitem_{sku}", location] = [stocked, self._orders(f"iitem_{sku}", location)[1]]

    def _variant(self, sku: str, counted: bool, stock: int | None) -> Row:
        if counted and stock is not None:
            self.set(sku, LOCATION, stock)
        price = {"currency_code": "eur", "amount": 12.2, "min_quantity": None, "max_quantity": None, "rules": {}}
        return {
            "id": f"variant_{sku}",
            "title": sku.title(),
            "sku": sku,
            "barcode": None,
            "ean": None,
            "thumbnail": None,
            "manage_inventory": counted,
            "prices": [price],
            "parts": [(f"iitem_{sku}", 1)] if counted else [],
        }

    def _orders(self, item: str, location: str) -> tuple[int, int]:
        return self._held(item.removeprefix("iitem_")) if location == LOCATION else (0, 0)

    def _levels(self, item: str) -> list[Row]:
        found = []
        for (number, location), (stocked, then) in self.levels.items():
            reserved, taken = self._orders(item, location)
            row = {"location_id": location, "stocked_quantity": stocked - taken + then, "reserved_quantity": reserved}
            found += [row] if number == item else []
        return found

    # -- what the Admin API shows and takes ---------------------------------------------------------------------------

    def listed(self, query: dict[str, list[str]], fields: list[str]) -> list[Row]:
        """Return the products of a status and of sales channels, with what was asked for of them."""
        found = [one for one in self.products if one["status"] in query.get("status[]", [one["status"]])]
        channels = query.get("sales_channel_id[]")
        found = [one for one in found if not channels or one["sales_channel_id"] in channels]
        hidden = {"parts"} if "*variants.prices" in fields else {"parts", "prices"}
        variants = "*variants" in fields
        return [
            {name: one[name] for name in fields if name in one}
            | ({"variants": [_without(row, hidden) for row in one["variants"]]} if variants else {})
            for one in found
        ]

    def variants(self, query: dict[str, list[str]], fields: list[str]) -> list[Row]:
        """Return variants by ID with their inventory items, whatever else they are asked for."""
        rows = [one for product in self.products for one in product["variants"]]
        named = [one for one in rows if one["id"] in query.get("id[]", [one["id"]])]
        return [
            {name: one[name] for name in ("id", "manage_inventory") if name in fields}
            | {"inventory_items": [self._part(item, units, rows, fields) for item, units in one["parts"]]}
            for one in named
        ]

    def _part(self, item: str, units: int, rows: list[Row], fields: list[str]) -> Row:
        inventory: Row = {"id": item}
        if "*inventory_items.inventory.location_levels" in fields:
            inventory["location_levels"] = self._levels(item)
        if "inventory_items.inventory.variants.id" in fields:
            inventory["variants"] = [{"id": one["id"]} for one in rows if item in [part for part, _ in one["parts"]]]
        return {"inventory_item_id": item, "required_quantity": units, "inventory": inventory}

    def write(self, body: Row) -> Row:
        """Write a batch of levels, or refuse it whole."""
        told = [f"Unrecognized fields: '{key}'" for key in body if key not in LISTS]
        for name in ("create", "update"):
            for place, row in enumerate(body.get(name, ())):
                needed = ("inventory_item_id", "location_id")
                told += [f"Field '{name}, {place}, {key}' is required" for key in needed if key not in row]
                if row.get("stocked_quantity", 0) < 0:
                    told.append(
                        f"Value for field '{name}, {place}, stocked_quantity' too small, expected at least: '0'"
                    )
        if told:
            raise RefusalError(*INVALID, f"Invalid request: {'; '.join(told)}")
        for name, wanted in (("create", False), ("update", True)):
            for row in body.get(name, ()):
                self._prove(row["inventory_item_id"], row["location_id"], wanted)
        for row in (*body.get("create", ()), *body.get("update", ())):
            item, location = row["inventory_item_id"], row["location_id"]
            self.levels[item, location] = [row["stocked_quantity"], self._orders(item, location)[1]]
        return {"created": [], "updated": []}

    def _prove(self, item: str, location: str, wanted: bool) -> None:
        if ((item, location) in self.levels) is wanted:
            return
        if wanted:
            raise RefusalError(404, "not_found", f"Item {item} is not stocked at location {location}")
        told = f"Inventory level with inventory_item_id: {item}, location_id: {location}, already exists."
        raise RefusalError(*INVALID, told)


def _without(row: Row, hidden: set[str]) -> Row:
    return {name: value for name, value in row.items() if name not in hidden}
