"""One order's four legs, from a shop to two logistics services and back: read this first."""

from webapp.jobs import import_orders, push_to_channels
from webapp.models import Allocation, Change, Channel, Order, Push, PushAttempt, Shipment, Supply


def read(channel):
    return import_orders.read(Channel.get_by_id(channel.id))


def push_everything(channel):
    Push.update(next_try_at=Push.created_at).where(Push.status == "waiting").execute()
    return push_to_channels.drain(channel.id)


def ship(call, tracking):
    """What a logistics program does: find its order, set it in process, create the shipment, hand it over."""
    (order,) = call("GET", "/orders").json["data"]
    assert call("PUT", f"/orders/{order['id']}/status", json={"status": "in_process"}).status_code == 200
    body = {"order_id": order["id"], "carrier": "BRT", "tracking_code": tracking}
    made = call("POST", "/shippings", json=body, headers={"Idempotency-Key": tracking})
    assert made.status_code == 201, made.json
    shipped = call("POST", f"/shippings/{made.json['data']['id']}/ship")
    assert shipped.status_code == 200, shipped.json
    return order


def test_an_order_goes_to_two_services_and_both_confirmations_land_on_the_shop(channel, shop, cast, api):
    placed = shop.sell(("MUG-BLUE", 2), ("MOKA-3", 1))

    run = read(channel)
    assert (run.status, run.created) == ("done", 1)

    north, south = api(cast.logistics), api(cast.rival)
    assert [row["sku"] for row in north("GET", "/orders").json["data"][0]["rows"]] == ["MUG-BLUE"]
    assert [row["sku"] for row in south("GET", "/orders").json["data"][0]["rows"]] == ["MOKA-3"]

    seen = ship(north, "TRACK-N")
    assert seen["partial"] is True and seen["total_price"] == 29.80
    assert Order.get().status == "partially_shipped"
    ship_south = south(
        "POST", "/shippings", json={"order_id": seen["id"], "carrier": "GLS", "tracking_code": "TRACK-S"}
    )
    south("POST", f"/shippings/{ship_south.json['data']['id']}/ship")
    assert Order.get().status == "shipped"
    assert [(row.quantity, row.reserved) for row in Supply.select().order_by(Supply.id)] == [(8, 0), (9, 0)]

    push_everything(channel)
    order = shop.order(placed)
    assert order["status"] == "shipped"
    assert [one["tracking_code"] for one in order["fulfilments"]] == ["TRACK-N", "TRACK-S"]
    assert {row.status for row in Push.select()} == {"sent"}

    before = counts()
    again = read(channel)
    assert (again.created, again.failed) == (0, 0)
    assert push_everything(channel) == 0
    assert counts() == before
    assert shop.order(placed) == order
    assert Order.get().status == "shipped"

    numbers = [row.number for row in Change.select().order_by(Change.id)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_confirmation_whose_answer_was_lost_is_found_and_not_repeated(channel, shop, cast, api):
    placed = shop.sell(("MUG-BLUE", 1), ("MOKA-3", 1))
    read(channel)
    ship(api(cast.logistics), "TRACK-N")

    shop.break_next(drop=3)
    for _ in range(4):
        push_everything(channel)

    push = Push.get(Push.kind == "shipment")
    assert (push.status, push.attempts) == ("sent", 2)
    assert [one["tracking_code"] for one in shop.order(placed)["fulfilments"]] == ["TRACK-N"]
    assert [row.outcome for row in push.tries.order_by(PushAttempt.id)] == ["unknown", "found"]


def test_a_line_that_nobody_knows_waits_until_its_product_exists(channel, shop, cast, stocked, api):
    from webapp.actions import products, supplies
    from webapp.actions.products import ProductDraft
    from webapp.actions.supplies import SupplyDraft

    shop.sell(("UNHEARD-OF", 1))
    read(channel)
    assert Allocation.select().count() == 0

    product = products.create(stocked, ProductDraft("UNHEARD-OF", "Now known"))
    supplies.add(stocked, product.id, SupplyDraft(cast.logistics.id, "", 5))

    assert Allocation.get().supplier_id == cast.logistics.id
    assert api(cast.logistics)("GET", "/orders").json["total"] == 1


def counts():
    return [table.select().count() for table in (Order, Allocation, Shipment, Push)]
