"""Write down what happened: the event for people, the change number for programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import peewee as pw

from webapp.actions import stock_levels
from webapp.db import CHANNEL, db, is_postgresql, now
from webapp.domain.difference import difference
from webapp.domain.viewer import Viewer
from webapp.models import Change, Event, bulk

BESIDES = {"name_key", "updated_at", "next_read_at"}
"""Columns that follow from others, and say nothing to people."""

ChangeRow = tuple[str, int, int | None, int | None, str]
"""Subject, its id, the order's id, the supplier concerned (None: the whole store), and what it is for them."""


def event(
    viewer: Viewer,
    kind: str,
    message: str,
    *,
    subject: str,
    subject_id: int | None = None,
    order_id: int | None = None,
    supplier_id: int | None = None,
    public: bool = False,
    data: dict[str, Any] | None = None,
) -> None:
    """Add one event; call it inside the action's transaction.

    `public` lets viewers bound to a supplier see it: those of `supplier_id`, or of every supplier of the order
    where that is None. Neither message nor data may hold a secret.
    """
    row = event_row(viewer, kind, message, subject, subject_id, order_id, supplier_id, public, data)
    bulk.insert(Event, [row])


def event_row(
    viewer: Viewer,
    kind: str,
    message: str,
    subject: str,
    subject_id: int | None,
    order_id: int | None = None,
    supplier_id: int | None = None,
    public: bool = False,
    data: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the row of an event, for whoever writes many of them at once."""
    return {
        "store": viewer.store_id,
        "order": order_id,
        "supplier_id": supplier_id,
        "public": public,
        "subject": subject,
        "subject_id": subject_id,
        "kind": kind,
        "message": message[:500],
        "actor_kind": viewer.actor.kind,
        "actor_id": viewer.actor.id,
        "actor_label": viewer.actor.label,
        "data": data or {},
        "created_at": now(),
    }


def between(row: pw.Model, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event's data for a row that gets these columns: what differs before and after, without secrets."""
    named = {name: value for name, value in columns.items() if name not in BESIDES}
    return difference({name: row.__data__.get(name) for name in named}, named)


def changed(
    store_id: int,
    subject: str,
    subject_id: int,
    *,
    order_id: int | None = None,
    supplier_ids: Iterable[int | None] = (),
    withdrawn_from: Iterable[int] = (),
    moved: Iterable[tuple[int, int | None]] = (),
) -> None:
    """Give one visible change the store's next numbers: one for the whole store, one for each supplier concerned.

    `moved` names the stocks whose units it held, gave back or took out (`stock.Place`): behind the change itself,
    each of their products has changed as well, for the store and for the supplier whose stock it is. They all share
    one range of numbers, however many lines an order has.

    Call it last in the transaction: the counter's row stays locked until the commit, which is what makes the
    numbers appear in commit order.
    """
    told = {supplier for supplier in supplier_ids if supplier is not None}
    number(store_id, [*rows_of(subject, subject_id, order_id, told, set(withdrawn_from) - told), *products(moved)])


def number(store_id: int, rows: Sequence[ChangeRow]) -> None:
    """Give these changes the store's next numbers; the last statement of a transaction, as `changed` says."""
    columns = ("subject", "subject_id", "order_id", "supplier_id", "action")
    last, tells_stock = _advance(store_id, len(rows))
    first, moment = last - len(rows) + 1, now()
    bulk.insert(
        Change,
        (
            {"store": store_id, "number": place, "created_at": moment, **dict(zip(columns, row, strict=True))}
            for place, row in enumerate(rows, start=first)
        ),
    )
    if tells_stock:
        stock_levels.mark(store_id, {row[1] for row in rows if row[0] == "product"})
    if is_postgresql():
        db.execute_sql(f"NOTIFY {CHANNEL}")  # Heard at the commit; on SQLite the file itself tells.


def rows_of(
    subject: str, subject_id: int, order_id: int | None, told: Iterable[int], withdrawn: Iterable[int] = ()
) -> Iterator[ChangeRow]:
    """Give the rows of one change: one for the whole store (None), which comes first, and one for each supplier."""
    for supplier, action in _audience(told, withdrawn):
        yield subject, subject_id, order_id, supplier, action


def _audience(told: Iterable[int], withdrawn: Iterable[int] = ()) -> Iterator[tuple[int | None, str]]:
    """Give whom a change concerns, with what it is for them; the whole store (None) comes first."""
    yield None, "changed"
    yield from ((supplier, "changed") for supplier in sorted(told))
    yield from ((supplier, "withdrawn") for supplier in sorted(withdrawn))


def products(moved: Iterable[tuple[int, int | None]]) -> Iterator[ChangeRow]:
    """Give the rows of the products whose units moved: one for the store, one for each supplier that has them."""
    holders: dict[int, set[int]] = {}
    for product_id, supplier_id in moved:
        holders.setdefault(product_id, set()).update(() if supplier_id is None else (supplier_id,))
    for product_id in sorted(holders):
        yield from rows_of("product", product_id, None, holders[product_id])


def _advance(store_id: int, count: int) -> tuple[int, bool]:
    """Raise the store's counter; return the last number taken, and whether a channel of it is told of its stock."""
    raised = 'UPDATE "store" SET change_seq = change_seq + ? WHERE id = ? RETURNING change_seq, tells_stock'
    last, tells_stock = bulk.ask(raised, count, store_id)[0]
    return int(last), bool(tells_stock)
