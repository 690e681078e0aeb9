"""GET /orders: the list, its filters, and whom it hides what from."""

import datetime as dt

from tests.api.problems import refused, wrong
from webapp.models import Order

DAY = dt.timedelta(days=1)


def ids(call, **query) -> list[int]:
    answer = call("GET", "/orders", query_string=query)
    assert answer.status_code == 200, answer.json
    assert answer.json["total"] == len(answer.json["data"])
    return [row["id"] for row in answer.json["data"]]


def test_it_lists_the_keys_orders_as_single_ones_are_shown(logistics, rival, world, order):
    second = world.order(("MUG", 1), external_id="2")
    answer = logistics("GET", "/orders")
    assert answer.json.keys() == {"success", "message", "data", "next", "total"}
    assert (answer.json["success"], answer.json["message"], answer.json["next"]) == (True, None, None)
    shown = [logistics("GET", f"/orders/{made.id}").json["data"] for made in (order, second)]
    assert answer.json["data"] == shown
    assert ids(rival) == [order.id]


def test_an_empty_list_is_a_list(logistics):
    answer = logistics("GET", "/orders").json
    assert (answer["data"], answer["total"], answer["next"]) == ([], 0, None)


def test_it_needs_a_key_that_may_read_orders(client, api, cast, order):
    refused(client.get("/api/v1/orders"), 401, "no_credentials")
    refused(api(cast.logistics, orders="none")("GET", "/orders"), 403, "scope_missing")
    assert ids(api(cast.logistics, orders="read", shipping="none")) == [order.id]


def test_it_hides_other_stores_and_other_suppliers_orders(logistics, rival, whole, world, order, foreign_order):
    mugs = world.order(("MUG", 1), external_id="2")
    assert (ids(logistics), ids(rival), ids(whole)) == ([order.id, mugs.id], [order.id], [order.id, mugs.id])


def test_orders_without_stock_are_for_keys_of_the_whole_store(logistics, whole, world):
    lost = world.order(("UNHEARD-OF", 1))
    assert (ids(logistics), ids(whole)) == ([], [lost.id])


def test_filter_by_status(logistics, world, order):
    second = world.order(("MUG", 1), external_id="2")
    logistics("PUT", f"/orders/{second.id}/status", json={"status": "in_process"})
    assert (ids(logistics, status="in_process"), ids(logistics, status="payment_accepted")) == ([second.id], [order.id])
    assert ids(logistics, status="shipped") == []


def test_filter_by_channel(logistics, world, order):
    assert ids(logistics, channel=order.channel_id) == [order.id]
    assert ids(logistics, channel=order.channel_id + 1) == []


def test_filter_by_words(logistics, world, order):
    second = world.order(("MUG", 1), external_id="A-2", reference="#1042")
    assert ids(logistics, q="#1042") == ids(logistics, q="a-2") == ids(logistics, q=" 1042 ") == [second.id]
    assert ids(logistics, q="mug") == [order.id, second.id] and ids(logistics, q="%") == ids(logistics, q="_") == []


def test_filter_by_time(logistics, world, order):
    second = world.order(("MUG", 1), external_id="2")
    Order.update(created_at=order.created_at - 9 * DAY, updated_at=order.created_at - DAY).where(
        Order.id == second.id
    ).execute()
    between = (order.created_at - 5 * DAY).isoformat()
    assert ids(logistics, created_after=between) == [order.id]
    assert ids(logistics, updated_after=between) == [second.id, order.id]
    assert ids(logistics, updated_after=(order.created_at + DAY).isoformat()) == []


def test_who_asks_behind_the_update_date_it_saw_misses_nothing(logistics, world, order):
    seen = logistics("GET", "/orders").json["data"][0]["update_date"]
    second = world.order(("MUG", 1), external_id="2")  # Perhaps within that second, of which the date tells no more.
    assert second.id in ids(logistics, updated_after=seen)


def test_filter_by_what_was_accepted(logistics, rival, world, order):
    second = world.order(("MUG", 1), external_id="2")
    assert (ids(logistics, acknowledged="false"), ids(logistics, acknowledged="true")) == ([order.id, second.id], [])
    logistics("POST", f"/orders/{order.id}/accept")
    assert (ids(logistics, acknowledged="false"), ids(logistics, acknowledged="true")) == ([second.id], [order.id])
    assert ids(rival, acknowledged="false") == [order.id]  # Each key asks for its own part.


def test_filters_narrow_down_together(logistics, world, order):
    second = world.order(("MUG", 1), external_id="2")
    both = {"status": "payment_accepted", "channel": order.channel_id, "q": "MUG", "updated_after": "2020-01-01"}
    assert ids(logistics, **both) == [order.id, second.id]
    assert ids(logistics, **both, created_after="2999-01-01") == []


def test_it_says_which_filter_is_wrong(logistics, order):
    for status in ("lost", "Shipped", "shipped,delivered", "٣", ""):
        wrong(logistics("GET", "/orders", query_string={"status": status}), "status")
    for channel in ("x", "-1", "1.5", "9" * 19, "٣", ""):
        wrong(logistics("GET", "/orders", query_string={"channel": channel}), "channel")
    for name in ("updated_after", "created_after"):
        wrong(logistics("GET", "/orders", query_string={name: "soon"}), name)
    for flag in ("", "maybe", "2"):
        wrong(logistics("GET", "/orders", query_string={"acknowledged": flag}), "acknowledged")
    wrong(logistics("GET", "/orders?supplier=1"), "supplier")
    assert ids(logistics, channel="9" * 18) == ids(logistics, channel="0") == []
