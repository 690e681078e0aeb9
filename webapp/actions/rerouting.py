"""Let an order's stock be chosen anew: what isn't packed goes back, and to whichever stock serves it best now."""

from webapp.actions import allocations, holdings, order_parts, stock
from webapp.db import transaction
from webapp.domain import order_status, rights
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Viewer
from webapp.models import Order

Served = dict[tuple[int, int | None], int]
"""(line, supplier) -> units."""


class UnmovedError(Conflict):
    """The same stocks would serve the order again, so nothing was touched."""


def reroute(viewer: Viewer, order_id: int) -> Served:
    """Give back what isn't packed and allocate it anew; return what each stock holds now.

    Raises UnmovedError where the outcome would be the same, Conflict `not_open` for a finished order. Safe to repeat.
    """
    order_parts.need_write(viewer)
    rights.need_whole_store(viewer, "can allocate stock")
    with transaction():
        order = order_parts.locked(viewer, order_id)
        if order.status not in order_status.OPEN:
            raise Conflict("not_open", "The order is finished: its lines no longer want stock.")
        suppliers, before = allocations.suppliers_of(order), holdings.per_stock(order)
        stock.lock_for(order.store_id, order.id)
        moved = _give_back(order, before)
        told = "Stock chosen anew: what wasn't packed was given back"
        order_parts.event(viewer, order, "order.rerouted", told, order_parts.OWN)
        order_parts.reroute(viewer, order, suppliers, moved)
        after = holdings.per_stock(order)
        if after == before:
            raise UnmovedError("unmoved", "The same stocks would serve it again.")
    return after


def _give_back(order: Order, held: Served) -> set[stock.Place]:
    """Lower each stock's part to what it has packed; return where units were given back.

    Lines of archived products stay as they are.
    """
    stays = holdings.irreplaceable(order)
    rows, packed = list(holdings.of_order(order)), allocations.shipped_units(order, drafts=True)
    moved: set[stock.Place] = set()
    for (line_id, supplier_id), units in held.items():
        mine = [row for row in rows if (row.line_id, row.supplier_id) == (line_id, supplier_id)]
        surplus = units - packed[(line_id, supplier_id)]
        if surplus > 0 and line_id not in stays:
            moved |= holdings.lower(order, mine, surplus)
    return moved
