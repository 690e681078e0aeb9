"""What can be done to an order of a local Medusa; what was done already is refused a second time."""

import datetime as dt
from collections.abc import Callable

from tests.servers.medusa.answers import DENIED, INVALID, UNKNOWN, RefusalError, Row

LOCATION = "sloc_nord"
"""The one stock location."""


def act(
    order: Row, part: str, fulfilment_id: str | None, step: str | None, body: Row, new_id: Callable[[str], str]
) -> None:
    if order["status"] == "canceled":
        raise RefusalError(*INVALID, f"Order with id {order['id']} has been canceled.")
    if part == "cancel":
        return cancel(order)
    if fulfilment_id is None:
        fulfil(order, body, new_id)
        return None
    one = next((one for one in order["fulfillments"] if one["id"] == fulfilment_id), None)
    if one is None:
        told = f"Fulfillment id not found: {fulfilment_id}"
        raise UNKNOWN if step == "shipments" else RefusalError(404, "not_found", told)
    steps = {"shipments": send_off, "mark-as-delivered": deliver, "cancel": take_back}
    return steps[step or ""](order, one, body)


def fulfil(order: Row, body: Row, new_id: Callable[[str], str]) -> Row:
    lines = {line["id"]: line for line in order["items"]}
    strange = [item["id"] for item in body["items"] if item["id"] not in lines]
    if strange:
        told = f"Items with ids {', '.join(strange)} does not exist in order with id {order['id']}."
        raise RefusalError(*INVALID, told)
    if body.get("location_id") not in (None, LOCATION):
        raise RefusalError(404, "not_found", f"StockLocation id not found: {body['location_id']}")
    for item in body["items"]:
        line, units = lines[item["id"]], item["quantity"]
        if line["reserved"] is not None and units > line["reserved"]:
            told = f"Quantity to fulfill exceeds the reserved quantity for the item: {line['id']}"
            raise RefusalError(*INVALID, told)
        if line["detail"]["fulfilled_quantity"] + units > line["quantity"]:
            told = f"Cannot fulfill more items than what was ordered for item {line['id']}."
            raise RefusalError(*INVALID, told)
    made = {
        "id": new_id("ful"),
        "created_at": dt.datetime.now(dt.UTC),
        "packed_at": dt.datetime.now(dt.UTC),
        **dict.fromkeys(("shipped_at", "delivered_at", "canceled_at")),
        "metadata": body.get("metadata"),
        "items": [{"line_item_id": item["id"], "quantity": item["quantity"]} for item in body["items"]],
        "labels": [],
    }
    order["fulfillments"].append(made)
    count(order, made, "fulfilled")
    return made


def send_off(order: Row, one: Row, body: Row) -> None:
    if one["canceled_at"]:
        raise RefusalError(*DENIED, "Cannot create shipment for a canceled fulfillment")
    if one["shipped_at"]:
        raise RefusalError(*DENIED, "Shipment has already been created")
    one |= {"shipped_at": dt.datetime.now(dt.UTC), "labels": body.get("labels") or []}
    count(order, one, "shipped")


def deliver(order: Row, one: Row, _: Row) -> None:
    if one["canceled_at"]:
        raise RefusalError(*DENIED, "Cannot mark an already canceled fulfillment as delivered")
    if one["delivered_at"]:
        raise RefusalError(*DENIED, "Fulfillment has already been marked delivered")
    one["delivered_at"] = dt.datetime.now(dt.UTC)
    count(order, one, "delivered")


def take_back(order: Row, one: Row, _: Row) -> None:
    if one["canceled_at"]:
        raise RefusalError(*DENIED, "The fulfillment is already canceled")
    if one["shipped_at"]:
        told = "The fulfillment has already been shipped. Shipped fulfillments cannot be canceled"
        raise RefusalError(*DENIED, told)
    lines = {line["id"]: line for line in order["items"]}
    for item in one["items"]:
        if item["quantity"] > lines[item["line_item_id"]]["detail"]["fulfilled_quantity"]:
            told = f"Cannot cancel more items than what was fulfilled for item {item['line_item_id']}."
            raise RefusalError(*INVALID, told)
    one["canceled_at"] = dt.datetime.now(dt.UTC)
    count(order, one, "fulfilled", -1)


def cancel(order: Row) -> None:
    if any(not one["canceled_at"] for one in order["fulfillments"]):
        raise RefusalError(*DENIED, "All fulfillments must be canceled before canceling an order")
    order |= {"status": "canceled", "refunded": order["captured"], "payment_status": "canceled"}
    touch(order)


def count(order: Row, one: Row, what: str, sign: int = 1) -> None:
    """Add a fulfilment's units to those of its lines, and take them from what is reserved for them."""
    lines = {line["id"]: line for line in order["items"]}
    for item in one["items"]:
        line = lines[item["line_item_id"]]
        line["detail"][f"{what}_quantity"] += sign * item["quantity"]
        if what == "fulfilled" and line["reserved"] is not None:
            line["reserved"] -= sign * item["quantity"]
    touch(order)


def touch(order: Row) -> None:
    order["updated_at"] = max(dt.datetime.now(dt.UTC), order["updated_at"])
