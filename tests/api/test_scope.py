"""What a supplier's key sees of an order: its own lines, their totals, and that there is more."""

import pytest

from tests.api.problems import refused
from webapp.actions import allocations, cancel_requests, cancellations, shipments
from webapp.actions.packing import OWN
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Allocation, OrderLine


@pytest.fixture
def mixed(world):
    """Two mugs at the logistics service, a pot at its rival, a lid on the own shelf, a spoon that nobody has."""
    world.product("MUG", logistics=10)
    world.product("POT", rival=10)
    world.product("LID", own=10)
    return world.order(("MUG", 2), ("POT", 1), ("LID", 3), ("SPOON", 4), total_cents=5700)


def seen(call, order) -> dict:
    answer = call("GET", f"/orders/{order.id}")
    assert answer.status_code == 200, answer.json
    assert call("GET", "/orders").json["data"] == [answer.json["data"]]
    return answer.json["data"]


def rows(data) -> list[tuple]:
    return [(row["sku"], row["quantity"], row["open_quantity"], row["unit_price"]) for row in data["rows"]]


def test_each_key_sees_its_lines_with_their_total(mixed, logistics, rival, whole):
    mine, others, everything = seen(logistics, mixed), seen(rival, mixed), seen(whole, mixed)
    assert (rows(mine), mine["total_price"], mine["partial"]) == ([("MUG", 2, 2, 5.0)], 10.0, True)
    assert (rows(others), others["total_price"], others["partial"]) == ([("POT", 1, 1, 5.0)], 5.0, True)
    assert rows(everything) == [("MUG", 2, 2, 5.0), ("POT", 1, 1, 5.0), ("LID", 3, 3, 5.0), ("SPOON", 4, 0, 5.0)]
    assert (everything["total_price"], everything["partial"]) == (57.0, False)


def test_nothing_of_the_others_lines_is_in_the_answer(mixed, logistics):
    text = logistics("GET", f"/orders/{mixed.id}").text + logistics("GET", "/orders").text
    for foreign in ("POT", "LID", "SPOON", "57.0", "Rival"):
        assert foreign not in text


def test_an_order_that_is_wholly_its_own_is_not_partial(world, mixed, logistics):
    own = world.order(("MUG", 3), external_id="2", total_cents=1900)
    shown = logistics("GET", f"/orders/{own.id}").json["data"]
    assert (shown["partial"], shown["total_price"]) == (False, 15.0)


def test_of_a_split_line_a_key_sees_its_units(world, logistics, rival):
    world.product("MUG", logistics=2, rival=1)
    order = world.order(("MUG", 3))
    assert (rows(seen(logistics, order)), rows(seen(rival, order))) == ([("MUG", 2, 2, 5.0)], [("MUG", 1, 1, 5.0)])
    assert seen(logistics, order)["partial"] and seen(rival, order)["total_price"] == 5.0
    made = logistics("POST", "/shippings", json={"order_id": order.id, "rows": [{"sku": "MUG", "quantity": 1}]})
    assert rows(seen(logistics, order)) == [("MUG", 2, 1, 5.0)] and rows(seen(rival, order)) == [("MUG", 1, 1, 5.0)]
    assert seen(logistics, order)["shippings"] == [{"id": made.json["data"]["id"]}]
    assert seen(rival, order)["shippings"] == []


def test_shipments_are_those_of_its_own_stock(world, mixed, logistics, rival, whole):
    made = {
        source: shipments.create(world.viewer, mixed.id, ShipmentDraft(source=source)).id
        for source in (world.cast.logistics.id, world.cast.rival.id, OWN)
    }
    mine, others, own = made.values()
    for call, ids in ((logistics, [mine]), (rival, [others]), (whole, [mine, others, own])):
        assert [row["id"] for row in call("GET", "/shippings").json["data"]] == ids
        assert [row["id"] for row in seen(call, mixed)["shippings"]] == ids
        assert call("GET", f"/shippings?order_id={mixed.id}").json["total"] == len(ids)
    for verb in ("ship", "cancel"):
        refused(logistics("POST", f"/shippings/{others}/{verb}"), 404, "not_found")
    refused(logistics("PUT", f"/shippings/{own}", json={"tracking_code": "x"}), 404, "not_found")


def test_an_order_that_is_withdrawn_is_gone(mixed, logistics, rival, world):
    line = OrderLine.get(OrderLine.sku == "POT").id
    allocations.release(mixed, [line])
    assert logistics("GET", f"/orders/{mixed.id}").status_code == 200
    refused(rival("GET", f"/orders/{mixed.id}"), 404, "not_found")
    assert rival("GET", "/orders").json["total"] == 0
    refused(rival("POST", "/shippings", json={"order_id": mixed.id}), 404, "not_found")
    refused(rival("PUT", f"/orders/{mixed.id}/status", json={"status": "in_process"}), 404, "not_found")


def test_a_canceled_order_is_gone_for_who_has_shipped_nothing_of_it(mixed, logistics, rival, world):
    made = shipments.create(world.viewer, mixed.id, ShipmentDraft(source=world.cast.logistics.id))
    shipments.ship(world.viewer, made.id)
    cancellations.cancel(world.viewer, mixed.id)
    cancel_requests.grant(world.cast.viewer(world.cast.rival_clerk), mixed.id)
    assert rows(seen(logistics, mixed)) == [("MUG", 2, 0, 5.0)]
    refused(rival("GET", f"/orders/{mixed.id}"), 404, "not_found")
    held = Allocation.select(Allocation.supplier).where(Allocation.status == "active")
    assert {row.supplier_id for row in held} == {world.cast.logistics.id}


def test_search_does_not_find_others_lines_and_parcels(mixed, logistics, rival, whole, world):
    draft = ShipmentDraft(source=world.cast.rival.id, tracking_code="RIVAL-1")
    shipments.create(world.viewer, mixed.id, draft)
    found = {"MUG": (logistics, whole), "POT": (rival, whole), "LID": (whole,), "RIVAL-1": (rival, whole)}
    for words, who in found.items():
        for call in (logistics, rival, whole):
            assert call("GET", "/orders", query_string={"q": words}).json["total"] == (call in who), words
    assert logistics("GET", "/shippings?tracking_code=RIVAL-1").json["total"] == 0
    assert rival("GET", "/shippings?tracking_code=RIVAL-1").json["total"] == 1


def test_no_key_sees_another_store(mixed, foreign_order, elsewhere, logistics, whole):
    made = shipments.create(elsewhere.viewer, foreign_order.id, ShipmentDraft())
    for call in (logistics, whole):
        assert [row["id"] for row in call("GET", "/orders").json["data"]] == [mixed.id]
        assert call("GET", f"/orders?channel={elsewhere.channel.id}").json["total"] == 0
        assert call("GET", "/shippings").json["total"] == 0
        assert call("GET", f"/shippings?order_id={foreign_order.id}").json["total"] == 0
        refused(call("GET", f"/orders/{foreign_order.id}"), 404, "not_found")
        refused(call("GET", f"/shippings/{made.id}"), 404, "not_found")
        refused(call("POST", "/shippings", json={"order_id": foreign_order.id}), 404, "not_found")
    assert all(row["name"] != "Foreign Depot" for row in whole("GET", "/suppliers").json["data"])
