"""Route an order by hand: units per line and stock, a look at what would change, and the change itself."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import orders, routes
from webapp.domain import order_status, rerouting
from webapp.domain.errors import Conflict
from webapp.domain.rerouting import Outcome
from webapp.forms.routes import RouteForm
from webapp.models import Order, OrderLine
from webapp.web import access
from webapp.web.hypermedia import page, see

blueprint = Blueprint("routes", __name__, url_prefix="/orders/<id:order_id>/route")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Routing is for the store's own people."))
)


@blueprint.get("/")
def edit(order_id: int) -> Response:
    order = orders.find(access.viewer(), order_id)
    if order.status not in order_status.OPEN:
        told = _(
            "An order that is %(status)s wants no stock any more.", status=_(order_status.name(order.status)).lower()
        )
        return see(_url(order_id), told, "warning")
    lines = routes.read(access.viewer(), order)
    filled = request.args.get("fill") == "automatic"
    units = routes.automatic(order, lines) if filled else rerouting.as_it_is(lines)
    form = RouteForm.for_lines(lines, units)
    return _page(order, form, outcome=rerouting.outcome(lines, units) if filled else None)


@blueprint.post("/preview")
def preview(order_id: int) -> Response:
    order, form = _typed(order_id)
    if not form.validate():
        return _page(order, form, 422)
    return _page(order, form, outcome=rerouting.outcome(form.known, form.units))


@blueprint.post("/")
def update(order_id: int) -> Response:
    order, form = _typed(order_id)
    if not form.validate():
        return _page(order, form, 422)
    if form.previewed.data != form.numbers:
        form.form_errors.append(_("You changed numbers after the preview. This is what they come to; apply it now."))
        return _page(order, form, 422, rerouting.outcome(form.known, form.units))
    try:
        made = routes.apply(access.viewer(), order_id, form.units, form.version.data or "")
    except Conflict as conflict:
        form.form_errors.append(conflict.message)
        return _page(order, form, 409)
    if not made.lines:
        return see(_url(order_id), _("Nothing is changed: all units are where they were."), "warning")
    return see(_url(order_id), _("Order %(reference)s is routed anew.", reference=order.reference))


def _typed(order_id: int) -> tuple[Order, RouteForm]:
    order = orders.find(access.viewer(), order_id)
    lines = routes.read(access.viewer(), order)
    return order, RouteForm.for_lines(lines, rerouting.as_it_is(lines), request.form)


def _page(order: Order, form: RouteForm, status: int = 200, outcome: Outcome | None = None) -> Response:
    if status != 422:
        form.version.data = rerouting.version(form.known)  # What is shown now is what counts from here on.
    form.previewed.data = form.numbers if outcome else ""
    rows = {line.id: line for line in OrderLine.visible_to(access.viewer(), [order.id])}
    return page("routes/edit.html", None, status, order=order, form=form, rows=rows, outcome=outcome)


def _url(order_id: int) -> str:
    return url_for("orders.show", order_id=order_id)
