"""Take a page of new orders in at once: the statements of one order, for all of them, in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.actions import allocation_rows, allocations, due, order_content, record, routing_rules, stock, suppliers
from webapp.db import now, transaction
from webapp.domain import lead_time, order_status
from webapp.domain.allocation import Choice, Demand, LinePlan, plan_each
from webapp.domain.channel import IncomingOrder
from webapp.domain.errors import Conflict
from webapp.domain.viewer import system
from webapp.models import Allocation, AllocationDecision, Channel, Event, Order, OrderLine, bulk


@dataclass
class _Taken:
    """An order that has its row, with the lines that want stock and what was decided for them."""

    incoming: IncomingOrder
    order: Order
    demands: list[Demand] = field(default_factory=list)
    plans: list[LinePlan] = field(default_factory=list)

    @property
    def country(self) -> str:
        """Return where it goes, as the routing rules want it."""
        return self.incoming.delivery_address.get("country_iso", "")

    def choices(self) -> Iterator[tuple[int, Choice]]:
        """Give each choice with its product."""
        for made in self.plans:
            for choice in made.choices:
                yield made.candidates[0].product_id, choice


def take_in(channel: Channel, page: Sequence[tuple[IncomingOrder, str]]) -> dict[str, int]:
    """Take in orders, each with its digest, that are all new; return the channel's id -> ours.

    Raises whatever stands against any of them, with nothing done.
    """
    with transaction():
        taken = _add(channel, page)
        _add_lines(channel, taken)
        _allocate(channel, taken)
        _tell(channel, taken)
    return {one.incoming.external_id: int(one.order.id) for one in taken}


def _add(channel: Channel, page: Sequence[tuple[IncomingOrder, str]]) -> list[_Taken]:
    bulk.insert(Order, (order_content.order_row(channel, incoming, digest) for incoming, digest in page))
    names = [incoming.external_id for incoming, _ in page]
    mine = (Order.store == channel.store_id) & (Order.channel == channel.id) & Order.external_id.in_(names)
    ids = dict(Order.select(Order.external_id, Order.id).where(mine).tuples())
    return [
        _Taken(incoming, Order(id=ids[incoming.external_id], store=channel.store_id, status=incoming.status))
        for incoming, _ in page
    ]


def _add_lines(channel: Channel, taken: list[_Taken]) -> None:
    lines = [(one, line) for one in taken for line in one.incoming.lines if line.quantity > 0]
    products = order_content.products_of(channel.store_id, (line for _, line in lines))
    bulk.insert(OrderLine, (order_content.line_row(one.order, line, products) for one, line in lines))
    wanting = {one.order.id: one for one in taken if one.order.status in order_status.UNSTARTED}
    columns = (OrderLine.order, OrderLine.id, OrderLine.product, OrderLine.quantity)
    rows = OrderLine.select(*columns).where(OrderLine.store == channel.store_id, OrderLine.order.in_(list(wanting)))
    for order_id, *demand in rows.order_by(OrderLine.id).tuples():
        wanting[order_id].demands.append(Demand(*demand))


def _allocate(channel: Channel, taken: list[_Taken]) -> None:
    """Plan for one order after the other, hold what all of them got, and keep the reasons."""
    stocks = allocations.candidates(channel.store_id, (demand.product_id for one in taken for demand in one.demands))
    wanted: dict[tuple[int, int | None], int] = defaultdict(int)
    met = routing_rules.meeting(channel.store_id, routing_rules.live(channel.store_id))
    wants = [(one.demands, met(one.country, channel.id, one.incoming.ordered_at)) for one in taken]
    for one, plans in zip(taken, plan_each(wants, stocks), strict=True):
        one.plans = plans
        for product_id, choice in one.choices():
            wanted[(product_id, choice.supply_id)] += choice.quantity
    chosen = {choice.supplier_id for one in taken for _, choice in one.choices()}
    if not (suppliers.keep_in_use(channel.store_id, chosen) and stock.reserve_all(channel.store_id, wanted)):
        raise Conflict("stock_moves", "Some of the stock that these orders were to get is gone meanwhile.")
    moment = now()
    held = (row for one in taken for row in allocation_rows.held(one.order, one.plans, moment))
    bulk.insert(Allocation, held)
    reasons = (row for one in taken for row in allocation_rows.reasons(one.order, one.plans, moment))
    bulk.insert(AllocationDecision, reasons)
    running = (one for one in taken if one.plans and one.order.status in lead_time.RUNNING)
    due.set_for_all(channel.store_id, ((one.order.id, one.incoming.ordered_at, one.plans) for one in running))


def _tell(channel: Channel, taken: list[_Taken]) -> None:
    """Record the events of each order and, last, number the changes of all."""
    viewer = system(channel.store_id, channel.name)
    events: list[dict[str, Any]] = []
    rows: list[record.ChangeRow] = []
    moved: set[stock.Place] = set()
    for one in taken:
        about = {"subject": "order", "subject_id": one.order.id, "order_id": one.order.id}
        events.append(record.event_row(viewer, **order_content.imported(channel, one.incoming, one.order.id)))
        events += [record.event_row(viewer, **told, **about) for told in allocation_rows.outcomes(one.plans)]
        places = {(product_id, choice.supplier_id) for product_id, choice in one.choices()}
        rows += record.rows_of("order", one.order.id, one.order.id, allocations.suppliers_in(places))
        moved |= places
    bulk.insert(Event, events)
    record.number(channel.store_id, [*rows, *record.products(moved)])
