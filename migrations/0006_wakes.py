"""Inbound webhooks: each channel's address and when they came. Stock levels: which channel is to be told of what."""

import peewee as pw

SQLITE = [
    'ALTER TABLE "channel" ADD COLUMN "hook_token" VARCHAR(32) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "channel" ADD COLUMN "hook_at" DATETIME',
    'ALTER TABLE "channel" ADD COLUMN "hook_refused_at" DATETIME',
    'ALTER TABLE "channel" ADD COLUMN "hooks_refused" INTEGER NOT NULL DEFAULT 0',
    'UPDATE "channel" SET "hook_token" = lower(hex(randomblob(16)))',
    'CREATE UNIQUE INDEX "channel_hook_token" ON "channel" ("hook_token")',
    'ALTER TABLE "store" ADD COLUMN "tells_stock" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "channel" ADD COLUMN "tells_stock" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "channel" ADD COLUMN "stock_next_at" DATETIME NOT NULL DEFAULT \'2026-01-01 00:00:00.000000\'',
    'ALTER TABLE "channel" ADD COLUMN "stock_lease_until" DATETIME',
    'ALTER TABLE "channel" ADD COLUMN "stock_failing_since" DATETIME',
    'ALTER TABLE "channel" ADD COLUMN "stock_error" VARCHAR(300) NOT NULL DEFAULT \'\'',
    """
    CREATE TABLE "stock_level" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "channel_id" INTEGER NOT NULL,
        "product_id" INTEGER NOT NULL,
        "version" INTEGER NOT NULL,
        "told_version" INTEGER NOT NULL,
        "told_quantity" INTEGER,
        "told_at" DATETIME,
        "error" VARCHAR(300) NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("product_id") REFERENCES "product" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE UNIQUE INDEX "stock_level_channel_id_product_id" ON "stock_level" ("channel_id", "product_id")',
    'CREATE INDEX "stock_level_product_id" ON "stock_level" ("product_id")',
]

POSTGRESQL = [
    'ALTER TABLE "channel" ADD COLUMN "hook_token" VARCHAR(32) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "channel" ADD COLUMN "hook_at" TIMESTAMP',
    'ALTER TABLE "channel" ADD COLUMN "hook_refused_at" TIMESTAMP',
    'ALTER TABLE "channel" ADD COLUMN "hooks_refused" INTEGER NOT NULL DEFAULT 0',
    "UPDATE \"channel\" SET \"hook_token\" = replace(gen_random_uuid()::text, '-', '')",
    'CREATE UNIQUE INDEX "channel_hook_token" ON "channel" ("hook_token")',
    'ALTER TABLE "store" ADD COLUMN "tells_stock" BOOLEAN NOT NULL DEFAULT FALSE',
    'ALTER TABLE "channel" ADD COLUMN "tells_stock" BOOLEAN NOT NULL DEFAULT FALSE',
    'ALTER TABLE "channel" ADD COLUMN "stock_next_at" TIMESTAMP NOT NULL DEFAULT \'2026-01-01 00:00:00.000000\'',
    'ALTER TABLE "channel" ADD COLUMN "stock_lease_until" TIMESTAMP',
    'ALTER TABLE "channel" ADD COLUMN "stock_failing_since" TIMESTAMP',
    'ALTER TABLE "channel" ADD COLUMN "stock_error" VARCHAR(300) NOT NULL DEFAULT \'\'',
    """
    CREATE TABLE "stock_level" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "channel_id" BIGINT NOT NULL,
        "product_id" BIGINT NOT NULL,
        "version" BIGINT NOT NULL,
        "told_version" BIGINT NOT NULL,
        "told_quantity" BIGINT,
        "told_at" TIMESTAMP,
        "error" VARCHAR(300) NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("product_id") REFERENCES "product" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE UNIQUE INDEX "stock_level_channel_id_product_id" ON "stock_level" ("channel_id", "product_id")',
    'CREATE INDEX "stock_level_product_id" ON "stock_level" ("product_id")',
]


def up(migrator, db):
    for statement in POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)
