"""Channels that are left alone, limits that all workers share, and the calls of each try."""

import peewee as pw


def up(migrator, db):
    moment, long = ("TIMESTAMP", "BIGINT") if isinstance(db, pw.PostgresqlDatabase) else ("DATETIME", "INTEGER")
    for statement in [
        'ALTER TABLE "channel" ADD COLUMN "silent_calls" INTEGER NOT NULL DEFAULT 0',
        f'ALTER TABLE "channel" ADD COLUMN "rest_until" {moment}',
        'ALTER TABLE "channel" ADD COLUMN "calls_per_minute" INTEGER',
        f'ALTER TABLE "channel" ADD COLUMN "calls_spent_until" {long} NOT NULL DEFAULT 0',
        'ALTER TABLE "push_attempt" ADD COLUMN "exchanges" TEXT NOT NULL DEFAULT \'[]\'',
        'CREATE INDEX "push_attempt_readable" ON "push_attempt" ("created_at") WHERE "exchanges" <> \'[]\'',
    ]:
        db.execute_sql(statement)
