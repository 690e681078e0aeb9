"""Orders as the wire has them: one page with a fixed number of statements, scope and masks applied."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from webapp.actions import orders
from webapp.domain import masking, order_status
from webapp.domain.viewer import Level, Viewer
from webapp.models import order_rows
from webapp.wire.values import amount, when_raw


@dataclass
class Parts:
    """What belongs to one order, in the viewer's reach."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    units: int = 0
    """Ordered, or allocated to the viewer's supplier."""
    open_units: int = 0
    """Allocated and not packed."""
    cents: int = 0
    shippings: dict[int, dict[str, int]] = field(default_factory=dict)
    packed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Line id -> units in live shipments."""
    asked: dict[int, int] = field(default_factory=dict)
    """Line id -> units that are asked to be canceled."""


def shown(viewer: Viewer, order_ids: list[int]) -> list[dict[str, Any]]:
    """Return those of these orders that the viewer may see, as it may see them, in four statements.

    The values are ready for orjson: JSON that nobody needs to look into stays text.
    """
    heads = {row[0]: row for row in order_rows.heads(viewer, order_ids)}
    ids = [order_id for order_id in order_ids if order_id in heads]
    if not ids:
        return []
    parts = {order_id: Parts() for order_id in ids}
    for order_id, shipment_id, line_id, units in order_rows.packed(viewer, ids):
        parts[order_id].shippings[shipment_id] = {"id": shipment_id}
        parts[order_id].packed[line_id] += units or 0
    for order_id, line_id, units in order_rows.asked(viewer, ids):
        parts[order_id].asked[line_id] = int(units)
    for line in order_rows.lines(viewer, ids):
        _add(viewer, parts[line[0]], line)
    actions = Actions(viewer)
    return [_order(viewer, heads[order_id], parts[order_id], actions) for order_id in ids]


def _add(viewer: Viewer, parts: Parts, line: tuple[Any, ...]) -> None:
    _, line_id, sku, ean, title, live, cents, held, supplier_sku, unaccepted, _ = line
    quantity = live if viewer.supplier_id is None else int(held)
    unpacked = max(0, int(held) - parts.packed[line_id])
    parts.units += quantity
    parts.open_units += unpacked
    parts.cents += cents * quantity
    parts.rows.append(
        {
            "id": line_id,
            "sku": sku,
            "supplier_sku": supplier_sku or None,
            "ean": ean or None,
            "title": title,
            "quantity": quantity,
            "open_quantity": unpacked,
            "accepted": held > 0 and not unaccepted,
            "cancel_requested": parts.asked.get(line_id, 0),
            "unit_price": masking.money(viewer, amount(cents)),
        }
    )


def _order(viewer: Viewer, head: tuple[Any, ...], parts: Parts, actions: "Actions") -> dict[str, Any]:
    (
        order_id,
        reference,
        external_id,
        channel_id,
        status,
        currency,
        total_cents,
        customer,
        delivery_address,
        billing_address,
        notes,
        shipping_method,
        ordered_at,
        created_at,
        updated_at,
        ordered,
    ) = head
    scoped = viewer.supplier_id is not None
    acknowledged = all(row["accepted"] for row in parts.rows)
    allowed, refused = actions.on(
        status, waiting=parts.open_units > 0, acknowledged=acknowledged, asked=bool(parts.asked)
    )
    return {
        "id": order_id,
        "reference_id": reference,
        "external_id": external_id,
        "source_id": channel_id,
        "status": {"id": status, "name": order_status.name(status)},
        "customer": _masked(viewer, masking.customer, customer),
        "delivery_address": _masked(viewer, masking.address, delivery_address),
        "billing_address": _masked(viewer, masking.billing, billing_address),
        "notes": masking.text(viewer, notes),
        "shipping_method": shipping_method,
        "total_price": masking.money(viewer, amount(parts.cents if scoped else total_cents)),
        "currency": currency,
        "order_date": when_raw(ordered_at),
        "creation_date": when_raw(created_at),
        "update_date": when_raw(updated_at),
        "rows": parts.rows,
        "shippings": list(parts.shippings.values()),
        "partial": scoped and parts.units < ordered,
        "acknowledged": acknowledged,
        "allowed_actions": allowed,
        "refused_actions": refused,
    }


def _masked(viewer: Viewer, mask: Callable[[Viewer, dict[str, Any]], dict[str, Any]], text: str) -> Any:
    """Return the JSON under the viewer's mask; for whom nothing is hidden it stays the text that it is."""
    return mask(viewer, orjson.loads(text)) if viewer.hides_customer else orjson.Fragment(text)


class Actions:
    """What a viewer may do to orders, and why not the rest; worked out once for each state that a page meets."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._known: dict[tuple[str, bool, bool, bool], tuple[list[str], dict[str, str]]] = {}

    def on(self, status: str, *, waiting: bool, acknowledged: bool, asked: bool) -> tuple[list[str], dict[str, str]]:
        """Return the allowed actions and the refused with their reasons, for an order in this state."""
        state = (status, waiting, acknowledged, asked)
        if state not in self._known:
            self._known[state] = _actions(self._viewer, *state)
        return self._known[state]


def _actions(
    viewer: Viewer, status: str, waiting: bool, acknowledged: bool, asked: bool
) -> tuple[list[str], dict[str, str]]:
    allowed = [f"status:{move}" for move in orders.allowed_moves(viewer, status)]
    refused = {}
    if viewer.orders < Level.WRITE:
        refused["status"] = "The key may not write orders."
    if viewer.orders >= Level.WRITE and status in order_status.OPEN:
        allowed += [] if acknowledged else ["accept"]
        allowed += ["reject"] if waiting else []
        allowed += ["cancel:grant", "cancel:refuse"] if asked else []
    if viewer.shipping < Level.WRITE:
        refused["ship"] = "The key may not write shipping."
    elif status not in order_status.PACKABLE:
        refused["ship"] = f"An order that is {order_status.name(status)} can't be packed."
    elif waiting:
        allowed.append("ship")
    else:
        refused["ship"] = "Nothing of it waits to be packed here."
    return allowed, refused
