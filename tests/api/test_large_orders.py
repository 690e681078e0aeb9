"""An order with two thousand lines from import to push: stock takes one statement a line, the rest few."""

import pytest

from tests.actions.conftest import incoming
from webapp.actions import orders, shipments
from webapp.jobs import outgoing
from webapp.jobs.claimed import Claimed
from webapp.models import Allocation, Order, OrderLine, Product, Push, Shipment, ShipmentLine, Supply

FEW, MANY = 20, 2_000

LEEWAY = 12
"""Statements more: rows that are written in batches, and what is read after them."""


@pytest.fixture
def stocked(world, cast):
    """A thousand products, each stocked by the logistics service."""
    facts = {"store": cast.store.id}
    skus = [f"S{number}" for number in range(1_000)]
    for start in range(0, len(skus), 100):
        part = skus[start : start + 100]
        Product.insert_many({**facts, "sku": sku, "title": sku} for sku in part).execute()
    found = {product.sku: product.id for product in Product.select()}
    for start in range(0, len(skus), 100):
        part = skus[start : start + 100]
        rows = [
            {**facts, "product": found[sku], "supplier": cast.logistics.id, "supplier_sku": sku, "quantity": 100}
            for sku in part
        ]
        Supply.insert_many(rows).execute()
    return world


def lines(count: int) -> list[tuple[str, int]]:
    return [(f"S{number % 1_000}", 1) for number in range(count)]


def taken_in(world, count: int) -> Order:
    made = orders.import_order(world.channel, incoming(*lines(count), external_id=f"big{count}"))
    return Order.get_by_id(made.order_id)


def both(sql_count, work) -> list[int]:
    """Return how many statements the work takes with few lines and with many, apart from those that move stock.

    Stock moves by a conditional statement for each line, which is what keeps two orders from the same unit.
    """
    counted = []
    for count in (FEW, MANY):
        with sql_count() as seen:
            work(count)
        moves = [statement for statement in seen if 'UPDATE "supply"' in statement]
        assert len(moves) <= count
        counted.append(len(seen) - len(moves))
    return counted


def test_two_thousand_lines_are_taken_in_and_stock_is_held_for_each(stocked, sql_count):
    few, many = both(sql_count, lambda count: taken_in(stocked, count))
    assert many <= few + LEEWAY
    order = Order.get(Order.external_id == f"big{MANY}")
    assert OrderLine.select().where(OrderLine.order == order.id).count() == MANY
    held = Allocation.select().join(OrderLine).where(OrderLine.order == order.id, Allocation.status == "active")
    assert held.count() == MANY


def test_taking_it_in_again_changes_nothing(stocked):
    order = taken_in(stocked, MANY)
    again = orders.import_order(stocked.channel, incoming(*lines(MANY), external_id=f"big{MANY}"))
    assert (again.order_id, again.outcome) == (order.id, "unchanged")


def test_it_is_listed_and_shown_whole(stocked, logistics, sql_count):
    made = {count: taken_in(stocked, count) for count in (FEW, MANY)}
    few, many = both(sql_count, lambda count: logistics("GET", f"/orders/{made[count].id}"))
    assert many <= few + 1
    assert len(logistics("GET", f"/orders/{made[MANY].id}").json["data"]["rows"]) == MANY
    listed = {row["id"]: row for row in logistics("GET", "/orders").json["data"]}
    assert len(listed[made[MANY].id]["rows"]) == MANY and len(listed[made[FEW].id]["rows"]) == FEW


def test_it_is_packed_over_the_api_handed_over_and_told_to_the_shop(stocked, logistics, sql_count):
    made, packed = {count: taken_in(stocked, count) for count in (FEW, MANY)}, {}

    def pack(count: int) -> None:
        part = list(OrderLine.select().where(OrderLine.order == made[count].id).order_by(OrderLine.id))[: count // 2]
        rows = [{"id": line.id, "quantity": 1} for line in part]
        answer = logistics("POST", "/shippings", json={"order_id": made[count].id, "rows": rows})
        assert answer.status_code == 201, answer.text[:500]
        packed[count] = answer.json["data"]["id"]

    few, many = both(sql_count, pack)
    assert many <= few + LEEWAY
    assert ShipmentLine.select().where(ShipmentLine.shipment == packed[MANY]).count() == MANY // 2
    few, many = both(sql_count, lambda count: shipments.ship(stocked.viewer, packed[count]))
    assert many <= few + LEEWAY
    push = Push.get(Push.shipment == packed[MANY])
    told = outgoing.shipment(Claimed([push]), Order.get_by_id(made[MANY].id), push.shipment_id)
    assert len(told.lines) == MANY // 2
    assert Shipment.get_by_id(packed[MANY]).status == "shipped"
