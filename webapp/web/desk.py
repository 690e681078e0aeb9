"""The packing desk: what waits, a field to scan into, packing item by item, and what to do with the parcel then."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.actions import acceptance, carriers, desk, orders, shipments
from webapp.connectors import labels
from webapp.domain import masking, order_status
from webapp.domain.errors import Conflict, Invalid, Refusal
from webapp.forms.desk import MOST_UNITS, DeskForm
from webapp.models import Order, Shipment
from webapp.models import desk as waiting
from webapp.models.shipment_search import OWN
from webapp.web import access, desk_page, given, stocks, waybill_page
from webapp.web.desk_page import Line
from webapp.web.hypermedia import page, put_errors, see
from webapp.web.orders import supplier_choices

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.before_request(access.require_login)


@blueprint.get("/")
def index() -> Response:
    stock = _stock()
    board = desk_page.board(access.viewer(), stock)
    return page(
        "desk/index.html", "desk_columns", board=board, stock=stock, named=_named(stock), stocks=supplier_choices()
    )


@blueprint.get("/scan")
def scan() -> Response:
    """Open what a code is about; where it may be several things, list them; where it is none, say so."""
    viewer, stock, code = access.viewer(), _stock(), _code()
    if not code:
        return see(url_for("desk.index", stock=_named(stock)))
    found = waiting.find(viewer, stock, code)
    if found.count == 1:
        for shipment in found.shipments:
            return see(_shipment_url(shipment, stock))
        for order in (*found.holding, *found.orders):
            return _open_order(order, stock)
    cards = {row.id: row for row in (*found.holding, *found.orders)}
    return page("desk/scan.html", code=code, orders=list(cards.values()), found=found, named=_named(stock))


@blueprint.post("/accept")
def accept_many() -> Response:
    """Accept what a stock has to do of each of these orders; one that can't be accepted holds up no other."""
    viewer, stock = access.viewer(), _stock()
    here, done = url_for("desk.index", stock=_named(stock)), 0
    ids = stocks.ticked("order")[: desk_page.SHOWN]
    for order_id in ids:
        try:
            done += bool(acceptance.accept(viewer, order_id, source=stock))
        except Refusal:
            continue  # It was withdrawn from this stock meanwhile, and is gone from the column now.
    if not done:
        return see(here, _("There was nothing left to accept."), "warning")
    return see(here, ngettext("%(num)d order is accepted.", "%(num)d orders are accepted.", done))


@blueprint.get("/orders/<id:order_id>")
def show(order_id: int) -> Response:
    order, stock = orders.find(access.viewer(), order_id), _stock()
    found = desk_page.lines(access.viewer(), stock, order)
    if not found or order.status not in order_status.PACKABLE:
        return _elsewhere(order, stock)
    counts = {row.line.id: min(_count(row.line.id), row.open) for row in found}
    form = DeskForm(formdata=None, carrier=desk_page.likely_carrier(access.viewer(), stock, order))
    form.parcels.data = desk_page.likely_weight(access.viewer(), found)
    return _pack_page(order, stock, desk_page.counted(found, counts), form)


@blueprint.post("/orders/<id:order_id>/accept")
def accept(order_id: int) -> Response:
    order, stock = orders.find(access.viewer(), order_id), _stock()
    acceptance.accept(access.viewer(), order_id, source=stock)
    return see(_order_url(order, stock), _("Order %(reference)s is accepted: pack it now.", reference=order.reference))


@blueprint.post("/orders/<id:order_id>/count")
def count(order_id: int) -> Response:
    """Count one unit of the item that was scanned; an item that doesn't belong here is told loudly."""
    order, stock, counts, found = _counting(order_id)
    code = _code()
    row = desk_page.matching(found, code)
    if row is None:
        told = _("Wrong item: “%(code)s” doesn’t belong into this parcel.", code=code)
        return see(_order_url(order, stock, counts), told if code else None, "danger")
    return _step(order, stock, counts, row, 1)


@blueprint.post("/orders/<id:order_id>/more")
def more(order_id: int) -> Response:
    order, stock, counts, found = _counting(order_id)
    return _step(order, stock, counts, _pressed(found), 1)


@blueprint.post("/orders/<id:order_id>/less")
def less(order_id: int) -> Response:
    order, stock, counts, found = _counting(order_id)
    return _step(order, stock, counts, _pressed(found), -1)


@blueprint.post("/orders/<id:order_id>/pack")
def pack(order_id: int) -> Response:
    """Pack what was counted and issue its waybill; what is refused stands above the form, with nothing lost."""
    viewer = access.viewer()
    order, stock = orders.find(viewer, order_id), _stock()
    found = desk_page.lines(viewer, stock, order)
    counts = {row.line.id: _count(row.line.id) for row in found}
    found, form = desk_page.counted(found, counts), DeskForm(request.form)
    if not form.validate() or not form.counted(counts, {row.line.id: row.open for row in found}):
        return _pack_page(order, stock, found, form, 422)
    try:
        made = desk.pack(viewer, order_id, form.draft(stock, counts), labels.draw)
    except Invalid as invalid:
        put_errors(form, invalid)
        return _pack_page(order, stock, found, form, 422)
    except Conflict as conflict:
        form.form_errors.append(conflict.message)
        now = desk_page.counted(desk_page.lines(viewer, stock, order), counts)  # Somebody else was faster.
        return _pack_page(order, stock, now, form, 409)
    told = _("Shipment %(number)s is packed. Print its papers.", number=made.id)
    return see(url_for("desk.packed", shipment_id=made.id, stock=_named(stock)), told)


@blueprint.get("/shipments/<id:shipment_id>")
def packed(shipment_id: int) -> Response:
    viewer = access.viewer()
    shipment = shipments.find(viewer, shipment_id)
    stock = viewer.supplier_id if viewer.supplier_id is not None else shipment.supplier_id or OWN
    number, weight = desk_page.packed_facts(shipment)
    return page(
        "desk/packed.html",
        shipment=shipment,
        order=shipment.order,
        units=waiting.units_in(viewer, [shipment_id]).get(shipment_id, 0),
        parcels=number,
        weight=weight,
        address=masking.address(viewer, shipment.delivery_address),
        waybill=waybill_page.view_of(viewer, shipment),
        following=desk_page.next_order(viewer, stock),
        named=_named(stock),
    )


def _pack_page(order: Order, stock: int, found: list[Line], form: DeskForm, status: int = 200) -> Response:
    viewer = access.viewer()
    return page(
        "desk/show.html",
        status=status,
        order=order,
        lines=found,
        form=form,
        named=_named(stock),
        stock_name=stocks.name(stock),
        fresh=desk_page.unaccepted(viewer, stock, order),
        address=masking.address(viewer, order.delivery_address),
        notes=masking.text(viewer, order.notes),
        carriers=carriers.names(viewer.store_id),
    )


def _counting(order_id: int) -> tuple[Order, int, dict[int, int], list[Line]]:
    """Return the order, whose desk it is at, and how much of each line was counted up to now."""
    viewer = access.viewer()
    order, stock = orders.find(viewer, order_id), _stock()
    found = desk_page.lines(viewer, stock, order)
    counts = {row.line.id: min(_count(row.line.id), row.open) for row in found}
    return order, stock, counts, desk_page.counted(found, counts)


def _step(order: Order, stock: int, counts: dict[int, int], row: Line, by: int) -> Response:
    """Count one line up or down and show the page anew; more than is wanted is told as loudly as a wrong item."""
    number = row.counted + by
    if number > row.open:
        told = _("Too many: all %(count)s of %(title)s are counted.", count=row.open, title=row.line.title)
        return see(_order_url(order, stock, counts), told, "danger")
    counts[row.line.id] = max(0, number)
    told = _("%(title)s: %(done)s of %(all)s", title=row.line.title, done=counts[row.line.id], all=row.open)
    return see(_order_url(order, stock, counts), told)


def _pressed(found: list[Line]) -> Line:
    word = request.form.get("line", "")
    row = next((row for row in found if str(row.line.id) == word), None)
    if row is None:
        raise Conflict("nothing_open", _("Nothing of this line waits to be packed any more."))
    return row


def _count(line_id: int) -> int:
    word = request.values.get(f"n{line_id}", "")
    return min(int(word), MOST_UNITS) if word.isascii() and word.isdigit() and len(word) <= 9 else 0


def _code() -> str:
    return given.words(request.values, "code")


def _stock() -> int:
    found = stocks.chosen()
    return OWN if found is None else found


def _named(stock: int) -> int | None:
    """Return the stock as addresses name it; nothing for people who have but one."""
    if access.viewer().supplier_id is not None or stock == OWN:
        return None
    return stock


def _order_url(order: Order, stock: int, counts: dict[int, int] | None = None) -> str:
    counted: dict[str, Any] = {f"n{line_id}": units for line_id, units in (counts or {}).items() if units}
    return url_for("desk.show", order_id=order.id, stock=_named(stock), **counted)


def _shipment_url(shipment: Shipment, stock: int) -> str:
    if shipment.status == "draft":
        return url_for("desk.packed", shipment_id=shipment.id, stock=_named(stock))
    return url_for("shipments.show", shipment_id=shipment.id)


def _open_order(order: Order, stock: int) -> Response:
    """Go to where an order can be worked on: the desk where something of it is open, else its parcel or its page."""
    if order.status in order_status.PACKABLE and waiting.open_lines(access.viewer(), stock, [order.id])[order.id]:
        return see(_order_url(order, stock))
    return _elsewhere(order, stock)


def _elsewhere(order: Order, stock: int) -> Response:
    drafts = list(waiting.to_hand_over(access.viewer(), stock).where(Shipment.order == order.id).limit(2))
    if len(drafts) == 1:
        return see(_shipment_url(drafts[0], stock), _("This order is packed: its parcel waits for the courier."))
    told = _("Nothing of order %(reference)s waits to be packed at this desk.", reference=order.reference)
    if order.status not in order_status.PACKABLE:
        name = _(order_status.name(order.status))
        told = _(
            "Order %(reference)s isn’t to be packed now. It is: %(status)s", reference=order.reference, status=name
        )
    return see(url_for("orders.show", order_id=order.id), told, "warning")
