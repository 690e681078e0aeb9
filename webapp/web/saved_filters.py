"""Filters of the list of orders that are kept under a name: save, rename, share, delete."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from webapp.actions import saved_filters
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.saved_filters import FilterForm, NewFilterForm
from webapp.web import access, order_list, order_query
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import page, put_errors, see

blueprint = Blueprint("saved_filters", __name__, url_prefix="/orders/filters")
blueprint.before_request(access.require_login)


@blueprint.post("/")
def create() -> Response:
    form = NewFilterForm()
    query = order_query.of_text(form.query.data or "").query
    if form.validate_on_submit():
        try:
            name = form.name.data or ""
            made = saved_filters.save(access.viewer(), name, query, shared=bool(form.shared.data))
        except Invalid as invalid:
            put_errors(form, Invalid({"" if name == "query" else name: told for name, told in invalid.errors.items()}))
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
        else:
            return see(
                order_list.address(query), _("Saved as %(name)s. It stands above the list from now on.", name=made.name)
            )
    return page("saved_filters/new.html", status=422, form=form, home=order_list.address(query))


@blueprint.get("/<id:filter_id>/edit")
def edit(filter_id: int) -> Response:
    return _edit(filter_id, _stored(filter_id))


@blueprint.post("/<id:filter_id>")
def update(filter_id: int) -> Response:
    known, form, status = saved_filters.find(access.viewer(), filter_id), FilterForm(), 422
    if form.validate_on_submit():
        name, shared, seen = form.name.data or "", bool(form.shared.data), form.version.data or ""
        try:
            saved_filters.change(access.viewer(), filter_id, name, shared=shared, seen=seen)
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(filter_id))
        else:
            return see(order_list.address(known.query), _("Saved."))
    return _edit(filter_id, form, status)


@blueprint.post("/<id:filter_id>/delete")
def destroy(filter_id: int) -> Response:
    known = saved_filters.find(access.viewer(), filter_id)
    saved_filters.delete(access.viewer(), filter_id)
    return see(url_for("orders.index"), _("The filter %(name)s is deleted. No order is touched.", name=known.name))


def _stored(filter_id: int) -> FilterForm:
    known = saved_filters.find(access.viewer(), filter_id)
    return FilterForm(formdata=None, obj=known, data={"version": saved_filters.version(known)})


def _edit(filter_id: int, form: FilterForm, status: int = 200) -> Response:
    known = saved_filters.find(access.viewer(), filter_id)
    return page("saved_filters/edit.html", status=status, form=form, known=known, home=order_list.address(known.query))
