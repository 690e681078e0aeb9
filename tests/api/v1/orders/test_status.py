"""PUT /orders/{id}/status: legal moves only; a refusal names those that are."""

from tests.api.problems import refused, wrong
from webapp.models import Change, Event, Order, Push


def put(call, order, body):
    return call("PUT", f"/orders/{order.id}/status", json=body)


def test_it_sets_the_status_and_tells_the_channel(logistics, order):
    answer = put(logistics, order, {"status": "in_process"})
    assert answer.status_code == 200 and answer.json["success"]
    assert answer.json["data"] == logistics("GET", f"/orders/{order.id}").json["data"]
    assert answer.json["data"]["status"] == {"id": "in_process", "name": "In process"}
    assert Order.get().status == "in_process"
    event = Event.get(Event.kind == "order.status")
    assert (event.data, event.actor_kind) == ({"from": "payment_accepted", "to": "in_process"}, "key")
    assert (Push.get().kind, Push.get().payload) == ("status", {"status": "in_process"})


def test_the_status_may_be_sent_as_orders_show_it(logistics, order):
    assert put(logistics, order, {"status": {"id": "in_process", "name": "In process"}}).status_code == 200
    assert Order.get().status == "in_process"


def test_setting_the_present_status_changes_nothing(logistics, order):
    before = Change.select().count()
    assert put(logistics, order, {"status": "payment_accepted"}).status_code == 200
    assert Change.select().count() == before and not Push.select().exists()


def test_an_illegal_move_is_told_with_the_legal_ones(logistics, whole, order):
    for status in ("delivered", "shipped", "partially_shipped", "returned", "awaiting_payment"):
        told = refused(put(whole, order, {"status": status}), 409, "illegal_move")
        assert set(told["allowed"]) == {"in_process", "on_hold", "canceled"}
    for status in ("canceled", "on_hold"):  # For a supplier's key that is as illegal.
        told = refused(put(logistics, order, {"status": status}), 409, "illegal_move")
        assert "in_process" in told["allowed"] and status not in told["allowed"]
    assert Order.get().status == "payment_accepted"


def test_a_key_for_the_whole_store_may_cancel(whole, order):
    assert put(whole, order, {"status": "canceled"}).json["data"]["status"]["id"] == "canceled"
    told = refused(put(whole, order, {"status": "in_process"}), 409, "illegal_move")
    assert told["allowed"] == [] and Order.get().status == "canceled"


def test_what_a_stock_has_begun_is_not_canceled_over_its_head(whole, logistics, order):
    assert logistics("POST", f"/orders/{order.id}/accept", json={}).status_code == 200
    told = refused(put(whole, order, {"status": "canceled"}), 409, "begun")
    assert "Nord Logistica" in told["detail"] and Order.get().status == "payment_accepted"


def test_it_needs_a_key_that_may_write_orders(client, api, cast, order):
    refused(client.put(f"/api/v1/orders/{order.id}/status", json={"status": "in_process"}), 401, "no_credentials")
    for orders in ("none", "read"):
        refused(put(api(cast.logistics, orders=orders), order, {"status": "in_process"}), 403, "scope_missing")
    assert Order.get().status == "payment_accepted"


def test_a_foreign_order_is_not_found(rival, whole, world, order, foreign_order):
    mugs = world.order(("MUG", 1), external_id="2")
    refused(put(rival, mugs, {"status": "in_process"}), 404, "not_found")
    refused(put(whole, foreign_order, {"status": "in_process"}), 404, "not_found")
    assert {row.status for row in Order.select()} == {"payment_accepted"}


def test_it_says_what_is_wrong(logistics, order):
    odd = (5, None, True, [], ["in_process"], {}, {"id": 5}, {"id": None}, {"id": "lost"})
    for status in ("lost", "", "In process", "IN_PROCESS", *odd):
        wrong(put(logistics, order, {"status": status}), "status")
    wrong(put(logistics, order, {}), "status")
    wrong(put(logistics, order, {"status": "in_process", "note": "x"}), "note")
    assert Order.get().status == "payment_accepted"
