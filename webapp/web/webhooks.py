"""Configuration > Webhooks: where programs are told of changes, what they were told, and how to tell it again."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from webapp.actions import deliveries, webhooks
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.webhook_events import EVENTS
from webapp.forms.fields import SelectChoice
from webapp.forms.webhooks import ReplayForm, RotateSecretForm, WebhookForm, values_of
from webapp.models import ApiKey, Delivery, DeliveryAttempt, Webhook
from webapp.web import access, nonces
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import PAGE, after, page, page_of, put_errors, search_words, see
from webapp.wire import events

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

STATUSES = (
    ("waiting", lazy_gettext("Waiting")),
    ("sending", lazy_gettext("Sending")),
    ("sent", lazy_gettext("Sent")),
    ("failed", lazy_gettext("Failed")),
)

blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Webhooks are managed by the store's merchants and admins."))
)


@blueprint.get("/")
def index() -> Response:
    words = search_words()
    query = Webhook.visible_to(access.viewer())
    if words:
        query = query.where(
            Webhook.url.contains(words) | Webhook.description.contains(words) | ApiKey.name.contains(words)
        )
    if after():
        query = query.where(Webhook.id < after())
    found = page_of(query.order_by(Webhook.id.desc()).limit(PAGE + 1))
    return page("webhooks/index.html", "webhook_rows", page=found, words=words)


@blueprint.get("/new")
def new() -> Response:
    asked = request.args.get("key", "")
    return page("webhooks/new.html", form=_form(fresh={"nonce": nonces.hand_out(), "api_key_id": asked}))


@blueprint.post("/")
def create() -> Response:
    form = _form()
    if form.validate_on_submit() and not nonces.renew(form):
        if not nonces.spend(form.nonce.data):
            told = _("That webhook was saved already; its secret can't be shown again.")
            return see(url_for("webhooks.index"), told, "warning")
        try:
            made = webhooks.create(access.viewer(), int(form.api_key_id.data), form.draft())
        except Invalid as invalid:
            put_errors(form, invalid)
            form.nonce.data = nonces.hand_out()
        else:
            return _reveal(made, _("Webhook created"))
    return page("webhooks/new.html", status=422, form=form)


@blueprint.get("/<id:webhook_id>")
def show(webhook_id: int) -> Response:
    return _show(webhook_id, ReplayForm(formdata=None))


@blueprint.get("/<id:webhook_id>/edit")
def edit(webhook_id: int) -> Response:
    webhook = webhooks.find(access.viewer(), webhook_id)
    return page("webhooks/edit.html", form=_form(values_of(webhook), webhook), webhook=webhook)


@blueprint.post("/<id:webhook_id>")
def update(webhook_id: int) -> Response:
    webhook = webhooks.find(access.viewer(), webhook_id)
    form, status = _form(webhook=webhook), 422
    if form.validate_on_submit():
        try:
            webhooks.edit(access.viewer(), webhook_id, form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            fresh = webhooks.find(access.viewer(), webhook_id)
            status = put_conflict(form, conflict, _form(values_of(fresh), fresh))
        else:
            return see(url_for("webhooks.show", webhook_id=webhook_id), _("Saved."))
    return page("webhooks/edit.html", status=status, form=form, webhook=webhook)


@blueprint.get("/<id:webhook_id>/rotate")
def confirm_rotate(webhook_id: int) -> Response:
    webhook = webhooks.find(access.viewer(), webhook_id)
    form = RotateSecretForm(formdata=None, data={"overlap": "24", "nonce": nonces.hand_out()})
    return page("webhooks/rotate.html", form=form, webhook=webhook)


@blueprint.post("/<id:webhook_id>/rotate")
def rotate(webhook_id: int) -> Response:
    webhook = webhooks.find(access.viewer(), webhook_id)
    form = RotateSecretForm()
    if not form.validate_on_submit():
        return page("webhooks/rotate.html", status=422, form=form, webhook=webhook)
    if not nonces.spend(form.nonce.data):
        told = _("That was done already; the new secret can't be shown again.")
        return see(url_for("webhooks.show", webhook_id=webhook_id), told, "warning")
    return _reveal(webhooks.rotate(access.viewer(), webhook_id, int(form.overlap.data)), _("New signing secret"))


@blueprint.post("/<id:webhook_id>/pause")
def pause(webhook_id: int) -> Response:
    webhooks.pause(access.viewer(), webhook_id)
    return see(_url(webhook_id), _("Paused. What happens meanwhile is sent once you resume it."))


@blueprint.post("/<id:webhook_id>/resume")
def resume(webhook_id: int) -> Response:
    webhooks.resume(access.viewer(), webhook_id)
    return see(_url(webhook_id), _("Resumed: what waits is sent now."))


@blueprint.post("/<id:webhook_id>/test")
def test(webhook_id: int) -> Response:
    deliveries.send_test(access.viewer(), webhook_id, events.test_body())
    return see(_url(webhook_id), _("A test message is on its way; see below how it went."))


@blueprint.get("/<id:webhook_id>/remove")
def confirm_remove(webhook_id: int) -> Response:
    return page("webhooks/remove.html", webhook=webhooks.find(access.viewer(), webhook_id))


@blueprint.post("/<id:webhook_id>/remove")
def remove(webhook_id: int) -> Response:
    webhooks.remove(access.viewer(), webhook_id)
    return see(url_for("webhooks.index"), _("Removed: nothing more is sent there."))


@blueprint.post("/<id:webhook_id>/replay-failed")
def replay_failed(webhook_id: int) -> Response:
    count = deliveries.replay(access.viewer(), webhook_id, failed=True)
    told = ngettext("%(num)d failed message is sent again.", "%(num)d failed messages are sent again.", count)
    return see(_url(webhook_id), told)


@blueprint.post("/<id:webhook_id>/replay")
def replay(webhook_id: int) -> Response:
    webhooks.find(access.viewer(), webhook_id)
    form = ReplayForm(request.form)
    if not form.validate():
        return _show(webhook_id, form, 422)
    try:
        count = deliveries.replay(access.viewer(), webhook_id, form.first.number, form.last.number)
    except Invalid as invalid:
        put_errors(form, invalid)
        return _show(webhook_id, form, 422)
    return see(_url(webhook_id), ngettext("%(num)d message is sent again.", "%(num)d messages are sent again.", count))


@blueprint.get("/<id:webhook_id>/deliveries/<id:delivery_id>")
def delivery(webhook_id: int, delivery_id: int) -> Response:
    webhook = webhooks.find(access.viewer(), webhook_id)
    found = deliveries.find(access.viewer(), webhook_id, delivery_id)
    tries = DeliveryAttempt.select().where(
        DeliveryAttempt.store == found.store_id, DeliveryAttempt.delivery == found.id
    )
    return page(
        "webhooks/delivery.html",
        webhook=webhook,
        delivery=found,
        tries=list(tries.order_by(DeliveryAttempt.id.desc())),
        body=events.pretty(found.body),
    )


@blueprint.post("/<id:webhook_id>/deliveries/<id:delivery_id>/resend")
def resend(webhook_id: int, delivery_id: int) -> Response:
    deliveries.resend(access.viewer(), webhook_id, delivery_id)
    return see(url_for("webhooks.delivery", webhook_id=webhook_id, delivery_id=delivery_id), _("It is sent again now."))


def _show(webhook_id: int, form: ReplayForm, status: int = 200) -> Response:
    webhook = webhooks.find(access.viewer(), webhook_id)
    wanted = request.args.get("status", "")
    query = Delivery.select().where(Delivery.store == webhook.store_id, Delivery.webhook == webhook.id)
    if wanted in dict(STATUSES):
        query = query.where(Delivery.status == wanted)
    if after():
        query = query.where(Delivery.id < after())
    found = page_of(query.order_by(Delivery.id.desc()).limit(PAGE + 1))
    return page(
        "webhooks/show.html",
        "delivery_rows",
        status=status,
        webhook=webhook,
        page=found,
        form=form,
        statuses=STATUSES,
        wanted=wanted,
        names=dict(EVENTS),
        pending=any(row.status in ("waiting", "sending") for row in found.rows),
    )


def _reveal(made: webhooks.Registered, title: str) -> Response:
    """Show the secret in this answer alone: no address shows it again."""
    response = page("webhooks/reveal.html", webhook=made.webhook, secret=made.secret, title=title)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(fresh: dict[str, object] | None = None, webhook: Webhook | None = None) -> WebhookForm:
    """Return the form as it was sent, or with `fresh` values; a known webhook stays with its key."""
    form = WebhookForm(formdata=None, data=fresh) if fresh is not None else WebhookForm()
    if webhook is not None:
        form.api_key_id.choices = [SelectChoice(str(webhook.api_key_id), webhook.api_key.name)]
    else:
        keys = ApiKey.select().where(ApiKey.store == access.viewer().store_id, ApiKey.revoked_at.is_null())
        named = [SelectChoice(str(row.id), row.name) for row in keys.order_by(ApiKey.name)]
        form.api_key_id.choices = [SelectChoice("", _("Choose …")), *named]
    return form


def _url(webhook_id: int) -> str:
    return url_for("webhooks.show", webhook_id=webhook_id)
