"""The checks that a key's program must pass, ticking off as its calls arrive."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from webapp.actions import api_keys, conformance, deliveries
from webapp.domain.conformance import CHECKS
from webapp.domain.errors import Conflict
from webapp.models import Webhook
from webapp.web import access
from webapp.web.hypermedia import page, see
from webapp.wire import events

blueprint = Blueprint("conformance", __name__, url_prefix="/api-keys/<id:key_id>/checks")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("API keys are managed by the store's merchants and admins."))
)


@blueprint.get("/")
def show(key_id: int) -> Response:
    viewer = access.viewer()
    key, ticks = api_keys.find(viewer, key_id), conformance.ticks(viewer, key_id)
    return page(
        "conformance/show.html",
        "conformance_checks",
        key=key,
        checks=CHECKS,
        ticks=ticks,
        done=sum(check.name in ticks for check in CHECKS),
        webhook=Webhook.visible_to(viewer).where(Webhook.api_key == key.id, Webhook.enabled).first(),
    )


@blueprint.post("/orders")
def make_orders(key_id: int) -> Response:
    try:
        made = conformance.make_orders(access.viewer(), key_id)
    except Conflict as conflict:
        return see(_url(key_id), conflict.message, "danger")
    return see(_url(key_id), _("%(num)s practice orders are there for the program to work on.", num=len(made)))


@blueprint.post("/orders/cancel")
def cancel_orders(key_id: int) -> Response:
    api_keys.find(access.viewer(), key_id)
    count = conformance.cancel_orders(access.viewer())
    told = ngettext("%(num)s practice order is canceled.", "%(num)s practice orders are canceled.", count)
    return see(_url(key_id), told)


@blueprint.post("/forge")
def forge(key_id: int) -> Response:
    api_keys.find(access.viewer(), key_id)
    mine = Webhook.visible_to(access.viewer()).where(Webhook.api_key == key_id, Webhook.enabled)
    webhook = mine.order_by(Webhook.id).first()
    if webhook is None:
        return see(_url(key_id), _("This key has no webhook that is active: register one first."), "warning")
    deliveries.send_test(access.viewer(), webhook.id, events.test_body(), forged=True)
    return see(_url(key_id), _("A message with a wrong signature is on its way: the receiver must refuse it."))


@blueprint.post("/anew")
def start_anew(key_id: int) -> Response:
    conformance.start_anew(access.viewer(), key_id)
    return see(_url(key_id), _("All ticks are forgotten."))


def _url(key_id: int) -> str:
    return url_for("conformance.show", key_id=key_id)
