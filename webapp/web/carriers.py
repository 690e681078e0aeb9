"""The couriers that the store works with: list, add, change the tracking page, archive, restore."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import carriers
from webapp.domain import tracking
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.carriers import CarrierForm, PatternForm
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import page, put_errors, search_words, see

blueprint = Blueprint("carriers", __name__, url_prefix="/carriers")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Carriers are managed by the store's merchants and admins."))
)


@blueprint.get("/")
def index() -> Response:
    words, archived = search_words(), request.args.get("archived") == "1"
    known = [row for row in carriers.all_of(access.viewer().store_id) if row.archived == archived]
    return page(
        "carriers/index.html",
        "carrier_rows",
        rows=[row for row in known if tracking.key(words) in row.key],
        words=words,
        archived=archived,
    )


@blueprint.get("/new")
def new() -> Response:
    return page("carriers/new.html", form=CarrierForm(formdata=None))


@blueprint.post("/")
def create() -> Response:
    form = CarrierForm()
    if form.validate_on_submit():
        try:
            made = carriers.add(access.viewer(), form.name.data or "", form.tracking_pattern.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return see(url_for("carriers.index"), _("%(name)s is one of your carriers now.", name=made.name))
    return page("carriers/new.html", status=422, form=form)


@blueprint.get("/<key>/edit")
def edit(key: str) -> Response:
    carrier = carriers.find(access.viewer(), key)
    return page("carriers/edit.html", form=_stored(carrier), carrier=carrier)


@blueprint.post("/<key>")
def update(key: str) -> Response:
    carrier, form, status = carriers.find(access.viewer(), key), PatternForm(), 422
    if form.validate_on_submit():
        try:
            carriers.change(access.viewer(), key, form.tracking_pattern.data or "", form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(carriers.find(access.viewer(), key)))
        else:
            return see(url_for("carriers.index"), _("The tracking page of %(name)s is changed.", name=carrier.name))
    return page("carriers/edit.html", status=status, form=form, carrier=carrier)


@blueprint.get("/<key>/archive")
def confirm_archive(key: str) -> Response:
    return page("carriers/archive.html", carrier=carriers.find(access.viewer(), key))


@blueprint.post("/<key>/archive")
def archive(key: str) -> Response:
    carriers.archive(access.viewer(), key)
    return see(url_for("carriers.index"), _("Archived. You find it again with the filter “Archived”."))


@blueprint.post("/<key>/restore")
def restore(key: str) -> Response:
    carriers.restore(access.viewer(), key)
    return see(url_for("carriers.index"), _("Restored."))


def _stored(carrier: carriers.Known) -> PatternForm:
    values = {"tracking_pattern": carrier.tracking_pattern, "version": carriers.version(carrier)}
    return PatternForm(formdata=None, data=values)
