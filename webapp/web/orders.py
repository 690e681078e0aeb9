"""The orders: list, page, status by hand, another try at stock, another look at the channel."""

import peewee as pw
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.actions import allocations, cancel_requests, order_tasks, orders, pushes, saved_filters
from webapp.domain import cancel_status, order_status, order_verbs
from webapp.domain.errors import Conflict
from webapp.forms.order_notes import NoteForm
from webapp.forms.orders import CancelAnswerForm, StatusForm
from webapp.models import Order, SavedFilter, Supplier, order_sort
from webapp.models.prepared import prepared, slot
from webapp.models.shipment_search import OWN
from webapp.web import access, many_orders, order_columns, order_list, order_page, order_query, order_timeline
from webapp.web.days_asked import DATES
from webapp.web.hypermedia import own_path, page, see

blueprint = Blueprint("orders", __name__, url_prefix="/orders")
blueprint.before_request(access.require_login)


@blueprint.get("/")
def index() -> Response:
    viewer, asked = access.viewer(), order_query.asked()
    columns = order_columns.chosen(viewer, access.membership().order_columns)
    names = {column.name for column in columns}
    found = order_list.read(viewer, asked.search, names)
    return page(
        "orders/index.html",
        "order_rows",
        page=found,
        asked=asked,
        search=asked.search,
        shown=order_list.shown(viewer, found, asked.search),
        heads=order_columns.heads(viewer, columns, asked),
        columns=names,
        verbs=[(verb, many_orders.VERBS[verb]) for verb in order_verbs.allowed(viewer)],
        column_choices=order_columns.choices(viewer),
        saved=SavedFilter.shown_to(viewer),
        sorts=[(sort.name, order_query.SORTS[sort.name]) for sort in order_sort.for_viewer(viewer)],
        dates=DATES,
        dues=order_query.DUE,
        statuses=[(status, _(name)) for status, name in order_status.STATUSES],
        channels=order_list.channels(viewer),
        suppliers=supplier_choices(),
    )


@blueprint.post("/columns")
def choose_columns() -> Response:
    usual = request.form.get("usual") == "1"
    known = [column.name for column in order_columns.choices(access.viewer())]
    ticked = request.form.getlist("column")
    saved_filters.choose_columns(access.viewer(), None if usual else [name for name in known if name in ticked])
    return see(own_path(request.form.get("back")) or url_for("orders.index"))


@blueprint.get("/<id:order_id>")
def show(order_id: int) -> Response:
    return show_page(order_id)


@blueprint.post("/<id:order_id>/status")
def set_status(order_id: int) -> Response:
    orders.find(access.viewer(), order_id)
    form = StatusForm(request.form)
    if not form.validate():
        return show_page(order_id, 422, form=form)
    try:
        order = orders.set_status(access.viewer(), order_id, form.status.data or "")
    except Conflict as conflict:
        form.status.errors = [conflict.message]
        return show_page(order_id, 409, form=form)
    now = _(order_status.name(order.status))
    return see(_url(order_id), _("Order %(reference)s is now %(status)s.", reference=order.reference, status=now))


@blueprint.post("/<id:order_id>/allocate")
def allocate(order_id: int) -> Response:
    orders.find(access.viewer(), order_id)
    units = allocations.allocate(access.viewer(), order_id)
    if not units:
        return see(_url(order_id), _("There is still no free stock for what is unassigned."), "warning")
    return see(_url(order_id), ngettext("%(num)d unit found stock.", "%(num)d units found stock.", units))


@blueprint.post("/<id:order_id>/synchronize")
def synchronize(order_id: int) -> Response:
    orders.find(access.viewer(), order_id)
    orders.request_sync(access.viewer(), order_id)
    return see(_url(order_id), _("The worker reads this order from its channel now."))


@blueprint.post("/<id:order_id>/cancel/grant")
def grant_cancel(order_id: int) -> Response:
    orders.find(access.viewer(), order_id)
    form = CancelAnswerForm(request.form)
    if not form.validate():
        return show_page(order_id, 422, answer=form)
    units = cancel_requests.grant(access.viewer(), order_id, request_id=form.asked.data)
    told = ngettext("%(num)d unit canceled.", "%(num)d units canceled.", units)
    gone = not Order.visible_to(access.viewer()).where(Order.id == order_id).exists()
    return see(url_for("orders.index") if gone else _url(order_id), told)


@blueprint.post("/<id:order_id>/cancel/refuse")
def refuse_cancel(order_id: int) -> Response:
    orders.find(access.viewer(), order_id)
    form = CancelAnswerForm(request.form)
    if not form.validate():
        return show_page(order_id, 422, answer=form)
    cancel_requests.refuse(access.viewer(), order_id, request_id=form.asked.data, reason=form.reason.data or "")
    return see(_url(order_id), _("Noted: it leaves anyway. The merchant settles it with the buyer."))


@blueprint.post("/<id:order_id>/tasks/<id:task_id>/finish")
@access.only("admin", "merchant")
def finish_task(order_id: int, task_id: int) -> Response:
    order_tasks.finish(access.viewer(), order_id, task_id)
    return see(_back(order_id), _("Settled."))


@blueprint.post("/<id:order_id>/tell-again")
@access.only("admin", "merchant")
def tell_again(order_id: int) -> Response:
    count = pushes.tell_again(access.viewer(), order_id)
    told = ngettext(
        "The channel is told of %(num)d shipment again.", "The channel is told of %(num)d shipments again.", count
    )
    return see(_back(order_id), told)


def _back(order_id: int) -> str:
    return own_path(request.form.get("back")) or _url(order_id)


def show_page(
    order_id: int,
    status: int = 200,
    *,
    form: StatusForm | None = None,
    answer: CancelAnswerForm | None = None,
    note: NoteForm | None = None,
) -> Response:
    """Return the order's page with these forms as they were filled in, and the others empty."""
    shown = order_page.read(access.viewer(), order_id)
    values = {"shown": shown, "rules": order_page.RULES, "status_names": dict(order_status.STATUSES)}
    values |= {"answer": answer or CancelAnswerForm(None), "cancel_names": dict(cancel_status.STATUSES)}
    values |= {"form": form or StatusForm(None), "note": note or NoteForm(None), "sorts": order_timeline.SORTS}
    return page("orders/show.html", "order_progress", status=status, **values)


def supplier_choices() -> list[tuple[int, str]]:
    """Return what a supplier filter offers: nothing to those who work for one supplier alone."""
    viewer = access.viewer()
    if viewer.supplier_id is not None:
        return []
    return [(OWN, _("Own stock")), *_suppliers().rows(store=viewer.store_id)]


@prepared
def _suppliers() -> pw.Query:
    return Supplier.select(Supplier.id, Supplier.name).where(Supplier.store == slot("store")).order_by(Supplier.name)


def _url(order_id: int) -> str:
    return url_for("orders.show", order_id=order_id)
