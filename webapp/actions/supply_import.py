"""Supplies from the rows of a file: what each row would do, and doing it for many rows with few statements.

A row of an archived product is refused, as in a file of products.
"""

from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from webapp.actions import products, record, stock_moves, stock_reports
from webapp.actions.batches import Outcome
from webapp.actions.product_import import Planned
from webapp.db import locking, now
from webapp.domain import import_columns
from webapp.domain.viewer import Viewer
from webapp.models import Event, Product, StockMove, Supplier, Supply, bulk

COLUMNS = ("supplier_sku", "quantity", "purchase_price_cents", "priority")
WORDS = {
    "supplier_sku": "supplier's SKU",
    "quantity": "quantity",
    "purchase_price_cents": "purchase price",
    "priority": "priority",
}
MODES = ("set", "add", "subtract")

_UPDATE = """
UPDATE supply SET supplier_sku = ?, quantity = ?, purchase_price_cents = ?, priority = ?, updated_at = ?
WHERE store_id = ? AND id = ?
"""

Named = TypeVar("Named")

Key = tuple[int, int]
"""A product's id and a supplier's."""

Code = tuple[int, str]
"""A supplier's id and its code for a product."""


@dataclass(slots=True)
class State:
    """A supply as it is, and as the rows make it. `id` is None for one that isn't there yet."""

    id: int | None
    was: dict[str, Any]
    values: dict[str, Any]
    sku: str = ""
    supplier: str = ""


@dataclass
class Earlier:
    """What rows before have changed, or would."""

    supplies: dict[Key, State] = field(default_factory=dict)
    codes: dict[Code, int | None] = field(default_factory=dict)
    """None for a code that was given up."""


@dataclass
class Known:
    """What is here of all that a few rows name, behind what rows before have made of it."""

    suppliers: dict[str | int, Supplier]
    """By name in small letters, and by id."""
    by_sku: dict[str, tuple[int, str]]
    by_ean: dict[str, list[tuple[int, str]]]
    """Those in use; archived ones where no other has the EAN."""
    archived: set[int]
    """Ids of the products that are."""
    supplies: ChainMap[Key, State]
    codes: ChainMap[Code, int | None]
    """Code -> the product that has it."""


class RefusedError(Exception):
    """The row can't be taken; the message says why."""


def planner(viewer: Viewer, options: Mapping[str, Any]) -> Callable[[Sequence[Sequence[str]]], list[Planned]]:
    """Return what tells what rows would do as things stand, behind all those that it was asked about before.

    Nothing is written.
    """
    earlier = Earlier()
    return lambda rows: [planned for planned, _ in _plan(viewer, options, rows, earlier, lock=False)]


def take(viewer: Viewer, options: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> list[Outcome]:
    """Do what rows say, inside the caller's transaction. `settle` belongs behind its commit."""
    products.need_write(viewer)
    made = Earlier()
    planned = _plan(viewer, options, rows, made, lock=True)
    _write(viewer, {key: state for key, state in made.supplies.items() if state.values != state.was})
    return [one.done(key[0] if key else None) for one, key in planned]


def settle(viewer: Viewer, product_ids: Sequence[int]) -> None:
    """Give orders that wait for these products the stock. Safe to repeat."""
    stock_reports.allocate(viewer, set(product_ids))


def _plan(
    viewer: Viewer, options: Mapping[str, Any], rows: Sequence[Sequence[str]], earlier: Earlier, lock: bool
) -> list[tuple[Planned, Key | None]]:
    """Return what each row would do and the supply that it names; `earlier` grows by what they change."""
    read = list(map(import_columns.reader("supplies", options["columns"]), rows))
    known = _known(viewer, [said for said, _ in read], earlier, lock)
    return judged(read, lambda said: _judge(said, options, known))


def judged(
    read: Iterable[tuple[dict[str, Any], list[str]]], judge: Callable[[dict[str, Any]], tuple[Planned, Named]]
) -> list[tuple[Planned, Named | None]]:
    """Return what each row would do and what it names, in their order; None where it is refused.

    A row in which nothing is wrong goes to `judge`, which raises RefusedError for one that can't be done.
    """
    planned: list[tuple[Planned, Named | None]] = []
    for said, wrong in read:
        try:
            if wrong:
                raise RefusedError(" ".join(wrong))
            planned.append(judge(said))
        except RefusedError as refused:
            planned.append((Planned("refused", str(refused)), None))
    return planned


def _known(viewer: Viewer, said: list[dict[str, Any]], earlier: Earlier, lock: bool) -> Known:
    mine = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.archived_at.is_null())
    suppliers = {key: row for row in mine for key in (row.name.casefold(), row.id)}
    skus = sorted({row["sku"] for row in said if "sku" in row})
    eans = sorted({row["ean"] for row in said if "ean" in row})
    codes = sorted({row["supplier_sku"] for row in said if "supplier_sku" in row} | set(skus))
    named = Product.select(Product.id, Product.sku, Product.ean, Product.archived_at).where(
        Product.store == viewer.store_id, Product.sku.in_(skus) | (Product.ean.in_(eans) & (Product.ean != ""))
    )
    by_sku: dict[str, tuple[int, str]] = {}
    by_ean: dict[str, list[tuple[int, str]]] = defaultdict(list)
    archived: set[int] = set()
    for product_id, sku, ean, archived_at in named.tuples():
        by_sku[sku] = (product_id, sku)
        by_ean[ean].append((product_id, sku))
        archived.update([product_id] if archived_at else ())
    by_ean = {ean: [one for one in those if one[0] not in archived] or those for ean, those in by_ean.items()}
    supplies, held_codes = _held(viewer, [product_id for product_id, _ in by_sku.values()], codes, archived, lock)
    before = ChainMap(earlier.supplies, supplies), ChainMap(earlier.codes, held_codes)
    return Known(suppliers, by_sku, by_ean, archived, *before)


def _held(
    viewer: Viewer, product_ids: list[int], codes: list[str], archived: set[int], lock: bool
) -> tuple[dict[Key, State], dict[Code, int | None]]:
    """Return supplies, and who has which code; `archived` grows by the products among them that are."""
    wanted = Supply.product.in_(product_ids) | Supply.supplier_sku.in_(codes)
    query = Supply.select(Supply, Product.sku.alias("named"), Product.archived_at.alias("gone_at")).join(Product)
    query = query.where(Supply.store == viewer.store_id, wanted).order_by(Supply.id)
    query = locking(query, of=Supply) if lock else query
    supplies: dict[Key, State] = {}
    taken: dict[Code, int | None] = {}
    for row in query.objects():
        was = {name: getattr(row, name) for name in COLUMNS}
        supplies[(row.product_id, row.supplier_id)] = State(row.id, was, dict(was), row.named)
        taken[(row.supplier_id, row.supplier_sku)] = row.product_id
        archived.update([row.product_id] if row.gone_at else ())
    return supplies, taken


def _judge(said: dict[str, Any], options: Mapping[str, Any], known: Known) -> tuple[Planned, Key]:
    supplier = _supplier(said, options, known)
    product_id, sku = _product(said, supplier, known)
    key = (product_id, supplier.id)
    if product_id in known.archived:
        return _left_alone(sku), key
    state = known.supplies.get(key)
    fresh = {name: said[name] for name in COLUMNS if name in said}
    held = state.values["quantity"] if state else 0
    if "quantity" in fresh:
        fresh["quantity"] = quantity_after(options.get("mode", "set"), held, fresh["quantity"])
    code = _code(fresh, known, supplier, key, sku)
    if state is None:
        new = {"supplier_sku": code, "quantity": 0, "purchase_price_cents": None, "priority": 10}
        known.supplies[key] = State(None, {}, {**new, **fresh}, sku, supplier.name)
        return Planned("created", f"{supplier.name} stocks {sku} now."), key
    state.supplier = supplier.name
    fresh = {name: value for name, value in fresh.items() if state.values[name] != value}
    if not fresh:
        return Planned("unchanged", "It is so already."), key
    state.values.update(fresh)
    known.supplies[key] = state
    told = [f"quantity {held} → {fresh['quantity']}"] if "quantity" in fresh else []
    told += [WORDS[name] for name in fresh if name != "quantity"]
    return Planned("changed", f"Changed: {', '.join(told)}."), key


def _code(fresh: dict[str, Any], known: Known, supplier: Supplier, key: Key, sku: str) -> str:
    """Return the supplier's code that the product has from this row on; RefusedError where another product has it."""
    state = known.supplies.get(key)
    held = state.values["supplier_sku"] if state else ""
    code = str(fresh.get("supplier_sku") or held or sku)
    owner = known.codes.get((supplier.id, code))
    if owner not in (None, key[0]):
        raise RefusedError(f"{supplier.name} has another product under the SKU {code} already.")
    if held and held != code:
        known.codes[(supplier.id, held)] = None
    if owner is None:
        known.codes[(supplier.id, code)] = key[0]
    return code


def _supplier(said: dict[str, Any], options: Mapping[str, Any], known: Known) -> Supplier:
    named = said.get("supplier")
    if named is None and not options.get("supplier_id"):
        raise RefusedError("Supplier: it is missing. Map its column, or choose one for the whole file.")
    supplier = known.suppliers.get(named.casefold() if named else options["supplier_id"])
    if supplier is None:
        raise RefusedError(f"Supplier: none of yours is called “{named or ''}”.")
    return supplier


def _product(said: dict[str, Any], supplier: Supplier, known: Known) -> tuple[int, str]:
    if "sku" in said:
        if said["sku"] in known.by_sku:
            return known.by_sku[said["sku"]]
        raise RefusedError(f"SKU: no product has {said['sku']}.")
    if "ean" in said:
        fitting = known.by_ean.get(said["ean"], [])
        if len(fitting) == 1:
            return fitting[0]
        told = "several products have" if fitting else "no product has"
        raise RefusedError(f"EAN: {told} {said['ean']}." + (" Name it by its SKU." if fitting else ""))
    product_id = known.codes.get((supplier.id, said.get("supplier_sku", "")))
    if product_id is None:
        raise RefusedError("It names no product: give its SKU, its EAN, or a code that the supplier has already.")
    return product_id, known.supplies[(product_id, supplier.id)].sku


def _left_alone(sku: str) -> Planned:
    """Return what a row of an archived product does: nothing."""
    told = f"{sku} is archived, so its stock is left as it is. Restore it on its page, then import this row again."
    return Planned("refused", told)


def quantity_after(mode: str, held: int, units: int) -> int:
    """Return what is there once units were set, added or taken away; RefusedError where fewer are there."""
    if mode == "add":
        return min(held + units, import_columns.MOST_UNITS)
    if mode == "subtract":
        if units > held:
            raise RefusedError(f"Quantity: {units} can't be taken away, for only {held} are there.")
        return held - units
    return units


def _write(viewer: Viewer, states: dict[Key, State]) -> None:
    if not states:
        return
    store, stamp = viewer.store_id, Supply.updated_at.db_value(now())
    old = [state for state in states.values() if state.id is not None]
    bulk.run(_UPDATE, [(*(state.values[name] for name in COLUMNS), stamp, store, state.id) for state in old])
    new = {key: state for key, state in states.items() if state.id is None}
    bulk.insert(Supply, [{"store": store, "product": key[0], "supplier": key[1], **s.values} for key, s in new.items()])
    bulk.insert(StockMove, _moves(viewer, states))
    bulk.insert(Event, [_event(viewer, key, state) for key, state in states.items()])
    record.number(store, list(record.products(states)))


def _moves(viewer: Viewer, states: dict[Key, State]) -> list[dict[str, Any]]:
    rows = []
    for (product_id, supplier_id), state in states.items():
        quantity = state.values["quantity"]
        if change := quantity - state.was.get("quantity", 0):
            rows.append(stock_moves.row(viewer, "imported", product_id, supplier_id, change, quantity))
    return rows


def _event(viewer: Viewer, key: Key, state: State) -> dict[str, Any]:
    product_id, supplier_id = key
    units = state.values["quantity"]
    if state.id is None:
        kind, told = "supply.added", f"{state.supplier} stocks {state.sku}: {units} {'unit' if units == 1 else 'units'}"
    else:
        kind, told = "supply.changed", f"Stock of {state.sku} at {state.supplier}: {state.was['quantity']} → {units}"
    return record.event_row(viewer, kind, told, "product", product_id, supplier_id=supplier_id)
