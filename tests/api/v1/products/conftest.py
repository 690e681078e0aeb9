"""Keys that may write products: of the whole store, of the logistics service, of its rival."""

import pytest

from webapp.models import Product, Supply


@pytest.fixture
def merchant(api):
    """Call the API with a key of the whole store that may write products."""
    return api(None, products="write")


@pytest.fixture
def warehouse(api, cast):
    """Call the API with a key of the logistics service that may write products."""
    return api(cast.logistics, products="write")


@pytest.fixture
def competitor(api, cast):
    """Call the API with a key of its rival that may write products."""
    return api(cast.rival, products="write")


@pytest.fixture
def mug(world) -> Product:
    """A mug: 5 on the own shelf, 10 at the logistics service, 3 at its rival, with prices."""
    made = world.product("MUG", own=5, logistics=10, rival=3)
    facts = {"ean": "8001234567897", "price_cents": 820, "weight_grams": 350, "width_mm": 85}
    Product.update(facts).where(Product.id == made.id).execute()
    for supplier, values in (
        (world.cast.logistics, {"purchase_price_cents": 400}),
        (world.cast.rival, {"purchase_price_cents": 350, "supplier_sku": "R-1"}),
    ):
        Supply.update(values).where(Supply.product == made.id, Supply.supplier == supplier.id).execute()
    return Product.get_by_id(made.id)


@pytest.fixture
def pot(world) -> Product:
    """A pot that the rival alone stocks."""
    return world.product("POT", rival=4)


@pytest.fixture
def strange(elsewhere) -> Product:
    """A product of the stranger's store under the same SKU."""
    return elsewhere.product("MUG", own=1, logistics=8)
