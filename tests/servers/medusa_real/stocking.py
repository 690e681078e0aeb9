"""What a fresh Medusa needs before anybody can buy in it: a region, a warehouse with its shipping, and goods."""

from collections.abc import Callable
from typing import Any

Admin = Callable[..., dict[str, Any]]

PRODUCTS = {"MUG": 12.2, "LAMP": 49.0}
"""What is sold from the start: SKU and price in euros. Medusa counts the mugs' stock, and not the lamps'."""
STOCK = 1_000_000


def stock(admin: Admin) -> dict[str, Any]:
    """Set the shop up; return what a buyer has to name: the region, the shipping option, the variants and the key."""
    channel = admin("POST", "sales-channels", {"name": "Web"})["sales_channel"]["id"]
    location = admin("POST", "stock-locations", {"name": "Nord"})["stock_location"]["id"]
    admin("POST", f"stock-locations/{location}/sales-channels", {"add": [channel]})
    admin("POST", f"stock-locations/{location}/fulfillment-providers", {"add": ["manual_manual"]})
    key = admin("POST", "api-keys", {"title": "Web", "type": "publishable"})["api_key"]
    admin("POST", f"api-keys/{key['id']}/sales-channels", {"add": [channel]})
    region = {"name": "Italy", "currency_code": "eur", "countries": ["it"], "payment_providers": ["pp_system_default"]}
    region_id = admin("POST", "regions", region)["region"]["id"]
    profile = admin("POST", "shipping-profiles", {"name": "Parcels", "type": "default"})["shipping_profile"]["id"]
    variants = {sku: _product(admin, sku, price, channel, profile) for sku, price in PRODUCTS.items()}
    for item in admin("GET", "inventory-items")["inventory_items"]:
        levels = {"location_id": location, "stocked_quantity": STOCK}
        admin("POST", f"inventory-items/{item['id']}/location-levels", levels)
    return {
        "location": location,
        "region": region_id,
        "option": _shipping(admin, location, profile),
        "variants": variants,
        "key": key["token"],
    }


def _shipping(admin: Admin, location: str, profile: str) -> str:
    sets = f"stock-locations/{location}/fulfillment-sets"
    admin("POST", sets, {"name": "Parcels", "type": "shipping"})
    found = admin("GET", f"stock-locations/{location}", None, fields="*fulfillment_sets")["stock_location"]
    set_id = found["fulfillment_sets"][0]["id"]
    zone = {"name": "Italy", "geo_zones": [{"type": "country", "country_code": "it"}]}
    made = admin("POST", f"fulfillment-sets/{set_id}/service-zones", zone)["fulfillment_set"]
    option = {
        "name": "Courier",
        "service_zone_id": made["service_zones"][0]["id"],
        "shipping_profile_id": profile,
        "provider_id": "manual_manual",
        "price_type": "flat",
        "type": {"label": "Courier", "description": "Two days", "code": "courier"},
        "prices": [{"currency_code": "eur", "amount": 6.1}],
        "rules": [],
    }
    return str(admin("POST", "shipping-options", option)["shipping_option"]["id"])


def _product(admin: Admin, sku: str, price: float, channel: str, profile: str) -> str:
    variant = {
        "title": "One size",
        "sku": sku,
        "barcode": f"80000000000{len(sku)}",
        "manage_inventory": sku == "MUG",
        "options": {"Size": "One"},
        "prices": [{"currency_code": "eur", "amount": price}],
    }
    product = {
        "title": sku.title(),
        "status": "published",
        "options": [{"title": "Size", "values": ["One"]}],
        "variants": [variant],
        "sales_channels": [{"id": channel}],
        "shipping_profile_id": profile,
    }
    return str(admin("POST", "products", product)["product"]["variants"][0]["id"])
