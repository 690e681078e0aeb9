"""Shippings, the wire's word for shipments: list, read, create, change, ship, deliver, cancel."""

from collections.abc import Callable
from typing import Annotated, Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from webapp.actions import orders, packing, shipments
from webapp.actions.parcels import MOST
from webapp.actions.shipments import ShipmentDraft
from webapp.api import auth, bodies, idempotency, paging
from webapp.api.answers import many, matching, one
from webapp.api.bodies import ADDRESS
from webapp.api.v1.waybill_bodies import ParcelBody, PrintedAddress
from webapp.domain import shipment_status
from webapp.domain.errors import Invalid
from webapp.domain.viewer import Level, Viewer
from webapp.models import Order, Shipment, order_rows
from webapp.wire.shippings import shown

blueprint = Blueprint("api_shippings", __name__)
auth.guard(blueprint)

FILTERS = {"order_id", "status", "updated_after", "tracking_code"}

Id = Annotated[int, Field(gt=0, lt=10**18, strict=True)]
Units = Annotated[int, Field(gt=0, le=packing.MAX_UNITS, strict=True)]
Short = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Row(Strict):
    """A line of the order, by its id or its SKU, and the units that go."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [
                {"required": ["id"], "properties": {"id": {"type": "integer"}, "sku": {"type": "null"}}},
                {"required": ["sku"], "properties": {"sku": {"type": "string"}, "id": {"type": "null"}}},
            ]
        },
    )
    id: Id | None = None
    sku: Short | None = None
    quantity: Units


class Address(PrintedAddress):
    """Where it goes, with a telephone for the courier."""

    phone: Short = ""


class ShippingChange(Strict):
    carrier: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] | None = None
    tracking_code: Short | None = None
    tracking_url: Annotated[str, StringConstraints(max_length=500, pattern=f"^({ADDRESS})?$")] | None = None
    parcel_id: Short | None = None
    reference: Short | None = None
    delivery_address: Address | None = None
    parcels: Annotated[list[ParcelBody], Field(max_length=MOST)] | None = None
    """In place of those that it had."""

    def given(self) -> dict[str, Any]:
        """Return the columns that the body names, and the parcels as drafts."""
        values = {name: value for name, value in self.model_dump(exclude_unset=True).items() if value is not None}
        return values if self.parcels is None else values | {"parcels": tuple(row.draft() for row in self.parcels)}


class NewShipping(ShippingChange):
    order_id: Id
    rows: Annotated[list[Row], Field(min_length=1, max_length=5000)] | None = None
    """Absent: everything that is still open."""
    supplier_id: Annotated[int, Field(ge=0, lt=10**18, strict=True)] | None = None
    """For keys without a supplier: whose stock it leaves; 0 is the merchant's own."""


@blueprint.get("/shippings")
def index() -> Response:
    viewer = auth.need("shipping", Level.READ)
    values = bodies.query(FILTERS | paging.PARAMETERS)
    query, updated = Shipment.visible_to(viewer), bodies.moment(values, "updated_after")
    if "order_id" in values:
        query = query.where(Shipment.order == bodies.number(values, "order_id", 0, 1, 10**18 - 1))
    if "status" in values:
        if values["status"] not in dict(shipment_status.STATUSES):
            raise Invalid({"status": ["There is no such status."]})
        query = query.where(Shipment.status == values["status"])
    if "tracking_code" in values:
        query = query.where(Shipment.tracking_code == values["tracking_code"])
    if updated is not None:
        query = query.where(Shipment.updated_at > updated)
    asked = paging.asked(values)
    page, following = paging.cut(query, asked, Shipment.id, Shipment.updated_at if updated is not None else None)
    return many(shown(viewer, page), query.count() if asked.after is None else None, following)


@blueprint.get("/shippings/<id:shipping_id>")
def show(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.READ)
    return one(shown(viewer, [shipments.find(viewer, shipping_id)])[0])


@blueprint.post("/shippings")
@idempotency.once
def create() -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    asked = bodies.body(NewShipping)
    texts = ShippingChange(**asked.model_dump(include=set(ShippingChange.model_fields), exclude_unset=True)).given()
    draft = ShipmentDraft(lines=_lines(viewer, asked), source=_source(viewer, asked), **texts)
    made = shipments.create(viewer, asked.order_id, draft)
    response = one(shown(viewer, [made])[0], 201)
    response.headers["Location"] = f"/api/v1/shippings/{made.id}"
    return response


@blueprint.put("/shippings/<id:shipping_id>")
def update(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    values = bodies.body(ShippingChange).given()
    return _change(viewer, shipping_id, lambda: shipments.edit(viewer, shipping_id, **values))


@blueprint.post("/shippings/<id:shipping_id>/ship")
@idempotency.once
def ship(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    bodies.body(Strict)
    return _change(viewer, shipping_id, lambda: shipments.ship(viewer, shipping_id))


@blueprint.post("/shippings/<id:shipping_id>/deliver")
@idempotency.once
def deliver(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    bodies.body(Strict)
    return _change(viewer, shipping_id, lambda: shipments.deliver(viewer, shipping_id))


@blueprint.post("/shippings/<id:shipping_id>/cancel")
@idempotency.once
def cancel(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    bodies.body(Strict)
    return _change(viewer, shipping_id, lambda: shipments.cancel(viewer, shipping_id))


def _change(viewer: Viewer, shipping_id: int, change: Callable[[], Shipment]) -> Response:
    """Make a change to a shipment, unless If-Match says that the caller saw another state of it; show it then."""

    if "If-Match" not in request.headers:
        return one(shown(viewer, [change()])[0])

    def read() -> dict[str, Any]:
        return shown(viewer, [shipments.find(viewer, shipping_id)])[0]

    order_id = shipments.find(viewer, shipping_id).order_id
    with matching(read, (Order, order_id), (Shipment, shipping_id)):
        return one(shown(viewer, [change()])[0])


def _lines(viewer: Viewer, asked: NewShipping) -> dict[int, int] | None:
    """Return line id -> units; a SKU stands for the order's one visible line that has it."""
    if asked.rows is None:
        return None
    order = orders.find(viewer, asked.order_id)
    named: dict[int | str, list[int]] = {}
    for _, line_id, sku, *_ in order_rows.lines(viewer, [order.id]):
        named[line_id] = [line_id]
        named.setdefault(sku, []).append(line_id)
    lines: dict[int, int] = {}
    for place, row in enumerate(asked.rows):
        if (row.id is None) == (row.sku is None):
            raise Invalid({f"rows.{place}": ["Name the line by its id or by its SKU."]})
        field, name = ("sku", row.sku) if row.id is None else ("id", row.id)
        found = named.get(name or "", [])
        if len(found) != 1:
            told = "Several lines have this SKU: use the id." if found else "This order has no such line."
            raise Invalid({f"rows.{place}.{field}": [told]})
        lines[found[0]] = lines.get(found[0], 0) + row.quantity
    return lines


def _source(viewer: Viewer, asked: NewShipping) -> int | None:
    if viewer.supplier_id is not None and asked.supplier_id not in (None, viewer.supplier_id):
        raise Invalid({"supplier_id": ["This key ships for its own supplier alone."]})
    return asked.supplier_id
