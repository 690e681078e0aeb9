"""The keys and products of the products' tests, and a mug that the shop offers."""

import pytest

from tests.api.v1.products.conftest import competitor, merchant, mug, pot, strange, warehouse
from webapp.models import Publication

__all__ = ["competitor", "merchant", "mug", "pot", "strange", "warehouse"]


@pytest.fixture
def published(world, mug) -> Publication:
    """The mug as the shop offers it, under an id of the shop's own and nothing else of its own."""
    return Publication.create(store=world.cast.store, product=mug, channel=world.channel, external_id="gid-77")


@pytest.fixture
def foreign(elsewhere, strange) -> Publication:
    """A publication of the stranger's store."""
    made = elsewhere.channel
    return Publication.create(store=made.store, product=strange, channel=made, external_id="gid-77")
