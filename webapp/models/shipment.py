"""A shipment: what left one stock for one order, and with which courier."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.order import Order, OrderLine
from webapp.models.store import Store
from webapp.models.supplier import Supplier


class Shipment(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="shipments", on_delete="CASCADE")
    supplier = pw.ForeignKeyField(Supplier, null=True, on_delete="RESTRICT")
    """Whose stock it left; none means the merchant's own shelf."""
    status = pw.CharField(max_length=16, default="draft")
    carrier = pw.CharField(max_length=80, default="")
    tracking_code = pw.CharField(max_length=120, default="")
    tracking_url = pw.CharField(max_length=500, default="")
    parcel_id = pw.CharField(max_length=120, default="")
    reference = pw.CharField(max_length=120, default="")
    delivery_address = JsonField(default=dict)
    created_by = pw.CharField(max_length=200, default="")
    shipped_at = UtcDateTimeField(null=True)
    ship_by = UtcDateTimeField(null=True)
    """When the order's last supply day ended, as it was when this left: whether it left in time."""
    delivered_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("store", "order", "supplier"), False),
            (("store", "supplier", "id"), False),
            (("store", "status", "id"), False),
            (("store", "updated_at", "id"), False),
            (("store", "created_at"), False),
            (("store", "tracking_code"), False),
        )
        constraints = [pw.Check("status IN ('draft', 'shipped', 'delivered', 'canceled')")]

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the store's shipments that the viewer may see: all of them, or its own supplier's alone."""
        query = cls.select().where(cls.store == viewer.store_id)
        return query if viewer.supplier_id is None else query.where(cls.supplier == viewer.supplier_id)


Shipment.add_index(
    Shipment.index(
        Shipment.store,
        Shipment.shipped_at,
        Shipment.supplier,
        Shipment.ship_by,
        name="shipment_due",
        where=Shipment.ship_by.is_null(False),
    )
)

WAITING = pw.Expression(Shipment.status, pw.OP.EQ, pw.SQL("'draft'"))
"""Packed and not handed over. SQLite uses the index of these only where it reads the word itself, not a hole."""

Shipment.add_index(
    Shipment.index(Shipment.store, Shipment.supplier, Shipment.id, name="shipment_waiting", where=WAITING)
)
for _name, _columns in (
    ("shipment_left", (Shipment.store, Shipment.shipped_at)),
    ("shipment_left_stock", (Shipment.store, Shipment.supplier, Shipment.shipped_at)),
):
    Shipment.add_index(Shipment.index(*_columns, name=_name, where=Shipment.shipped_at.is_null(False)))


class Parcel(BaseModel):
    """One parcel of a shipment, as it was weighed and measured."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    shipment = pw.ForeignKeyField(Shipment, backref="parcels", on_delete="CASCADE")
    position = pw.IntegerField()
    """1 for the first parcel."""
    weight_grams = pw.IntegerField(null=True)
    length_mm = pw.IntegerField(null=True)
    width_mm = pw.IntegerField(null=True)
    height_mm = pw.IntegerField(null=True)

    class Meta:
        indexes = ((("store", "shipment", "position"), True),)
        constraints = [pw.Check("position > 0"), pw.Check("weight_grams IS NULL OR weight_grams > 0")]


class ShipmentLine(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    shipment = pw.ForeignKeyField(Shipment, backref="lines", on_delete="CASCADE")
    line = pw.ForeignKeyField(OrderLine, backref="shipment_lines", on_delete="CASCADE")
    quantity = pw.IntegerField()

    class Meta:
        indexes = ((("store", "shipment", "line"), True), (("store", "line"), False))
        constraints = [pw.Check("quantity > 0")]
