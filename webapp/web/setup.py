"""The first visit: create the store and its admin; afterwards this door is closed for good."""

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _

from webapp.actions import stores
from webapp.domain.errors import Invalid
from webapp.extensions import limiter
from webapp.forms.account import SetupForm
from webapp.models import Store
from webapp.web import access
from webapp.web.hypermedia import page, put_errors, see

blueprint = Blueprint("setup", __name__)


@blueprint.before_request
def closed() -> None:
    if Store.select().exists():
        abort(404)


@blueprint.get("/setup")
def new() -> Response:
    return page("setup/new.html", form=SetupForm())


@blueprint.post("/setup")
@limiter.limit("20 per minute")
def create() -> Response:
    form = SetupForm()
    if form.validate_on_submit():
        try:
            user = stores.create_first(
                form.name.data or "",
                (form.currency.data or "").upper(),
                form.time_zone.data or "",
                form.admin_name.data or "",
                form.email.data or "",
                form.password.data or "",
            )
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            access.begin(user)
            return see(url_for("home.index"), _("Your store is ready."))
    return page("setup/new.html", status=422, form=form)
