"""Inbound webhooks: the address of each channel, and when the last one came or was refused."""

import peewee as pw

SQLITE = [
    'ALTER TABLE "channel" ADD COLUMN "hook_token" VARCHAR(32) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "channel" ADD COLUMN "hook_at" DATETIME',
    'ALTER TABLE "channel" ADD COLUMN "hook_refused_at" DATETIME',
    'ALTER TABLE "channel" ADD COLUMN "hooks_refused" INTEGER NOT NULL DEFAULT 0',
    'UPDATE "channel" SET "hook_token" = lower(hex(randomblob(16)))',
    'CREATE UNIQUE INDEX "channel_hook_token" ON "channel" ("hook_token")',
]

POSTGRESQL = [
    'ALTER TABLE "channel" ADD COLUMN "hook_token" VARCHAR(32) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "channel" ADD COLUMN "hook_at" TIMESTAMP',
    'ALTER TABLE "channel" ADD COLUMN "hook_refused_at" TIMESTAMP',
    'ALTER TABLE "channel" ADD COLUMN "hooks_refused" INTEGER NOT NULL DEFAULT 0',
    "UPDATE \"channel\" SET \"hook_token\" = replace(gen_random_uuid()::text, '-', '')",
    'CREATE UNIQUE INDEX "channel_hook_token" ON "channel" ("hook_token")',
]


def up(migrator, db):
    for statement in POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)
