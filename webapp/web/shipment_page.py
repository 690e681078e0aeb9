"""What pages show of shipments and of what was told to the channel about them."""

from collections import defaultdict
from dataclasses import dataclass

import peewee as pw
from flask_babel import gettext as _

from webapp.connectors.channels import kind_of
from webapp.domain.viewer import Viewer
from webapp.models import Channel, Order, OrderLine, Push, PushAttempt, Shipment, ShipmentLine, Supplier
from webapp.models.shipment_search import pushes_for


@dataclass
class PushView:
    """One thing to tell the channel, with its tries."""

    push: Push
    tries: list[PushAttempt]
    may_drop: bool
    """Also mark it as done elsewhere, or overwrite what the channel shows."""
    no_overwriting: str = ""
    """Why what stands in its way on the channel can't be overwritten; empty where it can, or where nothing does."""


@dataclass(frozen=True)
class ToldTo:
    """The channel that was told of a shipment."""

    channel: str
    kind: str
    corrects: bool
    """Whether it can be told a corrected tracking code."""


@dataclass
class ShipmentView:
    """A shipment with what is in it and what was told of it."""

    shipment: Shipment
    supplier: str
    lines: list[tuple[OrderLine, int]]
    pushes: list[PushView]

    @property
    def units(self) -> int:
        """Return the units in it."""
        return sum(units for _, units in self.lines)


def pushes_of(viewer: Viewer, order_id: int) -> list[PushView]:
    """Return the order's pushes that the viewer may see, in the order in which they leave."""
    query = pushes_for(viewer).where(Push.order == order_id).order_by(Push.id)
    return push_views(viewer, list(query))


def push_views(viewer: Viewer, pushes: list[Push]) -> list[PushView]:
    """Return the pushes with their tries, oldest first: one statement."""
    tries: dict[int, list[PushAttempt]] = defaultdict(list)
    ids = [push.id for push in pushes]
    rows = PushAttempt.select().where(PushAttempt.store == viewer.store_id, PushAttempt.push.in_(ids))
    for row in rows.order_by(PushAttempt.id):
        tries[row.push_id].append(row)
    fixed = _fixed(viewer, [push for push in pushes if push.reason == "conflict"])
    return [PushView(push, tries[push.id], viewer.supplier_id is None, fixed.get(push.id, "")) for push in pushes]


def _fixed(viewer: Viewer, conflicts: list[Push]) -> dict[int, str]:
    """Return why each conflict can't be overwritten, of those that can't: one statement, none without conflicts."""
    if not conflicts:
        return {}
    rows = Channel.select(Channel.id, Channel.kind).where(Channel.store == viewer.store_id)
    kinds = {row.id: kind_of(row.kind) for row in rows.where(Channel.id.in_({push.channel_id for push in conflicts}))}
    fixed = {}
    for push in conflicts:
        kind = kinds[push.channel_id]
        if not kind.capabilities.tracking_editable:
            fixed[push.id] = _("%(kind)s can't be told a corrected tracking code.", kind=kind.name)
        elif not push.remote_id:
            fixed[push.id] = _("It isn't clear which of the shop's own shipments it is: settle it in the shop.")
    return fixed


def shipments_of(viewer: Viewer, order_id: int, pushes: list[PushView]) -> list[ShipmentView]:
    """Return the order's shipments with what is in them and those of the pushes that are about them."""
    query = (
        Shipment.visible_to(viewer)
        .select(Shipment, Supplier.id, Supplier.name)
        .join(Supplier, pw.JOIN.LEFT_OUTER)
        .where(Shipment.order == order_id)
    )
    found = list(query.order_by(Shipment.id))
    content = contents(viewer, [row.id for row in found])
    told: dict[int, list[PushView]] = defaultdict(list)
    for view in pushes:
        told[view.push.shipment_id].append(view)
    return [ShipmentView(row, source_name(row), content[row.id], told[row.id]) for row in found]


def contents(viewer: Viewer, shipment_ids: list[int]) -> dict[int, list[tuple[OrderLine, int]]]:
    """Return shipment id -> (line, units) for shipments that the viewer may see: one statement."""
    rows = (
        ShipmentLine.select(ShipmentLine, OrderLine)
        .join(OrderLine)
        .where(ShipmentLine.store == viewer.store_id, ShipmentLine.shipment.in_(shipment_ids))
    )
    found: dict[int, list[tuple[OrderLine, int]]] = defaultdict(list)
    for row in rows.order_by(ShipmentLine.id):
        found[row.shipment_id].append((row.line, row.quantity))
    return found


def source_name(shipment: Shipment) -> str:
    """Return the name of the stock that a shipment leaves."""
    return str(shipment.supplier.name) if shipment.supplier else _("Own stock")


def told_to(shipment: Shipment) -> ToldTo | None:
    """Return the channel that hears of the shipment; None where its order came from none, or it is disconnected."""
    query = Channel.select().join(Order).where(Channel.store == shipment.store_id, Order.id == shipment.order_id)
    channel = query.where(Channel.archived_at.is_null()).first()
    if channel is None:
        return None
    kind = kind_of(channel.kind)
    return ToldTo(channel.name, kind.name, kind.capabilities.tracking_editable)
