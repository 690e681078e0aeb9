"""Papers to print: packing slips, pick lists, and everything of the ticked shipments in one file."""

from collections.abc import Callable

from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import gettext as _

from webapp.actions import waybill_files
from webapp.connectors import labels
from webapp.domain.errors import NotFound, Refusal
from webapp.domain.waybill_format import PDF
from webapp.web import access, paper_content, stocks
from webapp.web.hypermedia import own_path, see

blueprint = Blueprint("papers", __name__)
blueprint.before_request(access.require_login)


@blueprint.get("/shipments/<id:shipment_id>/packing-slip.pdf")
def slip(shipment_id: int) -> Response:
    prices = request.args.get("prices") == "1"
    found = paper_content.slips(access.viewer(), [shipment_id], prices=prices)
    return shown(labels.packing_slips(found, _), f"packing-slip-{shipment_id}")


@blueprint.get("/packing-slips.pdf")
def slips() -> Response:
    return _printed(lambda ids: labels.packing_slips(paper_content.slips(access.viewer(), ids), _), "packing-slips")


@blueprint.get("/pick-list.pdf")
def pick_list() -> Response:
    """Give a pick list of ticked shipments, or of orders as far as they wait to be packed."""
    wanted = stocks.ticked("order") if request.args.get("order") else []
    if not wanted:
        return _printed(_picked, "pick-list")
    listed = paper_content.pick_list(access.viewer(), stocks.chosen(None), wanted, [])
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


def _picked(ids: list[int]) -> bytes:
    return labels.pick_list(paper_content.pick_list(access.viewer(), None, [], ids), _)


def _together(ids: list[int]) -> bytes:
    files = dict(waybill_files.read_many(access.viewer(), ids, PDF))
    parts = [_picked(ids)] if len(ids) > 1 else []
    for found in paper_content.slips(access.viewer(), ids):
        parts += [labels.packing_slips([found], _), files[int(found.shipment)]]
    return labels.JOINABLE[PDF](parts)
