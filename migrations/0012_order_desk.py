"""What people do at one order: holds, orders taken in by hand, cancellations, returns, and SKUs linked to one."""

import peewee as pw

HOLD = """
    CREATE TABLE "order_hold" (
        "id" {serial} NOT NULL PRIMARY KEY,
        "store_id" {key} NOT NULL,
        "order_id" {key} NOT NULL,
        "reason" VARCHAR(500) NOT NULL,
        "until" {moment},
        "status_before" VARCHAR(24) NOT NULL,
        "placed_by" VARCHAR(200) NOT NULL,
        "released_by" VARCHAR(200) NOT NULL,
        "released_at" {moment},
        "created_at" {moment} NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE
    )
"""

SKU_LINK = """
    CREATE TABLE "sku_link" (
        "id" {serial} NOT NULL PRIMARY KEY,
        "store_id" {key} NOT NULL,
        "sku" VARCHAR(64) NOT NULL,
        "product_id" {key} NOT NULL,
        "created_by" VARCHAR(200) NOT NULL,
        "created_at" {moment} NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("product_id") REFERENCES "product" ("id") ON DELETE CASCADE
    )
"""

RETURN = """
    CREATE TABLE "order_return" (
        "id" {serial} NOT NULL PRIMARY KEY,
        "store_id" {key} NOT NULL,
        "order_id" {key} NOT NULL,
        "supplier_id" {key},
        "status" VARCHAR(16) NOT NULL,
        "reason" VARCHAR(500) NOT NULL,
        "opened_by" VARCHAR(200) NOT NULL,
        "received_at" {moment},
        "closed_at" {moment},
        "created_at" {moment} NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        CHECK (status IN ('requested', 'received', 'closed'))
    )
"""

RETURN_LINE = """
    CREATE TABLE "order_return_line" (
        "id" {serial} NOT NULL PRIMARY KEY,
        "store_id" {key} NOT NULL,
        "parent_id" {key} NOT NULL,
        "line_id" {key} NOT NULL,
        "quantity" INTEGER NOT NULL,
        "condition" VARCHAR(200) NOT NULL,
        "decision" VARCHAR(16) NOT NULL,
        "restocked_to_id" {key},
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("parent_id") REFERENCES "order_return" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("line_id") REFERENCES "order_line" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("restocked_to_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        CHECK (quantity > 0),
        CHECK (decision IN ('pending', 'restock', 'discard'))
    )
"""

STATEMENTS = [
    'ALTER TABLE "cancel_request" ADD COLUMN "by_merchant" {flag} NOT NULL DEFAULT {false}',
    'ALTER TABLE "sales_order" ADD COLUMN "payment_method" VARCHAR(60) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "sales_order" ADD COLUMN "cash_on_delivery_cents" {key}',
    'CREATE UNIQUE INDEX "order_by_hand" ON "sales_order" ("store_id", "external_id") WHERE "channel_id" IS NULL',
    HOLD,
    'CREATE INDEX "hold_order_id" ON "order_hold" ("order_id")',
    'CREATE INDEX "hold_store_id_order_id_id" ON "order_hold" ("store_id", "order_id", "id")',
    'CREATE UNIQUE INDEX "order_hold_open" ON "order_hold" ("store_id", "order_id") WHERE "released_at" IS NULL',
    'CREATE INDEX "order_hold_due" ON "order_hold" ("until") WHERE "released_at" IS NULL AND "until" IS NOT NULL',
    SKU_LINK,
    'CREATE INDEX "skulink_product_id" ON "sku_link" ("product_id")',
    'CREATE UNIQUE INDEX "skulink_store_id_sku" ON "sku_link" ("store_id", "sku")',
    'CREATE INDEX "skulink_store_id_product_id" ON "sku_link" ("store_id", "product_id")',
    RETURN,
    'CREATE INDEX "return_order_id" ON "order_return" ("order_id")',
    'CREATE INDEX "return_supplier_id" ON "order_return" ("supplier_id")',
    'CREATE INDEX "return_store_id_status_id" ON "order_return" ("store_id", "status", "id")',
    'CREATE INDEX "return_store_id_order_id_id" ON "order_return" ("store_id", "order_id", "id")',
    RETURN_LINE,
    'CREATE INDEX "returnline_parent_id" ON "order_return_line" ("parent_id")',
    'CREATE INDEX "returnline_line_id" ON "order_return_line" ("line_id")',
    'CREATE INDEX "returnline_restocked_to_id" ON "order_return_line" ("restocked_to_id")',
    'CREATE INDEX "returnline_store_id_parent_id_id" ON "order_return_line" ("store_id", "parent_id", "id")',
]

SQLITE = {"serial": "INTEGER", "key": "INTEGER", "moment": "DATETIME", "flag": "INTEGER", "false": "0"}
POSTGRESQL = {"serial": "BIGSERIAL", "key": "BIGINT", "moment": "TIMESTAMP", "flag": "BOOLEAN", "false": "FALSE"}


def up(migrator, db):
    words = POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE
    for statement in STATEMENTS:
        db.execute_sql(statement.format(**words))
