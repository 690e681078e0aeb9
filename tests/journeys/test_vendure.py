"""The journey of one order again, with a shop that nobody here wrote: a real Vendure server."""

from itertools import count

import pytest

from tests.journeys.test_sandbox import counts, push_everything, read, ship
from tests.servers.fault_proxy import FaultProxy
from webapp.actions import products, supplies
from webapp.actions.products import ProductDraft
from webapp.actions.supplies import SupplyDraft
from webapp.connectors import http
from webapp.models import Allocation, Channel, Order, Push, PushAttempt, Supply

pytestmark = pytest.mark.xdist_group("vendure")

NUMBERS = count(1)


@pytest.fixture
def way(vendure):
    """The merchant's way to the shop: a proxy that loses answers when it is told to."""
    http.configure(("127.0.0.1",))
    with FaultProxy(vendure.url) as proxy:
        yield proxy
    http.configure(())


@pytest.fixture
def wares(vendure, cast):
    """Two products of this test alone: the logistics service stocks ten of the first, its rival ten of the second."""
    viewer, number = cast.viewer(cast.admin), next(NUMBERS)
    skus = f"CUP-{number}", f"POT-{number}"
    for sku, supplier in zip(skus, (cast.logistics, cast.rival), strict=True):
        vendure.add_product(sku)
        product = products.create(viewer, ProductDraft(sku, sku.title()))
        supplies.add(viewer, product.id, SupplyDraft(supplier.id, f"{sku}-W", 10))
    return skus


@pytest.fixture
def channel(way, cast, as_user):
    """The shop, connected by the merchant's own form after its connection test."""
    merchant = as_user(cast.merchant)
    form = {"name": "Vendure", "base_url": way.url, "username": "superadmin", "password": "superadmin"}
    tested = merchant.post("/channels/new/vendure/test", data=form)
    assert "Connected to the Vendure channel “default channel”" in tested.get_data(as_text=True)
    assert merchant.post("/channels/new/vendure", data=form).status_code == 303
    return Channel.get()


def ship_rest(call, order, tracking):
    """What the second service does with an order that is on its way already."""
    body = {"order_id": order.id, "carrier": "GLS", "tracking_code": tracking}
    made = call("POST", "/shippings", json=body)
    assert made.status_code == 201, made.json
    assert call("POST", f"/shippings/{made.json['data']['id']}/ship").status_code == 200


def shop_shows(vendure, code):
    """Return what the shop shows of an order: its state, and (tracking code, state, units) of each fulfilment."""
    order = vendure.order(code)
    parcels = sorted(
        (one["trackingCode"], one["state"], sum(line["quantity"] for line in one["lines"]))
        for one in order["fulfillments"]
    )
    return order["state"], parcels


def skus_seen(call):
    return [row["sku"] for order in call("GET", "/orders").json["data"] for row in order["rows"]]


def outcomes(push):
    return [row.outcome for row in push.tries.order_by(PushAttempt.id)]


def test_an_order_goes_to_two_services_and_both_confirmations_land_on_the_shop(vendure, wares, channel, cast, api):
    cup, pot = wares
    code = vendure.place_order({cup: 2, pot: 1})
    assert read(channel).failed == 0
    order = Order.get(Order.reference == code)
    assert (order.status, Allocation.select().count()) == ("payment_accepted", 2)

    north, south = api(cast.logistics), api(cast.rival)
    assert (skus_seen(north), skus_seen(south)) == ([cup], [pot])

    ship(north, "TRACK-N")
    push_everything(channel)
    assert shop_shows(vendure, code) == ("PartiallyShipped", [("TRACK-N", "Shipped", 2)])
    ship_rest(south, order, "TRACK-S")
    push_everything(channel)

    both = [("TRACK-N", "Shipped", 2), ("TRACK-S", "Shipped", 1)]
    assert shop_shows(vendure, code) == ("Shipped", both)
    assert Order.get_by_id(order.id).status == "shipped"
    assert {push.status for push in Push.select()} == {"sent"}
    assert [(row.quantity, row.reserved) for row in Supply.select().order_by(Supply.id)] == [(8, 0), (9, 0)]

    read(channel)  # The shop calls the order shipped now: that much is news, once.
    before = counts()
    again = read(channel)
    assert (again.created, again.updated, again.failed) == (0, 0, 0)
    assert push_everything(channel) == 0
    assert counts() == before
    assert shop_shows(vendure, code) == ("Shipped", both)
    assert Order.get_by_id(order.id).status == "shipped"


@pytest.mark.parametrize("lost", ["addFulfillmentToOrder", "transitionFulfillmentToState"])
def test_pushes_whose_answers_were_lost_make_no_third_fulfilment(vendure, wares, way, channel, cast, api, lost):
    cup, pot = wares
    code = vendure.place_order({cup: 2, pot: 2})
    read(channel)
    order = Order.get(Order.reference == code)
    ship(api(cast.logistics), "TRACK-N")
    ship_rest(api(cast.rival), order, "TRACK-S")

    for _ in range(2):
        way.plan("drop", only=lost)
        push_everything(channel)
    for _ in range(2):
        push_everything(channel)

    assert shop_shows(vendure, code) == ("Shipped", [("TRACK-N", "Shipped", 2), ("TRACK-S", "Shipped", 2)])
    assert len(vendure.moves(code)) == 2
    found = "found" if lost == "transitionFulfillmentToState" else "sent"
    shipments = Push.select().where(Push.kind == "shipment")
    assert [outcomes(push) for push in shipments.order_by(Push.id)] == [["unknown", found]] * 2
    assert {push.status for push in Push.select()} == {"sent"}
