"""What a stock answers to its part of an order, and which stock serves which line."""

from typing import Annotated, Any

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from webapp.actions import acceptance, assignments, cancel_requests, orders, packing
from webapp.actions.acceptance import Rejected
from webapp.actions.assignments import Assigned
from webapp.api import auth, bodies, idempotency
from webapp.api.answers import many, matching, one
from webapp.api.bodies import SOMETHING
from webapp.domain.viewer import Level, Viewer
from webapp.models import Order
from webapp.wire import allocations
from webapp.wire.orders import shown

blueprint = Blueprint("api_order_parts", __name__)
auth.guard(blueprint)

Id = Annotated[int, Field(gt=0, lt=10**18, strict=True)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AcceptedRow(Strict):
    id: Id


class AcceptBody(Strict):
    rows: Annotated[list[AcceptedRow], Field(min_length=1, max_length=5000)] | None = None
    """Absent: all lines in reach."""


class RejectedRow(Strict):
    id: Id
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=SOMETHING, strip_whitespace=True)]
    quantity: Annotated[int, Field(gt=0, le=packing.MAX_UNITS, strict=True)] | None = None
    """Absent: all of the line that isn't packed."""


class RejectBody(Strict):
    rows: Annotated[list[RejectedRow], Field(min_length=1, max_length=5000)]


class GrantBody(Strict):
    rows: Annotated[list[AcceptedRow], Field(min_length=1, max_length=5000)] | None = None
    """Absent: all lines of which units are asked for."""


class RefuseBody(GrantBody):
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""


class AssignedRow(Strict):
    line_id: Id
    supplier_id: Annotated[int, Field(ge=0, lt=10**18, strict=True)]
    """0 is the merchant's own shelf."""
    quantity: Annotated[int, Field(ge=0, le=packing.MAX_UNITS, strict=True)]


class AllocationsBody(Strict):
    allocations: Annotated[list[AssignedRow], Field(min_length=1, max_length=5000)]


@blueprint.post("/orders/<id:order_id>/accept")
@idempotency.once
def accept(order_id: int) -> Response:
    viewer = auth.need("orders", Level.WRITE)
    orders.find(viewer, order_id)
    rows = bodies.body(AcceptBody).rows
    count = acceptance.accept(viewer, order_id, [row.id for row in rows] if rows is not None else None)
    return one({"accepted": count, "order": _order(viewer, order_id)})


@blueprint.post("/orders/<id:order_id>/reject")
@idempotency.once
def reject(order_id: int) -> Response:
    """Give lines back. Where nothing of the order is left in reach, `order` is null: it has been withdrawn."""
    viewer = auth.need("orders", Level.WRITE)
    orders.find(viewer, order_id)
    rows = [Rejected(row.id, row.reason, row.quantity) for row in bodies.body(RejectBody).rows]
    rerouted = acceptance.reject(viewer, order_id, rows)
    return one({"rejected": len(rows), "rerouted_units": rerouted, "order": _order(viewer, order_id)})


@blueprint.post("/orders/<id:order_id>/cancel/grant")
@idempotency.once
def grant_cancel(order_id: int) -> Response:
    """Cancel what is asked for. Where nothing of the order is left in reach, `order` is null."""
    viewer = auth.need("orders", Level.WRITE)
    orders.find(viewer, order_id)
    rows = bodies.body(GrantBody).rows
    units = cancel_requests.grant(viewer, order_id, [row.id for row in rows] if rows is not None else None)
    return one({"units": units, "order": _order(viewer, order_id)})


@blueprint.post("/orders/<id:order_id>/cancel/refuse")
@idempotency.once
def refuse_cancel(order_id: int) -> Response:
    viewer = auth.need("orders", Level.WRITE)
    orders.find(viewer, order_id)
    said = bodies.body(RefuseBody)
    named = [row.id for row in said.rows] if said.rows is not None else None
    units = cancel_requests.refuse(viewer, order_id, named, said.reason)
    return one({"units": units, "order": _order(viewer, order_id)})


@blueprint.get("/orders/<id:order_id>/allocations")
def index(order_id: int) -> Response:
    viewer = auth.need("orders", Level.READ)
    orders.find(viewer, order_id)
    bodies.query(set())
    rows = allocations.of_order(viewer, order_id)
    return many(rows, len(rows), None)


@blueprint.put("/orders/<id:order_id>/allocations")
def update(order_id: int) -> Response:
    viewer = auth.need("orders", Level.WRITE)
    orders.find(viewer, order_id)
    rows = bodies.body(AllocationsBody).allocations
    wanted = [Assigned(row.line_id, row.supplier_id, row.quantity) for row in rows]
    with matching(lambda: _order(viewer, order_id), (Order, order_id)):
        assignments.assign(viewer, order_id, wanted)
        found = allocations.of_order(viewer, order_id)
    return many(found, len(found), None)


def _order(viewer: Viewer, order_id: int) -> dict[str, Any] | None:
    found = shown(viewer, [order_id])
    return found[0] if found else None
