"""The change feed: in commit order, nothing missed, nothing of others, and an answer as soon as there is one."""

import threading

import pytest

from tests.actions.conftest import incoming
from tests.actions.test_races import at_once
from tests.api.problems import refused, wrong
from webapp.actions import orders, shipments
from webapp.db import db
from webapp.models import Change, Order, Product, Store


def feed(call, **query):
    answer = call("GET", "/changes", query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json


def follow(call, after=0):
    """Read on until nothing comes, as a program does; return all rows."""
    rows = []
    while page := feed(call, after=after, max=7)["data"]:
        rows += page
        after = page[-1]["number"]
    return rows


def test_each_sees_the_numbers_that_concern_it(order, logistics, rival, whole):
    assert [(row["subject"], row["id"], row["action"]) for row in follow(logistics)] == [("order", order.id, "changed")]
    assert [row["subject"] for row in follow(rival)] == ["order"]
    seen = [row["number"] for row in follow(logistics) + follow(rival) + follow(whole)]
    assert len(set(seen)) == len(seen)


def test_a_row_has_this_shape_and_next_is_where_to_go_on(order, logistics):
    body = feed(logistics)
    assert set(body) == {"success", "message", "data", "next", "last"}
    assert set(body["data"][0]) == {"number", "subject", "id", "order_id", "action", "date"}
    assert body["next"] == body["last"] == Store.get_by_id(order.store_id).change_seq
    assert feed(logistics, after=body["next"])["data"] == []


def test_a_cut_page_goes_on_behind_its_last_row(world, logistics):
    world.product("CUP", logistics=50)
    for number in range(5):
        world.order(("CUP", 1), external_id=f"c{number}")
    first = feed(logistics, max=3)
    assert first["next"] == first["data"][-1]["number"] < first["last"]
    assert len(feed(logistics, after=first["next"])["data"]) == 2


def test_a_withdrawn_order_is_told_to_who_loses_it(order, world, logistics, rival):
    before = feed(rival)["next"]
    orders.set_status(world.viewer, order.id, "canceled")
    assert [(row["action"], row["id"]) for row in feed(rival, after=before)["data"]] == [("withdrawn", order.id)]
    assert rival("GET", f"/orders/{order.id}").status_code == 404


def test_shipments_are_told_as_shippings_to_their_own_supplier_alone(shipment, world, logistics, rival):
    shipments.ship(world.viewer, shipment.id)
    assert ("shipping", shipment.id) in {(row["subject"], row["id"]) for row in follow(logistics)}
    assert "shipping" not in {row["subject"] for row in follow(rival)}


def test_a_noun_that_the_key_may_not_read_is_left_out(shipment, api, cast):
    call = api(cast.logistics, shipping="none")
    assert {row["subject"] for row in follow(call)} == {"order"}


def test_units_that_move_are_told_as_products_to_who_sees_the_stock(shipment, world, api, cast):
    mug = Product.get(Product.sku == "MUG")
    keys = [api(supplier, products="read") for supplier in (cast.logistics, cast.rival, None)]
    before = [feed(call)["next"] for call in keys]
    shipments.ship(world.viewer, shipment.id)
    told = [feed(call, after=after)["data"] for call, after in zip(keys, before, strict=True)]
    assert [[row["id"] for row in rows if row["subject"] == "product"] for rows in told] == [[mug.id], [], [mug.id]]
    stock = [call("GET", f"/products/{mug.id}").json["data"]["provisions"][0] for call in (keys[0], keys[2])]
    assert [(row["quantity"], row["reserved"], row["free"]) for row in stock] == [(8, 0, 8)] * 2


def test_it_needs_the_permission_to_read_orders(api, cast):
    refused(api(cast.logistics, orders="none")("GET", "/changes"), 403, "scope_missing")


def test_another_stores_changes_are_not_in_it(foreign_order, whole):
    assert follow(whole) == [] and Change.select().exists()


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1e3", "wait=26", "wait=-1", "max=0", "max=501", "a=1"])
def test_it_says_which_number_is_wrong(query, logistics):
    wrong(logistics("GET", f"/changes?{query}"), query.split("=")[0])


def test_who_waits_is_answered_as_soon_as_something_happens(world, app, api, cast):
    world.product("CUP", logistics=5)
    call, told = api(cast.logistics), {}
    after = feed(call)["next"]

    def wait():
        with db.connection_context():
            told.update(feed(call, after=after, wait=25))

    waiting = threading.Thread(target=wait)
    waiting.start()
    made = world.order(("CUP", 1), external_id="late")
    waiting.join(20)
    assert not waiting.is_alive()
    assert [row["id"] for row in told["data"]] == [made.id]


def test_a_wait_in_which_nothing_happens_ends_with_an_empty_page(logistics):
    assert feed(logistics, wait=1)["data"] == []


def test_eight_writers_at_once_and_a_reader_that_misses_nothing(world, app, api, cast):
    world.product("CUP", logistics=1000)
    call, seen, done = api(cast.logistics), [], threading.Event()

    def read():
        with db.connection_context():
            after = 0
            while True:
                over = done.is_set()  # Asked before the page, so that the last page is read after the last write.
                page = feed(call, after=after)
                seen.extend(row["number"] for row in page["data"])
                after = page["next"]
                if over and not page["data"]:
                    return

    reader = threading.Thread(target=read)
    reader.start()
    try:
        at_once(
            8,
            lambda n: [
                orders.import_order(world.channel, incoming(("CUP", 1), external_id=f"{n}-{k}")) for k in range(6)
            ],
        )
    finally:
        done.set()
        reader.join(60)
    mine = (Change.supplier_id == cast.logistics.id, Change.subject == "order")
    wanted = [row.number for row in Change.select().where(*mine)]
    assert Order.select().count() == 48
    assert seen == sorted(seen) and seen == sorted(wanted)
