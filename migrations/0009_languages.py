"""The language that a person reads, and what a store tells of itself."""


def up(migrator, db):
    for statement in [
        'ALTER TABLE "user_account" ADD COLUMN "language" VARCHAR(8) NOT NULL DEFAULT \'\'',
        'ALTER TABLE "store" ADD COLUMN "address" TEXT NOT NULL DEFAULT \'{}\'',
        'ALTER TABLE "store" ADD COLUMN "working_days" VARCHAR(7) NOT NULL DEFAULT \'12345\'',
        'ALTER TABLE "store" ADD COLUMN "notification_mail" VARCHAR(254) NOT NULL DEFAULT \'\'',
    ]:
        db.execute_sql(statement)
