"""A warehouse gives lines of an order back that it can't deliver, with the reason; they go to the next stock."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import acceptance, orders, packing
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.rejections import RejectionForm
from webapp.models import Order, OrderLine
from webapp.web import access
from webapp.web.hypermedia import page, put_refusal, see

blueprint = Blueprint("rejections", __name__, url_prefix="/orders/<id:order_id>/reject")
blueprint.before_request(
    access.let_in("clerk", told=lazy_gettext("Lines are given back by the warehouse's own people; route them instead."))
)


@blueprint.get("/")
def new(order_id: int) -> Response:
    order, form = _typed(order_id, None)
    if not form.line_ids:
        told = _("Nothing of this order can be given back: all that is yours is packed.")
        return see(url_for("orders.show", order_id=order_id), told, "warning")
    return _page(order, form)


@blueprint.post("/")
def create(order_id: int) -> Response:
    order, form = _typed(order_id, request.form)
    if not form.validate():
        return _page(order, form, 422)
    try:
        acceptance.reject(access.viewer(), order_id, form.rejected)
    except (Invalid, Conflict) as refused:
        return _page(order, form, put_refusal(form, refused))
    told = _("Given back: order %(reference)s looks for another stock.", reference=order.reference)
    stays = Order.visible_to(access.viewer()).where(Order.id == order_id).exists()
    return see(url_for("orders.show", order_id=order_id) if stays else url_for("desk.index"), told)


def _typed(order_id: int, typed: Any) -> tuple[Order, RejectionForm]:
    viewer = access.viewer()
    order = orders.find(viewer, order_id)
    return order, RejectionForm.for_lines(packing.open_units(viewer, order).get(viewer.supplier_id, {}), typed)


def _page(order: Order, form: RejectionForm, status: int = 200) -> Response:
    mine = OrderLine.select().where(OrderLine.store == order.store_id, OrderLine.id.in_(form.line_ids))
    return page("rejections/new.html", status=status, order=order, form=form, lines=list(mine.order_by(OrderLine.id)))
