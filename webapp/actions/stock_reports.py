"""Stock reports: what a supplier says it holds, many rows at once, each taken or refused by itself."""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webapp.actions import allocations, record, stock_moves
from webapp.db import now, transaction
from webapp.domain import masking, order_status
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from webapp.domain.stock_report import CHANGED, RENUMBERED, STALE, UNCHANGED, Held, Report, judge
from webapp.domain.viewer import Level, Viewer
from webapp.models import Order, OrderLine, Product, Supply

ATTEMPTS = 20
"""How often a row is judged anew when its supply changed between reading and writing it."""

NAMED_BY = {"id": Supply.id, "supplier_sku": Supply.supplier_sku, "ean": Product.ean, "sku": Product.sku}
"""What a row can name its supply by."""


@dataclass(frozen=True)
class Row:
    named_by: str
    """One of NAMED_BY."""
    name: int | str
    report: Report
    supplier_id: int | None = None
    """Whose supply it is; a viewer bound to a supplier may leave it out, and so may who names it by its id."""


@dataclass(frozen=True)
class Taken:
    """A row that was taken. `changed` is False where the supply was so already."""

    supply_id: int
    was: int
    quantity: int
    changed: bool


def take(viewer: Viewer, rows: Mapping[int, Row]) -> dict[int, Taken | Refusal]:
    """Take the reports in the order of the mapping; return place -> what became of the row.

    Each row is a transaction of its own, and what refuses one stops none of the others. Behind them, orders that
    wait for products whose stock rose get it. Safe to repeat.
    """
    if viewer.products < Level.WRITE:
        raise Forbidden("scope_missing", "Reporting stock needs the permission to write products.")
    held = _held(viewer, rows.values())
    outcomes: dict[int, Taken | Refusal] = {}
    restocked: set[int] = set()
    for place, row in rows.items():
        try:
            supply = _choose(viewer, row, held[(row.named_by, row.name)])
            outcomes[place] = taken = _apply(viewer, supply, row.report)
        except Refusal as refusal:
            outcomes[place] = refusal
        else:
            if taken.quantity > taken.was:
                restocked.add(supply.product_id)
    allocate(viewer, restocked)
    return outcomes


def _held(viewer: Viewer, rows: Iterable[Row]) -> dict[tuple[str, int | str], list[Supply]]:
    """Return (named by, name) -> the viewer's supplies: a statement for each way of naming, however many rows.

    Rows that name the same supply share its object, so that a later one sees what an earlier one wrote.
    """
    names: dict[str, set[int | str]] = defaultdict(set)
    for row in rows:
        names[row.named_by].add(row.name)
    found: dict[tuple[str, int | str], list[Supply]] = defaultdict(list)
    known: dict[int, Supply] = {}
    for way, wanted in names.items():
        column = NAMED_BY[way]
        for supply in Supply.visible_to(viewer).where(column.in_(list(wanted))).order_by(Supply.id):
            owner = supply.product if column.model is Product else supply
            found[(way, getattr(owner, column.name))].append(known.setdefault(supply.id, supply))
    return found


def _choose(viewer: Viewer, row: Row, candidates: list[Supply]) -> Supply:
    """Return the one supply that the row names."""
    supplier_id = row.supplier_id if viewer.supplier_id is None else viewer.supplier_id
    if row.supplier_id not in (None, supplier_id):
        raise Invalid({"supplier_id": ["This key reports for its own supplier alone."]})
    if supplier_id is None and row.named_by != "id":
        raise Invalid({"supplier_id": ["Name the supplier, or the supply by its id: this key sees all suppliers."]})
    fitting = [supply for supply in candidates if supplier_id in (None, supply.supplier_id)]
    if not fitting:
        raise NotFound("supply")
    if len(fitting) > 1:
        told = "This supplier has several products with this EAN. Name the supply by supplier_sku, sku or id."
        raise Conflict("ambiguous", told)
    return fitting[0]


def _apply(viewer: Viewer, supply: Supply, report: Report) -> Taken:
    """Bring the supply, and the object that shows it, to what the report says."""
    if report.purchase_price_cents is not None:
        masking.refuse_prices(viewer)
    for _ in range(ATTEMPTS):
        was = supply.quantity
        meaning = judge(report, Held(was, supply.purchase_price_cents, supply.sequence))
        if meaning == STALE:
            told = f"A report with the number {supply.sequence} was taken already."
            held = {"id": supply.id, "quantity": supply.quantity, "sequence": supply.sequence}
            raise Conflict("stale_sequence", told, **held)
        if meaning == UNCHANGED or _write(viewer, supply, report, meaning):
            return Taken(supply.id, was, supply.quantity, meaning == CHANGED)
        _read_again(viewer, supply)
    raise Conflict("stock_moves", "The stock of this supply changes too fast; report it again in a moment.")


def _write(viewer: Viewer, supply: Supply, report: Report, meaning: str) -> bool:
    """Write the report while the supply is as it was judged; return False, changing nothing, if it isn't any more."""
    values: dict[str, object] = {"quantity": report.quantity}
    if report.purchase_price_cents is not None:
        values["purchase_price_cents"] = report.purchase_price_cents
    if report.sequence is not None:
        values["sequence"] = report.sequence
    # A mere new number isn't news: the worker would look for waiting orders of all that was "restocked lately".
    moment = {} if meaning == RENUMBERED else {"updated_at": now()}
    with transaction():
        query = Supply.update(**values, **moment).where(
            Supply.store == viewer.store_id,
            Supply.id == supply.id,
            Supply.quantity == supply.quantity,
            # peewee makes IS NULL of a comparison with None.
            Supply.purchase_price_cents == supply.purchase_price_cents,
            Supply.sequence == supply.sequence,
        )
        if not query.execute():
            return False
        if meaning == CHANGED:
            stock_moves.note(
                viewer, "reported", supply.product_id, supply.supplier_id, supply.quantity, report.quantity
            )
            _tell(viewer, supply, report)
    for name, value in values.items():
        setattr(supply, name, value)
    return True


def _read_again(viewer: Viewer, supply: Supply) -> None:
    found = Supply.visible_to(viewer).where(Supply.id == supply.id).first()
    if found is None:
        raise NotFound("supply")
    for name in ("quantity", "purchase_price_cents", "sequence"):
        setattr(supply, name, getattr(found, name))


def allocate(viewer: Viewer, products: set[int]) -> None:
    """Give orders that wait for these products their stock; one statement finds those that are in an open order."""
    wanted = (
        OrderLine.select(OrderLine.product)
        .join(Order)
        .where(
            OrderLine.store == viewer.store_id,
            OrderLine.product.in_(sorted(products)),
            Order.status.in_(order_status.OPEN),
        )
        .distinct()
        .order_by(OrderLine.product)
    )
    for (product_id,) in list(wanted.tuples()) if products else ():
        # The report stands whatever becomes of the orders; the worker tries again within a minute.
        with contextlib.suppress(Conflict):
            allocations.allocate_waiting(viewer, product_id)


def _tell(viewer: Viewer, supply: Supply, report: Report) -> None:
    where = f"{supply.product.sku} at {supply.supplier.name}"
    if report.quantity != supply.quantity:
        message = f"Stock of {where}: {supply.quantity} → {report.quantity}"
    else:
        message = f"Purchase price of {where} changed"
    subject = {"subject": "product", "subject_id": supply.product_id}
    record.event(viewer, "supply.reported", message, supplier_id=supply.supplier_id, public=True, **subject)
    record.changed(viewer.store_id, "product", supply.product_id, supplier_ids=[supply.supplier_id])
