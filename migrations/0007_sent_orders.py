"""Orders that a shop sends by itself: when the channel changed what was taken over last: nothing older counts."""

import peewee as pw


def up(migrator, db):
    moment = "TIMESTAMP" if isinstance(db, pw.PostgresqlDatabase) else "DATETIME"
    db.execute_sql(f'ALTER TABLE "sales_order" ADD COLUMN "channel_updated_at" {moment}')
