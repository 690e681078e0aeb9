"""A waybill: the paper that travels with a shipment, with a life of its own."""

from collections.abc import Iterable
from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.domain.waybill_status import LIVE
from webapp.models.shipment import Shipment
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class Waybill(BaseModel):
    """Drafts can be edited; an issued one stays as it is until it is voided or replaced by the next."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    shipment = pw.ForeignKeyField(Shipment, backref="waybills", on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    """The shipment's supplier: whose viewers see it."""
    status = pw.CharField(max_length=16, default="draft")
    origin = pw.CharField(max_length=16, default="created")
    """`created` here from the shipment's data, or `uploaded` from the courier."""
    number = pw.CharField(max_length=40, default="")
    """What the bar code says: the courier's tracking code, or a number of ours."""
    details = JsonField(default=dict)
    """What is printed: `{sender, recipient, carrier, tracking_code, tracking_url, reference, order, parcels,
    cash_on_delivery, notes}`. A draft keeps what was typed alone; the rest follows the shipment until it is issued.
    """
    replaces = pw.ForeignKeyField("self", null=True, on_delete="SET NULL")
    reason = pw.CharField(max_length=500, default="")
    """Why it was voided."""
    created_by = pw.CharField(max_length=200, default="")
    issued_at = UtcDateTimeField(null=True)
    voided_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "shipment", "id"), False), (("store", "supplier", "id"), False))
        constraints = [
            pw.Check("status IN ('draft', 'issued', 'voided', 'replaced')"),
            pw.Check("origin IN ('created', 'uploaded')"),
        ]

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the store's waybills that the viewer may see: all of them, or its own supplier's alone."""
        query = cls.select().where(cls.store == viewer.store_id)
        return query if viewer.supplier_id is None else query.where(cls.supplier == viewer.supplier_id)

    @classmethod
    def newest(cls, viewer: Viewer, shipment_ids: Iterable[int]) -> "pw.ModelSelect[Any]":
        """Select the last waybill of each of these shipments: the live one where there is one."""
        return cls.newest_where(viewer, cls.shipment.in_(list(shipment_ids)))

    @classmethod
    def newest_where(cls, viewer: Viewer, these: pw.Expression) -> "pw.ModelSelect[Any]":
        """Select the last waybill of each shipment that the condition on `Waybill.shipment` names."""
        last = cls.select(pw.fn.MAX(cls.id)).where(cls.store == viewer.store_id, these)
        return cls.visible_to(viewer).where(cls.id.in_(last.group_by(cls.shipment)))

    @classmethod
    def live(cls, store_id: int) -> "pw.ModelSelect[Any]":
        """Select the waybills of a store that are drafted or issued."""
        return cls.select().where(cls.store == store_id, cls.status.in_(LIVE))


class WaybillFile(BaseModel):
    """One format of an issued waybill, byte for byte as it was made or uploaded."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    waybill = pw.ForeignKeyField(Waybill, backref="files", on_delete="CASCADE")
    media_type = pw.CharField(max_length=40)
    content = pw.BlobField()
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "waybill", "media_type"), True),)
        constraints = [pw.Check("media_type IN ('application/pdf', 'application/zpl', 'image/png')")]
