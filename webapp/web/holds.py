"""Let an order wait for a reason, and let it go on."""

import datetime as dt

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import hold_state, holds, orders
from webapp.domain import order_status, store_clock
from webapp.domain.errors import Conflict
from webapp.forms.holds import HoldForm
from webapp.models import Order
from webapp.web import access
from webapp.web.hypermedia import page, see

blueprint = Blueprint("holds", __name__, url_prefix="/orders/<id:order_id>")
blueprint.before_request(access.let_in("admin", "merchant", told=lazy_gettext("Holds are for the store's own people.")))


@blueprint.get("/hold")
def new(order_id: int) -> Response:
    order = orders.find(access.viewer(), order_id)
    waited = hold_state.open_of(order)
    known = {"reason": waited.reason, "until": waited.until and _day(waited.until)} if waited else {}
    return _form(order, HoldForm(None, data=known, time_zone=access.store().time_zone))


@blueprint.post("/hold")
def create(order_id: int) -> Response:
    order, form = orders.find(access.viewer(), order_id), HoldForm(request.form, time_zone=access.store().time_zone)
    if not form.validate():
        return _form(order, form, 422)
    try:
        holds.hold(access.viewer(), order_id, form.reason.data or "", form.ends_at())
    except Conflict as conflict:
        form.form_errors.append(conflict.message)
        return _form(order, form, 409)
    return see(_url(order_id), _("Order %(reference)s waits.", reference=order.reference))


@blueprint.post("/release")
def release(order_id: int) -> Response:
    order = holds.release(access.viewer(), order_id)
    now = _(order_status.name(order.status))
    return see(_url(order_id), _("Order %(reference)s goes on: %(status)s.", reference=order.reference, status=now))


def _form(order: Order, form: HoldForm, status: int = 200) -> Response:
    return page("holds/new.html", status=status, order=order, form=form)


def _url(order_id: int) -> str:
    return url_for("orders.show", order_id=order_id)


def _day(moment: dt.datetime) -> dt.date:
    return store_clock.day_at(moment, access.store().time_zone)
