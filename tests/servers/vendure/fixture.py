"""The fixture `vendure`: one real shop for all tests of a process. Mark such tests `xdist_group("vendure")`."""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.servers.vendure.server import Vendure


@pytest.fixture(scope="session")
def vendure() -> Iterator[Vendure]:
    """A Vendure server on 127.0.0.1 that sells `MUG-01` and `LAMP-01`; each test places orders of its own."""
    shop = _shop()
    yield shop
    shop.stop()


@cache
def _shop() -> Vendure:
    """Return the one shop: pytest takes the fixture for another one in each conftest that imports it."""
    return Vendure()
