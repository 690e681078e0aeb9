"""Supplies: what a supplier holds of a product."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import peewee as pw

from webapp.actions import allocations, editing, products, record, stock_moves
from webapp.db import now, transaction
from webapp.domain import rights
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Product, Supplier, Supply


@dataclass(frozen=True)
class SupplyDraft:
    supplier_id: int
    supplier_sku: str = ""
    """Empty takes the product's SKU."""
    quantity: int | None = 0
    """Units that the supplier holds; None keeps the present count, from which orders may ship meanwhile."""
    purchase_price_cents: int | None = None
    priority: int = 10


def add(viewer: Viewer, product_id: int, draft: SupplyDraft) -> Supply:
    """Add a supply to a product; orders that wait for the product get its stock. Conflict where it is archived."""
    product = _in_use(viewer, product_id)
    supplier = _supplier(viewer, draft.supplier_id)
    with transaction():
        columns = _columns(draft, product)
        supply: Supply = _store(
            lambda: Supply.create(store=viewer.store_id, product=product.id, **columns), columns, product
        )
        stock_moves.note(viewer, "created", product.id, supplier.id, 0, supply.quantity)
        _tell(viewer, supply, "supply.added", f"{supplier.name} stocks {product.sku}: {_units(supply.quantity)}")
    allocations.allocate_waiting(viewer, product.id)
    return supply


def update(
    viewer: Viewer, product_id: int, supply_id: int, draft: SupplyDraft, seen: str = "", counted: str = ""
) -> Supply:
    """Change a supply; more stock goes to orders that wait for it.

    `seen` is `version()` and `counted` the quantity of what the person saw: Conflict `changed_meanwhile` where the one,
    or a quantity that is typed anew, has changed since. Empty looks at nothing.
    Conflict `archived` where the product is archived: as in files, its stock is left as it is.
    """
    product = _in_use(viewer, product_id)
    supply = find(viewer, product_id, supply_id)
    if draft.supplier_id != supply.supplier_id:
        raise Invalid({"supplier_id": ["A supply stays with its supplier: add another one instead."]})
    with transaction():
        columns = _columns(draft, product)
        there = stock_moves.supply_count(supply)  # From here on nobody else changes it.
        supply = find(viewer, product_id, supply_id)
        editing.need_unchanged(seen, version(supply))
        if draft.quantity is not None:
            editing.need_unchanged(counted, str(there))
        change = Supply.update(**columns, updated_at=now()).where(Supply.id == supply.id)
        _store(change.execute, columns, product, supply)
        changed = find(viewer, product_id, supply_id)
        stock_moves.note(viewer, "edited", product.id, supply.supplier_id, there, changed.quantity)
        message = f"Stock of {product.sku} at {supply.supplier.name}: {supply.quantity} → {changed.quantity}"
        _tell(viewer, changed, "supply.changed", message, data=record.between(supply, columns))
    allocations.allocate_waiting(viewer, product.id)
    return find(viewer, product_id, supply_id)


def remove(viewer: Viewer, product_id: int, supply_id: int) -> None:
    """Remove a supply; refused while orders hold units of it."""
    product = _writable(viewer, product_id)
    supply = find(viewer, product_id, supply_id)
    with transaction():
        counted = stock_moves.supply_count(supply)
        gone = Supply.delete().where(Supply.id == supply.id, Supply.reserved == 0).execute()
        if not gone:
            told = f"Orders hold {_units(supply.reserved)} of this stock. Ship or re-route them first."
            raise Conflict("units_held", told)
        stock_moves.note(viewer, "removed", product.id, supply.supplier_id, counted, 0)
        _tell(viewer, supply, "supply.removed", f"{supply.supplier.name} no longer stocks {product.sku}", gone=True)


def find(viewer: Viewer, product_id: int, supply_id: int) -> Supply:
    """Return a supply of the product with its supplier."""
    query = Supply.select(Supply, Supplier).join(Supplier)
    query = query.where(Supply.store == viewer.store_id, Supply.product == product_id, Supply.id == supply_id)
    if viewer.supplier_id is not None:
        query = query.where(Supply.supplier == viewer.supplier_id)
    supply: Supply | None = query.first()
    if supply is None:
        raise NotFound("supply")
    return supply


def version(supply: Supply) -> str:
    """Return a word that changes with what people set; stock reports and shipping move the quantity all day."""
    return f"{supply.purchase_price_cents}.{supply.priority}.{supply.supplier_sku}"


def _writable(viewer: Viewer, product_id: int) -> Product:
    rights.need_whole_store(viewer, "changes supplies", viewer.products)
    return products.find(viewer, product_id)


def _in_use(viewer: Viewer, product_id: int) -> Product:
    product = _writable(viewer, product_id)
    if product.archived_at:
        raise Conflict("archived", archived(product))
    return product


def archived(product: Product) -> str:
    """Return what to say of an archived product's supplies."""
    return f"{product.sku} is archived, so its stock is left as it is. Restore it on its page first."


def _supplier(viewer: Viewer, supplier_id: int) -> Supplier:
    mine = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.id == supplier_id)
    supplier: Supplier | None = mine.where(Supplier.archived_at.is_null()).first()
    if supplier is None:
        raise Invalid({"supplier_id": ["Choose one of your suppliers."]})
    return supplier


def _store(
    statement: Callable[[], Any], columns: dict[str, object], product: Product, changed: Supply | None = None
) -> Any:
    """Run the statement that adds a supply, or changes one; what is taken already is an objection to its field."""
    try:
        with transaction():
            return statement()
    except pw.IntegrityError:
        # Two unique keys can object; which one shows in what is there.
        theirs = Supply.select().where(Supply.store == product.store_id, Supply.supplier == columns["supplier"])
        if changed is None and theirs.where(Supply.product == product.id).exists():
            told = "This product has a supply from this supplier already: edit that."
            raise Invalid({"supplier_id": [told]}) from None
        told = f"This supplier has another product under the SKU {columns['supplier_sku']} already."
        raise Invalid({"supplier_sku": [told]}) from None


def _columns(draft: SupplyDraft, product: Product) -> dict[str, object]:
    values = asdict(draft) | {"supplier": draft.supplier_id, "supplier_sku": draft.supplier_sku.strip() or product.sku}
    del values["supplier_id"]
    if draft.quantity is None:
        del values["quantity"]
    return values


def _tell(
    viewer: Viewer,
    supply: Supply,
    kind: str,
    message: str,
    *,
    gone: bool = False,
    data: dict[str, Any] | None = None,
) -> None:
    """Record it; with `gone` the supplier no longer sees the product, which is a change for its programs too."""
    about = {"subject": "product", "subject_id": supply.product_id, "supplier_id": supply.supplier_id}
    record.event(viewer, kind, message, **about, data=data)
    left, lost = ([], [supply.supplier_id]) if gone else ([supply.supplier_id], [])
    record.changed(viewer.store_id, "product", supply.product_id, supplier_ids=left, withdrawn_from=lost)


def _units(count: int) -> str:
    return f"{count} {'unit' if count == 1 else 'units'}"
