"""Papers to print: packing slips, pick lists, and everything of the ticked shipments in one file."""

from collections.abc import Callable

from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import gettext as _

from webapp.actions import waybill_files
from webapp.connectors import labels
from webapp.domain.errors import Conflict, NotFound, Refusal
from webapp.domain.waybill_format import PDF
from webapp.models import Order
from webapp.web import access, order_list, order_query, paper_content, stocks
from webapp.web.hypermedia import own_path, page, see

blueprint = Blueprint("papers", __name__)
blueprint.before_request(access.require_login)


@blueprint.get("/shipments/<id:shipment_id>/packing-slip.pdf")
def slip(shipment_id: int) -> Response:
    prices = request.args.get("prices") == "1"
    found = paper_content.slips(access.viewer(), [shipment_id], prices=prices)
    return shown(labels.packing_slips(found, _), f"packing-slip-{shipment_id}")


@blueprint.get("/packing-slips.pdf")
def slips() -> Response:
    """Give the slips of ticked shipments, or of the parcels of ticked orders."""
    if _asks_for_orders():
        return _slips_of_orders()
    return _printed(lambda ids: labels.packing_slips(paper_content.slips(access.viewer(), ids), _), "packing-slips")


@blueprint.get("/pick-list.pdf")
def pick_list() -> Response:
    """Give a pick list of ticked shipments, or of orders as far as they wait to be packed."""
    if not _asks_for_orders():
        return _printed(_picked, "pick-list")
    wanted = _orders()
    if not wanted:
        return order_list.none_ticked(_filters().query)
    try:
        listed = paper_content.pick_list(access.viewer(), stocks.chosen(None), wanted, [])
    except Conflict as conflict:
        if "query" not in request.args:
            raise
        return see(_list(), conflict.message, "warning")
    return shown(labels.pick_list(listed, _), "pick-list")


@blueprint.get("/shipping-papers.pdf")
def together() -> Response:
    """Give the pick list, and then slip and label of each ticked shipment, in one file."""
    return _printed(_together, "shipping-papers")


def shown(content: bytes, name: str) -> Response:
    """Return a PDF that we drew ourselves, to be looked at and printed: nothing of it comes from elsewhere."""
    response = make_response(content)
    response.headers["Content-Type"] = PDF
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _printed(draw: Callable[[list[int]], bytes], name: str) -> Response:
    """Draw what was ticked; what can't be drawn is told where it was ticked."""
    back = own_path(request.args.get("back")) or url_for("shipments.index")
    ids = stocks.ticked()
    if not ids:
        return see(back, _("Tick the shipments whose papers you want."), "warning")
    try:
        return shown(draw(ids), name)
    except NotFound:
        raise
    except labels.Unreadable:
        return see(back, _("One of the uploaded labels can’t be joined with others: download it alone."), "danger")
    except Refusal as refused:
        return see(back, refused.message, "danger")


def _slips_of_orders() -> Response:
    """Give the slips of all parcels of these orders; orders without a parcel are named first."""
    viewer, wanted = access.viewer(), _orders()
    if not wanted:
        return order_list.none_ticked(_filters().query)
    try:
        parcels, without = paper_content.parcels(viewer, wanted)
        if not parcels:
            told = _(
                "None of these orders has a parcel yet, so there is no packing slip. Print a pick list and pack them."
            )
            return see(_list(), told, "warning")
        if without:
            return page("papers/slips.html", parcels=parcels, without=without, count=len(wanted), home=_list())
        return shown(labels.packing_slips(paper_content.slips(viewer, parcels), _), "packing-slips")
    except Conflict as conflict:
        return see(_list(), conflict.message, "warning")


def _asks_for_orders() -> bool:
    """Tell whether the list of orders asks, which sends its filters along, or a page that names orders."""
    return "query" in request.args or "order" in request.args


def _orders() -> list[int]:
    """Return the orders that were ticked, or all that match the list's filters."""
    if request.args.get("matching") != "1":
        return stocks.ticked("order")
    search = _filters().search
    return [row[0] for row in search.sorted(access.viewer(), Order.id).limit(paper_content.MOST_AT_ONCE + 1).tuples()]


def _filters() -> order_query.Asked:
    return order_query.of_text(request.args.get("query", ""))


def _list() -> str:
    return order_list.address(_filters().query)


def _picked(ids: list[int]) -> bytes:
    return labels.pick_list(paper_content.pick_list(access.viewer(), None, [], ids), _)


def _together(ids: list[int]) -> bytes:
    files = dict(waybill_files.read_many(access.viewer(), ids, PDF))
    parts = [_picked(ids)] if len(ids) > 1 else []
    for found in paper_content.slips(access.viewer(), ids):
        parts += [labels.packing_slips([found], _), files[int(found.shipment)]]
    return labels.JOINABLE[PDF](parts)
