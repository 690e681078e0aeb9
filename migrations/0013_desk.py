"""Indexes by which a desk finds what waits, a scan a parcel, a manifest its day, and the list a stretch of days."""

ADDED = [
    'CREATE INDEX "shipment_store_id_created_at" ON "shipment" ("store_id", "created_at")',
    'CREATE INDEX "shipment_store_id_tracking_code" ON "shipment" ("store_id", "tracking_code")',
    'CREATE INDEX "shipment_waiting" ON "shipment" ("store_id", "supplier_id", "id") WHERE "status" = \'draft\'',
    'CREATE INDEX "shipment_left" ON "shipment" ("store_id", "shipped_at") WHERE "shipped_at" IS NOT NULL',
    'CREATE INDEX "shipment_left_stock" ON "shipment" ("store_id", "supplier_id", "shipped_at")'
    ' WHERE "shipped_at" IS NOT NULL',
]


def up(migrator, db):
    for statement in ADDED:
        db.execute_sql(statement)
