"""Indexes by which a scan finds a parcel, a manifest its day, and the list of shipments a stretch of days."""

ADDED = [
    'CREATE INDEX "shipment_store_id_created_at" ON "shipment" ("store_id", "created_at")',
    'CREATE INDEX "shipment_store_id_shipped_at" ON "shipment" ("store_id", "shipped_at")',
    'CREATE INDEX "shipment_store_id_tracking_code" ON "shipment" ("store_id", "tracking_code")',
]


def up(migrator, db):
    for statement in ADDED:
        db.execute_sql(statement)
