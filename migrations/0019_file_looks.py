"""Large files are read and checked in the background before they are imported."""

import peewee as pw

LOOK = """
    CREATE TABLE "file_look" (
        "id" {id} NOT NULL PRIMARY KEY,
        "store_id" {long} NOT NULL,
        "batch_id" {long} NOT NULL,
        "status" VARCHAR(16) NOT NULL,
        "kept" INTEGER NOT NULL,
        "looked" INTEGER NOT NULL,
        "found" TEXT NOT NULL,
        "error" VARCHAR(300) NOT NULL,
        "lease_until" {moment},
        "lease_token" VARCHAR(24) NOT NULL,
        "ended_at" {moment},
        CHECK (status IN ('waiting', 'done', 'failed')),
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("batch_id") REFERENCES "batch" ("id") ON DELETE CASCADE
    )
"""

PART = """
    CREATE TABLE "file_part" (
        "id" {id} NOT NULL PRIMARY KEY,
        "store_id" {long} NOT NULL,
        "batch_id" {long} NOT NULL,
        "first" INTEGER NOT NULL,
        "rows" TEXT NOT NULL,
        FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("batch_id") REFERENCES "batch" ("id") ON DELETE CASCADE
    )
"""

INDEXES = [
    'CREATE UNIQUE INDEX "filelook_batch_id" ON "file_look" ("batch_id")',
    'CREATE INDEX "filelook_status_id" ON "file_look" ("status", "id")',
    'CREATE UNIQUE INDEX "filepart_batch_id_first" ON "file_part" ("batch_id", "first")',
]


def up(migrator, db):
    types = {"id": "INTEGER", "long": "INTEGER", "moment": "DATETIME"}
    if isinstance(db, pw.PostgresqlDatabase):
        types = {"id": "BIGSERIAL", "long": "BIGINT", "moment": "TIMESTAMP"}
    for table in (LOOK, PART):
        db.execute_sql(table.format(**types))
    for index in INDEXES:
        db.execute_sql(index)
