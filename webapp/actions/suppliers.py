"""Suppliers: create, change, archive, restore."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import peewee as pw

from webapp.actions import editing, record, stock_levels
from webapp.db import locking, now, transaction
from webapp.domain import order_status, rights
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Allocation, ApiKey, Order, Supplier
from webapp.models.prepared import among, prepared, slot

MAX_DAYS = 365


@dataclass(frozen=True)
class SupplierDraft:
    name: str
    min_days: int = 0
    max_days: int = 0
    kind: str = "plain"
    """`plain`, `logistics` or `dropshipping`."""
    address: dict[str, str] = field(default_factory=dict)
    hours: dict[str, str] = field(default_factory=dict)
    instructions: str = ""


def create(viewer: Viewer, draft: SupplierDraft) -> Supplier:
    """Create a supplier; Invalid where a value can't be taken or the name is there already."""
    _check(viewer, draft)
    with transaction():
        supplier: Supplier = _store(lambda: Supplier.create(store=viewer.store_id, **_columns(draft)), viewer, draft)
        _tell(viewer, supplier, "supplier.created", f"Supplier {supplier.name} created")
    return supplier


def update(viewer: Viewer, supplier_id: int, draft: SupplierDraft, seen: str = "") -> Supplier:
    """Change a supplier.

    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    supplier = find(viewer, supplier_id)
    _check(viewer, draft)
    with transaction():
        supplier = editing.held(supplier)
        editing.need_unchanged(seen, version(supplier))
        data = record.between(supplier, _columns(draft))
        change = Supplier.update(**_columns(draft), updated_at=now()).where(Supplier.id == supplier.id)
        _store(change.execute, viewer, draft)
        _tell(viewer, supplier, "supplier.changed", f"Supplier {draft.name.strip()} changed", data)
    return find(viewer, supplier_id)


def archive(viewer: Viewer, supplier_id: int) -> None:
    """Take a supplier out of use: no new allocations. Refused while orders still wait there. Safe to repeat."""
    _need_whole_store(viewer)
    supplier = find(viewer, supplier_id)
    with transaction():
        supplier = editing.held(supplier)  # Who allocates to it has it in use, and is waited for; see keep_in_use.
        waiting = open_orders(supplier)
        if waiting:
            orders = "1 order waits" if waiting == 1 else f"{waiting} orders wait"
            raise Conflict("orders_waiting", f"{orders} to be shipped by {supplier.name}. Ship or re-route first.")
        gone = Supplier.update(archived_at=now()).where(Supplier.id == supplier.id, Supplier.archived_at.is_null())
        if not gone.execute():
            return
        ApiKey.update(enabled=False).where(ApiKey.store == viewer.store_id, ApiKey.supplier == supplier.id).execute()
        _tell(viewer, supplier, "supplier.archived", f"Supplier {supplier.name} archived; its API keys are off")
        stock_levels.mark_supplier(viewer.store_id, supplier.id)


def restore(viewer: Viewer, supplier_id: int) -> None:
    """Take an archived supplier into use again; its API keys stay off until an admin enables them. Safe to repeat."""
    _need_whole_store(viewer)
    supplier = find(viewer, supplier_id)
    with transaction():
        back = Supplier.update(archived_at=None).where(Supplier.id == supplier.id, Supplier.archived_at.is_null(False))
        if back.execute():
            _tell(viewer, supplier, "supplier.restored", f"Supplier {supplier.name} restored")
            stock_levels.mark_supplier(viewer.store_id, supplier.id)


def find(viewer: Viewer, supplier_id: int) -> Supplier:
    """Return a supplier of the viewer's store; a viewer bound to a supplier finds that one alone."""
    query = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.id == supplier_id)
    if viewer.supplier_id is not None:
        query = query.where(Supplier.id == viewer.supplier_id)
    supplier: Supplier | None = query.first()
    if supplier is None:
        raise NotFound("supplier")
    return supplier


def keep_in_use(store_id: int, supplier_ids: Iterable[int | None]) -> bool:
    """Keep these suppliers from being archived until the caller's transaction ends; False where one is out of use.

    Whoever allocates calls it before holding their stock: what was read before may be true no more. None is nobody.
    """
    ids = sorted({supplier for supplier in supplier_ids if supplier is not None})
    return not ids or len(_in_use().rows(store=store_id, ids=ids)) == len(ids)


@prepared
def _in_use() -> pw.Query:
    mine = (Supplier.store == slot("store")) & among(Supplier.id, "ids") & Supplier.archived_at.is_null()
    return locking(Supplier.select(Supplier.id).where(mine).order_by(Supplier.id), "FOR SHARE")


def version(supplier: Supplier) -> str:
    """Return a word that changes with every change of the supplier."""
    return str(supplier.updated_at.isoformat())


def open_orders(supplier: Supplier) -> int:
    """Return how many orders still wait to be shipped by it."""
    query = (
        Allocation.select(Allocation.order)
        .join(Order)
        .where(
            Allocation.store == supplier.store_id,
            Allocation.supplier == supplier.id,
            Allocation.status == "active",
            Order.status.in_(order_status.OPEN),
        )
        .distinct()
    )
    return int(query.count())


def _store(statement: object, viewer: Viewer, draft: SupplierDraft) -> Supplier:
    """Run the statement; a name that is taken meanwhile is said like one that was taken before."""
    try:
        with transaction():
            return statement()  # type: ignore[operator, no-any-return]
    except pw.IntegrityError:
        raise Invalid({"name": [_taken(viewer, draft) or "This supplier can't be stored as it is."]}) from None


def _check(viewer: Viewer, draft: SupplierDraft) -> None:
    _need_whole_store(viewer)
    errors: dict[str, list[str]] = {}
    if not draft.name.strip():
        errors["name"] = ["Give the supplier a name."]
    if draft.min_days < 0:
        errors["min_days"] = ["This can't be below zero."]
    elif draft.max_days > MAX_DAYS:
        errors["max_days"] = [f"The maximum lies between 0 and {MAX_DAYS} days."]
    elif draft.min_days > draft.max_days:
        told = f"The minimum ({draft.min_days}) is above the maximum ({draft.max_days})."
        errors["max_days"] = [told]
    if draft.kind not in ("plain", "logistics", "dropshipping"):
        errors["kind"] = ["Choose external logistics, dropshipping or neither."]
    if errors:
        raise Invalid(errors)


def _need_whole_store(viewer: Viewer) -> None:
    rights.need_whole_store(viewer, "manages suppliers")


def _taken(viewer: Viewer, draft: SupplierDraft) -> str | None:
    other = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.name_key == key(draft.name)).first()
    if other is None:
        return None
    if other.archived_at:
        return f"The archived supplier {other.name} has this name: restore it, or choose another."
    return f"You have a supplier named {other.name} already."


def key(name: str) -> str:
    """Fold a name for comparison: case and runs of blanks don't make another supplier."""
    return " ".join(name.split()).casefold()[:120]


def _columns(draft: SupplierDraft) -> dict[str, object]:
    values = asdict(draft) | {"name": " ".join(draft.name.split()), "name_key": key(draft.name)}
    if draft.kind != "dropshipping":
        values |= {"address": {}, "hours": {}, "instructions": ""}
    return values


def _tell(viewer: Viewer, supplier: Supplier, kind: str, message: str, data: dict[str, Any] | None = None) -> None:
    record.event(viewer, kind, message, subject="supplier", subject_id=supplier.id, data=data)
