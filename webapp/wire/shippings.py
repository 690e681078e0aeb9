"""Shippings, the wire's word for shipments, as a program may see them."""

from typing import Any

import peewee as pw

from webapp.actions import parcels
from webapp.domain import masking, shipment_status, waybill_status
from webapp.domain.viewer import Viewer
from webapp.models import OrderLine, Parcel, Shipment, ShipmentLine, Waybill
from webapp.models.prepared import among, any_viewer, of, prepared, slot
from webapp.wire import parcels as parcel_json
from webapp.wire.values import when


def shown(viewer: Viewer, found: list[Shipment]) -> list[dict[str, Any]]:
    """Return these shipments as the viewer may see them: three statements more, however many."""
    rows: dict[int, list[dict[str, Any]]] = {shipment.id: [] for shipment in found}
    for shipment_id, line_id, sku, quantity in _lines().rows(store=viewer.store_id, shipments=list(rows)):
        rows[shipment_id].append({"id": line_id, "sku": sku, "quantity": quantity})
    packed = parcels.of(viewer.store_id, rows)
    newest = _waybills(viewer.supplier_id is not None).models(Waybill, shipments=list(rows), **of(viewer))
    waybills = {row.shipment_id: row.status for row in newest}
    return [
        _shipping(viewer, shipment, rows[shipment.id], packed[shipment.id], waybills.get(shipment.id))
        for shipment in found
    ]


@prepared
def _lines() -> pw.Query:
    return (
        ShipmentLine.select(ShipmentLine.shipment, ShipmentLine.line, OrderLine.sku, ShipmentLine.quantity)
        .join(OrderLine)
        .where(ShipmentLine.store == slot("store"), among(ShipmentLine.shipment, "shipments"))
        .order_by(ShipmentLine.id)
    )


@prepared
def _waybills(scoped: bool) -> pw.Query:
    return Waybill.newest_where(any_viewer(scoped=scoped), among(Waybill.shipment, "shipments"))


def _shipping(
    viewer: Viewer, shipment: Shipment, rows: list[dict[str, Any]], packed: list[Parcel], waybill: str | None
) -> dict[str, Any]:
    return {
        "id": shipment.id,
        "order_id": shipment.order_id,
        "supplier_id": shipment.supplier_id,
        "status": {"id": shipment.status, "name": shipment_status.name(shipment.status)},
        "carrier": shipment.carrier,
        "tracking_code": shipment.tracking_code,
        "tracking_url": shipment.tracking_url,
        "parcel_id": shipment.parcel_id,
        "reference": shipment.reference,
        "delivery_address": masking.address(viewer, shipment.delivery_address),
        "rows": rows,
        "parcels": [
            parcel_json.shown(row.position, row.weight_grams, row.length_mm, row.width_mm, row.height_mm)
            for row in packed
        ],
        "waybill": waybill and {"id": waybill, "name": waybill_status.name(waybill)},
        "creation_date": when(shipment.created_at),
        "update_date": when(shipment.updated_at),
        "shipping_date": when(shipment.shipped_at),
        "delivery_date": when(shipment.delivered_at),
    }
