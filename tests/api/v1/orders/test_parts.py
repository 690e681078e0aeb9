"""`/orders/{id}/accept`, `/reject` and `/allocations`: what a stock says to its part of an order."""

import pytest

from tests.api.problems import alike, refused, wrong
from webapp.models import Allocation


@pytest.fixture
def line(world, order):
    return world.line(order, "MUG")


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("POST", "accept", {}),
        ("POST", "reject", {"rows": [{"id": 1, "reason": "x"}]}),
        ("GET", "allocations", None),
        ("PUT", "allocations", {"allocations": [{"line_id": 1, "supplier_id": 0, "quantity": 1}]}),
    ],
)
def test_it_needs_a_key_and_the_permission_and_hides_foreign_orders(
    verb, path, body, client, api, cast, order, whole, foreign_order
):
    options = {"json": body} if body is not None else {}
    refused(client.open(f"/api/v1/orders/{order.id}/{path}", method=verb, **options), 401, "no_credentials")
    weak = api(cast.logistics, orders="none" if verb == "GET" else "read")
    refused(weak(verb, f"/orders/{order.id}/{path}", **options), 403, "scope_missing")
    foreign = whole(verb, f"/orders/{foreign_order.id}/{path}", **options)
    refused(foreign, 404, "not_found")
    assert alike(foreign, whole(verb, f"/orders/999999/{path}", **options))


def test_accept_answers_with_the_order(order, logistics, line):
    answer = logistics("POST", f"/orders/{order.id}/accept", json={"rows": [{"id": line.id}]})
    assert answer.status_code == 200 and answer.json["data"]["accepted"] == 1
    assert answer.json["data"]["order"]["id"] == order.id
    assert logistics("POST", f"/orders/{order.id}/accept").json["data"]["accepted"] == 0


def test_reject_withdraws_the_order_and_says_so(order, logistics, line):
    body = {"rows": [{"id": line.id, "reason": "Out of stock"}]}
    answer = logistics("POST", f"/orders/{order.id}/reject", json=body, headers={"Idempotency-Key": "r1"})
    assert answer.json["data"] == {"rejected": 1, "rerouted_units": 0, "order": None}
    refused(logistics("GET", f"/orders/{order.id}"), 404, "not_found")
    again = logistics("POST", f"/orders/{order.id}/reject", json=body, headers={"Idempotency-Key": "r1"})
    assert again.json == answer.json and Allocation.select().where(Allocation.status == "rejected").count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rows"),
        ({"rows": []}, "rows"),
        ({"rows": [{"id": 1}]}, "rows.0.reason"),
        ({"rows": [{"id": 1, "reason": " "}]}, "rows.0.reason"),
        ({"rows": [{"id": 1, "reason": "x", "quantity": 0}]}, "rows.0.quantity"),
        ({"rows": [{"id": 1, "reason": "x", "why": "y"}]}, "rows.0.why"),
    ],
)
def test_reject_says_what_is_wrong(order, logistics, body, field):
    wrong(logistics("POST", f"/orders/{order.id}/reject", json=body), field)


def test_a_line_of_the_rival_can_be_neither_accepted_nor_rejected(order, logistics, world):
    pot = world.line(order, "POT").id
    wrong(logistics("POST", f"/orders/{order.id}/accept", json={"rows": [{"id": pot}]}), "rows")
    wrong(logistics("POST", f"/orders/{order.id}/reject", json={"rows": [{"id": pot, "reason": "x"}]}), "rows")


def test_allocations_have_this_shape_and_a_supplier_sees_its_own(order, logistics, whole, cast, line):
    (row,) = logistics("GET", f"/orders/{order.id}/allocations").json["data"]
    assert row == {
        "id": row["id"],
        "line_id": line.id,
        "sku": "MUG",
        "supplier": {"id": cast.logistics.id, "name": "Nord Logistica"},
        "quantity": 2,
        "status": "active",
        "reason": None,
        "accepted_date": None,
        "creation_date": row["creation_date"],
    }
    assert len(whole("GET", f"/orders/{order.id}/allocations").json["data"]) == 2


def test_a_whole_store_key_assigns_and_a_scoped_one_gives_back(order, logistics, whole, cast, line):
    path = f"/orders/{order.id}/allocations"
    one = {"line_id": line.id, "supplier_id": cast.logistics.id, "quantity": 1}
    assert logistics("PUT", path, json={"allocations": [one]}).status_code == 200
    refused(logistics("PUT", path, json={"allocations": [{**one, "quantity": 2}]}), 403, "scope_missing")
    wrong(
        logistics("PUT", path, json={"allocations": [{**one, "supplier_id": cast.rival.id}]}),
        "allocations.0.supplier_id",
    )
    back = whole("PUT", path, json={"allocations": [{**one, "quantity": 2}]})
    active = [row for row in back.json["data"] if row["status"] == "active" and row["sku"] == "MUG"]
    assert sum(row["quantity"] for row in active) == 2
    refused(whole("PUT", path, json={"allocations": [{**one, "quantity": 3}]}), 409, "over_assigned")
    refused(whole("PUT", path, json={"allocations": [{**one, "supplier_id": 0}]}), 409, "not_in_stock")


def test_an_old_tag_is_refused(order, whole, line):
    body = {"allocations": [{"line_id": line.id, "supplier_id": 0, "quantity": 0}]}
    answer = whole("PUT", f"/orders/{order.id}/allocations", json=body, headers={"If-Match": '"old"'})
    refused(answer, 412, "stale")
