"""Log in and out, choose the store, change one's own password."""

from flask import Blueprint, Response, abort, flash, g, request, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm

from webapp.actions import notices, users
from webapp.domain.errors import Invalid
from webapp.domain.notices import KINDS
from webapp.extensions import limiter
from webapp.forms.account import LanguageForm, LoginForm, NoticesForm, PasswordForm
from webapp.models import Store
from webapp.web import access
from webapp.web.hypermedia import own_path, page, put_errors, see

blueprint = Blueprint("account", __name__)


@blueprint.get("/login")
def login() -> Response:
    if current_user.is_authenticated:
        return see(url_for("home.index"))
    if not Store.select().exists():
        return see(url_for("setup.new"))
    form = LoginForm(next=request.args.get("next", ""))
    return page("account/login.html", form=form)


@blueprint.post("/login")
@limiter.limit("10 per minute")
def enter() -> Response:
    form = LoginForm()
    if form.validate_on_submit():
        user = users.verify(form.email.data or "", form.password.data or "")
        if user is not None:
            access.begin(user)
            return see(own_path(form.next.data) or url_for("home.index"))
        form.form_errors.append(_("E-mail and password don't match an active account."))
    return page("account/login.html", status=422, form=form)


@blueprint.post("/logout")
def logout() -> Response:
    logout_user()
    session.clear()
    return see(url_for("account.login"), _("You are logged out."))


@blueprint.get("/account")
@login_required
def show() -> Response:
    return _page()


@blueprint.post("/account")
@login_required
@limiter.limit("10 per minute")
def update() -> Response:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            current_user.row.fs_uniquifier = users.change_password(
                current_user.row, form.present.data or "", form.new.data or ""
            )
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            login_user(access.Person(current_user.row))
            flash(_("Your password is changed; other sessions of yours have ended."), "success")
            return see(url_for("account.show"))
    return _page(422, form=form)


@blueprint.post("/account/language")
@login_required
def choose_language() -> Response:
    form = LanguageForm()
    if not form.validate_on_submit():
        return _page(422, language_form=form)
    users.choose_language(current_user.row.id, form.language.data)
    current_user.row.language = form.language.data
    g.pop("language", None)
    refresh()  # What is said of it is said in the new language.
    return see(url_for("account.show"), _("Your language is saved."))


@blueprint.post("/account/notices")
@login_required
def choose_notices() -> Response:
    form = NoticesForm()
    viewer = access.viewer()
    if form.validate_on_submit():
        notices.choose(viewer, [name for name in KINDS if form[name].data])
        return see(
            url_for("account.show"), _("Saved: that is what you get by mail from %(store)s.", store=access.store().name)
        )
    return _page(422, notices_form=form)


def _page(status: int = 200, **forms: FlaskForm) -> Response:
    """Show the account page; the forms that aren't handed in hold what is stored."""
    shown: dict[str, FlaskForm] = {
        "form": forms.get("form") or PasswordForm(formdata=None),
        "language_form": forms.get("language_form")
        or LanguageForm(formdata=None, data={"language": current_user.row.language}),
    }
    if access.memberships():
        member = access.membership()
        known = {kind: kind in member.notices for kind in KINDS}
        shown["notices_form"] = forms.get("notices_form") or NoticesForm(formdata=None, data=known)
        offered = notices.offered_to(member.role)
    else:
        offered = ()
    return page("account/show.html", status=status, offered=offered, roles=access.memberships(), **shown)


@blueprint.post("/account/store")
@login_required
def choose_store() -> Response:
    wanted = request.form.get("store_id", "")
    if wanted not in {str(row.store_id) for row in access.memberships()}:
        abort(404)
    access.choose(int(wanted))
    return see(url_for("home.index"))
