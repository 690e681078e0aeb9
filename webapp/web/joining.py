"""The link of an invitation: make an account, or join with the one that one has."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from webapp.actions import invitations
from webapp.domain.errors import Invalid, NotFound
from webapp.extensions import limiter
from webapp.forms.invitations import JoinForm
from webapp.web import access
from webapp.web.hypermedia import page, put_errors, see

blueprint = Blueprint("joining", __name__)


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """Let no cache keep a page whose address is as good as a password."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/join/<token>")
@limiter.limit("60 per minute")
def show(token: str) -> Response:
    return _page(token, JoinForm())


@blueprint.post("/join/<token>")
@limiter.limit("20 per minute")
def accept(token: str) -> Response:
    form = JoinForm()
    try:
        if current_user.is_authenticated:
            row = invitations.of_token(token)
            invitations.join(token, current_user.row)
            access.choose(row.store_id)
            return see(url_for("home.index"), _("Welcome to %(store)s.", store=row.store.name))
        if form.validate_on_submit():
            user = invitations.accept(token, form.name.data or "", form.password.data or "", form.language.data)
            access.begin(user)
            return see(url_for("home.index"), _("Welcome, %(name)s.", name=user.name))
    except Invalid as invalid:
        put_errors(form, invalid)
    except NotFound:
        return _gone()
    return _page(token, form, 422)


def _page(token: str, form: JoinForm, status: int = 200) -> Response:
    try:
        row = invitations.of_token(token)
    except NotFound:
        return _gone()
    known = invitations.account_of(row) is not None
    return page("joining/show.html", status=status, row=row, form=form, known=known, token=token, here=request.path)


def _gone() -> Response:
    told = _("It was used or revoked, or is older than seven days. Ask whoever invited you to send it again.")
    return page("joining/gone.html", status=404, title=_("This invitation no longer works"), told=told, again="")
