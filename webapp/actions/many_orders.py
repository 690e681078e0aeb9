"""Do one thing with many orders, each a row of a batch: accept, hold, release, let the stock be chosen anew."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from webapp.actions import acceptance, batches, holdings, holds, order_parts, orders, rerouting
from webapp.actions.batches import SkippedError
from webapp.domain import order_status, order_verbs
from webapp.domain.errors import Conflict, Forbidden
from webapp.domain.viewer import Viewer
from webapp.models import Batch

MOST = 10_000
"""So many orders fit into one batch."""


def start(viewer: Viewer, verb: str, chosen: Sequence[tuple[int, str]], options: dict[str, Any] | None = None) -> Batch:
    """Leave the orders (id, reference) for the worker; `options` are the reason and end of a hold."""
    if verb not in order_verbs.allowed(viewer):
        raise Forbidden("scope_missing", "Only somebody who works for the whole store can do this.")
    rows = [{"order_id": order_id, "label": reference} for order_id, reference in chosen]
    given = {"verb": verb, **(options or {})}
    return batches.start(viewer, "orders", title(verb, len(chosen)), rows, given, [order_id for order_id, _ in chosen])


def title(verb: str, count: int) -> str:
    """Return what is done with so many orders, as a batch is called."""
    orders = f"{count} order" if count == 1 else f"{count} orders"
    return {
        "accept": f"Accept {orders}",
        "hold": f"Put {orders} on hold",
        "release": f"Release {orders}",
        "reroute": f"Choose the stock of {orders} anew",
    }[verb]


def do(viewer: Viewer, given: dict[str, Any]) -> str:
    """Do a batch's verb with one order, inside the caller's transaction; return what is told of it. Safe to repeat.

    The order is locked first: what its status calls for must still be so when it is done.
    """
    return _DEEDS[given["verb"]](viewer, given["order_id"], given)


def _accept(viewer: Viewer, order_id: int, given: dict[str, Any]) -> str:
    status = order_parts.locked(viewer, order_id).status
    if status == "on_hold":
        raise Conflict("on_hold", "It is on hold: release it first.")
    if status in ("shipped", "delivered"):
        raise SkippedError(f"It is {order_status.name(status)} already.")
    own = order_parts.OWN if viewer.supplier_id is None else viewer.supplier_id
    fresh = acceptance.accept(viewer, order_id, source=own)
    if status in ("in_process", "partially_shipped"):  # Another stock may have begun with its own part of it.
        if not fresh:
            raise SkippedError(f"It is {order_status.name(status)} already.")
        return "Accepted."
    orders.set_status(viewer, order_id, "in_process")
    return "Accepted."


def _hold(viewer: Viewer, order_id: int, given: dict[str, Any]) -> str:
    if order_parts.locked(viewer, order_id).status == "on_hold":
        raise SkippedError("It is on hold already, and keeps its reason.")
    until = given.get("until")
    holds.hold(viewer, order_id, given.get("reason", ""), dt.datetime.fromisoformat(until) if until else None)
    return "On hold."


def _release(viewer: Viewer, order_id: int, given: dict[str, Any]) -> str:
    if order_parts.locked(viewer, order_id).status != "on_hold":
        raise SkippedError("It isn't on hold.")
    return f"Goes on: {order_status.name(holds.release(viewer, order_id).status)}."


def _reroute(viewer: Viewer, order_id: int, given: dict[str, Any]) -> str:
    try:
        served = rerouting.reroute(viewer, order_id)
    except rerouting.UnmovedError as same:
        raise SkippedError(same.message) from None
    units: Counter[int | None] = Counter()
    for (_, supplier_id), count in served.items():
        units[supplier_id] += count
    parts = [f"{holdings.source_name(source)} ({holdings.units_of(count)})" for source, count in units.items()]
    return f"Now served by {', '.join(sorted(parts))}." if parts else "No stock has it now: it waits unassigned."


_DEEDS: dict[str, Callable[[Viewer, int, dict[str, Any]], str]] = {
    "accept": _accept,
    "hold": _hold,
    "release": _release,
    "reroute": _reroute,
}
