"""Long work in rows with its progress; the stock ledger; which publications are told of stock, and how much less."""

import peewee as pw

BATCH = """
    CREATE TABLE "batch" (
        "id" {id} NOT NULL PRIMARY KEY,
        "store_id" {long} NOT NULL,
        "user_id" {long},
        "actor_label" VARCHAR(120) NOT NULL,
        "kind" VARCHAR(40) NOT NULL,
        "title" VARCHAR(200) NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "input" TEXT NOT NULL,
        "headings" TEXT NOT NULL,
        "total" INTEGER NOT NULL,
        "done" INTEGER NOT NULL,
        "refused" INTEGER NOT NULL,
        "skipped" INTEGER NOT NULL,
        "error" VARCHAR(300) NOT NULL,
        "lease_until" {moment},
        "lease_token" VARCHAR(24) NOT NULL,
        "turn_at" {moment} NOT NULL,
        "created_at" {moment} NOT NULL,
        "started_at" {moment},
        "ended_at" {moment},
        CHECK (status IN ('draft', 'waiting', 'running', 'done', 'stopped', 'failed')),
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE SET NULL
    )
"""

ROW = """
    CREATE TABLE "batch_row" (
        "id" {id} NOT NULL PRIMARY KEY,
        "store_id" {long} NOT NULL,
        "batch_id" {long} NOT NULL,
        "number" INTEGER NOT NULL,
        "input" TEXT NOT NULL,
        "subject_id" {long},
        "status" VARCHAR(16) NOT NULL,
        "message" VARCHAR(500) NOT NULL,
        CHECK (status IN ('waiting', 'done', 'refused', 'skipped')),
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("batch_id") REFERENCES "batch" ("id") ON DELETE CASCADE
    )
"""

MOVE = """
    CREATE TABLE "stock_move" (
        "id" {id} NOT NULL PRIMARY KEY,
        "store_id" {long} NOT NULL,
        "product_id" {long} NOT NULL,
        "supplier_id" {long},
        "change" {long} NOT NULL,
        "quantity" {long} NOT NULL,
        "reason" VARCHAR(16) NOT NULL,
        "order_id" {long},
        "shipment_id" {long},
        "actor_kind" VARCHAR(16) NOT NULL,
        "actor_label" VARCHAR(120) NOT NULL,
        "created_at" {moment} NOT NULL,
        CHECK (reason IN ('created', 'edited', 'reported', 'shipped', 'imported', 'removed', 'returned')),
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("product_id") REFERENCES "product" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE
    )
"""

INDEXES = [
    'CREATE INDEX "batch_user_id" ON "batch" ("user_id")',
    'CREATE INDEX "batch_store_id_id" ON "batch" ("store_id", "id")',
    'CREATE INDEX "batch_status_turn_at" ON "batch" ("status", "turn_at")',
    'CREATE INDEX "batch_row_batch_id" ON "batch_row" ("batch_id")',
    'CREATE UNIQUE INDEX "batch_row_store_id_batch_id_number" ON "batch_row" ("store_id", "batch_id", "number")',
    """
    CREATE INDEX "batch_row_store_id_batch_id_status_number" ON "batch_row" ("store_id", "batch_id", "status", "number")
    """,
    'CREATE INDEX "stock_move_store_id_product_id_id" ON "stock_move" ("store_id", "product_id", "id")',
]


def up(migrator, db):
    if isinstance(db, pw.PostgresqlDatabase):
        types = {"id": "BIGSERIAL", "long": "BIGINT", "moment": "TIMESTAMP"}
        yes = "BOOLEAN NOT NULL DEFAULT TRUE"
    else:
        types = {"id": "INTEGER", "long": "INTEGER", "moment": "DATETIME"}
        yes = "INTEGER NOT NULL DEFAULT 1"
    publication = [
        f'ALTER TABLE "publication" ADD COLUMN "tells_stock" {yes}',
        'ALTER TABLE "publication" ADD COLUMN "stock_buffer" INTEGER NOT NULL DEFAULT 0 CHECK (stock_buffer >= 0)',
    ]
    for statement in [*(table.format(**types) for table in (BATCH, ROW, MOVE)), *INDEXES, *publication]:
        db.execute_sql(statement)
