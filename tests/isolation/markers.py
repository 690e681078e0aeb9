"""A marker of its owner in every text of every row: generated from the models, so new columns have one too."""

from typing import Any

import peewee as pw

from webapp.db import JsonField
from webapp.models import TABLES, Allocation, Heartbeat, Membership, Order, OrderLine, Product, User

MARKERS = {
    "logistics": "Zlogist",
    "rival": "Zrivals",
    "stranger": "Zstrang",
    "our store": "Zourown",
    "their store": "Ztheirs",
}
"""Who owns a row -> what stands in its texts."""

SENSITIVE = "Zbuyers"
"""Stands in what the mask of customers hides, after the owner's marker."""

HIDDEN = {"customer", "billing_address", "buyer"}

CODES = {
    *("status", "kind", "currency", "time_zone", "role", "rule", "trigger", "outcome", "subject", "action", "origin"),
    *(
        "actor_kind",
        "media_type",
        "method",
        "event",
        "events",
        "orders_level",
        "products_level",
        "shipping_level",
        "code",
    ),
    *(
        "password",
        "fs_uniquifier",
        "secret",
        "previous_secret",
        "secret_digest",
        "previous_secret_digest",
        "credentials",
    ),
    *("public_key", "lease_token", "digest", "import_digest", "allowed_addresses", "read_cursor", "name_key", "sku"),
    *("hook_token", "reset_digest", "sealed", "digest_on", "working_days", "notices"),
}
"""Columns that hold words of the program, secrets, or what rows are found by; the seven letters would break them."""

FORMS = {
    **dict.fromkeys(("url", "base_url", "tracking_url"), "https://{}.example/"),
    "tracking_pattern": "https://{}.example/{{code}}",
    "email": "{}@example.com",
    "contact_email": "{}@example.com",
}
"""Columns whose texts have a form."""

CHECKS = {
    "StockMove": {"reason"},
    "RoutingRule": {"effect"},
    "ConformanceCheck": {"name"},
    "ReturnLine": {"decision"},
    "Hold": {"status_before"},
}
"""More codes, of one table."""

BEFORE = ("order", "line", "shipment", "push", "waybill", "webhook", "delivery", "api_key", "product", "channel")
"""A row without a supplier belongs to whom the first of these belongs to."""


def owner(row: pw.Model, estates: dict) -> str:
    """Return whose row this is: a supplier's, or the store's own."""
    suppliers = {estate.supplier.id: name for name, estate in estates.items()}
    fields = row._meta.fields
    if isinstance(row, User):
        row = Membership.get(Membership.user == row.id)
        fields = row._meta.fields
    if type(row).__name__ == "Supplier":
        return suppliers[row.id]
    for kind, argument in ((Order, "order_id"), (Product, "product_id")):
        named = [name for name, estate in estates.items() if isinstance(row, kind) and estate.ids[argument] == row.id]
        if named:
            return named[0]
    if isinstance(row, OrderLine):
        return suppliers[Allocation.get(Allocation.line == row.id).supplier_id]
    bound = row.__data__.get("supplier") or row.__data__.get("supplier_id")
    if bound in suppliers:
        return suppliers[bound]
    for name in BEFORE:
        if name in fields and row.__data__.get(name):
            return owner(getattr(row, name), estates)
    store = row.id if row._meta.name == "store" else row.__data__["store"]
    return "our store" if store == estates["logistics"].store.id else "their store"


def mark(estates: dict) -> int:
    """Write the owner's marker into every text; return how many texts that were."""
    count = 0
    for table in (table for table in TABLES if table is not Heartbeat):
        for row in table.select().order_by(table._meta.primary_key):
            values = _marked(table, row, MARKERS[owner(row, estates)])
            if values:
                table.update(**values).where(table._meta.primary_key == row._pk).execute()
                count += len(values)
    return count


def _marked(table: type[pw.Model], row: pw.Model, marker: str) -> dict[str, Any]:
    codes, values = CODES | CHECKS.get(table.__name__, set()), {}
    for name, column in table._meta.fields.items():
        if name in codes or not isinstance(column, pw.CharField | pw.TextField | JsonField):
            continue
        text = marker + (SENSITIVE if table is Order and name in HIDDEN else "")
        if isinstance(column, JsonField):
            values[name] = _inside(getattr(row, name) or _SHAPES.get(name, {}), text)
        elif (getattr(column, "max_length", None) or 99) >= len(text):
            values[name] = FORMS.get(name, "{}").format(f"{text}{row._pk}")[: getattr(column, "max_length", None)]
    return values


_SHAPES = {
    "customer": {"name": "", "surname": "", "email": "", "phone": ""},
    "delivery_address": {"name": "", "surname": "", "street": "", "city": "", "phone": ""},
    "billing_address": {"name": "", "street": "", "city": ""},
    "address": {"street": "", "city": ""},
}
"""What is filled where nothing is there."""


def _inside(value: Any, text: str) -> Any:
    """Put the text at the place of every text of a JSON value; words that the program knows stay."""
    if isinstance(value, dict):
        return {name: _inside(held, text) for name, held in value.items()}
    if isinstance(value, list):
        return [_inside(held, text) for held in value]
    return text if isinstance(value, str) else value
