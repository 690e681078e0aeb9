"""The fixture `medusa_shop`: one real shop for all tests of a process. Mark such tests `real_channels`."""

from collections.abc import Iterator

import pytest

from tests.servers.medusa_real.server import MedusaShop


@pytest.fixture(scope="session")
def medusa_shop() -> Iterator[MedusaShop]:
    """A Medusa server on 127.0.0.1 that sells `MUG` and `LAMP`; each test places orders of its own."""
    shop = MedusaShop()
    yield shop
    shop.stop()
