"""Files of products, supplies and a logistics service's own stock: kept row by row, shown, then left to the worker.

A file of up to AT_ONCE rows is kept and looked at while its person waits. A worker does that for a larger one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from itertools import chain, islice
from typing import Any

from webapp.actions import batches, file_looks, product_import, products, stock_import, supply_import
from webapp.actions.product_import import Planned
from webapp.db import transaction
from webapp.domain import import_columns, rights
from webapp.domain.errors import Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Batch, FileLook, Supplier

AT_ONCE = 2_000
"""Rows of the largest file that needs no worker to be looked at."""

SHOWN = 20
"""Rows of the beginning that the preview shows, and as many of those that would be refused."""

LOOKED_AT = 2_000
"""Rows that are looked at with a few statements."""

PLANNERS: dict[str, Callable[[Viewer, Mapping[str, Any]], Callable[[Sequence[Sequence[str]]], list[Planned]]]] = {
    "products": product_import.planner,
    "supplies": supply_import.planner,
    "stock": stock_import.planner,
}
"""kind -> what makes, for one file, what tells what its rows would do, some at a time and in their order."""

LONGEST_CELL = 100
"""Signs of a cell that the preview of a large file keeps."""


@dataclass
class Preview:
    """What a whole file would do as things stand."""

    counts: Counter[str] = field(default_factory=Counter)
    first: list[tuple[int, Sequence[str], Planned]] = field(default_factory=list)
    refused: list[tuple[int, Sequence[str], Planned]] = field(default_factory=list)

    def found(self) -> dict[str, Any]:
        """Return it as plain values; `of` reads them."""
        return {"counts": dict(self.counts), "first": _plain(self.first), "refused": _plain(self.refused)}

    @classmethod
    def of(cls, look: FileLook) -> "Preview":
        """Return what a worker found."""
        first, refused = (
            [(number, cells, Planned(*one)) for number, cells, one in look.found[name]] for name in ("first", "refused")
        )
        return cls(Counter(look.found["counts"]), first, refused)


def upload(viewer: Viewer, kind: str, name: str, headings: list[str], rows: Iterable[list[str]]) -> Batch:
    """Keep a file's rows. Its columns mean what they meant in the last file with these headings, or what they say."""
    _need_rights(viewer, kind, viewer.supplier_id)
    rows = iter(rows)
    first = list(islice(rows, AT_ONCE + 1))
    keep = file_looks.leave if len(first) > AT_ONCE else None
    options = _last_options(viewer, kind, headings) or {"columns": import_columns.guess(kind, headings)}
    if kind == "supplies":
        options = {"mode": "set", "supplier_id": None, **options}
    if kind == "stock":
        options = {"mode": "set", **options, "supplier_id": viewer.supplier_id}
    title = {
        "products": f"Products from {name[:100]}",
        "supplies": f"Supplies from {name[:100]}",
        "stock": f"Stock from {name[:100]}",
    }[kind]
    with transaction():  # A worker may take it from the commit on, and must find its options then.
        batch = batches.draft(viewer, kind, title, headings, chain(first, rows), keep)
        batches.set_options(viewer, batch.id, options)
    return find(viewer, batch.id)


def drafts(viewer: Viewer, kind: str) -> list[Batch]:
    """Return the files that were uploaded and not imported, the latest first."""
    query = Batch.visible_to(viewer).where(Batch.kind == kind, Batch.status == "draft")
    return list(query.order_by(Batch.id.desc()).limit(SHOWN))


def find(viewer: Viewer, batch_id: int) -> Batch:
    """Return the batch of a file; NotFound for any other, and for one that the viewer couldn't bring any more."""
    batch = batches.find(viewer, batch_id)
    bound = viewer.supplier_id is not None
    if batch.kind not in PLANNERS or (bound and (batch.kind, supplier_of(batch)) != ("stock", viewer.supplier_id)):
        raise NotFound("file")
    return batch


def supplier_of(batch: Batch) -> int | None:
    """Return the supplier that a whole file is about, where one is named."""
    return batch.input.get("supplier_id") if isinstance(batch.input, dict) else None


def choose(viewer: Viewer, batch_id: int, options: Mapping[str, Any]) -> None:
    """Say what the columns mean; Invalid where two of them are one, or one names a supplier that isn't there."""
    batch = find(viewer, batch_id)
    places = Counter(options["columns"].values())
    twice = [name for name, place in options["columns"].items() if places[place] > 1]
    if twice:
        raise Invalid({f"column_{name}": ["This column of the file is chosen twice."] for name in twice})
    if batch.kind == "stock":  # Whose it is was settled as it was uploaded.
        options = {**options, "supplier_id": supplier_of(batch)}
    supplier_id = options.get("supplier_id")
    mine = (Supplier.store == viewer.store_id) & (Supplier.id == supplier_id)
    if supplier_id and not Supplier.select().where(mine).exists():
        raise Invalid({"supplier_id": ["Choose one of your suppliers."]})
    with transaction():
        batches.set_options(viewer, batch_id, options)
        file_looks.again(batch)


def launch(viewer: Viewer, batch_id: int) -> None:
    """Let the worker import a file; Conflict where not all of its rows are kept yet, or it was started already."""
    batches.launch(viewer, find(viewer, batch_id).id)


def preview(viewer: Viewer, batch: Batch) -> Preview:
    """Tell what each row would do: the first rows, the first that are refused, and totals over the whole file."""
    seen = Preview()
    for _ in look(viewer, batch, seen):
        pass
    return seen


def look(viewer: Viewer, batch: Batch, seen: Preview) -> Iterator[int]:
    """Fill in what each row would do, some rows at a time; give how many are looked at after each of these steps."""
    _need_rights(viewer, batch.kind, supplier_of(batch))
    plan = PLANNERS[batch.kind](viewer, batch.input)
    for rows in batches.all_inputs(batch, LOOKED_AT):
        for (number, cells), one in zip(rows, plan([cells for _, cells in rows]), strict=True):
            seen.counts[one.does] += 1
            if len(seen.first) < SHOWN:
                seen.first.append((number, cells, one))
            if one.does == "refused" and len(seen.refused) < SHOWN:
                seen.refused.append((number, cells, one))
        yield rows[-1][0]


def _need_rights(viewer: Viewer, kind: str, supplier_id: int | None) -> None:
    if kind == "stock":
        rights.need_stock(viewer, supplier_id)
    else:
        products.need_write(viewer)


def _plain(rows: Iterable[tuple[int, Sequence[str], Planned]]) -> list[Any]:
    return [(number, [cell[:LONGEST_CELL] for cell in cells], astuple(one)) for number, cells, one in rows]


def _last_options(viewer: Viewer, kind: str, headings: list[str]) -> dict[str, Any] | None:
    """Return how the store's last file with the same headings was read."""
    query = Batch.visible_to(viewer).where(Batch.kind == kind, Batch.status != "draft").order_by(Batch.id.desc())
    return next((dict(batch.input) for batch in query.limit(20) if batch.headings == headings), None)
