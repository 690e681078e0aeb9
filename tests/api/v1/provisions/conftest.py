"""The keys and products of the products' tests."""

from tests.api.v1.products.conftest import competitor, merchant, mug, pot, strange, warehouse

__all__ = ["competitor", "merchant", "mug", "pot", "strange", "warehouse"]
