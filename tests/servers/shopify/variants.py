"""What a Shopify shop sells: variants, each with an inventory item of its own."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Variant:
    """One variant of a product."""

    number: int
    item: int
    sku: str | None
    product: str
    title: str = "Default Title"
    price: str = "12.50"
    barcode: str | None = None
    status: str = "ACTIVE"
    available: dict[str, int] = field(default_factory=dict)
    """Units by the location's number."""

    def shown(self) -> dict[str, Any]:
        return {
            "id": f"gid://shopify/ProductVariant/{self.number}",
            "sku": self.sku,
            "title": self.title,
            "barcode": self.barcode,
            "price": self.price,
            "inventoryItem": {"id": f"gid://shopify/InventoryItem/{self.item}"},
            "product": {"title": self.product, "status": self.status},
        }
