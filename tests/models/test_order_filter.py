"""Which orders a program asked for: the same by page, by cursor and by count; and read from an index in order."""

import datetime as dt

import pytest

from tests.actions.conftest import world
from webapp.actions import acceptance
from webapp.db import db
from webapp.models import Order, order_rows
from webapp.models.order_filter import OrderFilter, _prepared_page
from webapp.models.prepared import of

__all__ = ["world"]

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FILTERS = [
    OrderFilter(),
    OrderFilter(status="payment_accepted"),
    OrderFilter(updated_after=LONG_AGO),
    OrderFilter(created_after=LONG_AGO, status="payment_accepted"),
    OrderFilter(acknowledged=False),
    OrderFilter(acknowledged=True),
    OrderFilter(acknowledged=False, updated_after=LONG_AGO),
    OrderFilter(words="mug"),
    OrderFilter(words="mug", acknowledged=False),
    OrderFilter(words="mug", updated_after=LONG_AGO, created_after=LONG_AGO),
    OrderFilter(channel_id=1),
]


@pytest.fixture
def twelve(world):
    """Twelve orders: of each three one for the logistics service, one for its rival, one for both; four accepted."""
    world.product("MUG", logistics=1000)
    world.product("POT", rival=1000)
    lines = [[("MUG", 1)], [("POT", 1)], [("MUG", 1), ("POT", 1)]]
    orders = [world.order(*lines[number % 3], external_id=str(number)) for number in range(12)]
    for order in orders[:6]:
        if lines[int(order.external_id) % 3][0][0] == "MUG":
            acceptance.accept(world.cast.viewer(world.cast.clerk), order.id)
    return orders


def walk(wanted: OrderFilter, viewer, size: int) -> list[int]:
    """Return the ids of all pages, followed by their cursors."""
    found, after = [], None
    while rows := wanted.page(viewer, after, size, 0):
        found += [row[0] for row in rows]
        moment = Order.updated_at.python_value(rows[-1][1]) if wanted.updated_after else None
        after = (moment, rows[-1][0])
    return found


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_pages_cursors_and_count_agree(twelve, cast, viewer_of, wanted):
    expected = {
        "clerk": {order.id for order in twelve if int(order.external_id) % 3 != 1},
        "merchant": {order.id for order in twelve},
        "stranger": set(),
    }
    for who, ids in expected.items():
        viewer = viewer_of(getattr(cast, who))
        found = walk(wanted, viewer, 2)
        assert len(found) == len(set(found)) == wanted.count(viewer)
        assert set(found) == set(walk(wanted, viewer, 100)) <= ids
        assert [row[0] for row in wanted.page(viewer, None, 3, 1)] == found[1:4]


def test_what_a_service_has_not_accepted_is_its_own(twelve, cast, viewer_of):
    clerk, rival = viewer_of(cast.clerk), viewer_of(cast.rival_clerk)
    assert len(walk(OrderFilter(acknowledged=True), clerk, 5)) == 4
    assert len(walk(OrderFilter(acknowledged=False), clerk, 5)) == 4
    assert walk(OrderFilter(acknowledged=True), rival, 5) == []


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""PostgreSQL plans by the tables' sizes, which a test can't have; there the benchmark tells."""


def plan(query, **values) -> str:
    """Return how SQLite would run it."""
    found = db.execute_sql("EXPLAIN QUERY PLAN " + query._sql, query._filled(values)).fetchall()
    return "\n".join(row[3] for row in found)


@ON_SQLITE
@pytest.mark.parametrize("wanted", [OrderFilter(), OrderFilter(acknowledged=False)], ids=["all", "waiting"])
def test_a_services_page_is_read_in_order_from_its_own_index(twelve, cast, viewer_of, wanted):
    shape = wanted._shape(goes_on=True)
    values = dict.fromkeys(("status", "channel", "updated", "created", "since"), "")
    told = plan(_prepared_page(True, shape), **of(viewer_of(cast.clerk)), **values, last=1, size=2, offset=0)
    assert "USING" in told and "INDEX allocation" in told
    assert "TEMP B-TREE" not in told and "sales_order" not in told


@ON_SQLITE
def test_shipments_of_a_page_are_found_by_order_and_not_by_supplier(twelve, cast, viewer_of):
    told = plan(order_rows._packed(True), **of(viewer_of(cast.clerk)), orders=[1, 2])
    assert "shipment_store_id_order_id_supplier_id" in told
