"""What is still to be told to a channel is found without what was told."""


def up(migrator, db):
    db.execute_sql(
        'CREATE INDEX "push_under_way" ON "push" ("channel_id", "id") WHERE "status" IN (\'waiting\', \'sending\')'
    )
