"""What a local Medusa says: its refusals, the bodies that it takes, and orders as its API shows them."""

import datetime as dt
import re
from typing import Any

Row = dict[str, Any]

KEYS = {
    "fulfillments": {"items", "location_id", "no_notification", "metadata"},
    "shipments": {"items", "labels", "no_notification", "metadata"},
    "cancel": {"no_notification"},
    "mark-as-delivered": {"no_notification"},
}


class RefusalError(Exception):
    """An answer by one of Medusa's types of error."""

    def __init__(self, status: int, kind: str | None, message: str) -> None:
        super().__init__(message)
        self.status, self.kind = status, kind


INVALID, DENIED = (400, "invalid_data"), (400, "not_allowed")
UNKNOWN = RefusalError(500, "unknown_error", "An unknown error occurred.")


def validate(step: str, body: Row) -> None:
    """Refuse a body as Medusa's schemas do."""
    told = [f"Unrecognized fields: '{key}'" for key in body if key not in KEYS[step]]
    if step == "fulfillments" and not body.get("items"):
        told.append("Value for field 'items' too small, expected at least: '1'")
    if step in ("fulfillments", "shipments") and not all(
        isinstance(item.get("id"), str) and isinstance(item.get("quantity"), int) for item in body.get("items", ())
    ):
        told.append("Expected type: 'string' for field 'items, 0, id'")
    for label in body.get("labels", ()):
        texts = ("tracking_number", "tracking_url", "label_url")
        told += [f"Field 'labels, 0, {name}' is required" for name in texts if not isinstance(label.get(name), str)]
        if not all(re.match(r"https?://|#?$", label.get(name) or "") for name in texts[1:]):
            told.append("URL must use http: or https: scheme")
    if told:
        raise RefusalError(*INVALID, f"Invalid request: {'; '.join(told)}")


def payment(order: Row) -> Row:
    collection = {"id": f"pay_col_{order['id']}", "order": {"id": order["id"]}}
    return {"id": f"pay_{order['id']}", "updated_at": order["paid_at"], "payment_collection": collection}


def shown(order: Row, fields: list[str]) -> Row:
    """Return what was asked for of an order; its lines come always, but their amounts only by `*items`."""
    found = {name: order[name] for name in ("id", "status", "payment_status", *fields) if name in order}
    found["fulfillment_status"] = fulfilment_status(order, whole="*items" in fields)
    hidden = () if "*items" in fields else ("total",)
    found["items"] = [
        {name: value for name, value in line.items() if name not in ("reserved", *hidden)} for line in order["items"]
    ]
    for name in ("customer", "shipping_address", "billing_address", "shipping_methods"):
        if f"*{name}" in fields:
            found[name] = order[name]
    if "*payment_collections" in fields:
        money = {"captured_amount": order["captured"], "refunded_amount": order["refunded"]}
        found["payment_collections"] = [{"id": "pay_col_1", "amount": order["total"], **money}]
    if "*fulfillments" in fields:
        parts = [part for part in ("items", "labels") if f"*fulfillments.{part}" not in fields]
        found["fulfillments"] = [
            {name: value for name, value in one.items() if name not in parts} for one in order["fulfillments"]
        ]
    return found


def fulfilment_status(order: Row, whole: bool) -> str:
    """Return what Medusa calls it; without all of the items it takes the parcels so far for all that there will be."""
    live = [one for one in order["fulfillments"] if not one["canceled_at"]]
    rest = any(line["detail"]["fulfilled_quantity"] < line["quantity"] for line in order["items"])
    for name, word in (("delivered_at", "delivered"), ("shipped_at", "shipped"), ("packed_at", "fulfilled")):
        if any(one[name] for one in live):
            return word if all(one[name] for one in live) and not (whole and rest) else f"partially_{word}"
    return "not_fulfilled"


def shown_time(when: dt.datetime) -> str:
    return when.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
