"""SQLite is told how a store at work is laid out, so that its plans are right from the first order on."""

import pytest

from webapp import planner
from webapp.db import db, now
from webapp.jobs import outbox, outgoing
from webapp.models import Push

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def plan(query, **values) -> str:
    rows = db.execute_sql(f"EXPLAIN QUERY PLAN {query._sql}", query._filled(values)).fetchall()
    return " / ".join(row[3] for row in rows)


def test_a_shipments_pushes_are_found_by_the_shipment_and_not_by_the_store(cast):
    told = plan(outgoing._shipment(), store=1, id=1)
    assert "push_shipment_id (shipment_id=?)" in told, told


def test_a_claim_walks_what_is_still_to_be_told_in_its_order(cast):
    told = plan(outbox._claimable(4), channel=1, moment=Push.next_try_at.db_value(now()))
    assert "push_under_way (channel_id=?)" in told and "TEMP B-TREE" not in told, told
    assert "push_order_id (order_id=? AND rowid<?)" in told, told


def test_every_index_is_described_and_a_second_time_nothing_is_written(cast):
    named = db.execute_sql(
        "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name NOT LIKE 'sqlite%'"
    ).fetchone()
    described = db.execute_sql("SELECT count(*) FROM sqlite_stat1 WHERE idx IS NOT NULL").fetchone()
    assert described == named and named[0] > 50
    before = db.execute_sql("SELECT total_changes()").fetchone()
    planner.describe(db.obj)
    assert db.execute_sql("SELECT total_changes()").fetchone() == before


def test_a_new_index_is_described_by_the_next_migration(cast):
    db.execute_sql("CREATE INDEX by_hand ON push (store_id, status, remote_id)")
    planner.describe(db.obj)
    (stat,) = db.execute_sql("SELECT stat FROM sqlite_stat1 WHERE idx = 'by_hand'").fetchone()
    assert stat == "1000000 500000 25000 4"
