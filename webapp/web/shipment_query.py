"""What the address of the list of shipments asks for, which is what its export holds; what can't be one is none."""

from dataclasses import dataclass

import peewee as pw
from flask import request

from webapp.domain import shipment_status
from webapp.domain.viewer import Viewer
from webapp.models.shipment_search import find_shipments
from webapp.web import days_asked, given
from webapp.web.days_asked import DaysAsked


@dataclass(frozen=True)
class Asked:
    """The filters of the list."""

    words: str
    status: str
    supplier_id: int | None
    carrier: str
    days: DaysAsked
    """Those on which the shipments were packed."""

    @property
    def narrowed(self) -> bool:
        """Tell whether any filter is set."""
        return bool(self.words or self.status or self.carrier or self.days.dates) or self.supplier_id is not None

    def select(self, viewer: Viewer) -> "pw.ModelSelect[pw.Model]":
        """Select the shipments that the viewer may see, newest first."""
        return find_shipments(
            viewer,
            self.words,
            status=self.status,
            supplier_id=self.supplier_id,
            carrier=self.carrier,
            since=self.days.since,
            before=self.days.until,
        )


def asked() -> Asked:
    """Read the filters from the address of this request."""
    status = request.args.get("status", "")
    return Asked(
        given.words(request.args),
        status if status in dict(shipment_status.STATUSES) else "",
        given.number(request.args, "supplier"),
        given.text(request.args, "carrier", 80),
        days_asked.read(request.args),
    )
