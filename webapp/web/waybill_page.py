"""What pages show of a shipment's waybills."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from webapp.actions import waybill_content, waybill_files, waybills
from webapp.domain.viewer import Viewer
from webapp.domain.waybill_format import ENDINGS, NAMES
from webapp.models import Shipment, Waybill


@dataclass(frozen=True)
class WaybillView:
    """The last waybill of a shipment, and those before it."""

    waybill: Waybill
    details: dict[str, Any]
    formats: list[tuple[str, str]]
    """What it can be downloaded as: the file's ending and the format's name."""
    outdated: bool
    former: list[Waybill]

    @property
    def live(self) -> bool:
        """Tell whether it is drafted or issued."""
        return self.waybill.status in ("draft", "issued")


def view_of(viewer: Viewer, shipment: Shipment) -> WaybillView | None:
    """Return what the shipment's page shows of its waybills; None where it never had one."""
    found = waybills.history(viewer, shipment.id)
    if not found:
        return None
    last, *former = found
    formats = [(ENDINGS[name], NAMES[name]) for name in waybill_files.available([last])[last.id]]
    details = waybill_content.shown(last, shipment)
    return WaybillView(last, details, formats, waybill_content.outdated(last, shipment), former)


def labelled(viewer: Viewer, shipment_ids: Iterable[int]) -> set[int]:
    """Return those of the shipments that have an issued waybill: one statement."""
    return {row.shipment_id for row in Waybill.newest(viewer, shipment_ids) if row.status == "issued"}
