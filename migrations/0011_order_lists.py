"""Lists of orders: sorted by time, total and status, saved filters, and columns of choice."""

import peewee as pw

SQLITE = [
    """
    CREATE TABLE "saved_filter" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "user_id" INTEGER NOT NULL,
        "supplier_id" INTEGER,
        "name" VARCHAR(60) NOT NULL,
        "name_key" VARCHAR(120) NOT NULL,
        "query" VARCHAR(500) NOT NULL,
        "shared" INTEGER NOT NULL,
        "created_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE
    )
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "saved_filter" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "user_id" BIGINT NOT NULL,
        "supplier_id" BIGINT,
        "name" VARCHAR(60) NOT NULL,
        "name_key" VARCHAR(120) NOT NULL,
        "query" VARCHAR(500) NOT NULL,
        "shared" BOOLEAN NOT NULL,
        "created_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE
    )
    """,
]

BOTH = [
    'CREATE INDEX "saved_filter_user_id" ON "saved_filter" ("user_id")',
    'CREATE INDEX "saved_filter_supplier_id" ON "saved_filter" ("supplier_id")',
    'CREATE UNIQUE INDEX "saved_filter_store_id_user_id_name_key" ON "saved_filter"'
    ' ("store_id", "user_id", "name_key")',
    'ALTER TABLE "membership" ADD COLUMN "order_columns" TEXT',
    'CREATE INDEX "sales_order_store_id_ordered_at_id" ON "sales_order" ("store_id", "ordered_at", "id")',
    'CREATE INDEX "sales_order_store_id_status_ordered_at_id" ON "sales_order"'
    ' ("store_id", "status", "ordered_at", "id")',
    'CREATE INDEX "sales_order_store_id_total_cents_id" ON "sales_order" ("store_id", "total_cents", "id")',
]


def up(migrator, db):
    for statement in (POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE) + BOTH:
        db.execute_sql(statement)
