"""The shipments: list, page, packing from an order, tracking, hand-over, delivery, cancellation."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.actions import carriers, orders, packing, parcels, shipments
from webapp.domain import masking, order_status, shipment_status
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.viewer import Viewer
from webapp.forms.shipments import ShipForm, TrackingForm, weights_text
from webapp.models import Order, OrderLine, Shipment, Supplier
from webapp.models.shipment_search import OWN
from webapp.web import access, given, shipment_page, shipment_query, waybill_page
from webapp.web.days_asked import DATES
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import PAGE, Page, after, own_path, page, page_of, put_errors, see
from webapp.web.orders import supplier_choices
from webapp.web.sayings import said

blueprint = Blueprint("shipments", __name__)
blueprint.before_request(access.require_login)


@blueprint.get("/shipments/")
def index() -> Response:
    viewer, asked = access.viewer(), shipment_query.asked()
    query = asked.select(viewer)
    if after():
        query = query.where(Shipment.id < after())
    found = page_of(query.limit(PAGE + 1))
    return page(
        "shipments/index.html",
        "shipment_rows",
        page=found,
        contents=shipment_page.contents(viewer, [row.id for row in found.rows]),
        labelled=waybill_page.labelled(viewer, [row.id for row in found.rows]),
        asked=asked,
        shown=_shown(found),
        dates=DATES,
        statuses=[(word, _(name)) for word, name in shipment_status.STATUSES],
        suppliers=supplier_choices(),
        carriers=_known_carriers(viewer, asked.carrier),
    )


@blueprint.get("/orders/<id:order_id>/shipments/new")
def new(order_id: int) -> Response:
    order = orders.find(access.viewer(), order_id)
    waiting = packing.open_units(access.viewer(), order)
    if not waiting or order.status not in order_status.PACKABLE:
        return see(url_for("orders.show", order_id=order_id), _("Nothing of this order waits to be packed."), "warning")
    source = _chosen(waiting, given.number(request.args, "source"))
    return _form_page(order, source, ShipForm.for_lines(waiting.get(source or None, {})))


@blueprint.post("/orders/<id:order_id>/shipments")
def create(order_id: int) -> Response:
    return _create(order_id, and_ship=False)


@blueprint.post("/orders/<id:order_id>/shipments/ship")
def create_and_ship(order_id: int) -> Response:
    return _create(order_id, and_ship=True)


@blueprint.get("/shipments/<id:shipment_id>")
def show(shipment_id: int) -> Response:
    return _show(shipment_id)


@blueprint.get("/shipments/<id:shipment_id>/edit")
def edit(shipment_id: int) -> Response:
    shipment = shipments.find(access.viewer(), shipment_id)
    if shipment.status == "canceled":
        return see(_url(shipment_id), _("A canceled shipment can't be changed."), "warning")
    return _edit_page(shipment, _stored(shipment))


@blueprint.post("/shipments/<id:shipment_id>")
def update(shipment_id: int) -> Response:
    shipment = shipments.find(access.viewer(), shipment_id)
    form = TrackingForm(request.form)
    if not form.validate():
        return _edit_page(shipment, form, 422)
    texts = form.texts()
    packed = parcels.drafts_of(shipment)
    if form.parcels.data != weights_text(packed):
        packed = list(form.weights())
    if texts["tracking_url"] in ("", shipment.tracking_url):
        del texts["tracking_url"]  # Left as it was, it follows carrier and code.
    try:
        shipments.edit(access.viewer(), shipment_id, parcels=packed, seen=form.version.data or "", **texts)
    except Invalid as invalid:
        put_errors(form, invalid)
        return _edit_page(shipment, form, 422)
    except Conflict as conflict:
        shipment = shipments.find(access.viewer(), shipment_id)
        return _edit_page(shipment, form, put_conflict(form, conflict, _stored(shipment)))
    return see(_url(shipment_id), _("Shipment %(number)s is changed.", number=shipment_id))


@blueprint.post("/shipments/<id:shipment_id>/ship")
def ship(shipment_id: int) -> Response:
    shipments.ship(access.viewer(), shipment_id)
    told = _("Shipment %(number)s is handed over; the channel is told.", number=shipment_id)
    return see(_back(shipment_id), told)


@blueprint.post("/shipments/<id:shipment_id>/deliver")
def deliver(shipment_id: int) -> Response:
    shipments.deliver(access.viewer(), shipment_id)
    return see(_back(shipment_id), _("Shipment %(number)s is delivered.", number=shipment_id))


@blueprint.get("/shipments/<id:shipment_id>/cancel")
def confirm_cancel(shipment_id: int) -> Response:
    viewer = access.viewer()
    shipment = shipments.find(viewer, shipment_id)
    lines = shipment_page.contents(viewer, [shipment_id])[shipment_id]
    return page("shipments/cancel.html", shipment=shipment, order=shipment.order, lines=lines)


@blueprint.post("/shipments/<id:shipment_id>/cancel")
def cancel(shipment_id: int) -> Response:
    shipments.cancel(access.viewer(), shipment_id)
    told = _("Shipment %(number)s is canceled; its units are open again.", number=shipment_id)
    return see(_url(shipment_id), told)


def _create(order_id: int, *, and_ship: bool) -> Response:
    """Pack what the form says, and hand it over at once if that was the button; both write the same shipment."""
    viewer = access.viewer()
    order = orders.find(viewer, order_id)
    waiting = packing.open_units(viewer, order)
    source = _chosen(waiting, given.number(request.form, "source"))
    form = ShipForm.for_lines(waiting.get(source or None, {}), request.form)
    if not form.validate():
        return _form_page(order, source, form, 422)
    try:
        made = shipments.create(viewer, order_id, form.draft(source))
    except Invalid as invalid:
        put_errors(form, invalid)
        return _form_page(order, source, form, 422)
    except Conflict as conflict:
        form.form_errors.append(conflict.message)
        form.put_open(conflict.extra.get("open", {}))
        return _form_page(order, source, form, 422 if conflict.code == "over_shipping" else 409)
    if and_ship:
        return _ship_new(made.id)
    return see(_url(made.id), _("Shipment %(number)s is packed. Ship it once the courier has it.", number=made.id))


def _ship_new(shipment_id: int) -> Response:
    """Hand over what was just packed; where that is refused, the parcel stays packed and the page says why."""
    try:
        shipments.ship(access.viewer(), shipment_id)
    except Conflict as conflict:
        told = _(
            "Shipment %(number)s is packed, but not handed over: %(reason)s",
            number=shipment_id,
            reason=said(conflict.message),
        )
        return see(_url(shipment_id), told, "warning")
    told = _("Shipment %(number)s is packed and handed over; the channel is told.", number=shipment_id)
    return see(_url(shipment_id), told)


def _chosen(waiting: dict[int | None, dict[int, int]], wanted: int | None) -> int:
    """Return the stock to pack from: the one asked for, else the first that has something open."""
    sources = [source or OWN for source in waiting]
    if wanted is not None:
        return wanted
    return sources[0] if sources else OWN


def _form_page(order: Order, source: int, form: ShipForm, status: int = 200) -> Response:
    viewer = access.viewer()
    waiting = packing.open_units(viewer, order)
    sources = _sources(waiting)
    if status == 200 and source not in dict(sources):
        abort(404)
    lines = [row for row in OrderLine.visible_to(viewer, [order.id]) if row.id in form.open_units]
    return page(
        "shipments/new.html",
        status=status,
        order=order,
        form=form,
        source=source,
        sources=sources,
        lines=lines,
        carriers=carriers.names(viewer.store_id),
        address=masking.address(viewer, order.delivery_address),
    )


def _stored(shipment: Shipment) -> TrackingForm:
    form = TrackingForm(formdata=None, obj=shipment, data={"version": shipments.version(shipment)})
    form.parcels.data = weights_text(parcels.drafts_of(shipment))
    return form


def _edit_page(shipment: Shipment, form: TrackingForm, status: int = 200) -> Response:
    known = carriers.names(shipment.store_id)
    told_to = shipment_page.told_to(shipment)
    return page("shipments/edit.html", status=status, shipment=shipment, form=form, carriers=known, told_to=told_to)


def _show(shipment_id: int) -> Response:
    viewer = access.viewer()
    shipment = shipments.find(viewer, shipment_id)
    told = [view for view in shipment_page.pushes_of(viewer, shipment.order_id) if view.push.shipment_id == shipment_id]
    (view,) = [
        row for row in shipment_page.shipments_of(viewer, shipment.order_id, told) if row.shipment.id == shipment_id
    ]
    packed = parcels.drafts_of(shipment)
    return page(
        "shipments/show.html",
        "shipment_progress",
        view=view,
        order=orders.find(viewer, shipment.order_id),
        address=masking.address(viewer, shipment.delivery_address),
        waybill=waybill_page.view_of(viewer, shipment),
        parcels=packed,
        weights=weights_text(packed),
        pending=any(item.push.status in ("waiting", "sending") for item in told),
    )


def _sources(waiting: dict[int | None, dict[int, int]]) -> list[tuple[int, str]]:
    """Return the stocks that have something open: id and name, own shelf included."""
    rows = Supplier.select(Supplier.id, Supplier.name).where(Supplier.id.in_([key for key in waiting if key]))
    names: dict[int | None, str] = {row.id: row.name for row in rows}
    return [(source or OWN, names.get(source, _("Own stock"))) for source in waiting]


def _shown(found: Page) -> str:
    """Say how many shipments there are, without counting those that aren't shown."""
    count = len(found.rows)
    if after() or found.next_after:
        return str(_("%(count)d of many shipments", count=count))
    return str(ngettext("%(num)d shipment", "%(num)d shipments", count))


def _known_carriers(viewer: Viewer, chosen: str) -> list[tuple[str, str]]:
    names = {*carriers.names(viewer.store_id), chosen} - {""}
    return [(name, name) for name in sorted(names)]


def _url(shipment_id: int) -> str:
    return url_for("shipments.show", shipment_id=shipment_id)


def _back(shipment_id: int) -> str:
    """Return where the button was pressed, if that is a page of ours."""
    return own_path(request.form.get("back")) or _url(shipment_id)
