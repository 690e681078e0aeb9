"""Orders: list, read, set the status."""

from typing import Annotated, Any

from flask import Blueprint, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from webapp.actions import orders
from webapp.api import auth, bodies, paging
from webapp.api.answers import many, matching, one
from webapp.domain import order_status, row_id
from webapp.domain.errors import Invalid, NotFound
from webapp.domain.viewer import Level, Viewer
from webapp.models import Order
from webapp.models.order_filter import OrderFilter
from webapp.wire.orders import shown

blueprint = Blueprint("api_orders", __name__)
auth.guard(blueprint)

FILTERS = {"status", "updated_after", "created_after", "channel", "q", "acknowledged"}


KNOWN = {"type": "string", "enum": [status for status, _ in order_status.STATUSES]}


class StatusBody(BaseModel):
    """The wanted status: its id, alone or in an object as orders show it."""

    model_config = ConfigDict(extra="forbid")
    status: Annotated[
        str,
        BeforeValidator(lambda given: given.get("id") if isinstance(given, dict) else given),
        WithJsonSchema({"anyOf": [KNOWN, {"type": "object", "required": ["id"], "properties": {"id": KNOWN}}]}),
    ]


@blueprint.get("/orders")
def index() -> Response:
    viewer = auth.need("orders", Level.READ)
    values = bodies.query(FILTERS | paging.PARAMETERS)
    wanted = _filter(values)
    asked = paging.asked(values)
    changed = Order.updated_at.python_value if wanted.updated_after is not None else None
    asked.check(by_change=changed is not None)
    found = wanted.page(viewer, asked.after, asked.size + 1, asked.offset)
    ids, following = paging.cut_rows(found, asked, changed)
    total = wanted.count(viewer) if asked.after is None else None
    return many(shown(viewer, ids), total, following)


@blueprint.get("/orders/<id:order_id>")
def show(order_id: int) -> Response:
    return one(_read(auth.need("orders", Level.READ), order_id))


@blueprint.put("/orders/<id:order_id>/status")
def update_status(order_id: int) -> Response:
    viewer = auth.need("orders", Level.WRITE)
    orders.find(viewer, order_id)
    wanted = bodies.body(StatusBody).status
    if wanted not in dict(order_status.STATUSES):
        known = ", ".join(status for status, _ in order_status.STATUSES)
        raise Invalid({"status": [f"There is no such status. Known are: {known}."]})
    with matching(lambda: _read(viewer, order_id), (Order, order_id)):
        orders.set_status(viewer, order_id, wanted)
        return one(_read(viewer, order_id))


def _read(viewer: Viewer, order_id: int) -> dict[str, Any]:
    found = shown(viewer, [order_id])
    if not found:
        raise NotFound("order")
    return found[0]


def _filter(values: dict[str, str]) -> OrderFilter:
    status, channel = values.get("status", ""), values.get("channel", "")
    if "status" in values and status not in dict(order_status.STATUSES):
        raise Invalid({"status": ["There is no such status."]})
    channel_id = row_id.read(channel)
    if "channel" in values and channel_id is None:
        raise Invalid({"channel": ["Send the channel's id, a whole number."]})
    return OrderFilter(
        values.get("q", "").strip()[:200],
        status,
        channel_id,
        bodies.moment(values, "updated_after"),
        bodies.moment(values, "created_after"),
        bodies.flag(values, "acknowledged") if "acknowledged" in values else None,
    )
