"""What channels change after work has begun: requests to cancel, tasks of an order, and nightly comparisons."""

import peewee as pw

# Units that were canceled so far followed the channel, but for those of orders canceled by hand, of which the channel
# still wants all that was ordered: there NULL, which says so, keeps the first comparison from finding a change.
CANCELED_UNITS = """
    UPDATE "order_line" SET "channel_quantity" = "quantity" - "canceled_quantity"
    WHERE "canceled_quantity" > 0
    AND "order_id" NOT IN (SELECT "id" FROM "sales_order" WHERE "status" = 'canceled')
"""

SQLITE = [
    'ALTER TABLE "order_line" ADD COLUMN "channel_quantity" INTEGER',
    'ALTER TABLE "order_line" ADD COLUMN "swap" TEXT',
    CANCELED_UNITS,
    """
    CREATE TABLE "cancel_request" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "order_id" INTEGER NOT NULL,
        "line_id" INTEGER NOT NULL,
        "supplier_id" INTEGER,
        "quantity" INTEGER NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "reason" VARCHAR(500) NOT NULL,
        "whole_order" INTEGER NOT NULL,
        "answer" VARCHAR(500) NOT NULL,
        "answered_by" VARCHAR(200) NOT NULL,
        "answered_at" DATETIME,
        "created_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("line_id") REFERENCES "order_line" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        CHECK (quantity > 0),
        CHECK (status IN ('asked', 'granted', 'refused', 'overtaken', 'withdrawn'))
    )
    """,
    'CREATE INDEX "cancel_request_order_id" ON "cancel_request" ("order_id")',
    'CREATE INDEX "cancel_request_line_id" ON "cancel_request" ("line_id")',
    'CREATE INDEX "cancel_request_supplier_id" ON "cancel_request" ("supplier_id")',
    'CREATE INDEX "cancel_request_store_id_order_id_id" ON "cancel_request" ("store_id", "order_id", "id")',
    'CREATE INDEX "cancel_request_asked" ON "cancel_request" ("store_id", "order_id") WHERE "answered_at" IS NULL',
    """
    CREATE TABLE "order_task" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "order_id" INTEGER NOT NULL,
        "kind" VARCHAR(24) NOT NULL,
        "message" VARCHAR(500) NOT NULL,
        "public" INTEGER NOT NULL,
        "done_by" VARCHAR(200) NOT NULL,
        "done_at" DATETIME,
        "created_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "order_task_order_id" ON "order_task" ("order_id")',
    'CREATE INDEX "order_task_store_id_order_id_id" ON "order_task" ("store_id", "order_id", "id")',
    'CREATE INDEX "order_task_open" ON "order_task" ("store_id", "order_id") WHERE "done_at" IS NULL',
    """
    CREATE TABLE "reconciliation" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "channel_id" INTEGER NOT NULL,
        "trigger" VARCHAR(16) NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "seen" INTEGER NOT NULL,
        "found" INTEGER NOT NULL,
        "mended" INTEGER NOT NULL,
        "differences" TEXT NOT NULL,
        "error" VARCHAR(1000) NOT NULL,
        "created_at" DATETIME NOT NULL,
        "started_at" DATETIME,
        "finished_at" DATETIME,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE,
        CHECK (status IN ('waiting', 'running', 'done', 'failed'))
    )
    """,
    'CREATE INDEX "reconciliation_channel_id" ON "reconciliation" ("channel_id")',
    'CREATE INDEX "reconciliation_store_id_channel_id_id" ON "reconciliation" ("store_id", "channel_id", "id")',
    'CREATE INDEX "reconciliation_status" ON "reconciliation" ("status")',
]

POSTGRESQL = [
    'ALTER TABLE "order_line" ADD COLUMN "channel_quantity" INTEGER',
    'ALTER TABLE "order_line" ADD COLUMN "swap" TEXT',
    CANCELED_UNITS,
    """
    CREATE TABLE "cancel_request" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "order_id" BIGINT NOT NULL,
        "line_id" BIGINT NOT NULL,
        "supplier_id" BIGINT,
        "quantity" INTEGER NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "reason" VARCHAR(500) NOT NULL,
        "whole_order" BOOLEAN NOT NULL,
        "answer" VARCHAR(500) NOT NULL,
        "answered_by" VARCHAR(200) NOT NULL,
        "answered_at" TIMESTAMP,
        "created_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("line_id") REFERENCES "order_line" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        CHECK (quantity > 0),
        CHECK (status IN ('asked', 'granted', 'refused', 'overtaken', 'withdrawn'))
    )
    """,
    'CREATE INDEX "cancel_request_order_id" ON "cancel_request" ("order_id")',
    'CREATE INDEX "cancel_request_line_id" ON "cancel_request" ("line_id")',
    'CREATE INDEX "cancel_request_supplier_id" ON "cancel_request" ("supplier_id")',
    'CREATE INDEX "cancel_request_store_id_order_id_id" ON "cancel_request" ("store_id", "order_id", "id")',
    'CREATE INDEX "cancel_request_asked" ON "cancel_request" ("store_id", "order_id") WHERE "answered_at" IS NULL',
    """
    CREATE TABLE "order_task" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "order_id" BIGINT NOT NULL,
        "kind" VARCHAR(24) NOT NULL,
        "message" VARCHAR(500) NOT NULL,
        "public" BOOLEAN NOT NULL,
        "done_by" VARCHAR(200) NOT NULL,
        "done_at" TIMESTAMP,
        "created_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "order_task_order_id" ON "order_task" ("order_id")',
    'CREATE INDEX "order_task_store_id_order_id_id" ON "order_task" ("store_id", "order_id", "id")',
    'CREATE INDEX "order_task_open" ON "order_task" ("store_id", "order_id") WHERE "done_at" IS NULL',
    """
    CREATE TABLE "reconciliation" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "channel_id" BIGINT NOT NULL,
        "trigger" VARCHAR(16) NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "seen" INTEGER NOT NULL,
        "found" INTEGER NOT NULL,
        "mended" INTEGER NOT NULL,
        "differences" TEXT NOT NULL,
        "error" VARCHAR(1000) NOT NULL,
        "created_at" TIMESTAMP NOT NULL,
        "started_at" TIMESTAMP,
        "finished_at" TIMESTAMP,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE,
        CHECK (status IN ('waiting', 'running', 'done', 'failed'))
    )
    """,
    'CREATE INDEX "reconciliation_channel_id" ON "reconciliation" ("channel_id")',
    'CREATE INDEX "reconciliation_store_id_channel_id_id" ON "reconciliation" ("store_id", "channel_id", "id")',
    'CREATE INDEX "reconciliation_status" ON "reconciliation" ("status")',
]


def up(migrator, db):
    for statement in POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)
