"""What the start page asks starts from what is open or new, and never from all that was ever sold; on SQLite."""

import datetime as dt

import pytest

from webapp.db import db
from webapp.models import daily_orders, order_due, order_pages, overview, scorecard, tasks
from webapp.models.order_search import OrderSearch

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def plans(monkeypatch):
    """Return the plans of the statements that a call makes, one line each."""

    def of(call) -> list[str]:
        made, run = [], db.obj.execute_sql
        monkeypatch.setattr(
            db.obj, "execute_sql", lambda sql, params=None: made.append((sql, params)) or run(sql, params)
        )
        call()
        monkeypatch.undo()
        found = [db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall() for sql, params in made]
        return [" / ".join(row[3] for row in rows) for rows in found]

    return of


def test_what_is_late_is_read_in_its_order_from_the_index_of_what_is_to_leave(cast, plans):
    viewer = cast.viewer(cast.merchant)
    (told,) = plans(lambda: list(order_due.soonest(viewer, "late", "Europe/Rome").limit(10)))
    assert "sales_order_due (store_id=? AND ship_by<?)" in told and "TEMP B-TREE" not in told, told


def test_the_list_of_late_orders_is_counted_there_as_well(cast, plans):
    viewer = cast.viewer(cast.merchant)
    (told,) = plans(lambda: order_pages.count(OrderSearch(due="late"), viewer))
    assert "sales_order_due (store_id=? AND ship_by<?)" in told, told


def test_a_page_of_late_orders_starts_from_them_and_not_from_the_newest_of_all(cast, plans):
    viewer = cast.viewer(cast.merchant)
    told = " / ".join(plans(lambda: order_pages.page(OrderSearch(due="late"), viewer, None, 50)))
    assert "SEARCH t1 USING INTEGER PRIMARY KEY (rowid=?)" in told and "sales_order_due" in told, told


def test_stages_are_counted_in_indexes_alone(cast, plans):
    viewer = cast.viewer(cast.merchant)
    (told,) = plans(lambda: overview.stages(viewer, "Europe/Rome"))
    assert told.count("COVERING INDEX sales_order_store_id_status_") == len(overview.STAGES), told
    assert told.count("sales_order_due") == 2, told


def test_a_warehouse_starts_from_what_is_to_be_packed(cast, plans):
    viewer = cast.viewer(cast.clerk)
    (told,) = plans(lambda: overview.work(viewer, "Europe/Rome"))
    assert "COVERING INDEX shipment_store_id_status_id (store_id=? AND status=?)" in told, told
    assert told.count("sales_order_store_id_status") == 2 and told.count("sales_order_due") == 2, told


def test_days_are_ranges_of_an_index(cast, plans):
    (told,) = plans(lambda: daily_orders.count(cast.store.id, [dt.date(2026, 11, 20)], "Europe/Rome"))
    ranges = (
        "COVERING INDEX sales_order_store_id_channel_id_ordered_at (store_id=? AND channel_id=? AND ordered_at>? AND"
    )
    assert told.count(ranges) == 2, told


def test_services_are_judged_by_what_left_lately_and_by_the_most_urgent_orders(cast, plans):
    told = " // ".join(plans(lambda: scorecard.read(cast.store.id, {})))
    assert "COVERING INDEX shipment_due (store_id=? AND shipped_at>?)" in told, told
    assert "sales_order_due (store_id=?" in told, told
    assert "allocation_store_id_supplier_id_status_order_id (store_id=? AND supplier_id=? AND status=?)" in told, told


def test_lines_without_stock_are_looked_for_in_open_orders(cast, plans):
    (told,) = plans(lambda: tasks.counts(cast.store.id))
    assert "order_line_product_id" not in told, told
    assert told.count("sales_order_store_id_status") >= 2, told
