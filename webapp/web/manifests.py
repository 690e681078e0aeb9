"""Hand-over to a courier: what he takes on a day, the list that he signs, and everything handed over in one go."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from webapp.actions import parcels, shipments
from webapp.connectors import labels
from webapp.domain import masking, order_status, tracking
from webapp.domain.errors import Refusal
from webapp.domain.papers import Manifest, ManifestRow
from webapp.domain.viewer import Viewer
from webapp.models import Shipment, manifest
from webapp.models.order_search import full_name
from webapp.web import access, paper_content, stocks
from webapp.web.hypermedia import page, see
from webapp.web.orders import supplier_choices
from webapp.web.papers import shown
from webapp.web.sayings import said

blueprint = Blueprint("manifests", __name__, url_prefix="/manifests")
blueprint.before_request(access.require_login)


@dataclass(frozen=True)
class Row:
    """One shipment of a manifest, and why it can't be handed over, where it can't."""

    shipment: Shipment
    recipient: str
    parcels: int
    weight_grams: int | None
    hindered: str = ""

    @property
    def ready(self) -> bool:
        """Tell whether it can be handed over now."""
        return self.shipment.status == "draft" and not self.hindered


@dataclass(frozen=True)
class Result:
    """What became of one shipment that was to be handed over."""

    shipment: Shipment
    refused: str = ""


@blueprint.get("/")
def index() -> Response:
    viewer, stock, day = access.viewer(), stocks.chosen(None), _day()
    stretch = _stretch(day)
    loads = manifest.loads(viewer, stock, stretch)
    asked = request.args.get("carrier")
    carrier = tracking.key(asked[:80]) if asked is not None else loads[0].key if loads else ""
    found = _rows(viewer, manifest.rows(viewer, stock, carrier, stretch))
    return page(
        "manifests/index.html",
        "manifest_rows",
        rows=found[: manifest.MOST],
        more=len(found) > manifest.MOST,
        loads=loads,
        carrier=carrier,
        day=day,
        today=stocks.clock().date(),
        stock=stock,
        stocks=supplier_choices(),
        weight=paper_content.weight_of([row.weight_grams for row in found]),
    )


@blueprint.get("/list.pdf")
def download() -> Response:
    """Give the list that the courier signs: the ticked shipments, or all of the courier and day."""
    viewer, stock, day = access.viewer(), stocks.chosen(None), _day()
    carrier = tracking.key(request.args.get("carrier", "")[:80])
    found = manifest.rows(viewer, stock, carrier, _stretch(day))[: manifest.MOST]
    wanted = stocks.ticked()
    rows = [row for row in _rows(viewer, found) if (row.shipment.id in wanted if wanted else not row.hindered)]
    if not rows:
        back = url_for("manifests.index", carrier=carrier, day=day.isoformat(), stock=request.args.get("stock"))
        return see(back, _("There is nothing to hand over to this courier on that day."), "warning")
    name = rows[0].shipment.carrier or _("a courier without a name")
    drawn = Manifest(paper_content.sender(), name, paper_content.day_words(day), tuple(map(_paper_row, rows)))
    return shown(labels.manifest(drawn, _), f"manifest-{day.isoformat()}")


@blueprint.post("/hand-over")
def hand_over() -> Response:
    """Hand over what was ticked, each shipment by itself: one that can't leave holds up no other."""
    viewer, wanted = access.viewer(), stocks.ticked()[: manifest.MOST]
    carrier, day, stock = request.form.get("carrier", "")[:80], _day(), stocks.chosen(None)
    again: dict[str, Any] = {"carrier": tracking.key(carrier), "day": day.isoformat(), "stock": stock}
    if not wanted:
        return see(url_for("manifests.index", **again), _("Tick the shipments that the courier takes."), "warning")
    visible = Shipment.visible_to(viewer).where(Shipment.id.in_(wanted))
    known = {row.id: row for row in visible}
    results = [_handed(viewer, known[number]) for number in wanted if number in known]
    return page("manifests/hand_over.html", results=results, unknown=len(wanted) - len(results), again=again)


def _handed(viewer: Viewer, shipment: Shipment) -> Result:
    try:
        return Result(shipments.ship(viewer, shipment.id))
    except Refusal as refused:
        return Result(shipments.find(viewer, shipment.id), said(refused.message))


def _rows(viewer: Viewer, found: list[Shipment]) -> list[Row]:
    packed = parcels.of(viewer.store_id, [row.id for row in found])
    return [_row(viewer, row, [parcel.weight_grams for parcel in packed[row.id]]) for row in found]


def _row(viewer: Viewer, shipment: Shipment, weights: list[int | None]) -> Row:
    known = [grams for grams in weights if grams is not None]
    weight = sum(known) if known and len(known) == len(weights) else None
    hindered = ""
    if shipment.status == "draft" and shipment.order.status not in order_status.PACKABLE:
        hindered = _("Its order is: %(status)s", status=_(order_status.name(shipment.order.status)))
    recipient = full_name(masking.address(viewer, shipment.delivery_address))
    return Row(shipment, recipient, max(1, len(weights)), weight, hindered)


def _paper_row(row: Row) -> ManifestRow:
    shipment = row.shipment
    return ManifestRow(
        str(shipment.id), shipment.order.reference, row.recipient, row.parcels, row.weight_grams, shipment.tracking_code
    )


def _day() -> dt.date:
    """Return the day that is asked for; today, by the store's clock, where none is or it isn't one."""
    return stocks.day(request.values.get("day", "")) or stocks.clock().date()


def _stretch(day: dt.date) -> manifest.Stretch:
    following = day + dt.timedelta(days=1)
    return manifest.Stretch(stocks.begins(day), stocks.begins(following), day == stocks.clock().date())
