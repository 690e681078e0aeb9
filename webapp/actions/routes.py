"""Look at where an order's units come from and could come from, and route them anew by hand."""

from webapp.actions import allocations, assignments, holdings, order_parts, routing_rules
from webapp.actions.assignments import Assigned
from webapp.db import transaction
from webapp.domain import rerouting, rights
from webapp.domain.errors import Conflict
from webapp.domain.rerouting import Line, Stock, Units
from webapp.domain.viewer import Viewer
from webapp.models import Order, OrderLine, Supplier


def read(viewer: Viewer, order: Order) -> list[Line]:
    """Return the order's lines with every stock that has or could have a part in them; six statements."""
    rights.need_whole_store(viewer, "can route orders")
    lines = list(OrderLine.visible_to(viewer, [order.id]))
    offered = allocations.candidates(order.store_id, (line.product_id for line in lines))
    held, packed = holdings.per_stock(order), allocations.shipped_units(order, drafts=True)
    refused, names = allocations.refused_per_line(order), _names(order)
    found = []
    for line in lines:
        stocks = [
            Stock(
                one.supplier_id or 0,
                one.supplier_name,
                held.get((line.id, one.supplier_id), 0),
                packed[(line.id, one.supplier_id)],
                one.free,
                None if one.supplier_id in refused[line.id] else one,
            )
            for one in sorted(offered, key=lambda one: (one.priority, one.supplier_name))
            if one.product_id == line.product_id
        ]
        known = {stock.source for stock in stocks}
        stocks += [
            Stock(source or 0, names.get(source, "Own stock"), units, packed[(line_id, source)], 0)
            for (line_id, source), units in held.items()
            if line_id == line.id and (source or 0) not in known
        ]
        found.append(Line(line.id, line.product_id, line.quantity - line.canceled_quantity, tuple(stocks)))
    return found


def automatic(order: Order, lines: list[Line]) -> Units:
    """Return what the allocation would choose now by the store's rules."""
    return rerouting.automatic(lines, routing_rules.of_order(order.store_id, order.id))


def apply(viewer: Viewer, order_id: int, units: Units, version: str) -> rerouting.Outcome:
    """Route the order so, in one transaction, and return what changed by it.

    `version` is that of the lines that the person saw: raises Conflict `changed_meanwhile` where they aren't so any
    more, and whatever `assignments.assign` raises.
    """
    with transaction():
        order = order_parts.locked(viewer, order_id)
        lines = read(viewer, order)
        if rerouting.version(lines) != version:
            raise Conflict("changed_meanwhile", "Somebody routed, packed or canceled some of it meanwhile. Look again.")
        made = rerouting.outcome(lines, units)
        wanted = [Assigned(*place, count) for place, count in sorted(units.items()) if place[0] in made.lines]
        if wanted:
            assignments.assign(viewer, order_id, wanted)
    return made


def _names(order: Order) -> dict[int | None, str]:
    return dict(Supplier.select(Supplier.id, Supplier.name).where(Supplier.store == order.store_id).tuples())
