"""A shipment of the logistics service, packed and not yet handed over, with a rival's beside it."""

import pytest

from tests.web.orders import shop
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft


@pytest.fixture
def shipment(cast):
    made = shop.split_order(cast, shop.channel(cast.store))
    draft = ShipmentDraft(carrier="GLS", tracking_code="T1", reference="REF-A")
    return shipments.create(cast.viewer(cast.clerk), made.id, draft)


@pytest.fixture
def rivals(cast, shipment):
    draft = ShipmentDraft(carrier="UPS", tracking_code="RIVAL99")
    return shipments.create(cast.viewer(cast.rival_clerk), shipment.order_id, draft)
