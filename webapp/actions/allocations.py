"""Give lines their stock, take it back, and keep the reason of each decision."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import peewee as pw
import structlog

from webapp.actions import allocation_rows, due, record, routing_rules, stock, suppliers
from webapp.db import is_collision, now, transaction
from webapp.domain import order_status, rights
from webapp.domain.allocation import Candidate, Demand, LinePlan, plan
from webapp.domain.errors import Conflict, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import (
    Allocation,
    AllocationDecision,
    Order,
    OrderLine,
    Product,
    Shipment,
    ShipmentLine,
    SkuLink,
    Supplier,
    Supply,
    sku_link,
)
from webapp.models.prepared import prepared, slot

log = structlog.get_logger()

ATTEMPTS = 20
"""How often a plan is made anew when another order took the stock between reading and holding it."""


def allocate(viewer: Viewer, order_id: int) -> int:
    """Try again to give the order's unassigned units their stock; return how many units found one. Safe to repeat."""
    rights.need_whole_store(viewer, "can allocate stock", viewer.orders)
    with transaction():
        if not Order.visible_to(viewer).where(Order.id == order_id).exists():
            raise NotFound("order")
        order = _locked(viewer.store_id, order_id)
        if order.status not in order_status.OPEN:
            raise Conflict("not_open", "The order is finished: its lines no longer want stock.")
        held = assign(viewer, order)
        _changed(order, held)
    return sum(held.values())


def allocate_waiting(viewer: Viewer, product_id: int) -> int:
    """Give orders that wait for a product their stock, the oldest first; return how many units found one.

    Call it after the commit that brought the stock: each order is a transaction of its own, so that no stock's
    row stays locked while an order's is waited for. Safe to repeat; the worker repeats it for what a crash left out.
    """
    held = _held_per_line(OrderLine.product == product_id)
    waiting = (
        OrderLine.select(OrderLine.order)
        .join(Order)
        .switch(OrderLine)
        .join(held, pw.JOIN.LEFT_OUTER, on=(held.c.line_id == OrderLine.id))
        .where(
            OrderLine.store == viewer.store_id,
            OrderLine.product == product_id,
            Order.status.in_(order_status.OPEN),
            OrderLine.quantity - OrderLine.canceled_quantity > pw.fn.COALESCE(held.c.units, 0),
        )
        .order_by(Order.ordered_at, Order.id)
    )
    found = 0
    for order_id in dict.fromkeys(line.order_id for line in waiting):
        with _left_to_the_worker(order=order_id):
            found += _try_again(viewer, order_id)
    return found


@contextmanager
def _left_to_the_worker(**about: int) -> Iterator[None]:
    """Pass over a collision in what follows a commit: that stands, and the worker does this again."""
    try:
        yield
    except pw.OperationalError as error:
        if not is_collision(error):
            raise
        log.warning("allocation.collided", **about)


def _try_again(viewer: Viewer, order_id: int) -> int:
    with transaction():
        order = _locked(viewer.store_id, order_id)
        # It may have left elsewhere meanwhile.
        held = assign(viewer, order) if order.status in order_status.OPEN else {}
        if held:
            _changed(order, held)
    return sum(held.values())


def link_sku(viewer: Viewer, product_id: int) -> int:
    """Join lines whose SKU nobody knew to the product that has it, or a link to it; return the units that found stock.

    Like `allocate_waiting`, call it after the commit that made the product.
    """
    product = Product.get((Product.store == viewer.store_id) & (Product.id == product_id))
    linked = SkuLink.select(SkuLink.sku).where(SkuLink.store == viewer.store_id, SkuLink.product == product.id)
    with _left_to_the_worker(product=product.id):
        OrderLine.update(product=product.id).where(
            OrderLine.store == viewer.store_id,
            OrderLine.product.is_null(),
            (OrderLine.sku == product.sku) | OrderLine.sku.in_(linked),
        ).execute()
    return allocate_waiting(viewer, product_id)


def lost_products(store_id: int) -> list[int]:
    """Return the products of which lines of open orders still wait although their SKU is known.

    They came in while it was being made known, or a crash left them out.
    """
    unknown = (OrderLine.store == store_id) & OrderLine.product.is_null() & (OrderLine.sku != "")
    lost = OrderLine.select(OrderLine.sku).join(Order).where(unknown, Order.status.in_(order_status.OPEN)).distinct()
    return sorted(set(sku_link.named(store_id, [sku for (sku,) in lost.tuples()]).values()))


def assign(viewer: Viewer, order: Order) -> dict[stock.Place, int]:
    """Allocate what the order's lines still want, inside the caller's transaction.

    Return where how many units were found; the suppliers among them now see (more of) it. Every decision is kept.
    """
    lock(order)
    preference = routing_rules.of_order(order.store_id, order.id)
    for _ in range(ATTEMPTS):
        lines = _wanting(order)
        if not lines:
            return {}
        stocks = candidates(order.store_id, (line.product_id for _, line in lines.values()))
        plans = plan([demand for demand, _ in lines.values()], stocks, preference)
        with transaction() as attempt:
            if _hold(order, lines, plans):
                _explain(order, plans)
                due.follow(order)
                _tell(viewer, order, plans)
                return _found(lines, plans)
            attempt.rollback()
    raise Conflict("stock_moves", "The stock of this order changes too fast to be held; try again in a moment.")


def lock(order: Order) -> None:
    """Make every other transaction on this order wait for ours, and mark the order as touched."""
    moment = Order.updated_at.db_value(now())
    _touch().change(moment=moment, store=order.store_id, order=order.id)


def _locked(store_id: int, order_id: int) -> Order:
    """Return the order as it is under its lock."""
    lock(Order(id=order_id, store=store_id))
    found: Order = Order.get((Order.store == store_id) & (Order.id == order_id))
    return found


@prepared
def _touch() -> pw.Query:
    mine = (Order.store == slot("store")) & (Order.id == slot("order"))
    return Order.update(updated_at=slot("moment")).where(mine)


def release(order: Order, line_ids: list[int] | None = None) -> set[stock.Place]:
    """Take back what the order (or these lines of it) holds and hasn't shipped, inside the caller's transaction.

    Return where units were given back. What has shipped stays allocated to whoever shipped it.
    """
    query = (
        Allocation.select(Allocation, OrderLine)
        .join(OrderLine)
        .where(Allocation.store == order.store_id, Allocation.order == order.id, Allocation.status == "active")
    )
    if line_ids is not None:
        query = query.where(Allocation.line.in_(line_ids))
    stock.lock_for(order.store_id, order.id)
    gone = shipped_units(order)
    released: set[stock.Place] = set()
    for allocation in query.order_by(Allocation.id):
        shipped = min(allocation.quantity, gone[(allocation.line_id, allocation.supplier_id)])
        gone[(allocation.line_id, allocation.supplier_id)] -= shipped
        held = allocation.quantity - shipped
        if held == 0:
            continue
        stock.give_back(order.store_id, allocation.line.product_id, allocation.supply_id, held)
        change: dict[str, Any] = {"quantity": shipped} if shipped else {"status": "released", "released_at": now()}
        Allocation.update(**change).where(Allocation.id == allocation.id).execute()
        released.add((allocation.line.product_id, allocation.supplier_id))
    return released


def suppliers_in(places: Iterable[stock.Place]) -> set[int]:
    """Return whose stocks these are, the merchant's own left out."""
    return {supplier for _, supplier in places if supplier is not None}


def suppliers_of(order: Order) -> set[int]:
    """Return the suppliers that see the order now."""
    return {supplier for (supplier,) in _holders().rows(store=order.store_id, order=order.id)}


@prepared
def _holders() -> pw.Query:
    return Allocation.select(Allocation.supplier).where(
        Allocation.store == slot("store"),
        Allocation.order == slot("order"),
        Allocation.status == "active",
        Allocation.supplier.is_null(False),
    )


def shipped_units(order: Order, *, drafts: bool = False) -> dict[tuple[int, int | None], int]:
    """Return how many units of (line, supplier) have shipped, always as a sum of shipment lines.

    With `drafts`, units in shipments that are still being packed count as well.
    """
    counted = ("draft", "shipped", "delivered") if drafts else ("shipped", "delivered")
    rows = _packed(counted).rows(store=order.store_id, order=order.id)
    return defaultdict(int, {(line, supplier): int(units) for line, supplier, units in rows})


@prepared
def _packed(counted: tuple[str, ...]) -> pw.Query:
    return (
        ShipmentLine.select(ShipmentLine.line, Shipment.supplier, pw.fn.SUM(ShipmentLine.quantity))
        .join(Shipment)
        .where(ShipmentLine.store == slot("store"), Shipment.order == slot("order"), Shipment.status.in_(counted))
        .group_by(ShipmentLine.line, Shipment.supplier)
    )


def _held_per_line(*where: Any) -> pw.ModelSelect:
    return (
        Allocation.select(Allocation.line.alias("line_id"), pw.fn.SUM(Allocation.quantity).alias("units"))
        .join(OrderLine)
        .where(Allocation.status == "active", *where)
        .group_by(Allocation.line)
    )


def _wanting(order: Order) -> dict[int, tuple[Demand, OrderLine]]:
    """Return the lines that want more than they hold, with what is missing."""
    held = dict(_held_per_line(Allocation.order == order.id).tuples())
    refused = refused_per_line(order)
    lines = OrderLine.select().where(OrderLine.store == order.store_id, OrderLine.order == order.id)
    missing = {}
    for line in lines.order_by(OrderLine.id):
        units = line.quantity - line.canceled_quantity - int(held.get(line.id, 0))
        if units > 0:
            missing[line.id] = (Demand(line.id, line.product_id, units, frozenset(refused[line.id])), line)
    return missing


def refused_per_line(order: Order) -> dict[int, set[int]]:
    """Return line id -> suppliers that have rejected it."""
    rows = Allocation.select(Allocation.line, Allocation.supplier).where(
        Allocation.store == order.store_id,
        Allocation.order == order.id,
        Allocation.status == "rejected",
        Allocation.supplier.is_null(False),
    )
    refused: dict[int, set[int]] = defaultdict(set)
    for line_id, supplier_id in rows.tuples():
        refused[line_id].add(supplier_id)
    return refused


def candidates(store_id: int, products: Iterable[int | None]) -> list[Candidate]:
    """Read every stock that could serve lines of these products: two statements, however many there are."""
    wanted = sorted({product for product in products if product is not None})
    shelf = (Product.id, Product.own_quantity, Product.own_reserved)
    own = Product.select(*shelf).where(Product.store == store_id, Product.id.in_(wanted), Product.archived_at.is_null())
    found = [
        Candidate(product_id, None, None, "Own stock", stock.free(quantity, reserved), 0, 0)
        for product_id, quantity, reserved in own.tuples()
    ]
    supplies = (
        Supply.select(
            Supply.product,
            Supply.id,
            Supply.supplier,
            Supplier.name,
            Supply.quantity,
            Supply.reserved,
            Supply.priority,
            Supplier.max_days,
        )
        .join(Supplier)
        .where(
            Supply.store == store_id,
            Supply.product.in_([candidate.product_id for candidate in found]),
            Supplier.archived_at.is_null(),
        )
    )
    found += [
        Candidate(product_id, supply_id, supplier_id, name, stock.free(quantity, reserved), priority, days)
        for product_id, supply_id, supplier_id, name, quantity, reserved, priority, days in supplies.tuples()
    ]
    return found


def _hold(order: Order, lines: dict[int, tuple[Demand, OrderLine]], plans: list[LinePlan]) -> bool:
    """Hold all that the plans chose, in one fixed order of stocks so that two orders never wait for each other."""
    wanted = sorted(
        ((choice, lines[row.line_id][1]) for row in plans for choice in row.choices),
        key=lambda pair: (pair[0].supply_id or 0, pair[1].product_id),
    )
    if not suppliers.keep_in_use(order.store_id, (choice.supplier_id for choice, _ in wanted)):
        return False
    for choice, line in wanted:
        if not stock.reserve(order.store_id, line.product_id, choice.supply_id, choice.quantity):
            return False
    rows = list(allocation_rows.held(order, plans, now()))
    if rows:
        Allocation.insert_many(rows).execute()
    return True


def _explain(order: Order, plans: list[LinePlan]) -> None:
    """Keep the reason of each line's decision: the answer to "why here?". A retry that finds nothing adds nothing."""
    known = {
        row.line_id
        for row in AllocationDecision.select(AllocationDecision.line).where(
            AllocationDecision.store == order.store_id, AllocationDecision.order == order.id
        )
    }
    plans = [row for row in plans if row.choices or row.line_id not in known]
    if plans:
        AllocationDecision.insert_many(list(allocation_rows.reasons(order, plans, now()))).execute()


def _found(lines: dict[int, tuple[Demand, OrderLine]], plans: list[LinePlan]) -> dict[stock.Place, int]:
    """Return where how many units are held by these plans."""
    held: dict[stock.Place, int] = defaultdict(int)
    for row in plans:
        for choice in row.choices:
            held[(lines[row.line_id][1].product_id, choice.supplier_id)] += choice.quantity
    return dict(held)


def _changed(order: Order, held: dict[stock.Place, int]) -> None:
    """Give the change its numbers: the last statement of a transaction that found the order stock."""
    told = suppliers_in(held)
    record.changed(order.store_id, "order", order.id, order_id=order.id, supplier_ids=told, moved=held)


def _tell(viewer: Viewer, order: Order, plans: list[LinePlan]) -> None:
    """Record the outcome, one event a source."""
    for outcome in allocation_rows.outcomes(plans):
        record.event(viewer, **outcome, subject="order", subject_id=order.id, order_id=order.id)
