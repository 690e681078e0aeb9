"""The list of orders: what its filters and its search mean, and what a row shows."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from webapp.domain import masking, order_status
from webapp.domain.viewer import Viewer
from webapp.models import order_due, order_rows, order_sort
from webapp.models.allocation import Allocation
from webapp.models.cancel_request import CancelRequest
from webapp.models.order import Order, OrderLine
from webapp.models.order_task import OrderTask
from webapp.models.prepared import among, any_viewer, of, prepared, slot
from webapp.models.push import Push
from webapp.models.shipment import Shipment
from webapp.models.shipment_search import any_of, from_source, pushes_for


@dataclass(frozen=True)
class OrderSearch:
    """What a list of orders is narrowed down to; nothing set gives all that the viewer may see."""

    words: str = ""
    status: str = ""
    channel_id: int | None = None
    supplier_id: int | None = None
    """A supplier, or OWN; without effect for viewers bound to a supplier."""
    needs_action: bool = False
    since: dt.datetime | None = None
    """The first moment at which they were ordered."""
    until: dt.datetime | None = None
    """The first moment that is too late."""
    sort: str = "newest"
    due: str = ""
    """`late`, `today` or `week`, as `lead_time.DUE` has them."""
    time_zone: str = "UTC"
    """In which days begin."""

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is narrowed down, as in most lists that are asked for."""
        return self == OrderSearch(sort=self.sort, time_zone=self.time_zone)

    def select(self, viewer: Viewer, *columns: Any, walking: bool = False) -> "pw.ModelSelect[Any]":
        """Select the orders, in no order; `walking` asks each whether it matches, for whoever needs but some."""
        query = Order.visible_to(viewer, *columns)
        if self.status:
            query = query.where(Order.status == self.status)
        if self.channel_id is not None:
            query = query.where(Order.channel == self.channel_id)
        if self.since is not None:
            query = query.where(Order.ordered_at >= self.since)
        if self.until is not None:
            query = query.where(Order.ordered_at < self.until)
        if self.supplier_id is not None and viewer.supplier_id is None:
            served = _served_by(viewer, self.supplier_id)
            query = query.where(
                pw.fn.EXISTS(served.where(Allocation.order == Order.id)) if walking else Order.id.in_(served)
            )
        if self.due:
            query = query.where(order_due.among(viewer, self.due, self.time_zone))
        if self.needs_action:
            query = query.where(_needs_action(viewer))
        return query.where(found(viewer, self.words)) if self.words else query

    def sorted(self, viewer: Viewer, *columns: Any) -> "pw.ModelSelect[Any]":
        """Select the orders as they are to be read."""
        query: pw.ModelSelect[Any] = order_sort.chosen(viewer, self.sort).by(self.select(viewer, *columns))
        return query


@dataclass
class OrderRow:
    """One order in the list, as far as the viewer may see it."""

    order: Order
    recipient: str
    buyer: str
    place: str = ""
    """City and country that it goes to."""
    lines: int = 0
    units: int = 0
    sources: list[str] = field(default_factory=list)
    """Names of the suppliers (and "Own stock") that serve it; only its own for a viewer bound to one."""
    unassigned: int = 0
    """Lines that lack stock."""
    unknown: int = 0
    """Lines whose SKU no product has; they lack stock as well."""
    failed: int = 0
    """Pushes that wait for a person."""
    total_cents: int | None = 0
    asked: int = 0
    """Units that stocks are asked to cancel."""
    tasks: int = 0
    """What a person has to settle."""

    @property
    def id(self) -> int:
        """Return the order's id."""
        return int(self.order.id)

    @classmethod
    def of(cls, viewer: Viewer, orders: list[Order]) -> "list[OrderRow]":
        """Return the rows of these orders with four statements, however many there are."""
        rows = {order.id: cls._blank(viewer, order) for order in orders}
        ids = list(rows)
        scoped = viewer.supplier_id is not None
        for order_id, line in _lines(viewer, ids):
            rows[order_id]._add(line, scoped=scoped)
        for order_id, count in _failed(viewer, ids):
            rows[order_id].failed = count
        for order_id, _, units in order_rows.asked(viewer, ids):
            rows[order_id].asked += int(units)
        for order_id, count in _open_tasks(viewer, ids):
            rows[order_id].tasks = count
        for row in rows.values():
            row.sources.sort()
        return list(rows.values())

    @classmethod
    def _blank(cls, viewer: Viewer, order: Order) -> "OrderRow":
        address = masking.address(viewer, order.delivery_address)
        customer = masking.customer(viewer, order.customer)
        total = order.total_cents if viewer.supplier_id is None else 0
        names = full_name(address), full_name(customer), place_name(address)
        return cls(order, *names, total_cents=masking.money(viewer, total))

    def _add(self, line: "_Line", *, scoped: bool) -> None:
        units = line.held if scoped else line.live
        self.lines += 1
        self.units += units
        for name in line.sources:
            if name not in self.sources:
                self.sources.append(name)
        if scoped and self.total_cents is not None:
            self.total_cents += units * line.cents
        if not scoped and units > line.held and self.order.status in order_status.OPEN:
            self.unassigned += 1
            self.unknown += not line.known


@dataclass(slots=True)
class _Line:
    """One line, as far as the viewer may see it."""

    live: int
    cents: int
    known: bool
    held: int = 0
    sources: list[str] = field(default_factory=list)


def _lines(viewer: Viewer, order_ids: list[int]) -> list[tuple[int, _Line]]:
    """Return the lines of these orders, each with its order's id."""
    lines: dict[int, tuple[int, _Line]] = {}
    for order_id, line_id, live, cents, product_id, held, name in order_rows.stocked(viewer, order_ids):
        if line_id not in lines:
            lines[line_id] = order_id, _Line(live, cents, product_id is not None)
        if held is not None:
            line = lines[line_id][1]
            line.held += held
            line.sources.append(name or "Own stock")
    return list(lines.values())


def found(viewer: Viewer, words: str) -> pw.Expression:
    """Match the words only against what the viewer may see, so that nobody learns by searching."""
    lines = OrderLine.select(OrderLine.order).where(OrderLine.store == viewer.store_id, OrderLine.sku.contains(words))
    if viewer.supplier_id is not None:
        lines = lines.where(OrderLine.id.in_(Allocation.serving(viewer, Allocation.line)))
    tracked = Shipment.visible_to(viewer).select(Shipment.order).where(Shipment.tracking_code.contains(words))
    places = [Order.reference.contains(words), Order.external_id.contains(words)]
    places += [Order.id.in_(lines), Order.id.in_(tracked)]
    folded = words.casefold().split()
    if viewer.sees_recipient:
        places.append(_all(Order.recipient.contains(word) for word in folded))
    if not viewer.hides_customer:
        places.append(_all(Order.buyer.contains(word) for word in folded))
    return any_of(places)


def full_name(person: dict[str, Any]) -> str:
    """Return name and surname, or the company, of an address or customer; empty where a mask hides them."""
    name = " ".join(part for part in (person.get("name"), person.get("surname")) if part)
    return name or str(person.get("company") or "")


def place_name(address: dict[str, Any]) -> str:
    """Return city and country of an address; empty where a mask hides them."""
    return ", ".join(part for part in (address.get("city"), address.get("country_iso")) if part)


def _served_by(viewer: Viewer, supplier_id: int) -> "pw.ModelSelect[Any]":
    return Allocation.select(Allocation.order).where(
        Allocation.store == viewer.store_id,
        Allocation.status == "active",
        from_source(Allocation.supplier, supplier_id),
    )


def _needs_action(viewer: Viewer) -> pw.Expression:
    """Tell orders with a task: a push that failed for good, units to cancel, something to settle, or no stock.

    The last two are for the whole store's people alone.
    """
    failed = pushes_for(viewer).select(Push.order).where(Push.status == "failed")
    asked = CancelRequest.visible_to(viewer, CancelRequest.order).where(CancelRequest.answered_at.is_null())
    if viewer.supplier_id is not None:
        return Order.id.in_(failed) | Order.id.in_(asked)
    tasks = OrderTask.select(OrderTask.order).where(OrderTask.store == viewer.store_id, OrderTask.done_at.is_null())
    held = Allocation.select(pw.fn.COALESCE(pw.fn.SUM(Allocation.quantity), 0)).where(
        Allocation.store == viewer.store_id, Allocation.line == OrderLine.id, Allocation.status == "active"
    )
    short = OrderLine.select(pw.SQL("1")).where(
        OrderLine.store == viewer.store_id,
        OrderLine.order == Order.id,
        OrderLine.quantity - OrderLine.canceled_quantity > held,
    )
    return (Order.status.in_(order_status.OPEN) & pw.fn.EXISTS(short)) | any_of(
        [Order.id.in_(failed), Order.id.in_(asked), Order.id.in_(tasks)]
    )


def _all(terms: Any) -> pw.Expression:
    first, *rest = terms
    for term in rest:
        first = first & term
    return first


def _open_tasks(viewer: Viewer, order_ids: list[int]) -> list[tuple[int, int]]:
    return [] if viewer.supplier_id is not None else _tasks_of().rows(**of(viewer), orders=order_ids)


@prepared
def _tasks_of() -> pw.Query:
    mine = (OrderTask.store == slot("store")) & among(OrderTask.order, "orders") & OrderTask.done_at.is_null()
    return OrderTask.select(OrderTask.order, pw.fn.COUNT(OrderTask.id)).where(mine).group_by(OrderTask.order)


def _failed(viewer: Viewer, order_ids: list[int]) -> list[tuple[int, int]]:
    return _failed_of(viewer.supplier_id is not None).rows(**of(viewer), orders=order_ids)


@prepared
def _failed_of(scoped: bool) -> pw.Query:
    query = pushes_for(any_viewer(scoped=scoped)).select(Push.order, pw.fn.COUNT(Push.id))
    return query.where(among(Push.order, "orders"), Push.status == "failed").group_by(Push.order)
