"""Who brings files."""

import pytest


@pytest.fixture
def merchant(as_user, cast):
    return as_user(cast.merchant)
