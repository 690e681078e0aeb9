"""Carriers' names on each channel, why a push failed, and pushes that correct a tracking code."""

# ruff: noqa: E501 - a statement stays on its line.

import peewee as pw

SQLITE = [
    'ALTER TABLE "channel" ADD COLUMN "holds_unmapped" INTEGER NOT NULL DEFAULT 0',
    """
    CREATE TABLE "channel_carrier" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "channel_id" INTEGER NOT NULL,
        "name_key" VARCHAR(80) NOT NULL,
        "code" VARCHAR(120) NOT NULL,
        "updated_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "channel_carrier_channel_id" ON "channel_carrier" ("channel_id")',
    'CREATE UNIQUE INDEX "channel_carrier_store_id_channel_id_name_key" ON "channel_carrier" ("store_id", "channel_id", "name_key")',
    # SQLite changes no CHECK of a table that is there, so the table is built anew. Foreign keys are off meanwhile, so
    # the tries of the old one stay, and belong to the new one by its name.
    """
    CREATE TABLE "push_anew" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "channel_id" INTEGER NOT NULL,
        "order_id" INTEGER NOT NULL,
        "shipment_id" INTEGER,
        "kind" VARCHAR(16) NOT NULL,
        "payload" TEXT NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "attempts" INTEGER NOT NULL,
        "next_try_at" DATETIME NOT NULL,
        "lease_until" DATETIME,
        "lease_token" VARCHAR(32) NOT NULL,
        "last_error" VARCHAR(1000) NOT NULL,
        "reason" VARCHAR(24) NOT NULL DEFAULT '',
        "remote_id" VARCHAR(200) NOT NULL,
        "created_at" DATETIME NOT NULL,
        "sent_at" DATETIME,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("shipment_id") REFERENCES "shipment" ("id") ON DELETE CASCADE,
        CHECK (kind IN ('shipment', 'tracking', 'delivery', 'status')),
        CHECK (status IN ('waiting', 'sending', 'sent', 'failed', 'dropped'))
    )
    """,
    """
    INSERT INTO "push_anew" ("id", "store_id", "channel_id", "order_id", "shipment_id", "kind", "payload", "status", "attempts", "next_try_at", "lease_until", "lease_token", "last_error", "remote_id", "created_at", "sent_at")
    SELECT "id", "store_id", "channel_id", "order_id", "shipment_id", "kind", "payload", "status", "attempts", "next_try_at", "lease_until", "lease_token", "last_error", "remote_id", "created_at", "sent_at" FROM "push"
    """,
    'DROP TABLE "push"',
    'ALTER TABLE "push_anew" RENAME TO "push"',
    'CREATE INDEX "push_channel_id" ON "push" ("channel_id")',
    'CREATE INDEX "push_order_id" ON "push" ("order_id")',
    'CREATE INDEX "push_shipment_id" ON "push" ("shipment_id")',
    'CREATE INDEX "push_store_id_order_id_id" ON "push" ("store_id", "order_id", "id")',
    'CREATE INDEX "push_status_next_try_at" ON "push" ("status", "next_try_at")',
    'CREATE INDEX "push_store_id_channel_id_status" ON "push" ("store_id", "channel_id", "status")',
]

POSTGRESQL = [
    'ALTER TABLE "channel" ADD COLUMN "holds_unmapped" BOOLEAN NOT NULL DEFAULT FALSE',
    """
    CREATE TABLE "channel_carrier" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "channel_id" BIGINT NOT NULL,
        "name_key" VARCHAR(80) NOT NULL,
        "code" VARCHAR(120) NOT NULL,
        "updated_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "channel_carrier_channel_id" ON "channel_carrier" ("channel_id")',
    'CREATE UNIQUE INDEX "channel_carrier_store_id_channel_id_name_key" ON "channel_carrier" ("store_id", "channel_id", "name_key")',
    'ALTER TABLE "push" ADD COLUMN "reason" VARCHAR(24) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "push" DROP CONSTRAINT "push_kind_check"',
    "ALTER TABLE \"push\" ADD CONSTRAINT \"push_kind_check\" CHECK (kind IN ('shipment', 'tracking', 'delivery', 'status'))",
]


def up(migrator, db):
    for statement in POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)
    # What failed before now has no word yet; a person has to look at it either way.
    db.execute_sql("UPDATE push SET reason = 'refused' WHERE status = 'failed'")
