"""Batches know for which supplier their owner worked; only connected channels need names of their own."""

import peewee as pw


def up(migrator, db):
    postgresql = isinstance(db, pw.PostgresqlDatabase)
    supplier = "BIGINT" if postgresql else "INTEGER"
    points = 'REFERENCES "supplier" ("id") ON DELETE CASCADE'
    db.execute_sql(f'ALTER TABLE "batch" ADD COLUMN "supplier_id" {supplier} {points}')
    db.execute_sql(
        'UPDATE "batch" SET "supplier_id" = (SELECT m."supplier_id" FROM "membership" m'
        ' WHERE m."store_id" = "batch"."store_id" AND m."user_id" = "batch"."user_id")'
    )
    db.execute_sql('DROP INDEX "channel_store_id_name_key"')
    db.execute_sql(
        'CREATE UNIQUE INDEX "channel_name" ON "channel" ("store_id", "name_key") WHERE "archived_at" IS NULL'
    )
