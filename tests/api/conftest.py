"""Keys, orders and a foreign store for the tests of the API."""

from dataclasses import replace

import pytest

from tests.actions.conftest import World, world
from tests.journeys.conftest import api
from webapp.actions import api_keys, shipments
from webapp.actions.api_keys import KeyDraft
from webapp.actions.shipments import ShipmentDraft

__all__ = ["api", "world"]


@pytest.fixture
def order(world):
    """One order at 5.00 a unit: two mugs that the logistics service stocks, and a pot that its rival stocks."""
    world.product("MUG", logistics=10)
    world.product("POT", rival=10)
    return world.order(("MUG", 2), ("POT", 1))


@pytest.fixture
def shipment(world, order):
    """The mugs of that order, packed by the logistics service and not yet handed over."""
    draft = ShipmentDraft(source=world.cast.logistics.id, carrier="GLS", tracking_code="T-1")
    return shipments.create(world.viewer, order.id, draft)


@pytest.fixture
def elsewhere(cast):
    """The stranger's store, where the fixture `world` has ours."""
    return World(replace(cast, admin=cast.stranger, logistics=cast.stranger_supplier))


@pytest.fixture
def foreign_order(elsewhere):
    """An order of the stranger's store."""
    elsewhere.product("MUG", logistics=10)
    return elsewhere.order(("MUG", 2))


@pytest.fixture
def logistics(api, cast):
    """Call the API with a key of the logistics service."""
    return api(cast.logistics)


@pytest.fixture
def rival(api, cast):
    """Call the API with a key of its rival in the same store."""
    return api(cast.rival)


@pytest.fixture
def whole(api):
    """Call the API with a key for the whole store."""
    return api(None)


@pytest.fixture
def pair(cast) -> dict[str, str]:
    """The two halves of an enabled key of the logistics service, as a token is asked with."""
    viewer = cast.viewer(cast.admin)
    draft = KeyDraft("Nord", supplier_id=cast.logistics.id, orders="write", shipping="write")
    issued = api_keys.issue(viewer, draft)
    api_keys.enable(viewer, issued.key.id)
    return {"client_id": issued.key.public_key, "client_secret": issued.secret_key}
