"""Cancel an order or units of it, as the merchant: at once what nobody has begun, by asking what somebody has."""

from dataclasses import dataclass
from typing import Any

from webapp.actions import (
    allocations,
    cancel_request_state,
    cancel_requests,
    holdings,
    line_drift,
    order_parts,
    order_state,
    returns,
    stock,
)
from webapp.db import transaction
from webapp.domain import order_drift, order_status, rights
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.order_drift import Drift, LineState
from webapp.domain.viewer import Viewer
from webapp.models import Order, OrderLine


@dataclass(frozen=True)
class LineOutcome:
    """What canceling so many units of a line comes to."""

    line: OrderLine
    units: int
    state: LineState
    drift: Drift
    asked: dict[str, int]
    """Supplier's name -> units that it has begun and is asked for."""

    @property
    def most(self) -> int:
        """Return the units that are neither canceled nor asked to be."""
        return self.state.effective

    @property
    def at_once(self) -> int:
        """Return the units that nobody has begun, or that lie on the own shelf, which needn't be asked."""
        return self.drift.canceled + self.drift.asked.get(None, 0)

    @property
    def gone(self) -> int:
        """Return the units that have left: they can only come back."""
        return self.drift.gone


def foresee(viewer: Viewer, order: Order, units: dict[int, int] | None = None) -> list[LineOutcome]:
    """Return what canceling these units (line id -> units; None: all) would come to, line by line."""
    _need_whole_store(viewer)
    states, found = line_drift.states(order), []
    for line in OrderLine.visible_to(viewer, [order.id]):
        state = states[line.id]
        wanted = state.effective if units is None else units.get(line.id, 0)
        drift = order_drift.by_hand(state, wanted)
        asked = {holdings.source_name(source): count for source, count in drift.asked.items() if source is not None}
        found.append(LineOutcome(line, wanted, state, drift, asked))
    return found


def cancel(viewer: Viewer, order_id: int, units: dict[int, int] | None = None, why: str = "") -> list[LineOutcome]:
    """Cancel these units (line id -> units; None: the whole order) and return what became of them.

    What nobody has begun, and whatever the own shelf hasn't shipped, is canceled at once; suppliers that have begun
    are asked; for what has left a return is opened. An order of which nothing is left is canceled, and its
    channel told. Raises Conflict `not_open`, and Invalid for more units than a line has.
    """
    _need_whole_store(viewer)
    why = " ".join(why.split())[:300]
    with transaction():
        order = order_parts.locked(viewer, order_id)
        if order.status not in order_status.OPEN:
            raise Conflict("not_open", "The order has left or is canceled: what is gone can only come back.")
        outcomes = foresee(viewer, order, units)
        _check(outcomes)
        whole = all(one.units == one.most for one in outcomes)
        before = allocations.suppliers_of(order)
        stock.lock_for(order.store_id, order.id)
        moved: set[stock.Place] = set()
        repacked: set[order_state.PackedBy] = set()
        for one in outcomes:
            if one.units:
                moved |= _line(viewer, order, one, repacked, whole=whole, why=why)
        if whole:
            cancel_request_state.widen(viewer, order, why)
        returns.open_for(viewer, order, {one.line.id: one.gone for one in outcomes if one.gone}, why)
        _tell(viewer, order, outcomes, whole, why)
        order_state.settle(viewer, order, canceled=whole, tell=whole)
        order_state.changed(order, before - allocations.suppliers_of(order), moved, repacked)
    return outcomes


def _line(
    viewer: Viewer, order: Order, one: LineOutcome, repacked: set[order_state.PackedBy], *, whole: bool, why: str
) -> set[stock.Place]:
    drift = one.drift
    moved = line_drift.free(order, one.line, drift)
    if drift.canceled:
        cancel_request_state.cancel_units(one.line.id, drift.canceled)
    held = {part.supplier_id: part.units - drift.freed.get(part.supplier_id, 0) for part in one.state.held}
    for source, count in drift.asked.items():
        place: Any = (one.line.id, source)
        cancel_request_state.ask(viewer, order, one.line, place, count, held[source], whole=whole, why=why)
    for row in cancel_request_state.asked(order):
        if row.supplier_id is None and row.line_id == one.line.id:
            moved |= cancel_requests.carry_out(viewer, order, row, repacked)  # The merchant needn't ask itself.
    return moved


def _tell(viewer: Viewer, order: Order, outcomes: list[LineOutcome], whole: bool, why: str) -> None:
    parts = (
        ("{} canceled at once", sum(one.at_once for one in outcomes)),
        ("{} asked for", sum(sum(one.asked.values()) for one in outcomes)),
        ("{} had left", sum(one.gone for one in outcomes)),
    )
    told = ", ".join(words.format(holdings.units_of(count)) for words, count in parts if count)
    what = "Order canceled here" if whole else "Canceled here"
    because = f" ({why})" if why else ""
    order_parts.event(viewer, order, "order.canceled_by_hand", f"{what}{because}: {told}", order_parts.OWN)


def _check(outcomes: list[LineOutcome]) -> None:
    wrong = {
        f"units_{one.line.id}": [f"At most {holdings.units_of(one.most)} can be canceled."]
        for one in outcomes
        if not 0 <= one.units <= one.most
    }
    if not wrong and not any(one.units for one in outcomes):
        wrong["units"] = ["Say of which line how many units are canceled."]
    if wrong:
        raise Invalid(wrong)


def _need_whole_store(viewer: Viewer) -> None:
    order_parts.need_write(viewer)
    rights.need_whole_store(viewer, "cancels orders")
