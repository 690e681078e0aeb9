"""Waybills of shippings: create, upload, edit, issue, replace, void, and download in the format asked for."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from webapp.actions import shipments, waybill_files, waybills
from webapp.actions.waybill_files import NoSuchFormat
from webapp.api import auth, bodies, idempotency, paging
from webapp.api.answers import many, matching, one
from webapp.api.v1 import waybill_media
from webapp.api.v1.waybill_bodies import NewWaybill, Strict, WaybillChange
from webapp.connectors import labels
from webapp.domain import row_id, waybill_status
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.viewer import Level, Viewer
from webapp.models import Order, Shipment, Waybill
from webapp.wire.waybills import listed, shown

blueprint = Blueprint("api_waybills", __name__)
auth.guard(blueprint)

PATH = "/shippings/<id:shipping_id>/waybill"


@blueprint.get(PATH)
def show(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.READ)
    wanted = waybill_media.formats_asked()
    waybill = waybills.find(viewer, shipping_id)
    if wanted is None:
        return waybill_media.varied(_answer(viewer, waybill))
    media_type, content = waybill_files.read(waybill, wanted)
    return waybill_media.file(media_type, content, f"waybill-{shipping_id}")


@blueprint.post(PATH)
@idempotency.once
def create(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    flags = bodies.query({"issue", "replace"})
    if waybill_media.is_json():
        asked = bodies.body(NewWaybill)
        typed = asked.typed(shipments.find(viewer, shipping_id))
        draw = labels.draw if _flag(flags, "issue", asked.issue) else None
        replace = _flag(flags, "replace", asked.replace)
        made = waybills.create(viewer, shipping_id, typed, draw=draw, replace=replace)
    else:
        issued, replace = _flag(flags, "issue", True), _flag(flags, "replace", False)
        made = waybills.upload(viewer, shipping_id, *waybill_media.uploaded(), issued=issued, replace=replace)
    response = _answer(viewer, made, 201)
    response.headers["Location"] = f"/api/v1/shippings/{shipping_id}/waybill"
    return response


@blueprint.put(PATH)
def update(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    flags = bodies.query({"issue"})
    if not waybill_media.is_json():
        issued = _flag(flags, "issue", False)
        media_type, content = waybill_media.uploaded()
        return _change(
            viewer, shipping_id, lambda: waybills.upload_again(viewer, shipping_id, media_type, content, issued=issued)
        )
    asked = bodies.body(WaybillChange)
    typed = asked.typed(shipments.find(viewer, shipping_id))
    issued = _flag(flags, "issue", asked.issue)
    if issued and not typed:
        return _change(viewer, shipping_id, lambda: waybills.issue(viewer, shipping_id, labels.draw))
    draw = labels.draw if issued else None
    return _change(viewer, shipping_id, lambda: waybills.edit(viewer, shipping_id, typed, draw=draw))


@blueprint.delete(PATH)
def void(shipping_id: int) -> Response:
    viewer = auth.need("shipping", Level.WRITE)
    reason = bodies.query({"reason"}).get("reason", "")
    if len(reason) > 500:
        raise Invalid({"reason": ["At most 500 characters."]})
    bodies.body(Strict)  # What a body says on DELETE means nothing, so whoever sends one is told.
    return _change(viewer, shipping_id, lambda: waybills.void(viewer, shipping_id, reason))


@blueprint.get("/waybills")
def index() -> Response:
    """List waybills; or, with `shipping_ids` and a format that can be joined, give one file with all of them."""
    viewer = auth.need("shipping", Level.READ)
    values = bodies.query({"shipping_ids", "status"} | paging.PARAMETERS)
    ids = _ids(values["shipping_ids"]) if "shipping_ids" in values else None
    wanted = waybill_media.formats_asked()
    if wanted is not None:
        return _together(viewer, ids, wanted)
    query = Waybill.visible_to(viewer)
    if ids is not None:
        query = query.where(Waybill.shipment.in_(ids))
    if "status" in values:
        if values["status"] not in dict(waybill_status.STATUSES):
            raise Invalid({"status": ["There is no such status."]})
        query = query.where(Waybill.status == values["status"])
    asked = paging.asked(values)
    page, following = paging.cut(query, asked, Waybill.id)
    return waybill_media.varied(many(listed(page), query.count() if asked.after is None else None, following))


def _together(viewer: Viewer, ids: list[int] | None, wanted: list[str]) -> Response:
    """Return one file with the waybills of these shipments, in the order in which they are named."""
    media_type = next((name for name in wanted if name in labels.JOINABLE), None)
    if media_type is None:
        raise NoSuchFormat("Many waybills in one file are there as PDF and ZPL.", labels.JOINABLE)
    if ids is None:
        raise Invalid({"shipping_ids": ["Name the shippings whose waybills you want, such as 1,2,3."]})
    files = waybill_files.read_many(viewer, ids, media_type)
    try:
        content = labels.JOINABLE[media_type]([part for _, part in files])
    except labels.Unreadable as unreadable:
        number = files[unreadable.place][0]
        told = f"The file of shipment {number} can't be joined with others: download it alone."
        raise Conflict("unreadable", told, shippings=[number]) from None
    return waybill_media.file(media_type, content, "waybills")


def _change(viewer: Viewer, shipping_id: int, change: Callable[[], Waybill]) -> Response:
    """Make a change to a waybill, unless If-Match says that the caller saw another state of it; show it then."""

    def read() -> dict[str, Any]:
        waybill = waybills.find(viewer, shipping_id)
        return shown(viewer, waybill, waybill.shipment)

    order_id = shipments.find(viewer, shipping_id).order_id
    with matching(read, (Order, order_id), (Shipment, shipping_id)):
        return _answer(viewer, change())


def _answer(viewer: Viewer, waybill: Waybill, status: int = 200) -> Response:
    return one(shown(viewer, waybill, waybill.shipment), status)


def _flag(values: dict[str, str], name: str, usual: bool) -> bool:
    return bodies.flag(values, name) if name in values else usual


def _ids(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",")]
    ids = [number for word in words if (number := row_id.read(word)) is not None]
    if len(ids) < len(words):
        raise Invalid({"shipping_ids": ["Send whole numbers with commas between them, such as 1,2,3."]})
    if len(words) > waybill_files.MOST_AT_ONCE:
        raise Invalid({"shipping_ids": [f"Name at most {waybill_files.MOST_AT_ONCE} shippings."]})
    return ids
