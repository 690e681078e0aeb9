"""Products: create, change, archive, restore."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import peewee as pw

from webapp.actions import allocations, editing, record, stock_moves
from webapp.db import now, transaction
from webapp.domain import ean, masking, rights
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Product, Supply, product_search

ATTEMPTS = 20
"""How often an edit is made anew when somebody else changed the product between reading and writing it."""


@dataclass(frozen=True)
class ProductDraft:
    sku: str
    title: str
    ean: str = ""
    price_cents: int = 0
    vat_basis_points: int = 2200
    own_quantity: int | None = 0
    """Units counted on the own shelf; None keeps the present count, from which orders may ship meanwhile."""
    weight_grams: int | None = None


def create(viewer: Viewer, draft: ProductDraft) -> Product:
    """Create a product; order lines that waited for its SKU are joined to it and get its stock."""
    product = insert(viewer, draft, {})
    allocations.link_sku(viewer, product.id)
    return product


def insert(viewer: Viewer, draft: ProductDraft, more: Mapping[str, object]) -> Product:
    """Create a product with further columns of the table, and leave the waiting lines to the caller.

    For callers inside a transaction of their own: `allocations.link_sku` belongs behind its commit.
    """
    _check(viewer, draft)
    with transaction():
        columns = {**_columns(draft), **more}
        product: Product = _store(lambda: Product.create(store=viewer.store_id, **columns), draft)
        stock_moves.note(viewer, "created", product.id, None, 0, product.own_quantity)
        _tell(viewer, product, "product.created", f"Product {product.sku} created")
    return product


def update(viewer: Viewer, product_id: int, draft: ProductDraft, seen: str = "") -> Product:
    """Change a product. `seen` is `version()` of what the person saw: Conflict where it has changed since."""
    product = find(viewer, product_id)
    _check(viewer, draft)
    editing.need_unchanged(seen, version(product))
    with transaction():
        counted = product.own_quantity if draft.own_quantity is None else stock_moves.own_count(product)
        change = Product.update(**_columns(draft), updated_at=now()).where(
            Product.id == product.id, Product.updated_at == product.updated_at
        )
        if not _store(change.execute, draft):
            raise editing.changed_meanwhile()
        now_there = counted if draft.own_quantity is None else draft.own_quantity
        stock_moves.note(viewer, "edited", product.id, None, counted, now_there)
        _tell(viewer, product, "product.changed", f"Product {draft.sku} changed", _difference(product, draft))
    allocations.link_sku(viewer, product.id)
    return find(viewer, product_id)


def edit(viewer: Viewer, product_id: int, values: Mapping[str, object], seen_at: str | None = None) -> Product:
    """Change the columns that are named and leave the rest as it is. Safe to repeat: what is so already is no change.

    `seen_at` as in `update`. Without it, what another changes at the same moment stays beside what we change.
    """
    need_write(viewer)
    if "price_cents" in values:
        masking.refuse_prices(viewer)
    for _ in range(ATTEMPTS):
        product = find(viewer, product_id)
        if seen_at is not None and seen_at != version(product):
            break
        fresh = _fresh(viewer, product, values)
        if not fresh or _change(viewer, product, fresh):
            if fresh.keys() & {"sku", "own_quantity"}:
                allocations.link_sku(viewer, product.id)
            return find(viewer, product_id)
    raise Conflict("changed_meanwhile", "Somebody else changed this product a moment ago. Look at it again.")


def archive(viewer: Viewer, product_id: int) -> None:
    """Take a product out of use: new orders no longer get its stock."""
    need_write(viewer)
    product = find(viewer, product_id)
    with transaction():
        Product.update(archived_at=now(), active=False, updated_at=now()).where(Product.id == product.id).execute()
        _tell(viewer, product, "product.archived", f"Product {product.sku} archived")


def restore(viewer: Viewer, product_id: int) -> None:
    """Take an archived product into use again."""
    need_write(viewer)
    product = find(viewer, product_id)
    with transaction():
        Product.update(archived_at=None, active=True, updated_at=now()).where(Product.id == product.id).execute()
        _tell(viewer, product, "product.restored", f"Product {product.sku} restored")
    allocations.link_sku(viewer, product.id)


def find(viewer: Viewer, product_id: int) -> Product:
    """Return the product, if the viewer may see it; raise NotFound alike for a foreign one and an unknown one."""
    product: Product | None = product_search.visible_to(viewer).where(Product.id == product_id).first()
    if product is None:
        raise NotFound("product")
    return product


def version(product: Product) -> str:
    """Return a word that changes with every change of the product."""
    return str(product.updated_at.isoformat())


def _fresh(viewer: Viewer, product: Product, values: Mapping[str, object]) -> dict[str, object]:
    """Return those of the values that differ from the product's, checked; what it keeps isn't judged again."""
    sku, title = values.get("sku", product.sku), values.get("title", product.title)
    _check(viewer, ProductDraft(str(sku), str(title), str(values.get("ean", ""))))
    fresh = {name: value for name, value in values.items() if getattr(product, name) != value}
    if fresh.get("active") and product.archived_at:
        raise Conflict("archived", "The product is archived. Somebody has to restore it on its page first.")
    return fresh


def _change(viewer: Viewer, product: Product, fresh: dict[str, object]) -> bool:
    """Write columns while the product is as it was read; return False, changing nothing, if it isn't any more."""
    draft = ProductDraft(str(fresh.get("sku", product.sku)), product.title)
    with transaction():
        counted = stock_moves.own_count(product) if "own_quantity" in fresh else 0
        change = Product.update(**fresh, updated_at=now()).where(
            Product.id == product.id, Product.updated_at == product.updated_at
        )
        if not _store(change.execute, draft):
            return False
        if "own_quantity" in fresh:
            stock_moves.note(viewer, "edited", product.id, None, counted, int(str(fresh["own_quantity"])))
        difference: dict[str, list[object]] = {name: [getattr(product, name), fresh[name]] for name in fresh}
        _tell(viewer, product, "product.changed", f"Product {draft.sku} changed", difference)
    return True


def _store(statement: Callable[[], Any], draft: ProductDraft) -> Any:
    """Run the statement; a SKU that is taken is an objection to the field."""
    try:
        with transaction():
            return statement()
    except pw.IntegrityError:
        raise Invalid({"sku": [f"You have a product with the SKU {draft.sku} already."]}) from None


def _check(viewer: Viewer, draft: ProductDraft) -> None:
    need_write(viewer)
    errors: dict[str, list[str]] = {}
    if not draft.sku.strip():
        errors["sku"] = ["Give the SKU: it is what order lines are matched by."]
    if not draft.title.strip():
        errors["title"] = ["Give the product a title."]
    if draft.ean and not ean.is_valid(draft.ean):
        errors["ean"] = ["The check digit doesn't fit: an EAN has 8, 12, 13 or 14 digits and the last proves the rest."]
    if errors:
        raise Invalid(errors)


def need_write(viewer: Viewer) -> None:
    """Raise Forbidden `scope_missing` unless the viewer may change products."""
    rights.need_whole_store(viewer, "changes products", viewer.products)


def _columns(draft: ProductDraft) -> dict[str, object]:
    values = asdict(draft) | {"sku": draft.sku.strip(), "title": draft.title.strip()}
    if draft.own_quantity is None:
        del values["own_quantity"]
    return values


def _difference(product: Product, draft: ProductDraft) -> dict[str, list[object]]:
    changed = {name: [getattr(product, name), value] for name, value in _columns(draft).items()}
    return {name: pair for name, pair in changed.items() if pair[0] != pair[1]}


def _tell(
    viewer: Viewer, product: Product, kind: str, message: str, data: dict[str, list[object]] | None = None
) -> None:
    record.event(viewer, kind, message, subject="product", subject_id=product.id, data=dict(data or {}))
    sellers = Supply.select(Supply.supplier).where(Supply.store == viewer.store_id, Supply.product == product.id)
    told = [row.supplier_id for row in sellers]
    record.changed(viewer.store_id, "product", product.id, supplier_ids=told)
