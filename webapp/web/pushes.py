"""What the channels must still be told: failed and waiting pushes, each with a way to help it."""

from flask import Blueprint, Response, abort, request, url_for

from webapp.actions import pushes
from webapp.domain.errors import NotFound
from webapp.models import Channel, Order, Push
from webapp.models.shipment_search import pushes_for
from webapp.web import access
from webapp.web.hypermedia import PAGE, Page, after, own_path, page, page_of, see
from webapp.web.shipment_page import push_views

blueprint = Blueprint("pushes", __name__, url_prefix="/pushes")
blueprint.before_request(access.require_login)

FILTERS = {
    "": ("failed", "waiting", "sending"),
    "failed": ("failed",),
    "waiting": ("waiting", "sending"),
    "sent": ("sent",),
    "dropped": ("dropped",),
}
"""What the filter's words mean; without one, what isn't done yet."""


@blueprint.get("/")
def index() -> Response:
    viewer = access.viewer()
    word = request.args.get("status", "")
    chosen = word if word in FILTERS else ""
    query = (
        pushes_for(viewer)
        .select(Push, Channel.id, Channel.name, Order.id, Order.reference)
        .join(Channel)
        .switch(Push)
        .join(Order)
        .where(Push.status.in_(FILTERS[chosen]))
    )
    if after():
        query = query.where(Push.id < after())
    found = page_of(query.order_by(Push.id.desc()).limit(PAGE + 1))
    views = Page(push_views(viewer, found.rows), found.next_after)
    pending = any(row.status in ("waiting", "sending") for row in found.rows)
    return page("pushes/index.html", "push_rows", page=views, chosen=chosen, pending=pending)


@blueprint.post("/<id:push_id>/retry")
def retry(push_id: int) -> Response:
    pushes.retry_now(access.viewer(), push_id)
    return see(_back(), "The worker tries it again now.")


@blueprint.get("/<id:push_id>/drop")
def confirm_drop(push_id: int) -> Response:
    viewer = access.viewer()
    if viewer.supplier_id is not None:
        abort(403, "Only somebody who works for the whole store can give a push up.")
    query = pushes_for(viewer).select(Push, Channel, Order).join(Channel).switch(Push).join(Order)
    push = query.where(Push.id == push_id).first()
    if push is None:
        raise NotFound("push")
    return page("pushes/drop.html", push=push)


@blueprint.post("/<id:push_id>/drop")
def drop(push_id: int) -> Response:
    pushes.drop(access.viewer(), push_id)
    return see(_back(), "Given up. The order stays as it is; the channel isn't told of this any more.")


def _back() -> str:
    return own_path(request.form.get("back")) or url_for("pushes.index")
