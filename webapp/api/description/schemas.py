"""The JSON Schemas of what the API answers, by the names that the OpenAPI document gives them."""

from typing import Any

from webapp.domain import order_status, shipment_status, waybill_status
from webapp.domain.webhook_events import EVENTS, TEST

Schema = dict[str, Any]

ID: Schema = {"type": "integer", "minimum": 1}
WHOLE: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}
YES_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time", "examples": ["2026-11-24T09:30:00Z"]}


def maybe(schema: Schema) -> Schema:
    """Return the schema of a value that can be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def record(**members: Schema) -> Schema:
    """Return the schema of an object that always has exactly these members."""
    return {
        "type": "object",
        "properties": members,
        "required": sorted(members),
        "additionalProperties": False,
    }


def rows(schema: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    """Point at a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def word(statuses: tuple[tuple[str, str], ...]) -> Schema:
    """Return the schema of a status: its id for programs, its name for people."""
    return record(id={"type": "string", "enum": [status for status, _ in statuses]}, name=TEXT)


LEVEL: Schema = {"type": "string", "enum": ["none", "read", "write"]}
AMOUNT = maybe({"type": "number", "description": "Major units; null where the key hides prices."})
WORDS: Schema = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
"""A customer or an address: what the channel has of it, and what the key may see."""

PARCEL = record(
    position=ID,
    weight_grams=maybe(WHOLE),
    weight=maybe({"type": "number"}),
    length=maybe({"type": "number"}),
    width=maybe({"type": "number"}),
    height=maybe({"type": "number"}),
)

PROVISION = record(
    id=ID,
    product_id=ID,
    sku=TEXT,
    ean=TEXT,
    supplier=record(id=ID, name=TEXT),
    supplier_sku=TEXT,
    quantity=WHOLE,
    reserved=WHOLE,
    free=WHOLE,
    purchase_price=AMOUNT,
    priority=maybe(WHOLE),
    sequence=maybe(WHOLE),
    creation_date=MOMENT,
    update_date=MOMENT,
)

WAYBILL_HEAD = {
    "id": ID,
    "shipping_id": ID,
    "status": word(waybill_status.STATUSES),
    "origin": {"type": "string", "enum": ["created", "uploaded"]},
    "number": TEXT,
    "formats": rows(TEXT),
    "replaces": maybe(ID),
    "reason": TEXT,
    "creation_date": MOMENT,
    "update_date": MOMENT,
    "issue_date": maybe(MOMENT),
    "void_date": maybe(MOMENT),
}

DELIVERY = {
    "id": ID,
    "message_id": TEXT,
    "event": {"type": "string", "enum": [*dict(EVENTS), TEST]},
    "number": maybe(ID),
    "status": {"type": "string", "enum": ["waiting", "sending", "sent", "failed", "dropped"]},
    "attempts": WHOLE,
    "next_try_date": maybe(MOMENT),
    "last_status_code": maybe(WHOLE),
    "last_error": maybe(TEXT),
    "creation_date": MOMENT,
    "sent_date": maybe(MOMENT),
}

WEBHOOK = {
    "id": ID,
    "url": TEXT,
    "description": TEXT,
    "events": rows({"type": "string", "enum": list(dict(EVENTS))}),
    "enabled": YES_NO,
    "pause_reason": maybe(TEXT),
    "paused_date": maybe(MOMENT),
    "failing_since": maybe(MOMENT),
    "last_success_date": maybe(MOMENT),
    "previous_secret_until": maybe(MOMENT),
    "last_change": WHOLE,
    "creation_date": MOMENT,
    "update_date": MOMENT,
}

SCHEMAS: dict[str, Schema] = {
    "Order": record(
        id=ID,
        reference_id={**TEXT, "description": "What buyer and merchant call it."},
        external_id=TEXT,
        source_id=maybe(ID),
        status=word(order_status.STATUSES),
        customer=WORDS,
        delivery_address=WORDS,
        billing_address=WORDS,
        notes=TEXT,
        shipping_method=TEXT,
        total_price={**AMOUNT, "description": "Of the lines in reach."},
        currency=TEXT,
        order_date=MOMENT,
        creation_date=MOMENT,
        update_date=MOMENT,
        rows=rows(ref("OrderRow")),
        shippings=rows(record(id=ID)),
        partial={**YES_NO, "description": "Whether the order has more than what is in reach."},
        acknowledged={**YES_NO, "description": "Whether all that is assigned in reach has been accepted."},
        allowed_actions=rows(TEXT),
        refused_actions={"type": "object", "additionalProperties": TEXT},
    ),
    "OrderRow": record(
        id=ID,
        sku=TEXT,
        supplier_sku=maybe(TEXT),
        ean=maybe(TEXT),
        title=TEXT,
        quantity={**WHOLE, "description": "Units in reach: for a key with a supplier those that it stocks."},
        open_quantity={**WHOLE, "description": "Units of them that no shipment holds yet."},
        accepted=YES_NO,
        cancel_requested={
            **WHOLE,
            "description": "Units of them that you are asked to cancel: the channel took them back too late.",
        },
        unit_price=AMOUNT,
    ),
    "Allocation": record(
        id=ID,
        line_id=ID,
        sku=TEXT,
        supplier=maybe(record(id=ID, name=TEXT)),
        quantity=WHOLE,
        status={"type": "string", "enum": ["active", "released", "rejected"]},
        reason=maybe(TEXT),
        accepted_date=maybe(MOMENT),
        creation_date=MOMENT,
    ),
    "Accepted": record(accepted=WHOLE, order=maybe(ref("Order"))),
    "Rejected": record(rejected=WHOLE, rerouted_units=WHOLE, order=maybe(ref("Order"))),
    "CancelAnswered": record(
        units={**WHOLE, "description": "That were asked for and are answered now."}, order=maybe(ref("Order"))
    ),
    "Shipping": record(
        id=ID,
        order_id=ID,
        supplier_id=maybe(ID),
        status=word(shipment_status.STATUSES),
        carrier=TEXT,
        tracking_code=TEXT,
        tracking_url=TEXT,
        parcel_id=TEXT,
        reference=TEXT,
        delivery_address=WORDS,
        rows=rows(record(id=ID, sku=TEXT, quantity=WHOLE)),
        parcels=rows(PARCEL),
        waybill=maybe(word(waybill_status.STATUSES)),
        creation_date=MOMENT,
        update_date=MOMENT,
        shipping_date=maybe(MOMENT),
        delivery_date=maybe(MOMENT),
    ),
    "WaybillHead": record(**WAYBILL_HEAD),
    "Waybill": record(
        **WAYBILL_HEAD,
        sender=WORDS,
        recipient=WORDS,
        carrier=TEXT,
        tracking_code=TEXT,
        tracking_url=TEXT,
        order_reference=TEXT,
        parcels=rows(PARCEL),
        cash_on_delivery=maybe(record(amount={"type": "number"}, currency=TEXT)),
        notes=TEXT,
        reference=TEXT,
    ),
    "Product": record(
        id=ID,
        type=record(id={"type": "string", "enum": ["simple", "variant", "bundle"]}, name=TEXT),
        sku=TEXT,
        ean=TEXT,
        title=TEXT,
        price=AMOUNT,
        price_with_tax=AMOUNT,
        vat_rate={"type": "number"},
        quantity=WHOLE,
        active=YES_NO,
        main_category_id=maybe(ID),
        main_category_path=TEXT,
        weight=maybe({"type": "number", "description": "Kilograms."}),
        width=maybe({"type": "number", "description": "Centimetres."}),
        height=maybe({"type": "number"}),
        depth=maybe({"type": "number"}),
        images=rows(TEXT),
        provisions=rows(ref("Provision")),
        tags=rows(record(id=maybe(ID), value=TEXT)),
        creation_date=MOMENT,
        update_date=MOMENT,
    ),
    "Provision": PROVISION,
    "ProvisionResult": {
        "type": "object",
        "required": ["index", "status", "id", "quantity"],
        "properties": {
            "index": WHOLE,
            "status": {**WHOLE, "description": "What the row alone would have been answered."},
            "id": maybe(ID),
            "quantity": {**maybe(WHOLE), "description": "The quantity that is held now."},
            "code": TEXT,
            "message": TEXT,
        },
    },
    "Publication": record(
        id=ID,
        product_id=ID,
        sku=TEXT,
        source_id=TEXT,
        source=record(id=TEXT, name=TEXT),
        channel_id=ID,
        external_id=TEXT,
        title=TEXT,
        price=AMOUNT,
        active=YES_NO,
        creation_date=MOMENT,
        update_date=MOMENT,
    ),
    "Change": record(
        number=ID,
        subject={"type": "string", "enum": ["order", "shipping", "product"]},
        id=ID,
        order_id=maybe(ID),
        action={"type": "string", "enum": ["changed", "withdrawn"]},
        date=MOMENT,
    ),
    "Webhook": record(**WEBHOOK),
    "WebhookWithSecret": record(**WEBHOOK, secret={**TEXT, "pattern": "^whsec_"}),
    "WebhookRemoved": record(id=ID, removed=YES_NO),
    "Replayed": record(replayed=WHOLE),
    "Delivery": record(**DELIVERY),
    "DeliveryWithTries": record(
        **DELIVERY,
        body=TEXT,
        tries=rows(
            record(date=MOMENT, status_code=maybe(WHOLE), error=maybe(TEXT), answer=TEXT, milliseconds=WHOLE),
        ),
    ),
    "Supplier": record(
        id=ID,
        name=TEXT,
        kind={"type": "string", "enum": ["plain", "logistics", "dropshipping"]},
        min_days=WHOLE,
        max_days=WHOLE,
    ),
    "Carrier": record(id=TEXT, name=TEXT, tracking_url=maybe(TEXT)),
    "Me": record(
        key=record(id=ID, name=TEXT, public_key={**TEXT, "pattern": "^xd_pk_"}),
        store=record(id=ID, name=TEXT, currency={**TEXT, "pattern": "^[A-Z]{3}$"}),
        supplier={**maybe(record(id=ID, name=TEXT)), "description": "The key's; null for a key of the whole store."},
        permissions=record(orders=LEVEL, products=LEVEL, shipping=LEVEL),
        masks=record(customer=YES_NO, prices=YES_NO),
        limits=record(requests_per_minute=ID),
        calls=rows({**TEXT, "description": "A call that this key may make, such as `GET /orders`."}),
        last_change={**WHOLE, "description": "The last number of the change feed."},
        webhooks=rows(record(id=ID, url=TEXT, enabled=YES_NO, failing_since=maybe(MOMENT))),
    ),
    "Problem": {
        "type": "object",
        "description": "RFC 9457, with the members that Poleepo's clients read beside them.",
        "required": ["type", "title", "status", "detail", "success", "message", "code", "errors", "request_id"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": WHOLE,
            "detail": TEXT,
            "success": {"const": False},
            "message": TEXT,
            "code": {**TEXT, "description": "Stable, for programs."},
            "errors": rows(record(field=TEXT, message=TEXT)),
            "request_id": TEXT,
        },
    },
}
