"""Every call of the API as the OpenAPI document shows it: its body, its query, what it answers."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from webapp.api.bodies import FLAGS
from webapp.api.v1 import order_parts, orders, product_bodies, provisions, publications, shippings, waybill_bodies
from webapp.api.v1 import webhooks as hooks
from webapp.domain import order_status, shipment_status, waybill_status
from webapp.domain.tracking import CARRIERS

Schema = dict[str, Any]

NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
WORDS: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
YES_NO: Schema = {"type": "string", "enum": list(FLAGS)}
PAGED: dict[str, Schema] = {
    "offset": {"type": "integer", "minimum": 0, "maximum": 1_000_000, "default": 0},
    "max": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
    "cursor": {"type": "string", "description": "`next` of the page before; never together with `offset`."},
}


def one_of(statuses: tuple[tuple[str, str], ...]) -> Schema:
    """Return the schema of a status in a query."""
    return {"type": "string", "enum": [status for status, _ in statuses]}


@dataclass(frozen=True)
class Operation:
    """What one call takes and gives; who may make it is in `webapp/domain/permissions.py`."""

    shows: str
    """The schema of `data`, or of its rows where it is a list."""
    many: bool = False
    body: type[BaseModel] | None = None
    query: dict[str, Schema] = field(default_factory=dict)
    status: int = 200
    example: Schema | None = None
    """Of the body."""
    uploads: tuple[str, ...] = ()
    """Media types that are taken besides JSON."""
    downloads: tuple[str, ...] = ()
    """Media types that are given besides JSON, where `Accept` asks for one."""
    idempotent: bool = False
    """Whether it honours an Idempotency-Key."""
    conditional: bool = False
    """Whether it honours If-Match."""
    total: bool = True
    """Whether a list counts its rows."""


ADDRESS = {
    "name": "Giulia",
    "surname": "Ferri",
    "address": "Via Garibaldi 12",
    "postcode": "20121",
    "city": "Milano",
    "state_iso": "MI",
    "country_iso": "IT",
}
FILES = ("application/pdf", "application/zpl", "image/png")
ISSUE = {**YES_NO, "description": "Whether the waybill is issued with it; beside JSON it overrules the body's."}
REPLACE = {**YES_NO, "description": "Whether it replaces an issued one; beside JSON it overrules the body's."}
SHIPPED = {"order_id": 1042, "carrier": CARRIERS[0], "tracking_code": "08123456789", "rows": [{"id": 7, "quantity": 1}]}
PRODUCT = {"sku": "MUG-BLUE", "title": "Enamel mug", "price": 12.21, "vat_rate": 22, "main_category_id": 4}


def _write(shows: str, **more: Any) -> Operation:
    return Operation(shows, conditional=True, **more)


def _post(shows: str, **more: Any) -> Operation:
    return Operation(shows, idempotent=True, **more)


OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/me"): Operation("Me"),
    ("GET", "/suppliers"): Operation("Supplier", many=True, query=PAGED),
    ("GET", "/carriers"): Operation("Carrier", many=True, query=PAGED),
    ("GET", "/orders"): Operation(
        "Order",
        many=True,
        query={
            **PAGED,
            "status": one_of(order_status.STATUSES),
            "updated_after": MOMENT,
            "created_after": MOMENT,
            "channel": {**NUMBER, "minimum": 0},
            "q": WORDS,
            "acknowledged": YES_NO,
        },
    ),
    ("GET", "/orders/{id}"): Operation("Order"),
    ("PUT", "/orders/{id}/status"): _write("Order", body=orders.StatusBody, example={"status": "in_process"}),
    ("POST", "/orders/{id}/accept"): _post("Accepted", body=order_parts.AcceptBody, example={"rows": [{"id": 7}]}),
    ("POST", "/orders/{id}/reject"): _post(
        "Rejected", body=order_parts.RejectBody, example={"rows": [{"id": 7, "reason": "Damaged on the shelf"}]}
    ),
    ("POST", "/orders/{id}/cancel/grant"): _post(
        "CancelAnswered", body=order_parts.GrantBody, example={"rows": [{"id": 7}]}
    ),
    ("POST", "/orders/{id}/cancel/refuse"): _post(
        "CancelAnswered", body=order_parts.RefuseBody, example={"rows": [{"id": 7}], "reason": "On the truck"}
    ),
    ("GET", "/orders/{id}/allocations"): Operation("Allocation", many=True),
    ("PUT", "/orders/{id}/allocations"): _write(
        "Allocation",
        many=True,
        body=order_parts.AllocationsBody,
        example={"allocations": [{"line_id": 7, "supplier_id": 2, "quantity": 1}]},
    ),
    ("GET", "/shippings"): Operation(
        "Shipping",
        many=True,
        query={
            **PAGED,
            "order_id": NUMBER,
            "status": one_of(shipment_status.STATUSES),
            "updated_after": MOMENT,
            "tracking_code": WORDS,
        },
    ),
    ("GET", "/shippings/{id}"): Operation("Shipping"),
    ("POST", "/shippings"): _post("Shipping", body=shippings.NewShipping, status=201, example=SHIPPED),
    ("PUT", "/shippings/{id}"): _write(
        "Shipping", body=shippings.ShippingChange, example={"tracking_code": "08123456790"}
    ),
    ("POST", "/shippings/{id}/ship"): _post("Shipping", body=shippings.Strict, conditional=True, example={}),
    ("POST", "/shippings/{id}/deliver"): _post("Shipping", body=shippings.Strict, conditional=True, example={}),
    ("POST", "/shippings/{id}/cancel"): _post("Shipping", body=shippings.Strict, conditional=True, example={}),
    ("GET", "/shippings/{id}/waybill"): Operation("Waybill", downloads=FILES),
    ("POST", "/shippings/{id}/waybill"): _post(
        "Waybill",
        body=waybill_bodies.NewWaybill,
        query={"issue": ISSUE, "replace": REPLACE},
        status=201,
        uploads=FILES,
        example={"issue": True},
    ),
    ("PUT", "/shippings/{id}/waybill"): _write(
        "Waybill",
        body=waybill_bodies.WaybillChange,
        query={"issue": ISSUE},
        uploads=FILES,
        example={"notes": "Ring twice", "issue": True},
    ),
    ("DELETE", "/shippings/{id}/waybill"): _write("Waybill", query={"reason": {"type": "string", "maxLength": 500}}),
    ("GET", "/waybills"): Operation(
        "WaybillHead",
        many=True,
        query={
            **PAGED,
            "status": one_of(waybill_status.STATUSES),
            "shipping_ids": {"type": "string", "pattern": "^[0-9]{1,18}(,[0-9]{1,18}){0,99}$", "examples": ["1,2,3"]},
        },
        downloads=FILES[:2],
    ),
    ("GET", "/products"): Operation(
        "Product",
        many=True,
        query={**PAGED, "sku": WORDS, "ean": WORDS, "q": WORDS, "updated_after": MOMENT, "active": YES_NO},
    ),
    ("GET", "/products/{id}"): Operation("Product"),
    ("POST", "/products"): _post("Product", body=product_bodies.NewProduct, status=201, example=PRODUCT),
    ("PUT", "/products/{id}"): _write("Product", body=product_bodies.ProductChange, example={"price": 12.9}),
    ("GET", "/provisions"): Operation(
        "Provision",
        many=True,
        query={
            **PAGED,
            "supplier_sku": WORDS,
            "ean": WORDS,
            "sku": WORDS,
            "product_id": NUMBER,
            "updated_after": MOMENT,
        },
    ),
    ("PUT", "/provisions"): Operation(
        "ProvisionResult",
        many=True,
        body=provisions.Provisions,
        status=207,
        total=False,
        example={"provisions": [{"supplier_sku": "N-MUG-BLUE", "quantity": 40, "sequence": 118}]},
    ),
    ("GET", "/channels/publications"): Operation(
        "Publication",
        many=True,
        query={**PAGED, "source": WORDS, "product": NUMBER, "active": YES_NO, "identifier": WORDS},
    ),
    ("GET", "/channels/publications/{id}"): Operation("Publication"),
    ("POST", "/channels/publications"): _post(
        "Publication", body=publications.NewPublication, status=201, example={"product_id": 3, "channel_id": 1}
    ),
    ("PUT", "/channels/publications/{id}"): _write(
        "Publication", body=publications.PublicationChange, example={"active": False}
    ),
    ("GET", "/changes"): Operation(
        "Change",
        many=True,
        query={
            "after": {"type": "integer", "minimum": 0, "maximum": 10**18, "default": 0},
            "wait": {"type": "integer", "minimum": 0, "maximum": 25, "default": 0},
            "max": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
        },
    ),
    ("GET", "/webhooks"): Operation("Webhook", many=True),
    ("POST", "/webhooks"): Operation(
        "WebhookWithSecret",
        body=hooks.WebhookBody,
        status=201,
        example={"url": "https://wms.example.com/crossdock", "events": ["order.updated"]},
    ),
    ("GET", "/webhooks/{id}"): Operation("Webhook"),
    ("PUT", "/webhooks/{id}"): _write(
        "Webhook", body=hooks.WebhookBody, example={"url": "https://wms.example.com/crossdock", "events": []}
    ),
    ("DELETE", "/webhooks/{id}"): Operation("WebhookRemoved"),
    ("POST", "/webhooks/{id}/rotate"): Operation(
        "WebhookWithSecret", body=hooks.RotateBody, example={"overlap_hours": 24}
    ),
    ("POST", "/webhooks/{id}/pause"): _post("Webhook", body=hooks.Strict, example={}),
    ("POST", "/webhooks/{id}/resume"): _post("Webhook", body=hooks.Strict, example={}),
    ("POST", "/webhooks/{id}/test"): _post("Delivery", body=hooks.Strict, status=202, example={}),
    ("POST", "/webhooks/{id}/replay"): _post("Replayed", body=hooks.ReplayBody, status=202, example={"failed": True}),
    ("GET", "/webhooks/{id}/deliveries"): Operation(
        "Delivery",
        many=True,
        query={**PAGED, "status": {"type": "string", "enum": list(hooks.STATUSES)}},
    ),
    ("GET", "/webhooks/{id}/deliveries/{delivery_id}"): Operation("DeliveryWithTries"),
    ("POST", "/webhooks/{id}/deliveries/{delivery_id}/resend"): _post(
        "Delivery", body=hooks.Strict, status=202, example={}
    ),
}
