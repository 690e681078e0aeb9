"""Products and what suppliers hold of them as the wire has them: in two statements, scope and masks applied.

Poleepo's public clients fix the names and that numbers are JSON numbers, but not the units: weights are kilograms and
sizes centimetres here, as Italian shops write them, and VAT rates are per cent.
"""

from typing import Any

from webapp.actions import stock
from webapp.domain import masking, measures, money
from webapp.domain.viewer import Viewer
from webapp.models import Product, Supply
from webapp.wire.values import amount, when

CENTS, BASIS_POINTS, GRAMS, MILLIMETRES = 100, 100, 1000, 10
"""How many of our whole units make one of the wire's: a euro, a per cent, a kilogram, a centimetre."""

KINDS = {"simple": "Simple product", "variant": "Variant", "bundle": "Bundle"}


def shown(viewer: Viewer, found: list[Product]) -> list[dict[str, Any]]:
    """Return these products as the viewer may see them: one statement, however many products."""
    supplies: dict[int, list[Supply]] = {product.id: [] for product in found}
    held = Supply.visible_to(viewer).where(Supply.product.in_(list(supplies)))
    for supply in held.order_by(Supply.priority, Supply.id):
        supplies[supply.product_id].append(supply)
    return [_product(viewer, product, supplies[product.id]) for product in found]


def provision(viewer: Viewer, supply: Supply) -> dict[str, Any]:
    """Return a supply (with its product and supplier) as the viewer may see it; who it ranks behind is the store's."""
    return {
        "id": supply.id,
        "product_id": supply.product_id,
        "sku": supply.product.sku,
        "ean": supply.product.ean,
        "supplier": {"id": supply.supplier_id, "name": supply.supplier.name},
        "supplier_sku": supply.supplier_sku,
        "quantity": supply.quantity,
        "reserved": supply.reserved,
        "free": stock.free(supply.quantity, supply.reserved),
        "purchase_price": masking.money(viewer, amount(supply.purchase_price_cents)),
        "priority": supply.priority if viewer.supplier_id is None else None,
        "sequence": supply.sequence,
        "creation_date": when(supply.created_at),
        "update_date": when(supply.updated_at),
    }


def _product(viewer: Viewer, product: Product, supplies: list[Supply]) -> dict[str, Any]:
    with_tax = money.with_tax(product.price_cents, product.vat_basis_points)
    return {
        "id": product.id,
        "type": {"id": product.kind, "name": KINDS[product.kind]},
        "sku": product.sku,
        "ean": product.ean,
        "title": product.title,
        "price": masking.money(viewer, amount(product.price_cents)),
        "price_with_tax": masking.money(viewer, amount(with_tax)),
        "vat_rate": measures.back(product.vat_basis_points, BASIS_POINTS),
        "quantity": _quantity(viewer, product, supplies),
        "active": product.active,
        "main_category_id": product.main_category_id,
        "main_category_path": product.main_category_path,
        "weight": measures.back(product.weight_grams, GRAMS),
        "width": measures.back(product.width_mm, MILLIMETRES),
        "height": measures.back(product.height_mm, MILLIMETRES),
        "depth": measures.back(product.depth_mm, MILLIMETRES),
        "images": product.images,
        "provisions": [provision(viewer, supply) for supply in supplies],
        "tags": product.tags,
        "creation_date": when(product.created_at),
        "update_date": when(product.updated_at),
    }


def _quantity(viewer: Viewer, product: Product, supplies: list[Supply]) -> int:
    """Return what is on the viewer's own shelf: the merchant's, which a PUT writes back, or the supplier's."""
    if viewer.supplier_id is None:
        return product.own_quantity
    return sum(supply.quantity for supply in supplies)
