"""What the page of one order shows, as far as the viewer may see it: read in a fixed number of statements."""

from dataclasses import dataclass, field
from typing import Any

import peewee as pw
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import hold_state, orders, packing, returns
from webapp.domain import masking, order_status
from webapp.domain.viewer import Viewer
from webapp.models import (
    Allocation,
    AllocationDecision,
    CancelRequest,
    Channel,
    Hold,
    Order,
    OrderLine,
    OrderTask,
    Return,
    Shipment,
    ShipmentLine,
    Supplier,
    Supply,
    SyncRun,
)
from webapp.web import order_timeline
from webapp.web.order_timeline import Entry
from webapp.web.shipment_page import PushView, ShipmentView, pushes_of, shipments_of

RULES = {
    "whole_line": lazy_gettext("One stock could cover the whole line."),
    "split": lazy_gettext("No stock could cover the whole line, so it was split."),
    "nothing_in_stock": lazy_gettext("No stock had enough free units."),
    "unknown_product": lazy_gettext("No product has this SKU, so no stock could be looked for."),
}

RETURNABLE = ("partially_shipped", "shipped", "delivered", "on_hold")
"""Statuses of orders of which something may have left."""


@dataclass
class Part:
    """Units of a line at one stock."""

    supplier: str
    supplier_sku: str
    units: int
    packed: int = 0
    shipped: int = 0


@dataclass
class LineView:
    """One line, with where its units come from and why."""

    line: OrderLine
    units: int
    """Units still wanted by the buyer; for a viewer bound to a supplier, those that it serves."""
    price_cents: int | None
    parts: list[Part] = field(default_factory=list)
    decisions: list[AllocationDecision] = field(default_factory=list)
    unassigned: int = 0

    @property
    def packed(self) -> int:
        """Return the units in packed or shipped shipments."""
        return sum(part.packed for part in self.parts)

    @property
    def shipped(self) -> int:
        """Return the units that have left."""
        return sum(part.shipped for part in self.parts)


@dataclass
class OrderPage:
    """Everything that the templates under `orders/` show of one order."""

    order: Order
    channel: Channel | None
    moves: tuple[str, ...]
    customer: dict[str, Any]
    address: dict[str, Any]
    billing: dict[str, Any]
    notes: str
    total_cents: int | None
    partial: bool
    """Whether the order has more than the viewer sees; only ever true for one bound to a supplier."""
    lines: list[LineView]
    shipments: list[ShipmentView]
    other_pushes: list[PushView]
    sync: SyncRun | None
    timeline: list[Entry]
    """Oldest first."""
    can_pack: bool
    cancel_requests: list[CancelRequest]
    """What stocks were asked to cancel, oldest first, answered or not."""
    tasks: list[OrderTask]
    """What is to be settled."""
    returns: list[Return]
    """What comes back of it, as far as the viewer may see it."""
    returnable: bool
    hold: Hold | None
    """Why it waits; only ever read of an order that is on hold."""

    @property
    def pending(self) -> bool:
        """Tell whether anything is on its way that the page should look at again by itself."""
        views = [view for shipment in self.shipments for view in shipment.pushes] + self.other_pushes
        syncing = self.sync is not None and self.sync.status in ("waiting", "running")
        return syncing or any(view.push.status in ("waiting", "sending") for view in views)

    @property
    def open(self) -> bool:
        """Tell whether the order's lines still want stock."""
        return self.order.status in order_status.OPEN

    @property
    def unassigned(self) -> int:
        """Return how many lines lack stock."""
        return sum(1 for view in self.lines if view.unassigned)


def read(viewer: Viewer, order_id: int) -> OrderPage:
    """Read the page; raise NotFound alike for a foreign order and an unknown one."""
    order = orders.find(viewer, order_id)
    whole = viewer.supplier_id is None
    lines = _lines(viewer, order)
    views = pushes_of(viewer, order.id)
    mine = sum((view.price_cents or 0) * view.units for view in lines)
    return OrderPage(
        order=order,
        channel=Channel.select().where(Channel.id == order.channel_id).first() if order.channel_id else None,
        moves=orders.allowed_moves(viewer, order.status),
        customer=masking.customer(viewer, order.customer),
        address=masking.address(viewer, order.delivery_address),
        billing=masking.billing(viewer, order.billing_address) if whole else {},
        notes=masking.text(viewer, order.notes),
        total_cents=masking.money(viewer, order.total_cents if whole else mine),
        partial=not whole and _has_more(order, lines),
        lines=lines,
        shipments=shipments_of(viewer, order.id, views),
        other_pushes=[view for view in views if view.push.shipment_id is None],
        sync=_sync(order) if whole else None,
        timeline=order_timeline.read(viewer, order, views, [(view.line, view.decisions) for view in lines]),
        can_pack=order.status in order_status.PACKABLE and bool(packing.open_units(viewer, order)),
        cancel_requests=_cancel_requests(viewer, order),
        tasks=_tasks(viewer, order),
        returns=list(Return.visible_to(viewer).where(Return.order == order.id).order_by(Return.id)),
        returnable=whole and order.status in RETURNABLE and bool(returns.returnable(order)),
        hold=hold_state.open_of(order) if order.status == "on_hold" else None,
    )


def _lines(viewer: Viewer, order: Order) -> list[LineView]:
    views = {}
    for line in OrderLine.visible_to(viewer, [order.id]):
        units = line.quantity - line.canceled_quantity
        views[line.id] = LineView(line, units, masking.money(viewer, line.unit_price_cents))
    for (line_id, _stock), part in _parts(viewer, order).items():
        views[line_id].parts.append(part)
    for view in views.values():
        held = sum(part.units for part in view.parts)
        if viewer.supplier_id is not None:
            view.units = held
        elif order.status in order_status.OPEN:
            view.unassigned = max(0, view.units - held)
    if viewer.supplier_id is None:
        rows = AllocationDecision.select().where(
            AllocationDecision.store == order.store_id, AllocationDecision.order == order.id
        )
        for row in rows.order_by(AllocationDecision.id):
            views[row.line_id].decisions.append(row)
    return list(views.values())


def _parts(viewer: Viewer, order: Order) -> dict[tuple[int, int | None], Part]:
    """Return (line, supplier) -> its units, with how many of them are packed and shipped."""
    query = (
        Allocation.select(Allocation.line, Allocation.supplier, Allocation.quantity, Supplier.name, Supply.supplier_sku)
        .join(Supplier, pw.JOIN.LEFT_OUTER)
        .switch(Allocation)
        .join(Supply, pw.JOIN.LEFT_OUTER)
        .where(Allocation.store == order.store_id, Allocation.order == order.id, Allocation.status == "active")
    )
    if viewer.supplier_id is not None:
        query = query.where(Allocation.supplier == viewer.supplier_id)
    parts: dict[tuple[int, int | None], Part] = {}
    held: list[Any] = list(query.order_by(Allocation.id).tuples())
    for line_id, supplier_id, units, name, sku in held:
        part = parts.setdefault((line_id, supplier_id), Part(name or _("Own stock"), sku or "", 0))
        part.units += units
    left = (
        ShipmentLine.select(ShipmentLine.line, Shipment.supplier, Shipment.status, pw.fn.SUM(ShipmentLine.quantity))
        .join(Shipment)
        .where(ShipmentLine.store == order.store_id, Shipment.order == order.id, Shipment.status != "canceled")
        .group_by(ShipmentLine.line, Shipment.supplier, Shipment.status)
    )
    gone: list[Any] = list(left.tuples())
    for line_id, supplier_id, status, units in gone:
        if (line_id, supplier_id) in parts:
            part = parts[(line_id, supplier_id)]
            part.packed += int(units)
            part.shipped += int(units) if status != "draft" else 0
    return parts


def _has_more(order: Order, lines: list[LineView]) -> bool:
    """Tell whether the order holds more units than the viewer sees."""
    total = pw.fn.SUM(OrderLine.quantity - OrderLine.canceled_quantity)
    query = OrderLine.select(total).where(OrderLine.store == order.store_id, OrderLine.order == order.id)
    return int(query.scalar() or 0) > sum(view.units for view in lines)


def _cancel_requests(viewer: Viewer, order: Order) -> list[CancelRequest]:
    query = CancelRequest.visible_to(viewer, CancelRequest, OrderLine, Supplier).join(OrderLine)
    query = query.switch(CancelRequest).join(Supplier, pw.JOIN.LEFT_OUTER).where(CancelRequest.order == order.id)
    return list(query.order_by(CancelRequest.id))


def _tasks(viewer: Viewer, order: Order) -> list[OrderTask]:
    query = OrderTask.select().where(OrderTask.store == viewer.store_id, OrderTask.order == order.id)
    query = query.where(OrderTask.done_at.is_null()).order_by(OrderTask.id)
    return list(query if viewer.supplier_id is None else query.where(OrderTask.public))


def _sync(order: Order) -> SyncRun | None:
    """Return the last time that somebody asked for this order to be read anew."""
    run: SyncRun | None = (
        SyncRun.select()
        .where(
            SyncRun.store == order.store_id,
            SyncRun.channel == order.channel_id,
            SyncRun.trigger == "order",
            SyncRun.external_id == order.external_id,
        )
        .order_by(SyncRun.id.desc())
        .first()
    )
    return run
