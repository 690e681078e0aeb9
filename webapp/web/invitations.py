"""Admins invite people, send the link again, and take it back."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import invitations
from webapp.actions.invitations import Invited
from webapp.domain.errors import Invalid
from webapp.forms.invitations import InvitationForm
from webapp.models import Invitation, Supplier
from webapp.web import access
from webapp.web.hypermedia import page, put_errors, see
from webapp.web.links import mailed
from webapp.wire import letters

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")
blueprint.before_request(access.let_in("admin", told=lazy_gettext("Only an admin invites people.")))


@blueprint.get("/new")
def new() -> Response:
    return page("invitations/new.html", form=_form())


@blueprint.post("/")
def create() -> Response:
    form = _form()
    if form.validate_on_submit():
        try:
            made = invitations.invite(access.viewer(), form.draft(), _write)
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return _reveal(made)
    return page("invitations/new.html", status=422, form=form)


@blueprint.post("/<id:invitation_id>/resend")
def resend(invitation_id: int) -> Response:
    return _reveal(invitations.resend(access.viewer(), invitation_id, _write))


@blueprint.post("/<id:invitation_id>/revoke")
def revoke(invitation_id: int) -> Response:
    row = invitations.revoke(access.viewer(), invitation_id)
    return see(
        url_for("users.index"), _("The invitation of %(email)s is revoked: its link no longer works.", email=row.email)
    )


def _reveal(made: Invited) -> Response:
    """Show the link in this answer alone, as the admin's own browser reaches this place."""
    url = url_for("joining.show", token=made.token, _external=True)
    response = page("invitations/reveal.html", row=made.row, url=url)
    response.headers["Cache-Control"] = "no-store"
    return response


def _write(row: Invitation, token: str) -> tuple[str, str]:
    return letters.invitation(access.store().name, row.invited_by, mailed("joining.show", token=token))


def _form() -> InvitationForm:
    form = InvitationForm(request.form or None)
    mine = Supplier.select().where(Supplier.store == access.viewer().store_id, Supplier.archived_at.is_null())
    form.supplier_id.choices = [("", _("None"))] + [(row.id, row.name) for row in mine.order_by(Supplier.name)]
    return form
