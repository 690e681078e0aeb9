"""Mail that leaves, invitations, forgotten passwords, and what people want to be told by mail."""

import peewee as pw

SQLITE = [
    'ALTER TABLE "user_account" ADD COLUMN "reset_digest" VARCHAR(64) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "user_account" ADD COLUMN "reset_until" DATETIME',
    'CREATE INDEX "user_account_reset" ON "user_account" ("reset_digest") WHERE "reset_digest" <> \'\'',
    'CREATE INDEX "event_actor" ON "event" ("store_id", "actor_kind", "actor_id", "id") WHERE "actor_id" IS NOT NULL',
    'ALTER TABLE "store" ADD COLUMN "digest_on" VARCHAR(10) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "membership" ADD COLUMN "notices" TEXT NOT NULL DEFAULT \'[]\'',
    'ALTER TABLE "membership" ADD COLUMN "told_through" DATETIME',
    'ALTER TABLE "membership" ADD COLUMN "pauses_told_through" DATETIME',
    'ALTER TABLE "membership" ADD COLUMN "told_at" DATETIME',
    'ALTER TABLE "membership" ADD COLUMN "digest_on" VARCHAR(10) NOT NULL DEFAULT \'\'',
    """
    CREATE TABLE "mail" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER,
        "to_address" VARCHAR(254) NOT NULL,
        "subject" VARCHAR(200) NOT NULL,
        "sealed" TEXT NOT NULL,
        "status" VARCHAR(8) NOT NULL,
        "attempts" INTEGER NOT NULL,
        "next_try_at" DATETIME NOT NULL,
        "expires_at" DATETIME,
        "lease_until" DATETIME,
        "lease_token" VARCHAR(24) NOT NULL,
        "last_error" VARCHAR(300) NOT NULL,
        "created_at" DATETIME NOT NULL,
        "sent_at" DATETIME,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        CHECK (status IN ('waiting', 'sending', 'sent', 'failed'))
    )
    """,
    'CREATE INDEX "mail_status_next_try_at" ON "mail" ("status", "next_try_at")',
    'CREATE INDEX "mail_store_id_status_id" ON "mail" ("store_id", "status", "id")',
    """
    CREATE TABLE "invitation" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "email" VARCHAR(254) NOT NULL,
        "role" VARCHAR(16) NOT NULL,
        "supplier_id" INTEGER,
        "digest" VARCHAR(64) NOT NULL,
        "invited_by" VARCHAR(200) NOT NULL,
        "expires_at" DATETIME NOT NULL,
        "accepted_at" DATETIME,
        "revoked_at" DATETIME,
        "created_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        CHECK (role IN ('admin', 'merchant', 'clerk')),
        CHECK ((role = 'clerk') = (supplier_id IS NOT NULL))
    )
    """,
    'CREATE UNIQUE INDEX "invitation_digest" ON "invitation" ("digest")',
    'CREATE INDEX "invitation_supplier_id" ON "invitation" ("supplier_id")',
    'CREATE INDEX "invitation_store_id_id" ON "invitation" ("store_id", "id")',
    """
    CREATE TABLE "told" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "supplier_id" INTEGER,
        "kind" VARCHAR(16) NOT NULL,
        "key" VARCHAR(200) NOT NULL,
        "text" VARCHAR(300) NOT NULL,
        "found_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "told_supplier_id" ON "told" ("supplier_id")',
    'CREATE UNIQUE INDEX "told_store_id_kind_key" ON "told" ("store_id", "kind", "key")',
]

POSTGRESQL = [
    'ALTER TABLE "user_account" ADD COLUMN "reset_digest" VARCHAR(64) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "user_account" ADD COLUMN "reset_until" TIMESTAMP',
    'CREATE INDEX "user_account_reset" ON "user_account" ("reset_digest") WHERE "reset_digest" <> \'\'',
    'CREATE INDEX "event_actor" ON "event" ("store_id", "actor_kind", "actor_id", "id") WHERE "actor_id" IS NOT NULL',
    'ALTER TABLE "store" ADD COLUMN "digest_on" VARCHAR(10) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "membership" ADD COLUMN "notices" TEXT NOT NULL DEFAULT \'[]\'',
    'ALTER TABLE "membership" ADD COLUMN "told_through" TIMESTAMP',
    'ALTER TABLE "membership" ADD COLUMN "pauses_told_through" TIMESTAMP',
    'ALTER TABLE "membership" ADD COLUMN "told_at" TIMESTAMP',
    'ALTER TABLE "membership" ADD COLUMN "digest_on" VARCHAR(10) NOT NULL DEFAULT \'\'',
    """
    CREATE TABLE "mail" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT,
        "to_address" VARCHAR(254) NOT NULL,
        "subject" VARCHAR(200) NOT NULL,
        "sealed" TEXT NOT NULL,
        "status" VARCHAR(8) NOT NULL,
        "attempts" INTEGER NOT NULL,
        "next_try_at" TIMESTAMP NOT NULL,
        "expires_at" TIMESTAMP,
        "lease_until" TIMESTAMP,
        "lease_token" VARCHAR(24) NOT NULL,
        "last_error" VARCHAR(300) NOT NULL,
        "created_at" TIMESTAMP NOT NULL,
        "sent_at" TIMESTAMP,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        CHECK (status IN ('waiting', 'sending', 'sent', 'failed'))
    )
    """,
    'CREATE INDEX "mail_status_next_try_at" ON "mail" ("status", "next_try_at")',
    'CREATE INDEX "mail_store_id_status_id" ON "mail" ("store_id", "status", "id")',
    """
    CREATE TABLE "invitation" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "email" VARCHAR(254) NOT NULL,
        "role" VARCHAR(16) NOT NULL,
        "supplier_id" BIGINT,
        "digest" VARCHAR(64) NOT NULL,
        "invited_by" VARCHAR(200) NOT NULL,
        "expires_at" TIMESTAMP NOT NULL,
        "accepted_at" TIMESTAMP,
        "revoked_at" TIMESTAMP,
        "created_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        CHECK (role IN ('admin', 'merchant', 'clerk')),
        CHECK ((role = 'clerk') = (supplier_id IS NOT NULL))
    )
    """,
    'CREATE UNIQUE INDEX "invitation_digest" ON "invitation" ("digest")',
    'CREATE INDEX "invitation_supplier_id" ON "invitation" ("supplier_id")',
    'CREATE INDEX "invitation_store_id_id" ON "invitation" ("store_id", "id")',
    """
    CREATE TABLE "told" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "supplier_id" BIGINT,
        "kind" VARCHAR(16) NOT NULL,
        "key" VARCHAR(200) NOT NULL,
        "text" VARCHAR(300) NOT NULL,
        "found_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "told_supplier_id" ON "told" ("supplier_id")',
    'CREATE UNIQUE INDEX "told_store_id_kind_key" ON "told" ("store_id", "kind", "key")',
]


def up(migrator, db):
    for statement in POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)
