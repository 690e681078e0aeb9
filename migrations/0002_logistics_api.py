"""Tables of the whole logistics API: waybills, carriers, parcels, publications, webhooks, the log of each key."""

# ruff: noqa: E501 - a statement stays on its line.

import peewee as pw

SQLITE = [
    'ALTER TABLE "store" ADD COLUMN "two_person_keys" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "api_key" ADD COLUMN "orders_used_at" DATETIME',
    'ALTER TABLE "api_key" ADD COLUMN "products_used_at" DATETIME',
    'ALTER TABLE "api_key" ADD COLUMN "shipping_used_at" DATETIME',
    'ALTER TABLE "allocation" ADD COLUMN "reason" VARCHAR(500) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "supply" ADD COLUMN "sequence" INTEGER',
    "ALTER TABLE \"product\" ADD COLUMN \"kind\" VARCHAR(16) NOT NULL DEFAULT 'simple' CHECK (kind IN ('simple', 'variant', 'bundle'))",
    'ALTER TABLE "product" ADD COLUMN "main_category_id" INTEGER',
    'ALTER TABLE "product" ADD COLUMN "main_category_path" VARCHAR(500) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "product" ADD COLUMN "width_mm" INTEGER',
    'ALTER TABLE "product" ADD COLUMN "height_mm" INTEGER',
    'ALTER TABLE "product" ADD COLUMN "depth_mm" INTEGER',
    'ALTER TABLE "product" ADD COLUMN "images" TEXT NOT NULL DEFAULT \'[]\'',
    'ALTER TABLE "product" ADD COLUMN "tags" TEXT NOT NULL DEFAULT \'[]\'',
    'ALTER TABLE "api_key" ADD COLUMN "granted_by_id" INTEGER REFERENCES "user_account" ("id") ON DELETE SET NULL',
    'CREATE INDEX "api_key_granted_by_id" ON "api_key" ("granted_by_id")',
    'UPDATE "api_key" SET "granted_by_id" = "created_by_id"',
    """
    CREATE TABLE "carrier" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "name" VARCHAR(80) NOT NULL,
        "name_key" VARCHAR(80) NOT NULL,
        "tracking_pattern" VARCHAR(500) NOT NULL,
        "archived_at" DATETIME,
        "created_at" DATETIME NOT NULL,
        "updated_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "carrier_store_id" ON "carrier" ("store_id")',
    'CREATE UNIQUE INDEX "carrier_store_id_name_key" ON "carrier" ("store_id", "name_key")',
    """
    CREATE TABLE "parcel" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "shipment_id" INTEGER NOT NULL,
        "position" INTEGER NOT NULL,
        "weight_grams" INTEGER,
        "length_mm" INTEGER,
        "width_mm" INTEGER,
        "height_mm" INTEGER,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("shipment_id") REFERENCES "shipment" ("id") ON DELETE CASCADE,
        CHECK (position > 0),
        CHECK (weight_grams IS NULL OR weight_grams > 0)
    )
    """,
    'CREATE INDEX "parcel_store_id" ON "parcel" ("store_id")',
    'CREATE INDEX "parcel_shipment_id" ON "parcel" ("shipment_id")',
    'CREATE UNIQUE INDEX "parcel_store_id_shipment_id_position" ON "parcel" ("store_id", "shipment_id", "position")',
    """
    CREATE TABLE "waybill" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "shipment_id" INTEGER NOT NULL,
        "supplier_id" INTEGER,
        "status" VARCHAR(16) NOT NULL,
        "origin" VARCHAR(16) NOT NULL,
        "number" VARCHAR(40) NOT NULL,
        "details" TEXT NOT NULL,
        "replaces_id" INTEGER,
        "reason" VARCHAR(500) NOT NULL,
        "created_by" VARCHAR(200) NOT NULL,
        "issued_at" DATETIME,
        "voided_at" DATETIME,
        "created_at" DATETIME NOT NULL,
        "updated_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("shipment_id") REFERENCES "shipment" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        FOREIGN KEY ("replaces_id") REFERENCES "waybill" ("id") ON DELETE SET NULL,
        CHECK (status IN ('draft', 'issued', 'voided', 'replaced')),
        CHECK (origin IN ('created', 'uploaded'))
    )
    """,
    'CREATE INDEX "waybill_store_id" ON "waybill" ("store_id")',
    'CREATE INDEX "waybill_shipment_id" ON "waybill" ("shipment_id")',
    'CREATE INDEX "waybill_supplier_id" ON "waybill" ("supplier_id")',
    'CREATE INDEX "waybill_replaces_id" ON "waybill" ("replaces_id")',
    'CREATE INDEX "waybill_store_id_shipment_id_id" ON "waybill" ("store_id", "shipment_id", "id")',
    'CREATE INDEX "waybill_store_id_supplier_id_id" ON "waybill" ("store_id", "supplier_id", "id")',
    """
    CREATE TABLE "waybill_file" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "waybill_id" INTEGER NOT NULL,
        "media_type" VARCHAR(40) NOT NULL,
        "content" BLOB NOT NULL,
        "created_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("waybill_id") REFERENCES "waybill" ("id") ON DELETE CASCADE,
        CHECK (media_type IN ('application/pdf', 'application/zpl', 'image/png'))
    )
    """,
    'CREATE INDEX "waybill_file_store_id" ON "waybill_file" ("store_id")',
    'CREATE INDEX "waybill_file_waybill_id" ON "waybill_file" ("waybill_id")',
    'CREATE UNIQUE INDEX "waybill_file_store_id_waybill_id_media_type" ON "waybill_file" ("store_id", "waybill_id", "media_type")',
    """
    CREATE TABLE "publication" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "product_id" INTEGER NOT NULL,
        "channel_id" INTEGER NOT NULL,
        "external_id" VARCHAR(120) NOT NULL,
        "sku" VARCHAR(64) NOT NULL,
        "title" VARCHAR(255) NOT NULL,
        "price_cents" INTEGER,
        "active" INTEGER NOT NULL,
        "created_at" DATETIME NOT NULL,
        "updated_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("product_id") REFERENCES "product" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE,
        CHECK (price_cents IS NULL OR price_cents >= 0)
    )
    """,
    'CREATE INDEX "publication_store_id" ON "publication" ("store_id")',
    'CREATE INDEX "publication_product_id" ON "publication" ("product_id")',
    'CREATE INDEX "publication_channel_id" ON "publication" ("channel_id")',
    'CREATE UNIQUE INDEX "publication_store_id_product_id_channel_id" ON "publication" ("store_id", "product_id", "channel_id")',
    'CREATE INDEX "publication_store_id_channel_id_id" ON "publication" ("store_id", "channel_id", "id")',
    """
    CREATE TABLE "api_request" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "api_key_id" INTEGER NOT NULL,
        "request_id" VARCHAR(32) NOT NULL,
        "method" VARCHAR(8) NOT NULL,
        "path" VARCHAR(500) NOT NULL,
        "query" VARCHAR(1000) NOT NULL,
        "body" TEXT NOT NULL,
        "status_code" INTEGER NOT NULL,
        "code" VARCHAR(64) NOT NULL,
        "milliseconds" INTEGER NOT NULL,
        "address" VARCHAR(45) NOT NULL,
        "created_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("api_key_id") REFERENCES "api_key" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "api_request_store_id" ON "api_request" ("store_id")',
    'CREATE INDEX "api_request_api_key_id" ON "api_request" ("api_key_id")',
    'CREATE INDEX "api_request_store_id_api_key_id_id" ON "api_request" ("store_id", "api_key_id", "id")',
    'CREATE INDEX "api_request_created_at" ON "api_request" ("created_at")',
    """
    CREATE TABLE "conformance_check" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "api_key_id" INTEGER NOT NULL,
        "name" VARCHAR(40) NOT NULL,
        "detail" VARCHAR(500) NOT NULL,
        "passed_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("api_key_id") REFERENCES "api_key" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "conformance_check_store_id" ON "conformance_check" ("store_id")',
    'CREATE INDEX "conformance_check_api_key_id" ON "conformance_check" ("api_key_id")',
    'CREATE UNIQUE INDEX "conformance_check_store_id_api_key_id_name" ON "conformance_check" ("store_id", "api_key_id", "name")',
    """
    CREATE TABLE "webhook" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "api_key_id" INTEGER NOT NULL,
        "url" VARCHAR(1000) NOT NULL,
        "description" VARCHAR(200) NOT NULL,
        "events" TEXT NOT NULL,
        "secret" TEXT NOT NULL,
        "previous_secret" TEXT NOT NULL,
        "previous_secret_until" DATETIME,
        "last_change" INTEGER NOT NULL,
        "enabled" INTEGER NOT NULL,
        "paused_at" DATETIME,
        "pause_reason" VARCHAR(300) NOT NULL,
        "failing_since" DATETIME,
        "last_success_at" DATETIME,
        "archived_at" DATETIME,
        "created_at" DATETIME NOT NULL,
        "updated_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("api_key_id") REFERENCES "api_key" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "webhook_store_id" ON "webhook" ("store_id")',
    'CREATE INDEX "webhook_api_key_id" ON "webhook" ("api_key_id")',
    'CREATE INDEX "webhook_store_id_api_key_id_id" ON "webhook" ("store_id", "api_key_id", "id")',
    """
    CREATE TABLE "delivery" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "webhook_id" INTEGER NOT NULL,
        "message_id" VARCHAR(64) NOT NULL,
        "event" VARCHAR(40) NOT NULL,
        "number" INTEGER,
        "body" TEXT NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "attempts" INTEGER NOT NULL,
        "next_try_at" DATETIME NOT NULL,
        "lease_until" DATETIME,
        "lease_token" VARCHAR(32) NOT NULL,
        "last_error" VARCHAR(1000) NOT NULL,
        "last_status_code" INTEGER,
        "created_at" DATETIME NOT NULL,
        "sent_at" DATETIME,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("webhook_id") REFERENCES "webhook" ("id") ON DELETE CASCADE,
        CHECK (status IN ('waiting', 'sending', 'sent', 'failed', 'dropped'))
    )
    """,
    'CREATE INDEX "delivery_store_id" ON "delivery" ("store_id")',
    'CREATE INDEX "delivery_webhook_id" ON "delivery" ("webhook_id")',
    'CREATE UNIQUE INDEX "delivery_store_id_webhook_id_message_id" ON "delivery" ("store_id", "webhook_id", "message_id")',
    'CREATE INDEX "delivery_store_id_webhook_id_id" ON "delivery" ("store_id", "webhook_id", "id")',
    'CREATE INDEX "delivery_status_next_try_at" ON "delivery" ("status", "next_try_at")',
    'CREATE INDEX "delivery_webhook_id_status_next_try_at" ON "delivery" ("webhook_id", "status", "next_try_at")',
    """
    CREATE TABLE "delivery_attempt" (
        "id" INTEGER NOT NULL PRIMARY KEY,
        "store_id" INTEGER NOT NULL,
        "delivery_id" INTEGER NOT NULL,
        "status_code" INTEGER,
        "answer" VARCHAR(1000) NOT NULL,
        "error" VARCHAR(500) NOT NULL,
        "milliseconds" INTEGER NOT NULL,
        "created_at" DATETIME NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("delivery_id") REFERENCES "delivery" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "delivery_attempt_store_id" ON "delivery_attempt" ("store_id")',
    'CREATE INDEX "delivery_attempt_delivery_id" ON "delivery_attempt" ("delivery_id")',
    'CREATE INDEX "delivery_attempt_store_id_delivery_id_id" ON "delivery_attempt" ("store_id", "delivery_id", "id")',
]

POSTGRESQL = [
    'ALTER TABLE "store" ADD COLUMN "two_person_keys" BOOLEAN NOT NULL DEFAULT FALSE',
    'ALTER TABLE "api_key" ADD COLUMN "orders_used_at" TIMESTAMP',
    'ALTER TABLE "api_key" ADD COLUMN "products_used_at" TIMESTAMP',
    'ALTER TABLE "api_key" ADD COLUMN "shipping_used_at" TIMESTAMP',
    'ALTER TABLE "allocation" ADD COLUMN "reason" VARCHAR(500) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "supply" ADD COLUMN "sequence" BIGINT',
    "ALTER TABLE \"product\" ADD COLUMN \"kind\" VARCHAR(16) NOT NULL DEFAULT 'simple' CHECK (kind IN ('simple', 'variant', 'bundle'))",
    'ALTER TABLE "product" ADD COLUMN "main_category_id" BIGINT',
    'ALTER TABLE "product" ADD COLUMN "main_category_path" VARCHAR(500) NOT NULL DEFAULT \'\'',
    'ALTER TABLE "product" ADD COLUMN "width_mm" INTEGER',
    'ALTER TABLE "product" ADD COLUMN "height_mm" INTEGER',
    'ALTER TABLE "product" ADD COLUMN "depth_mm" INTEGER',
    'ALTER TABLE "product" ADD COLUMN "images" TEXT NOT NULL DEFAULT \'[]\'',
    'ALTER TABLE "product" ADD COLUMN "tags" TEXT NOT NULL DEFAULT \'[]\'',
    'ALTER TABLE "api_key" ADD COLUMN "granted_by_id" BIGINT REFERENCES "user_account" ("id") ON DELETE SET NULL',
    'CREATE INDEX "api_key_granted_by_id" ON "api_key" ("granted_by_id")',
    'UPDATE "api_key" SET "granted_by_id" = "created_by_id"',
    """
    CREATE TABLE "carrier" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "name" VARCHAR(80) NOT NULL,
        "name_key" VARCHAR(80) NOT NULL,
        "tracking_pattern" VARCHAR(500) NOT NULL,
        "archived_at" TIMESTAMP,
        "created_at" TIMESTAMP NOT NULL,
        "updated_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "carrier_store_id" ON "carrier" ("store_id")',
    'CREATE UNIQUE INDEX "carrier_store_id_name_key" ON "carrier" ("store_id", "name_key")',
    """
    CREATE TABLE "parcel" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "shipment_id" BIGINT NOT NULL,
        "position" INTEGER NOT NULL,
        "weight_grams" INTEGER,
        "length_mm" INTEGER,
        "width_mm" INTEGER,
        "height_mm" INTEGER,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("shipment_id") REFERENCES "shipment" ("id") ON DELETE CASCADE,
        CHECK (position > 0),
        CHECK (weight_grams IS NULL OR weight_grams > 0)
    )
    """,
    'CREATE INDEX "parcel_store_id" ON "parcel" ("store_id")',
    'CREATE INDEX "parcel_shipment_id" ON "parcel" ("shipment_id")',
    'CREATE UNIQUE INDEX "parcel_store_id_shipment_id_position" ON "parcel" ("store_id", "shipment_id", "position")',
    """
    CREATE TABLE "waybill" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "shipment_id" BIGINT NOT NULL,
        "supplier_id" BIGINT,
        "status" VARCHAR(16) NOT NULL,
        "origin" VARCHAR(16) NOT NULL,
        "number" VARCHAR(40) NOT NULL,
        "details" TEXT NOT NULL,
        "replaces_id" BIGINT,
        "reason" VARCHAR(500) NOT NULL,
        "created_by" VARCHAR(200) NOT NULL,
        "issued_at" TIMESTAMP,
        "voided_at" TIMESTAMP,
        "created_at" TIMESTAMP NOT NULL,
        "updated_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("shipment_id") REFERENCES "shipment" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE RESTRICT,
        FOREIGN KEY ("replaces_id") REFERENCES "waybill" ("id") ON DELETE SET NULL,
        CHECK (status IN ('draft', 'issued', 'voided', 'replaced')),
        CHECK (origin IN ('created', 'uploaded'))
    )
    """,
    'CREATE INDEX "waybill_store_id" ON "waybill" ("store_id")',
    'CREATE INDEX "waybill_shipment_id" ON "waybill" ("shipment_id")',
    'CREATE INDEX "waybill_supplier_id" ON "waybill" ("supplier_id")',
    'CREATE INDEX "waybill_replaces_id" ON "waybill" ("replaces_id")',
    'CREATE INDEX "waybill_store_id_shipment_id_id" ON "waybill" ("store_id", "shipment_id", "id")',
    'CREATE INDEX "waybill_store_id_supplier_id_id" ON "waybill" ("store_id", "supplier_id", "id")',
    """
    CREATE TABLE "waybill_file" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "waybill_id" BIGINT NOT NULL,
        "media_type" VARCHAR(40) NOT NULL,
        "content" BYTEA NOT NULL,
        "created_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("waybill_id") REFERENCES "waybill" ("id") ON DELETE CASCADE,
        CHECK (media_type IN ('application/pdf', 'application/zpl', 'image/png'))
    )
    """,
    'CREATE INDEX "waybill_file_store_id" ON "waybill_file" ("store_id")',
    'CREATE INDEX "waybill_file_waybill_id" ON "waybill_file" ("waybill_id")',
    'CREATE UNIQUE INDEX "waybill_file_store_id_waybill_id_media_type" ON "waybill_file" ("store_id", "waybill_id", "media_type")',
    """
    CREATE TABLE "publication" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "product_id" BIGINT NOT NULL,
        "channel_id" BIGINT NOT NULL,
        "external_id" VARCHAR(120) NOT NULL,
        "sku" VARCHAR(64) NOT NULL,
        "title" VARCHAR(255) NOT NULL,
        "price_cents" BIGINT,
        "active" BOOLEAN NOT NULL,
        "created_at" TIMESTAMP NOT NULL,
        "updated_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("product_id") REFERENCES "product" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE,
        CHECK (price_cents IS NULL OR price_cents >= 0)
    )
    """,
    'CREATE INDEX "publication_store_id" ON "publication" ("store_id")',
    'CREATE INDEX "publication_product_id" ON "publication" ("product_id")',
    'CREATE INDEX "publication_channel_id" ON "publication" ("channel_id")',
    'CREATE UNIQUE INDEX "publication_store_id_product_id_channel_id" ON "publication" ("store_id", "product_id", "channel_id")',
    'CREATE INDEX "publication_store_id_channel_id_id" ON "publication" ("store_id", "channel_id", "id")',
    """
    CREATE TABLE "api_request" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "api_key_id" BIGINT NOT NULL,
        "request_id" VARCHAR(32) NOT NULL,
        "method" VARCHAR(8) NOT NULL,
        "path" VARCHAR(500) NOT NULL,
        "query" VARCHAR(1000) NOT NULL,
        "body" TEXT NOT NULL,
        "status_code" INTEGER NOT NULL,
        "code" VARCHAR(64) NOT NULL,
        "milliseconds" INTEGER NOT NULL,
        "address" VARCHAR(45) NOT NULL,
        "created_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("api_key_id") REFERENCES "api_key" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "api_request_store_id" ON "api_request" ("store_id")',
    'CREATE INDEX "api_request_api_key_id" ON "api_request" ("api_key_id")',
    'CREATE INDEX "api_request_store_id_api_key_id_id" ON "api_request" ("store_id", "api_key_id", "id")',
    'CREATE INDEX "api_request_created_at" ON "api_request" ("created_at")',
    """
    CREATE TABLE "conformance_check" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "api_key_id" BIGINT NOT NULL,
        "name" VARCHAR(40) NOT NULL,
        "detail" VARCHAR(500) NOT NULL,
        "passed_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("api_key_id") REFERENCES "api_key" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "conformance_check_store_id" ON "conformance_check" ("store_id")',
    'CREATE INDEX "conformance_check_api_key_id" ON "conformance_check" ("api_key_id")',
    'CREATE UNIQUE INDEX "conformance_check_store_id_api_key_id_name" ON "conformance_check" ("store_id", "api_key_id", "name")',
    """
    CREATE TABLE "webhook" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "api_key_id" BIGINT NOT NULL,
        "url" VARCHAR(1000) NOT NULL,
        "description" VARCHAR(200) NOT NULL,
        "events" TEXT NOT NULL,
        "secret" TEXT NOT NULL,
        "previous_secret" TEXT NOT NULL,
        "previous_secret_until" TIMESTAMP,
        "last_change" BIGINT NOT NULL,
        "enabled" BOOLEAN NOT NULL,
        "paused_at" TIMESTAMP,
        "pause_reason" VARCHAR(300) NOT NULL,
        "failing_since" TIMESTAMP,
        "last_success_at" TIMESTAMP,
        "archived_at" TIMESTAMP,
        "created_at" TIMESTAMP NOT NULL,
        "updated_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("api_key_id") REFERENCES "api_key" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "webhook_store_id" ON "webhook" ("store_id")',
    'CREATE INDEX "webhook_api_key_id" ON "webhook" ("api_key_id")',
    'CREATE INDEX "webhook_store_id_api_key_id_id" ON "webhook" ("store_id", "api_key_id", "id")',
    """
    CREATE TABLE "delivery" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "webhook_id" BIGINT NOT NULL,
        "message_id" VARCHAR(64) NOT NULL,
        "event" VARCHAR(40) NOT NULL,
        "number" BIGINT,
        "body" TEXT NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "attempts" INTEGER NOT NULL,
        "next_try_at" TIMESTAMP NOT NULL,
        "lease_until" TIMESTAMP,
        "lease_token" VARCHAR(32) NOT NULL,
        "last_error" VARCHAR(1000) NOT NULL,
        "last_status_code" INTEGER,
        "created_at" TIMESTAMP NOT NULL,
        "sent_at" TIMESTAMP,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("webhook_id") REFERENCES "webhook" ("id") ON DELETE CASCADE,
        CHECK (status IN ('waiting', 'sending', 'sent', 'failed', 'dropped'))
    )
    """,
    'CREATE INDEX "delivery_store_id" ON "delivery" ("store_id")',
    'CREATE INDEX "delivery_webhook_id" ON "delivery" ("webhook_id")',
    'CREATE UNIQUE INDEX "delivery_store_id_webhook_id_message_id" ON "delivery" ("store_id", "webhook_id", "message_id")',
    'CREATE INDEX "delivery_store_id_webhook_id_id" ON "delivery" ("store_id", "webhook_id", "id")',
    'CREATE INDEX "delivery_status_next_try_at" ON "delivery" ("status", "next_try_at")',
    'CREATE INDEX "delivery_webhook_id_status_next_try_at" ON "delivery" ("webhook_id", "status", "next_try_at")',
    """
    CREATE TABLE "delivery_attempt" (
        "id" BIGSERIAL NOT NULL PRIMARY KEY,
        "store_id" BIGINT NOT NULL,
        "delivery_id" BIGINT NOT NULL,
        "status_code" INTEGER,
        "answer" VARCHAR(1000) NOT NULL,
        "error" VARCHAR(500) NOT NULL,
        "milliseconds" INTEGER NOT NULL,
        "created_at" TIMESTAMP NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("delivery_id") REFERENCES "delivery" ("id") ON DELETE CASCADE
    )
    """,
    'CREATE INDEX "delivery_attempt_store_id" ON "delivery_attempt" ("store_id")',
    'CREATE INDEX "delivery_attempt_delivery_id" ON "delivery_attempt" ("delivery_id")',
    'CREATE INDEX "delivery_attempt_store_id_delivery_id_id" ON "delivery_attempt" ("store_id", "delivery_id", "id")',
]


def up(migrator, db):
    for statement in POSTGRESQL if isinstance(db, pw.PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)
