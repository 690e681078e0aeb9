"""By when orders should leave, days of orders, and first steps that somebody has hidden."""

import datetime as dt

import peewee as pw

from webapp.domain import lead_time

RUNNING = """SELECT o.id, o.ordered_at, s.time_zone, s.working_days, COALESCE((
    SELECT MAX(COALESCE(p.max_days, 1)) FROM allocation a LEFT JOIN supplier p ON p.id = a.supplier_id
    WHERE a.store_id = o.store_id AND a.order_id = o.id AND a.status = 'active'), 1)
    FROM sales_order o JOIN store s ON s.id = o.store_id
    WHERE o.status IN ('payment_accepted', 'in_process', 'partially_shipped')"""

PAID = """UPDATE sales_order SET paid_at = ordered_at
    WHERE status IN ('payment_accepted', 'in_process', 'partially_shipped')"""


def up(migrator, db):
    postgresql = isinstance(db, pw.PostgresqlDatabase)
    moment, no = (
        ("TIMESTAMP", "BOOLEAN NOT NULL DEFAULT FALSE") if postgresql else ("DATETIME", "INTEGER NOT NULL DEFAULT 0")
    )
    for statement in [
        f'ALTER TABLE "sales_order" ADD COLUMN "paid_at" {moment}',
        f'ALTER TABLE "sales_order" ADD COLUMN "ship_by" {moment}',
        f'ALTER TABLE "shipment" ADD COLUMN "ship_by" {moment}',
        f'ALTER TABLE "store" ADD COLUMN "steps_hidden" {no}',
        PAID,
    ]:
        db.execute_sql(statement)
    change = "UPDATE sales_order SET ship_by = ? WHERE id = ?"
    db.cursor().executemany(change.replace("?", "%s") if postgresql else change, _due(db, postgresql))
    for statement in [
        'CREATE INDEX "sales_order_due" ON "sales_order" ("store_id", "ship_by") WHERE "ship_by" IS NOT NULL',
        'CREATE INDEX "sales_order_store_id_channel_id_ordered_at"'
        ' ON "sales_order" ("store_id", "channel_id", "ordered_at")',
        'CREATE INDEX "shipment_due" ON "shipment" ("store_id", "shipped_at", "supplier_id", "ship_by")'
        ' WHERE "ship_by" IS NOT NULL',
    ]:
        db.execute_sql(statement)


def _due(db, postgresql):
    """Return (ship_by, id) of the open orders, counted from when they were ordered."""
    found = []
    for order_id, ordered_at, time_zone, working_days, days in db.execute_sql(RUNNING).fetchall():
        began = ordered_at if postgresql else dt.datetime.fromisoformat(ordered_at)
        due = lead_time.ship_by(began.replace(tzinfo=dt.UTC), days, working_days, time_zone).replace(tzinfo=None)
        found.append((due if postgresql else f"{due:%Y-%m-%d %H:%M:%S.%f}", order_id))
    return found
