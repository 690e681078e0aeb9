"""Products from the rows of a file: what each row would do, and doing it for many rows with few statements.

A row of an archived product is refused, and says so: a list of all that was ever sold must bring nothing back.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.actions import products, record, stock_moves, stock_reports
from webapp.actions.batches import Outcome
from webapp.actions.record import ChangeRow
from webapp.db import locking, now
from webapp.domain import import_columns
from webapp.domain.viewer import Viewer
from webapp.models import Event, OrderLine, Product, StockMove, Supply, bulk

COLUMNS = ("ean", "title", "price_cents", "vat_basis_points", "own_quantity", "weight_grams")
NEW = {"ean": "", "title": "", "price_cents": 0, "vat_basis_points": 2200, "own_quantity": 0, "weight_grams": None}
WORDS = {
    "ean": "EAN",
    "title": "title",
    "price_cents": "price",
    "vat_basis_points": "VAT",
    "own_quantity": "own stock",
    "weight_grams": "weight",
}

STATUSES = {"created": "done", "changed": "done", "unchanged": "skipped", "refused": "refused"}
"""What a row does -> the status of its result."""

_UPDATE = """
UPDATE product SET ean = ?, title = ?, price_cents = ?, vat_basis_points = ?, own_quantity = ?, weight_grams = ?,
updated_at = ? WHERE store_id = ? AND id = ?
"""


@dataclass(slots=True)
class State:
    """A product as it is, and as the rows make it. `id` is None for one that isn't there yet."""

    id: int | None
    was: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    archived: bool = False

    @property
    def changed(self) -> bool:
        return self.id is None or self.values != self.was


@dataclass
class Planned:
    """What a row does: `created`, `changed`, `unchanged` or `refused`."""

    does: str
    message: str
    sku: str = ""

    def done(self, subject_id: int | None) -> Outcome:
        """Return what is told of the row once that was done."""
        return Outcome(STATUSES[self.does], self.message, subject_id)


def planner(viewer: Viewer, options: Mapping[str, Any]) -> Callable[[Sequence[Sequence[str]]], list[Planned]]:
    """Return what tells what rows would do as things stand, behind all those that it was asked about before.

    Nothing is written.
    """
    earlier: dict[str, State] = {}
    return lambda rows: _plan(viewer, options, rows, earlier, lock=False)[0]


def take(viewer: Viewer, options: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> list[Outcome]:
    """Do what rows say, inside the caller's transaction. `settle` belongs behind its commit."""
    products.need_write(viewer)
    made: dict[str, State] = {}
    planned, states = _plan(viewer, options, rows, made, lock=True)
    _write(viewer, {sku: state for sku, state in made.items() if state.changed})
    ids = {sku: state.id for sku, state in states.items()}
    return [one.done(ids.get(one.sku)) for one in planned]


def settle(viewer: Viewer, product_ids: Sequence[int]) -> None:
    """Join lines that waited for one of these products to it, and give orders that wait the stock. Safe to repeat."""
    named = Product.select(Product.sku, Product.id).where(
        Product.store == viewer.store_id, Product.id.in_(product_ids), Product.archived_at.is_null()
    )
    ids = dict(named.tuples())
    lost = OrderLine.select(OrderLine.sku).where(
        OrderLine.store == viewer.store_id, OrderLine.product.is_null(), OrderLine.sku.in_(list(ids))
    )
    for sku in sorted({sku for (sku,) in lost.tuples()}):
        mine = (OrderLine.store == viewer.store_id) & OrderLine.product.is_null() & (OrderLine.sku == sku)
        OrderLine.update(product=ids[sku]).where(mine).execute()
    stock_reports.allocate(viewer, set(ids.values()))


def _plan(
    viewer: Viewer, options: Mapping[str, Any], rows: Sequence[Sequence[str]], earlier: dict[str, State], lock: bool
) -> tuple[list[Planned], Mapping[str, State]]:
    """Return what each row would do, and the products by SKU; `earlier` grows by those that they change."""
    read = list(map(import_columns.reader("products", options["columns"]), rows))
    here = _known(viewer, {said["sku"] for said, _ in read if said.get("sku")}, lock)
    states = ChainMap(earlier, here)
    return [_judge(said, wrong, states) for said, wrong in read], states


def _known(viewer: Viewer, skus: set[str], lock: bool) -> dict[str, State]:
    columns = [getattr(Product, name) for name in COLUMNS]
    query = Product.select(Product.sku, Product.id, Product.archived_at, *columns).where(
        Product.store == viewer.store_id, Product.sku.in_(sorted(skus))
    )
    query = query.order_by(Product.id)
    query = locking(query) if lock else query
    found = {}
    for sku, product_id, archived_at, *values in query.tuples() if skus else ():
        was = dict(zip(COLUMNS, values, strict=True))
        found[sku] = State(product_id, was, dict(was), archived_at is not None)
    return found


def _judge(said: dict[str, Any], wrong: list[str], states: MutableMapping[str, State]) -> Planned:
    sku = said.pop("sku", "")
    state = states.get(sku)
    if not sku and not any(told.startswith("SKU") for told in wrong):
        wrong = ["SKU: it is missing.", *wrong]
    if sku and state is None and not said.get("title") and not any(told.startswith("Title") for told in wrong):
        wrong = [*wrong, "Title: a new product needs one."]
    if state and state.archived:
        told = f"{sku} is archived, so it is left as it is. Restore it on its page, then import this row again."
        return Planned("refused", told, sku)
    if wrong:
        return Planned("refused", " ".join(wrong), "")
    if state is None:
        states[sku] = State(None, {}, {**NEW, **said})
        return Planned("created", "Created.", sku)
    fresh = {name: value for name, value in said.items() if state.values[name] != value}
    if not fresh:
        return Planned("unchanged", "It is so already.", sku)
    state.values.update(fresh)
    states[sku] = state
    return Planned("changed", f"Changed: {', '.join(WORDS[name] for name in fresh)}.", sku)


def _write(viewer: Viewer, states: dict[str, State]) -> None:
    moment, created = now(), {sku for sku, state in states.items() if state.id is None}
    _insert(viewer, {sku: states[sku] for sku in created})
    stamp = Product.updated_at.db_value(moment)
    old = [state for sku, state in states.items() if sku not in created]
    updates = [(*(state.values[name] for name in COLUMNS), stamp, viewer.store_id, state.id) for state in old]
    bulk.run(_UPDATE, updates)
    bulk.insert(StockMove, _moves(viewer, states))
    bulk.insert(Event, [_event(viewer, sku, state, sku in created) for sku, state in states.items()])
    if states:
        record.number(viewer.store_id, _changes(viewer, [int(state.id or 0) for state in states.values()]))


def _insert(viewer: Viewer, states: dict[str, State]) -> None:
    bulk.insert(Product, [{"store": viewer.store_id, "sku": sku, **state.values} for sku, state in states.items()])
    made = Product.select(Product.sku, Product.id).where(
        Product.store == viewer.store_id, Product.sku.in_(list(states))
    )
    for sku, product_id in list(made.tuples()) if states else ():
        states[sku].id = product_id


def _moves(viewer: Viewer, states: dict[str, State]) -> list[dict[str, Any]]:
    rows = []
    for state in states.values():
        quantity = state.values["own_quantity"]
        if (change := quantity - state.was.get("own_quantity", 0)) and state.id:
            rows.append(stock_moves.row(viewer, "imported", state.id, None, change, quantity))
    return rows


def _event(viewer: Viewer, sku: str, state: State, created: bool) -> dict[str, Any]:
    if created:
        return record.event_row(viewer, "product.created", f"Product {sku} created", "product", state.id)
    difference = {name: [state.was[name], state.values[name]] for name in COLUMNS}
    told = {name: pair for name, pair in difference.items() if pair[0] != pair[1]}
    return record.event_row(viewer, "product.changed", f"Product {sku} changed", "product", state.id, data=told)


def _changes(viewer: Viewer, product_ids: list[int]) -> list[ChangeRow]:
    sellers = Supply.select(Supply.product, Supply.supplier).where(
        Supply.store == viewer.store_id, Supply.product.in_(product_ids)
    )
    places: list[tuple[int, int | None]] = [(product_id, None) for product_id in product_ids]
    return list(record.products([*places, *sellers.tuples()]))
