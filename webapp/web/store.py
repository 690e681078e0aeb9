"""The store's own page: name and address, currency, time zone, working days, where its mail goes."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import stores
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.store import ADDRESS, StoreForm, countries, day_names, time_zones
from webapp.models import Store
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import page, put_errors, see

blueprint = Blueprint("store", __name__, url_prefix="/store")
blueprint.before_request(access.let_in("admin", told=lazy_gettext("Only an admin changes the store.")))


@blueprint.get("/")
def show() -> Response:
    store = access.store()
    address = store.address
    town = " ".join(filter(None, (address.get("postcode"), address.get("city"), address.get("state"))))
    country = dict(countries()).get(address.get("country", ""), address.get("country", ""))
    lines = [line for line in (address.get("street"), town, country) if line]
    days = [name for number, name in day_names() if number in store.working_days]
    return page("store/show.html", row=store, lines=lines, days=days)


@blueprint.get("/edit")
def edit() -> Response:
    return _form_page(_stored(access.store()))


@blueprint.post("/")
def update() -> Response:
    form, status = StoreForm(), 422
    if form.validate_on_submit():
        try:
            stores.update(access.viewer(), form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(Store.get_by_id(access.viewer().store_id)))
        else:
            return see(url_for("store.show"), _("The store is saved."))
    return _form_page(form, status)


def _stored(store: Store) -> StoreForm:
    address = {name: store.address.get(name, "") for name in ADDRESS}
    known = stores.facts(store) | address | {"working_days": list(store.working_days)}
    return StoreForm(formdata=None, data=known | {"version": stores.version(store)})


def _form_page(form: StoreForm, status: int = 200) -> Response:
    fixed = stores.has_orders(access.viewer().store_id)
    chosen = set(form.working_days.data or [])
    days = [(number, name, number in chosen) for number, name in day_names()]
    return page("store/edit.html", status=status, form=form, fixed=fixed, zones=time_zones(), days=days)
