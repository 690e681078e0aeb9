"""Indexes: none for a store alone beside those that begin with it, and three that keep long lists quick."""

WITH_STORE = [
    "supplier",
    "membership",
    "product",
    "supply",
    "channel",
    "sync_run",
    "sales_order",
    "order_line",
    "allocation",
    "allocation_decision",
    "shipment",
    "shipment_line",
    "push",
    "push_attempt",
    "api_key",
    "idempotent_request",
    "event",
    "change",
    "carrier",
    "parcel",
    "waybill",
    "waybill_file",
    "publication",
    "api_request",
    "conformance_check",
    "webhook",
    "delivery",
    "delivery_attempt",
]
"""Tables that had an index on the store alone, though others of theirs begin with it: each row paid for it."""

ADDED = [
    'CREATE INDEX "sales_order_store_id_id" ON "sales_order" ("store_id", "id")',
    'CREATE INDEX "product_store_id_id" ON "product" ("store_id", "id")',
    'CREATE INDEX "shipment_store_id_id" ON "shipment" ("store_id", "id")',
    'CREATE INDEX "shipment_store_id_order_id_supplier_id" ON "shipment" ("store_id", "order_id", "supplier_id")',
    'CREATE INDEX "allocation_waiting" ON "allocation" ("store_id", "supplier_id", "status", "order_id")'
    ' WHERE "accepted_at" IS NULL',
]


def up(migrator, db):
    for table in WITH_STORE:
        db.execute_sql(f'DROP INDEX "{table}_store_id"')
    db.execute_sql('DROP INDEX "shipment_store_id_order_id"')
    for statement in ADDED:
        db.execute_sql(statement)
