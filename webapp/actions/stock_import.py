"""A logistics service's own stock from the rows of a file: quantities of supplies that it has, and nothing else.

Rows are looked for among the supplies of one supplier alone, so that no answer tells what others stock. A row of an
archived product is refused, as in a file of products.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.actions import record, stock_moves, stock_reports
from webapp.actions.batches import Outcome
from webapp.actions.product_import import Planned
from webapp.actions.supply_import import RefusedError, judged, quantity_after
from webapp.db import locking, now
from webapp.domain import import_columns, rights
from webapp.domain.viewer import Viewer
from webapp.models import Event, Product, StockMove, Supplier, Supply, bulk

_UPDATE = "UPDATE supply SET quantity = ?, updated_at = ? WHERE store_id = ? AND supplier_id = ? AND id = ?"


@dataclass(slots=True)
class State:
    """A supply as it is, and the quantity that the rows give it."""

    id: int
    product_id: int
    sku: str
    """The store's, for its events."""
    code: str
    was: int
    quantity: int
    archived: bool
    """Whether its product is."""


@dataclass
class Held:
    """What the supplier has of all that a few rows name."""

    by_code: dict[str, State]
    by_ean: dict[str, list[State]]


def planner(viewer: Viewer, options: Mapping[str, Any]) -> Callable[[Sequence[Sequence[str]]], list[Planned]]:
    """Return what tells what rows would do as things stand, behind all those that it was asked about before.

    Nothing is written.
    """
    earlier: dict[int, State] = {}
    return lambda rows: [planned for planned, _ in _plan(viewer, options, rows, earlier, lock=False)]


def take(viewer: Viewer, options: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> list[Outcome]:
    """Do what rows say, inside the caller's transaction. `settle` belongs behind its commit."""
    made: dict[int, State] = {}
    planned = _plan(viewer, options, rows, made, lock=True)
    _write(viewer, options["supplier_id"], [state for state in made.values() if state.quantity != state.was])
    return [one.done(state.product_id if state else None) for one, state in planned]


def settle(viewer: Viewer, product_ids: Sequence[int]) -> None:
    """Give orders that wait for these products the stock. Safe to repeat."""
    stock_reports.allocate(viewer, set(product_ids))


def _plan(
    viewer: Viewer, options: Mapping[str, Any], rows: Sequence[Sequence[str]], earlier: dict[int, State], lock: bool
) -> list[tuple[Planned, State | None]]:
    """Return what each row would do and the supply that it names; `earlier`, by ids, grows by what they change."""
    rights.need_stock(viewer, options["supplier_id"])
    read = list(map(import_columns.reader("stock", options["columns"]), rows))
    held = _held(viewer, options["supplier_id"], [said for said, _ in read], earlier, lock)
    planned = judged(read, lambda said: _judge(said, options.get("mode", "set"), held))
    earlier.update({state.id: state for _, state in planned if state and state.quantity != state.was})
    return planned


def _held(
    viewer: Viewer, supplier_id: int, said: list[dict[str, Any]], earlier: Mapping[int, State], lock: bool
) -> Held:
    codes = sorted({row["supplier_sku"] for row in said if "supplier_sku" in row})
    eans = sorted({row["ean"] for row in said if "ean" in row})
    columns = (Supply.id, Supply.product, Product.sku, Supply.supplier_sku, Supply.quantity)
    query = Supply.select(*columns, Product.ean, Product.archived_at).join(Product).order_by(Supply.id)
    query = query.where(
        Supply.store == viewer.store_id,
        Supply.supplier == supplier_id,
        Supply.supplier_sku.in_(codes) | (Product.ean.in_(eans) & (Product.ean != "")),
    )
    query = locking(query, of=Supply) if lock else query
    held = Held({}, defaultdict(list))
    for supply_id, product_id, sku, code, quantity, ean, archived_at in query.tuples():
        now_here = State(supply_id, product_id, sku, code, quantity, quantity, archived_at is not None)
        state = earlier.get(supply_id, now_here)
        held.by_code[code] = state
        held.by_ean[ean].append(state)
    return held


def _judge(said: dict[str, Any], mode: str, held: Held) -> tuple[Planned, State]:
    state = _named(said, held)
    if state.archived:
        code = state.code
        told = f"{code} is archived in the store, so its stock is left as it is. Ask the store to restore it first."
        return Planned("refused", told), state
    if "quantity" not in said:
        raise RefusedError("Quantity: it is missing.")
    before, state.quantity = state.quantity, quantity_after(mode, state.quantity, said["quantity"])
    if state.quantity == before:
        return Planned("unchanged", "It is so already."), state
    return Planned("changed", f"Changed: quantity {before} → {state.quantity}."), state


def _named(said: dict[str, Any], held: Held) -> State:
    """Return the one supply that the row names: by its code, or by its EAN where it gives none."""
    code, ean = said.get("supplier_sku"), said.get("ean")
    if code is None and ean is None:
        raise RefusedError("It names no product: give your SKU or its EAN.")
    if code is not None:
        if code not in held.by_code:
            raise RefusedError(f"Your SKU: you stock nothing under {code}.")
        return held.by_code[code]
    fitting = held.by_ean.get(str(ean), [])
    fitting = [state for state in fitting if not state.archived] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise RefusedError(f"EAN: several of your products have {ean}. Name it by your SKU.")
    raise RefusedError(f"EAN: you stock nothing with {ean}.")


def _write(viewer: Viewer, supplier_id: int, states: list[State]) -> None:
    if not states:
        return
    store, stamp = viewer.store_id, Supply.updated_at.db_value(now())
    bulk.run(_UPDATE, [(state.quantity, stamp, store, supplier_id, state.id) for state in states])
    moves = [
        stock_moves.row(viewer, "imported", one.product_id, supplier_id, one.quantity - one.was, one.quantity)
        for one in states
    ]
    bulk.insert(StockMove, moves)
    name = Supplier.select(Supplier.name).where(Supplier.store == store, Supplier.id == supplier_id).scalar()
    bulk.insert(Event, [_event(viewer, supplier_id, name, state) for state in states])
    record.number(store, list(record.products([(state.product_id, supplier_id) for state in states])))


def _event(viewer: Viewer, supplier_id: int, supplier: str, state: State) -> dict[str, Any]:
    told = f"Stock of {state.sku} at {supplier}: {state.was} → {state.quantity}"
    return record.event_row(viewer, "supply.changed", told, "product", state.product_id, supplier_id=supplier_id)
