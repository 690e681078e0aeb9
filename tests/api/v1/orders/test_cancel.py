"""`/orders/{id}/cancel/grant` and `/refuse`: what a stock answers when the channel takes units back."""

import pytest

from tests.actions.conftest import incoming
from tests.api.problems import alike, refused, wrong
from webapp.actions import acceptance, orders
from webapp.models import CancelRequest, OrderLine, OrderTask


@pytest.fixture
def taken_back(world, order):
    """The order, of which the channel takes a mug back after the logistics service accepted it, and the pot."""
    acceptance.accept(world.cast.viewer(world.cast.clerk), order.id)
    acceptance.accept(world.cast.viewer(world.cast.rival_clerk), order.id)
    orders.import_order(world.channel, incoming(("MUG", 1), ("POT", 0)))
    return order


@pytest.fixture
def mug(world, order):
    return world.line(order, "MUG").id


def rows(call, order) -> dict[str, int]:
    return {row["sku"]: row["cancel_requested"] for row in call("GET", f"/orders/{order.id}").json["data"]["rows"]}


def test_a_line_shows_what_is_asked_in_reach(logistics, rival, whole, taken_back):
    assert rows(logistics, taken_back) == {"MUG": 1}
    assert rows(rival, taken_back) == {"POT": 1}
    assert rows(whole, taken_back) == {"MUG": 1, "POT": 1}
    shown = logistics("GET", f"/orders/{taken_back.id}").json["data"]
    assert {"cancel:grant", "cancel:refuse"} <= set(shown["allowed_actions"])
    assert [row["quantity"] for row in shown["rows"]] == [2]


def test_nothing_asked_is_0_and_no_action(logistics, order):
    assert rows(logistics, order) == {"MUG": 0}
    assert "cancel:grant" not in logistics("GET", f"/orders/{order.id}").json["data"]["allowed_actions"]
    refused(logistics("POST", f"/orders/{order.id}/cancel/grant", json={}), 409, "nothing_asked")


def test_the_feed_tells_whom_it_concerns(logistics, world, order):
    acceptance.accept(world.cast.viewer(world.cast.clerk), order.id)
    last = logistics("GET", "/me").json["data"]["last_change"]
    orders.import_order(world.channel, incoming(("MUG", 1), ("POT", 1)))
    (change,) = [row for row in logistics("GET", f"/changes?after={last}").json["data"] if row["subject"] == "order"]
    assert (change["id"], change["action"]) == (order.id, "changed")


def test_granting_answers_with_the_order_once(logistics, taken_back, mug):
    path, key = f"/orders/{taken_back.id}/cancel/grant", {"Idempotency-Key": "g1"}
    answer = logistics("POST", path, json={"rows": [{"id": mug}]}, headers=key)
    assert answer.status_code == 200 and answer.json["data"]["units"] == 1
    (row,) = answer.json["data"]["order"]["rows"]
    assert (row["quantity"], row["open_quantity"], row["cancel_requested"]) == (1, 1, 0)
    assert logistics("POST", path, json={"rows": [{"id": mug}]}, headers=key).json == answer.json
    assert OrderLine.get_by_id(mug).canceled_quantity == 1


def test_an_order_of_which_nothing_is_left_is_null(rival, taken_back):
    assert rival("POST", f"/orders/{taken_back.id}/cancel/grant").json["data"] == {"units": 1, "order": None}
    refused(rival("GET", f"/orders/{taken_back.id}"), 404, "not_found")


def test_refusing_leaves_the_line_and_a_task(logistics, taken_back, mug):
    answer = logistics("POST", f"/orders/{taken_back.id}/cancel/refuse", json={"reason": "On the truck"})
    (row,) = answer.json["data"]["order"]["rows"]
    assert (answer.json["data"]["units"], row["quantity"], row["cancel_requested"]) == (1, 2, 0)
    assert "On the truck" in OrderTask.get(OrderTask.kind == "cancel_refused").message


@pytest.mark.parametrize("verb", ["grant", "refuse"])
def test_it_needs_a_key_and_the_permission_and_hides_foreign_orders(
    verb, client, api, cast, taken_back, whole, foreign_order
):
    refused(client.post(f"/api/v1/orders/{taken_back.id}/cancel/{verb}", json={}), 401, "no_credentials")
    weak = api(cast.logistics, orders="read")
    refused(weak("POST", f"/orders/{taken_back.id}/cancel/{verb}", json={}), 403, "scope_missing")
    foreign = whole("POST", f"/orders/{foreign_order.id}/cancel/{verb}", json={})
    refused(foreign, 404, "not_found")
    assert alike(foreign, whole("POST", f"/orders/999999/cancel/{verb}", json={}))
    assert {row.status for row in CancelRequest.select()} == {"asked"}


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("grant", {"rows": []}, "rows"),
        ("grant", {"reason": "x"}, "reason"),
        ("refuse", {"rows": [{}]}, "rows.0.id"),
        ("refuse", {"reason": "x" * 501}, "reason"),
    ],
)
def test_it_says_what_is_wrong(verb, body, field, logistics, taken_back):
    wrong(logistics("POST", f"/orders/{taken_back.id}/cancel/{verb}", json=body), field)


def test_a_line_of_the_rival_is_nothing_to_answer(logistics, world, taken_back):
    pot = world.line(taken_back, "POT").id
    wrong(logistics("POST", f"/orders/{taken_back.id}/cancel/grant", json={"rows": [{"id": pot}]}), "rows")
