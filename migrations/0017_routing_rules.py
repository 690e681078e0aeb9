"""Routing rules: which stocks an order would rather be served from."""

import peewee as pw


def up(migrator, db):
    postgresql = isinstance(db, pw.PostgresqlDatabase)
    key = "BIGSERIAL NOT NULL PRIMARY KEY" if postgresql else "INTEGER NOT NULL PRIMARY KEY"
    long, moment = ("BIGINT", "TIMESTAMP") if postgresql else ("INTEGER", "DATETIME")
    flag = "BOOLEAN" if postgresql else "INTEGER"
    db.execute_sql(
        f'CREATE TABLE "routing_rule" ("id" {key}, "store_id" {long} NOT NULL, "name" VARCHAR(80) NOT NULL,'
        f' "position" INTEGER NOT NULL, "live" {flag} NOT NULL, "replaces_id" {long}, "countries" TEXT NOT NULL,'
        ' "channels" TEXT NOT NULL, "after_time" VARCHAR(5) NOT NULL, "effect" VARCHAR(16) NOT NULL,'
        f' "suppliers" TEXT NOT NULL, "created_at" {moment} NOT NULL, "updated_at" {moment} NOT NULL,'
        " CHECK (effect IN ('prefer', 'avoid', 'fewest_parcels')),"
        ' FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("replaces_id") REFERENCES "routing_rule" ("id") ON DELETE SET NULL)'
    )
    db.execute_sql(
        'CREATE INDEX "routing_rule_store_id_live_position_id" ON "routing_rule" ("store_id", "live", "position", "id")'
    )
