"""Forgotten passwords: ask for a link by mail, and choose a new password by it."""

from flask import Blueprint, Response, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.actions import passwords
from webapp.domain.errors import Invalid, NotFound
from webapp.extensions import limiter
from webapp.forms.account import ForgotForm, NewPasswordForm
from webapp.models import User
from webapp.web.hypermedia import page, put_errors, see
from webapp.web.languages import language
from webapp.web.links import mailed
from webapp.wire import letters

blueprint = Blueprint("passwords", __name__, url_prefix="/password")


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """Let no cache keep a page whose address is as good as a password."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/forgot")
def forgot() -> Response:
    return page("passwords/forgot.html", form=ForgotForm())


@blueprint.post("/forgot")
@limiter.limit("5 per minute; 30 per hour")
def ask() -> Response:
    form = ForgotForm()
    if not form.validate_on_submit():
        return page("passwords/forgot.html", status=422, form=form)
    passwords.ask(form.email.data or "", _write)
    told = _("If that address has an account, a mail with a link is on its way. The link works for one hour.")
    return see(url_for("account.login"), told)


@blueprint.get("/reset/<token>")
@limiter.limit("60 per minute")
def edit(token: str) -> Response:
    try:
        passwords.of_token(token)
    except NotFound:
        return _gone()
    return page("passwords/edit.html", form=NewPasswordForm(), token=token)


@blueprint.post("/reset/<token>")
@limiter.limit("10 per minute")
def update(token: str) -> Response:
    form = NewPasswordForm()
    try:
        passwords.of_token(token)
        if form.validate_on_submit():
            passwords.choose(token, form.new.data or "")
            return see(url_for("account.login"), _("Your new password is saved. Log in with it."))
    except Invalid as invalid:
        put_errors(form, invalid)
    except NotFound:
        return _gone()
    return page("passwords/edit.html", status=422, form=form, token=token)


def _write(user: User, token: str) -> tuple[str, str]:
    with force_locale(user.language or language()):
        return letters.new_password(user.name, mailed("passwords.edit", token=token))


def _gone() -> Response:
    told = _("It was used, a newer one was sent, or it is older than an hour.")
    again = url_for("passwords.forgot")
    return page("joining/gone.html", status=404, title=_("This link no longer works"), told=told, again=again)
