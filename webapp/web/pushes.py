"""What the channels must still be told: failed and waiting pushes, each with a way to help it."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from webapp.actions import pushes
from webapp.domain.errors import Conflict, NotFound
from webapp.forms.pushes import DoneForm, DropForm
from webapp.models import Channel, Order, Push
from webapp.models.shipment_search import find_pushes, pushes_for
from webapp.web import access, given
from webapp.web.hypermedia import PAGE, Page, after, own_path, page, page_of, search_words, see
from webapp.web.order_list import channels
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
    viewer, words = access.viewer(), search_words()
    word, channel_id = request.args.get("status", ""), given.number(request.args, "channel")
    chosen = word if word in FILTERS else ""
    query = find_pushes(viewer, words, FILTERS[chosen], channel_id)
    if after():
        query = query.where(Push.id < after())
    found = page_of(query.order_by(Push.id.desc()).limit(PAGE + 1))
    views = Page(push_views(viewer, found.rows), found.next_after)
    pending = any(row.status in ("waiting", "sending") for row in found.rows)
    asked: dict[str, Any] = {"words": words, "chosen": chosen, "channel_id": channel_id, "channels": channels(viewer)}
    return page("pushes/index.html", "push_rows", page=views, pending=pending, **asked)


@blueprint.post("/<id:push_id>/retry")
def retry(push_id: int) -> Response:
    pushes.retry_now(access.viewer(), push_id)
    return see(_back(), _("The worker tries it again now."))


@blueprint.get("/<id:push_id>/drop")
def confirm_drop(push_id: int) -> Response:
    if access.viewer().supplier_id is not None:
        abort(403, _("Only somebody who works for the whole store can give a push up."))
    return page("pushes/drop.html", push=_find(push_id), form=DropForm(formdata=None))


@blueprint.post("/<id:push_id>/drop")
def drop(push_id: int) -> Response:
    viewer, form = access.viewer(), DropForm()
    if viewer.supplier_id is None and not form.validate():
        return page("pushes/drop.html", status=422, push=_find(push_id), form=form)
    pushes.drop(viewer, push_id, form.why.data or "")
    return see(_back(), _("Given up. The order stays as it is; the channel isn't told of this any more."))


@blueprint.get("/<id:push_id>/done")
def confirm_done(push_id: int) -> Response:
    if access.viewer().supplier_id is not None:
        abort(403, _("Only somebody who works for the whole store can mark a push as done."))
    push = _find(push_id)
    return page("pushes/done.html", push=push, form=DoneForm(formdata=None, data={"remote_id": push.remote_id}))


@blueprint.post("/<id:push_id>/done")
def done(push_id: int) -> Response:
    viewer, form = access.viewer(), DoneForm()
    if viewer.supplier_id is None and not form.validate():
        return page("pushes/done.html", status=422, push=_find(push_id), form=form)
    pushes.done_elsewhere(viewer, push_id, form.why.data or "", form.remote_id.data or "")
    return see(_back(), _("Marked as done. The channel isn't told of this any more."))


@blueprint.post("/<id:push_id>/overwrite")
def overwrite(push_id: int) -> Response:
    viewer = access.viewer()
    if viewer.supplier_id is None:
        (view,) = push_views(viewer, [_find(push_id)])
        if view.push.reason == "conflict" and view.no_overwriting:
            raise Conflict("cannot_overwrite", view.no_overwriting)
    pushes.overwrite(viewer, push_id)
    return see(_back(), _("The worker overwrites now what the channel shows."))


def _find(push_id: int) -> Push:
    query = pushes_for(access.viewer()).select(Push, Channel, Order).join(Channel).switch(Push).join(Order)
    push: Push | None = query.where(Push.id == push_id).first()
    if push is None:
        raise NotFound("push")
    return push


def _back() -> str:
    return own_path(request.form.get("back")) or url_for("pushes.index")
