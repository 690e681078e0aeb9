"""Configuration > API: the wizard with its one-time secret, the enable toggle, rotation, revocation."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import api_keys, api_requests, key_admission, stores
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.api_keys import KeyForm, RotateForm, values_of
from webapp.forms.fields import SelectChoice
from webapp.models import ApiKey, Supplier
from webapp.web import access, nonces
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import after, page, page_of, put_errors, search_words, see

blueprint = Blueprint("api_keys", __name__, url_prefix="/api-keys")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("API keys are managed by the store's merchants and admins."))
)


@blueprint.get("/")
def index() -> Response:
    words = search_words()
    query = ApiKey.select(ApiKey, Supplier).left_outer_join(Supplier).where(ApiKey.store == access.viewer().store_id)
    if words:
        query = query.where(ApiKey.name.contains(words) | (ApiKey.public_key == words))
    if after():
        query = query.where(ApiKey.id < after())
    found = page_of(query.order_by(ApiKey.id.desc()).limit(51))
    return page("api_keys/index.html", "api_key_rows", page=found, words=words)


@blueprint.get("/new")
def new() -> Response:
    return page("api_keys/new.html", form=_form(fresh={"nonce": nonces.hand_out()}))


@blueprint.post("/preview")
def preview() -> Response:
    form = _form()
    if form.validate_on_submit():
        try:
            seen = api_keys.preview(access.viewer(), form.draft())
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return page("api_keys/preview.html", form=form, seen=seen, supplier=_chosen_name(form))
    return page("api_keys/new.html", status=422, form=form)


@blueprint.post("/change")
def change() -> Response:
    """Go back from the preview with everything still typed in."""
    form = _form()
    form.validate()
    form.form_errors.clear()
    return page("api_keys/new.html", form=form)


@blueprint.post("/")
def create() -> Response:
    form = _form()
    if form.validate_on_submit() and not nonces.renew(form):
        if not nonces.spend(form.nonce.data):
            return see(
                url_for("api_keys.index"), _("That key was saved already; its secret can't be shown again."), "warning"
            )
        try:
            issued = api_keys.issue(access.viewer(), form.draft())
        except Invalid as invalid:
            put_errors(form, invalid)
            form.nonce.data = nonces.hand_out()
        else:
            return _reveal(issued, _("Key created"))
    return page("api_keys/new.html", status=422, form=form)


@blueprint.post("/two-people")
def two_people() -> Response:
    """Ask for a second person to turn keys on, or ask no more."""
    wanted = request.form.get("wanted") == "1"
    stores.ask_two_people(access.viewer(), wanted)
    strict, lax = _("Whoever gives a key its rights leaves turning it on to another admin."), _("One admin is enough.")
    return see(url_for("api_keys.index"), strict if wanted else lax)


@blueprint.get("/<id:key_id>")
def show(key_id: int) -> Response:
    key = api_keys.find(access.viewer(), key_id)
    return page(
        "api_keys/show.html",
        key=key,
        overlaps=key_admission.overlaps(key),
        unused=api_requests.unused_areas(key),
    )


@blueprint.get("/<id:key_id>/edit")
def edit(key_id: int) -> Response:
    key = api_keys.find(access.viewer(), key_id)
    return page("api_keys/edit.html", form=_form(fresh=values_of(key), key=key), key=key)


@blueprint.post("/<id:key_id>")
def update(key_id: int) -> Response:
    key = api_keys.find(access.viewer(), key_id)
    form, status = _form(key=key), 422
    if form.validate_on_submit():
        try:
            changed = api_keys.edit(access.viewer(), key_id, form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            fresh = api_keys.find(access.viewer(), key_id)
            status = put_conflict(form, conflict, _form(values_of(fresh), fresh))
        else:
            off = key.enabled and not changed.enabled
            more = _("Saved. It may do more than before, so an admin must enable it again.")
            told = more if off else _("Saved.")
            return see(url_for("api_keys.show", key_id=key_id), told, "warning" if off else "success")
    return page("api_keys/edit.html", status=status, form=form, key=key)


@blueprint.post("/<id:key_id>/enable")
def enable(key_id: int) -> Response:
    key = api_keys.enable(access.viewer(), key_id)
    return see(_back(key_id), _("%(name)s is enabled.", name=key.name))


@blueprint.post("/<id:key_id>/disable")
def disable(key_id: int) -> Response:
    key = api_keys.disable(access.viewer(), key_id)
    return see(_back(key_id), _("%(name)s is disabled: its next request is refused.", name=key.name))


@blueprint.get("/<id:key_id>/rotate")
def confirm_rotate(key_id: int) -> Response:
    key = api_keys.find(access.viewer(), key_id)
    form = RotateForm(formdata=None, data={"overlap": "24", "nonce": nonces.hand_out()})
    return page("api_keys/rotate.html", form=form, key=key)


@blueprint.post("/<id:key_id>/rotate")
def rotate(key_id: int) -> Response:
    key = api_keys.find(access.viewer(), key_id)
    form = RotateForm()
    if not form.validate_on_submit() or nonces.renew(form):
        return page("api_keys/rotate.html", status=422, form=form, key=key)
    if not nonces.spend(form.nonce.data):
        told = _("That was done already; the new secret can't be shown again.")
        return see(url_for("api_keys.show", key_id=key_id), told, "warning")
    return _reveal(api_keys.rotate(access.viewer(), key_id, int(form.overlap.data)), _("New secret"))


@blueprint.get("/<id:key_id>/revoke")
def confirm_revoke(key_id: int) -> Response:
    return page("api_keys/revoke.html", key=api_keys.find(access.viewer(), key_id))


@blueprint.post("/<id:key_id>/revoke")
def revoke(key_id: int) -> Response:
    api_keys.revoke(access.viewer(), key_id)
    return see(url_for("api_keys.index"), _("Revoked for good: its next request is refused."))


def _reveal(issued: api_keys.Issued, title: str) -> Response:
    """Show the secret in this answer alone: it is neither stored nor behind any address."""
    response = page("api_keys/reveal.html", key=issued.key, secret_key=issued.secret_key, title=title)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(fresh: dict[str, object] | None = None, key: ApiKey | None = None) -> KeyForm:
    """Return the form as it was sent, or with `fresh` values; a known key's supplier, archived or not, is fixed."""
    form = KeyForm(formdata=None, data=fresh) if fresh is not None else KeyForm()
    form.supplier_id.choices = _suppliers() if key is None else [SelectChoice(str(key.supplier_id or ""))]
    return form


def _suppliers() -> list[SelectChoice]:
    mine = Supplier.select().where(Supplier.store == access.viewer().store_id, Supplier.archived_at.is_null())
    named = [SelectChoice(str(row.id), row.name) for row in mine.order_by(Supplier.name)]
    return [SelectChoice("", _("None: the whole store")), *named]


def _chosen_name(form: KeyForm) -> str:
    return {choice.value: choice.label for choice in _suppliers()}[form.supplier_id.data]


def _back(key_id: int) -> str:
    return url_for("api_keys.index") if request.form.get("from") == "list" else url_for("api_keys.show", key_id=key_id)
