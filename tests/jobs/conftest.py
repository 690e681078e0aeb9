"""Jobs need what journeys need."""

from tests.journeys.conftest import api, channel, shop, stocked

__all__ = ["api", "channel", "shop", "stocked"]
