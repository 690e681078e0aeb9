"""Returns: ask for one, receive it, and decide what becomes of it."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import orders, returns
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.returns import OWN, DecisionForm, ReturnForm
from webapp.models import Order, OrderLine, Return, ReturnLine, Supplier
from webapp.web import access
from webapp.web.access import only
from webapp.web.hypermedia import PAGE, after, page, page_of, put_errors, put_refusal, search_words, see

blueprint = Blueprint("returns", __name__)
blueprint.before_request(access.require_login)

STATUSES = (
    ("requested", lazy_gettext("Asked for")),
    ("received", lazy_gettext("Received")),
    ("closed", lazy_gettext("Closed")),
)


@blueprint.get("/returns/")
def index() -> Response:
    viewer, words, status = access.viewer(), search_words(), request.args.get("status", "")
    status = status if status in dict(STATUSES) else ""
    query = Return.visible_to(viewer, Return, Order.id, Order.reference, Supplier.id, Supplier.name).join(Order)
    query = query.switch(Return).left_outer_join(Supplier)
    if words:
        query = query.where(Order.reference.contains(words) | Return.reason.contains(words))
    if status:
        query = query.where(Return.status == status)
    if after():
        query = query.where(Return.id < after())
    found = page_of(query.order_by(Return.id.desc()).limit(PAGE + 1))
    told: dict[str, Any] = {"chosen": status, "statuses": STATUSES, "names": dict(STATUSES)}
    return page("returns/index.html", "return_rows", page=found, words=words, **told)


@blueprint.get("/returns/<id:return_id>")
def show(return_id: int) -> Response:
    return _show(returns.find(access.viewer(), return_id))


@blueprint.post("/returns/<id:return_id>/receive")
def receive(return_id: int) -> Response:
    returns.receive(access.viewer(), return_id)
    return see(url_for("returns.show", return_id=return_id), _("Received. Decide now what becomes of it."))


@blueprint.post("/returns/<id:return_id>/close")
@only("admin", "merchant")
def close(return_id: int) -> Response:
    row = returns.find(access.viewer(), return_id)
    form = _decisions(returns.lines_of(row), request.form)
    if not form.validate():
        return _show(row, form, 422)
    try:
        returns.close(access.viewer(), return_id, form.decisions())
    except (Invalid, Conflict) as refused:
        return _show(row, form, put_refusal(form, refused))
    return see(url_for("returns.show", return_id=return_id), _("Closed. What was restocked can be sold again."))


@blueprint.get("/orders/<id:order_id>/returns/new")
@only("admin", "merchant")
def new(order_id: int) -> Response:
    order = orders.find(access.viewer(), order_id)
    places = returns.returnable(order)
    if not places:
        told = _("Nothing of this order can come back: nothing has left, or all of it is returned already.")
        return see(url_for("orders.show", order_id=order_id), told, "warning")
    return _new(order, ReturnForm.for_places(places))


@blueprint.post("/orders/<id:order_id>/returns")
@only("admin", "merchant")
def create(order_id: int) -> Response:
    order = orders.find(access.viewer(), order_id)
    form = ReturnForm.for_places(returns.returnable(order), request.form)
    if not form.validate():
        return _new(order, form, 422)
    try:
        made = returns.request(access.viewer(), order_id, form.units, form.reason.data or "")
    except Invalid as invalid:
        put_errors(form, invalid)
        return _new(order, form, 422)
    return see(url_for("returns.show", return_id=made[0].id), _("The return is noted; the warehouse sees it."))


def _new(order: Order, form: ReturnForm, status: int = 200) -> Response:
    lines = {line.id: line for line in OrderLine.visible_to(access.viewer(), [order.id])}
    names = dict(Supplier.select(Supplier.id, Supplier.name).where(Supplier.store == order.store_id).tuples())
    return page("returns/new.html", None, status, order=order, form=form, lines=lines, suppliers=names)


def _show(row: Return, form: DecisionForm | None = None, status: int = 200) -> Response:
    lines = returns.lines_of(row)
    decides = access.viewer().supplier_id is None and row.status == "received"
    if decides and form is None:
        form = _decisions(lines, None)
    supplier = Supplier.get_or_none(Supplier.id == row.supplier_id) if row.supplier_id else None
    return page(
        "returns/show.html",
        None,
        status,
        row=row,
        lines=lines,
        order=Order.get_by_id(row.order_id),
        supplier=supplier,
        form=form if decides else None,
        sees_order=orders.visible(access.viewer(), row.order_id),
        names=dict(STATUSES),
    )


def _decisions(lines: list[ReturnLine], typed: object) -> DecisionForm:
    stocks = {
        line.id: [
            (OWN, _("own shelf")),
            *((str(s.supplier_id), s.supplier.name) for s in returns.product_stocks(line.line)),
        ]
        if line.line.product_id
        else []
        for line in lines
    }
    return DecisionForm.for_lines(stocks, typed)
