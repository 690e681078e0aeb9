"""Admins add, change, disable and enable the store's users."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import invitations, users
from webapp.db import now
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.users import UserForm
from webapp.models import Membership, Supplier, User
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import after, page, page_of, put_errors, search_words, see

blueprint = Blueprint("users", __name__, url_prefix="/users")
blueprint.before_request(access.let_in("admin", told=lazy_gettext("Only an admin manages users.")))


@blueprint.get("/")
def index() -> Response:
    words = search_words()
    query = Membership.select(Membership, User, Supplier).join(User).switch(Membership).left_outer_join(Supplier)
    query = query.where(Membership.store == access.viewer().store_id)
    if words:
        query = query.where(User.name.contains(words) | User.email.contains(words))
    if after():
        query = query.where(Membership.id > after())
    found, invited = (
        page_of(query.order_by(Membership.id).limit(51)),
        list(invitations.waiting(access.viewer()).limit(100)),
    )
    return page("users/index.html", "user_rows", page=found, words=words, invitations=invited, moment=now())


@blueprint.get("/new")
def new() -> Response:
    return page("users/new.html", form=_form())


@blueprint.post("/")
def create() -> Response:
    form = _form()
    if form.validate_on_submit():
        try:
            made = users.create(access.viewer(), form.draft())
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return see(url_for("users.index"), _("%(name)s can log in now.", name=made.user.name))
    return page("users/new.html", status=422, form=form)


@blueprint.get("/<id:membership_id>/edit")
def edit(membership_id: int) -> Response:
    row = users.find(access.viewer(), membership_id)
    return page("users/edit.html", form=_stored(row), row=row)


@blueprint.post("/<id:membership_id>")
def update(membership_id: int) -> Response:
    row = users.find(access.viewer(), membership_id)
    form, status = _form(known=True), 422
    if form.validate_on_submit():
        try:
            users.update(access.viewer(), membership_id, form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(users.find(access.viewer(), membership_id)))
        else:
            return see(url_for("users.index"), _("%(name)s is changed.", name=form.name.data))
    return page("users/edit.html", status=status, form=form, row=row)


@blueprint.post("/<id:membership_id>/disable")
def disable(membership_id: int) -> Response:
    users.disable(access.viewer(), membership_id)
    return see(url_for("users.index"), _("Disabled: the user is out at once."))


@blueprint.post("/<id:membership_id>/enable")
def enable(membership_id: int) -> Response:
    users.enable(access.viewer(), membership_id)
    return see(url_for("users.index"), _("Enabled: the user can log in again."))


def _stored(row: Membership) -> UserForm:
    values = {"name": row.user.name, "role": row.role, "supplier_id": row.supplier_id}
    return _form(known=True, **values, version=users.version(row))


def _form(known: bool = False, **values: object) -> UserForm:
    """Return the form with the store's suppliers on offer; the address of a known account stays, so it isn't asked."""
    form = UserForm(None, data=values) if values else UserForm(request.form or None)
    if known:
        del form.email
    suppliers = Supplier.select().where(Supplier.store == access.viewer().store_id).order_by(Supplier.name)
    form.supplier_id.choices = [("", _("None"))] + [(row.id, row.name) for row in suppliers]
    return form
