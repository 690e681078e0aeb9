"""What a packing desk does in one go: pack what was scanned and issue its waybill."""

from webapp.actions import shipments, waybills
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.waybills import Draw
from webapp.db import transaction
from webapp.domain.viewer import Viewer
from webapp.models import Shipment


def pack(viewer: Viewer, order_id: int, draft: ShipmentDraft, draw: Draw) -> Shipment:
    """Pack a shipment and issue its waybill: both or neither. Refusals as for `shipments.create`."""
    with transaction():
        made = shipments.create(viewer, order_id, draft)
        waybills.create(viewer, made.id, draw=draw)
    return made
