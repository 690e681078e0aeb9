"""Bring an order's lines to what the channel wants of them, inside the caller's transaction."""

from collections.abc import Collection
from typing import Any

from webapp.actions import allocations, cancel_request_state, holdings, order_content, order_task_state, record, stock
from webapp.domain import order_drift, order_status
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.domain.order_drift import Drift, Held, LineState
from webapp.domain.viewer import Viewer
from webapp.models import Allocation, Order, OrderLine

BEGUN = ("in_process", "partially_shipped")
"""Statuses of an order in which whoever holds units of it counts as having begun with them."""


def states(order: Order) -> dict[int, LineState]:
    """Return line id -> how far each stock is with it."""
    shipped, packed = allocations.shipped_units(order), allocations.shipped_units(order, drafts=True)
    asked, held, accepted = cancel_request_state.asked_units(order), holdings.per_stock(order), _accepted(order)
    lines = OrderLine.select().where(OrderLine.store == order.store_id, OrderLine.order == order.id)
    parts: dict[int, list[Held]] = {line.id: [] for line in lines}
    for place, units in held.items():
        begun = units if order.status in BEGUN else max(accepted.get(place, 0), packed[place])
        parts[place[0]].append(Held(place[1], units, begun, shipped[place], asked.get(place, 0)))
    return {line.id: LineState(_live(line), _last(line), tuple(parts[line.id])) for line in lines}


def follow(viewer: Viewer, order: Order, incoming: IncomingOrder) -> set[stock.Place]:
    """Take over what the channel changed in the lines; return where units were given back.

    What no stock has begun changes at once, and the caller allocates what is missing then; what has begun is asked
    for; what has shipped stays. `viewer` is the channel.
    """
    canceled = incoming.status == "canceled"
    theirs = {} if canceled else {line.external_id: line for line in incoming.lines}
    rows = OrderLine.select().where(OrderLine.store == order.store_id, OrderLine.order == order.id)
    known, as_it_is = {line.external_id: line for line in rows}, states(order)
    _add(viewer, order, [line for key, line in theirs.items() if key not in known and line.quantity > 0])
    swaps = [line for key, line in theirs.items() if key in known and line.sku != known[key].sku]
    stock.lock_for(order.store_id, order.id, _coming(order, swaps))
    moved: set[stock.Place] = set()
    for key, line in known.items():
        moved |= _line(viewer, order, line, as_it_is[line.id], theirs.get(key), whole=canceled)
    if canceled:
        cancel_request_state.widen(viewer, order)
    return moved


def lock_stock(order: Order, line_ids: Collection[int]) -> None:
    """Lock the order's stock, and that of what is taken into these lines once they are canceled."""
    mine = (OrderLine.store == order.store_id) & OrderLine.id.in_(list(line_ids)) & OrderLine.swap.is_null(False)
    swaps = [IncomingLine(external_id=line.external_id, **line.swap) for line in OrderLine.select().where(mine)]
    stock.lock_for(order.store_id, order.id, _coming(order, swaps))


def take_swap_in(viewer: Viewer, order: Order, line: OrderLine) -> None:
    """Put what the channel has in a line's place there, once nothing of the former is left."""
    new = IncomingLine(external_id=line.external_id, **line.swap)
    product = order_content.products_of(order.store_id, [new]).get(new.sku)
    values = {**line.swap, "product": product, "canceled_quantity": 0, "channel_quantity": None, "swap": None}
    OrderLine.update(**values).where(OrderLine.id == line.id).execute()
    # Who rejected what stood here before may well have what stands here now.
    rejected = (Allocation.store == order.store_id) & (Allocation.line == line.id) & (Allocation.status == "rejected")
    Allocation.update(status="released").where(rejected).execute()
    _settle_swaps(viewer, order)


def _settle_swaps(viewer: Viewer, order: Order) -> None:
    """Close the task once nothing waits any more to be taken into a line."""
    mine = (OrderLine.store == order.store_id) & (OrderLine.order == order.id)
    if not OrderLine.select().where(mine, OrderLine.swap.is_null(False)).exists():
        order_task_state.close(order, "line_swapped", viewer.actor.label)


def _coming(order: Order, swaps: list[IncomingLine]) -> Collection[int]:
    """Return the products that these lines will have."""
    return order_content.products_of(order.store_id, swaps).values() if swaps else ()


def _line(
    viewer: Viewer, order: Order, line: OrderLine, state: LineState, said: IncomingLine | None, *, whole: bool
) -> set[stock.Place]:
    """Bring one line to what the channel says of it; None says that it is gone there."""
    swapped = said is not None and said.quantity > 0 and said.sku != line.sku
    wanted = 0 if said is None or swapped else said.quantity
    changes: dict[str, Any] = {}
    if not swapped:
        changes["swap"] = None  # A line that is gone there must not come back as what had taken its place.
    if said is not None and not swapped:
        changes |= {"title": said.title, "ean": said.ean, "unit_price_cents": said.unit_price_cents}
    if swapped and said is not None:
        changes["swap"] = {
            name: getattr(said, name) for name in ("sku", "ean", "title", "unit_price_cents", "quantity")
        }
    if wanted != state.last:
        changes["channel_quantity"] = wanted
    drift = order_drift.of_line(state, wanted)
    moved = _apply(viewer, order, line, state, drift, changes, whole=whole)
    changes = {name: value for name, value in changes.items() if getattr(line, name) != value}
    fresh_swap = changes.get("swap")
    if changes:
        OrderLine.update(**changes).where(OrderLine.id == line.id).execute()
    if line.swap and not swapped:
        _settle_swaps(viewer, order)
    if swapped and order.status in order_status.OPEN:
        moved |= _swap(viewer, order, line.id, news=fresh_swap is not None)
    elif not swapped:
        _tell(viewer, order, line.sku, state, drift)
    return moved


def _apply(
    viewer: Viewer,
    order: Order,
    line: OrderLine,
    state: LineState,
    drift: Drift,
    changes: dict[str, Any],
    *,
    whole: bool,
) -> set[stock.Place]:
    """Carry out what was decided, as far as the order is open; column values go into `changes`."""
    moved: set[stock.Place] = set()
    if order.status not in order_status.OPEN:
        return moved
    if drift.kept:
        cancel_request_state.withdraw(viewer, order, line, drift.kept)
    free_to_move = not any(one.begun for one in state.held) and line.id not in holdings.irreplaceable(order)
    if free_to_move and (drift.added or drift.canceled):
        moved |= allocations.release(order, [line.id])  # Allocated anew as a whole: it may fit into one stock now.
    else:
        moved |= free(order, line, drift)
    back = min(drift.added, line.canceled_quantity)
    changes["quantity"] = line.quantity + drift.added - back
    changes["canceled_quantity"] = line.canceled_quantity - back + drift.canceled
    held = {one.supplier_id: one.units - drift.freed.get(one.supplier_id, 0) for one in state.held}
    for source, units in drift.asked.items():
        cancel_request_state.ask(viewer, order, line, (line.id, source), units, held[source], whole=whole)
    return moved


def free(order: Order, line: OrderLine, drift: Drift) -> set[stock.Place]:
    """Take units that haven't begun out of the stocks that hold others which have: unaccepted ones first."""
    moved: set[stock.Place] = set()
    for source, units in drift.freed.items():
        mine = [row for row in holdings.of_order(order) if (row.line_id, row.supplier_id) == (line.id, source)]
        fresh = [row for row in mine if row.accepted_at is None]
        first = min(units, sum(row.quantity for row in fresh))
        moved |= holdings.lower(order, fresh, first)
        if units > first:
            moved |= holdings.lower(order, [row for row in mine if row.accepted_at is not None], units - first)
    return moved


def _swap(viewer: Viewer, order: Order, line_id: int, *, news: bool) -> set[stock.Place]:
    line = OrderLine.get_by_id(line_id)
    new = f"{line.swap['quantity']} × {line.swap['sku']}"
    if _live(line) == 0:
        _say(viewer, order, f"{viewer.actor.label}: {line.sku} became {new}; allocated anew")
        take_swap_in(viewer, order, line)
    elif news:
        told = (
            f"{viewer.actor.label}: {line.sku} became {new} after work had begun. "
            f"It is taken in once {line.sku} is canceled; where that is too late, settle it with the buyer"
        )
        order_task_state.leave(order, "line_swapped", told)
        _say(viewer, order, told)
    return set()


def _add(viewer: Viewer, order: Order, fresh: list[IncomingLine]) -> None:
    """Add lines that are new on the channel; to an order that has left they are added as canceled, with a task."""
    order_content.add_lines(order, fresh)
    for line in fresh:
        what = f"{line.quantity} of {line.sku}"
        if order.status in order_status.OPEN:
            _say(viewer, order, f"{viewer.actor.label}: {what} added")
            continue
        mine = (OrderLine.order == order.id) & (OrderLine.external_id == line.external_id)
        values = {"canceled_quantity": line.quantity, "channel_quantity": line.quantity}
        OrderLine.update(**values).where(OrderLine.store == order.store_id, mine).execute()
        _added_late(viewer, order, what)


def _added_late(viewer: Viewer, order: Order, what: str) -> None:
    told = f"{viewer.actor.label}: {what} added after the order had ended here: nobody ships it. Settle it by hand"
    order_task_state.leave(order, "added_late", told)
    _say(viewer, order, told)


def _tell(viewer: Viewer, order: Order, sku: str, state: LineState, drift: Drift) -> None:
    """Say in the timeline what was done at once; what was asked for has been told already."""
    who, before = viewer.actor.label, state.effective
    if order.status not in order_status.OPEN:
        if drift.added:
            _added_late(viewer, order, f"{drift.added} of {sku}")
        elif less := drift.gone + drift.canceled + sum(drift.asked.values()):
            _gone(viewer, order, sku, less)
        return
    if drift.added:
        _say(viewer, order, f"{who}: {before + drift.kept} → {before + drift.kept + drift.added} of {sku}")
    if drift.canceled:
        _say(viewer, order, f"{who}: {before} → {before - drift.canceled} of {sku}, changed at once")
    if drift.gone:
        _gone(viewer, order, sku, drift.gone)


def _gone(viewer: Viewer, order: Order, sku: str, units: int) -> None:
    taken = f"{viewer.actor.label}: {holdings.units_of(units)} of {sku} taken back after shipping"
    _say(viewer, order, f"{taken}, a refund or a return; the shipment stays as it is")


def _say(viewer: Viewer, order: Order, message: str) -> None:
    record.event(viewer, "order.edited", message, subject="order", subject_id=order.id, order_id=order.id)


def _accepted(order: Order) -> dict[tuple[int, int | None], int]:
    units: dict[tuple[int, int | None], int] = {}
    for row in holdings.of_order(order):
        if row.accepted_at is not None:
            place = (row.line_id, row.supplier_id)
            units[place] = units.get(place, 0) + row.quantity
    return units


def _live(line: OrderLine) -> int:
    return int(line.quantity - line.canceled_quantity)


def _last(line: OrderLine) -> int:
    return int(line.quantity if line.channel_quantity is None else line.channel_quantity)
