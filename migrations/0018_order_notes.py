"""Notes that people write on an order for each other."""

import peewee as pw


def up(migrator, db):
    postgresql = isinstance(db, pw.PostgresqlDatabase)
    key = "BIGSERIAL NOT NULL PRIMARY KEY" if postgresql else "INTEGER NOT NULL PRIMARY KEY"
    long, moment = ("BIGINT", "TIMESTAMP") if postgresql else ("INTEGER", "DATETIME")
    flag = "BOOLEAN" if postgresql else "INTEGER"
    db.execute_sql(
        f'CREATE TABLE "order_note" ("id" {key}, "store_id" {long} NOT NULL, "order_id" {long} NOT NULL,'
        f' "supplier_id" {long}, "text" VARCHAR(2000) NOT NULL, "shown_to_suppliers" {flag} NOT NULL,'
        f' "author_id" {long}, "author_name" VARCHAR(200) NOT NULL, "created_at" {moment} NOT NULL,'
        ' FOREIGN KEY ("store_id") REFERENCES "store" ("id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("order_id") REFERENCES "sales_order" ("id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("author_id") REFERENCES "user_account" ("id") ON DELETE SET NULL,'
        " CHECK (supplier_id IS NULL OR NOT shown_to_suppliers))"
    )
    db.execute_sql('CREATE INDEX "ordernote_order_id" ON "order_note" ("order_id")')
    db.execute_sql('CREATE INDEX "ordernote_supplier_id" ON "order_note" ("supplier_id")')
    db.execute_sql('CREATE INDEX "ordernote_author_id" ON "order_note" ("author_id")')
    db.execute_sql('CREATE INDEX "ordernote_store_id_order_id_id" ON "order_note" ("store_id", "order_id", "id")')
