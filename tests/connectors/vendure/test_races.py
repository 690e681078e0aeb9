"""Two workers that push the same shipment to the real shop at once leave one fulfilment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.connectors.vendure.conftest import connect

pytestmark = pytest.mark.xdist_group("vendure")

ADD, MOVE = "addFulfillmentToOrder", "transitionFulfillmentToState"
PATIENCE = 30


def both(proxy, call, *arguments):
    """Let two workers do the same with connectors of their own; return both results."""

    def work(_):
        return getattr(connect(proxy.url), call)(*arguments)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, range(2)))


@pytest.fixture
def meet(proxy):
    """Hold calls with a text until both workers' have come, `before` they go on or `after` they were carried out."""

    def gate(when, text):
        place = Barrier(2, timeout=PATIENCE)
        getattr(proxy, when)(text, place.wait, place.wait)

    return gate


def test_where_both_looked_in_vain_and_the_shop_takes_both_one_is_kept(vendure, proxy, meet, place):
    order = place(MUG=3)
    meet("before", ADD)
    meet("after", ADD)
    meet("before", '"state": "Cancelled"')

    one, other = both(proxy, "confirm_shipment", order.parcel())
    assert one.remote_id == other.remote_id
    assert order.held() == [("TRACK-1", "Shipped", 1), ("TRACK-1", "Cancelled", 1)]
    assert vendure.moves(order.code) == [one.remote_id]


def test_where_the_shop_has_units_for_one_the_other_finds_it(vendure, proxy, meet, place):
    order = place(MUG=3)
    meet("before", ADD)
    one, other = both(proxy, "confirm_shipment", order.parcel(3))
    assert one.remote_id == other.remote_id
    assert order.held() == [("TRACK-1", "Shipped", 3)]
    assert vendure.moves(order.code) == [one.remote_id]


def test_where_both_move_the_same_fulfilment_it_leaves_once(vendure, proxy, meet, place):
    order = place(MUG=3)
    begun = vendure.fulfil(order.code, {"MUG-01": 1}, "TRACK-1", method="BRT · XD-1-1", state="Pending")
    meet("before", MOVE)
    one, other = both(proxy, "confirm_shipment", order.parcel())
    assert one.remote_id == other.remote_id == begun
    assert vendure.moves(order.code) == [begun]


def test_where_both_tell_of_the_delivery_it_is_delivered_once(vendure, connector, proxy, meet, place):
    order = place(MUG=1)
    made = connector.confirm_shipment(order.parcel()).remote_id
    meet("before", MOVE)
    both(proxy, "confirm_delivery", order.id, made)
    assert vendure.moves(order.code, "Delivered") == [made]


def test_where_both_cancel_the_order_is_canceled_once(proxy, meet, place):
    order = place(MUG=3)
    meet("before", "cancelOrder")
    both(proxy, "set_status", order.id, "canceled")
    assert order.state == "Cancelled"


def test_workers_that_do_as_they_like_leave_one_fulfilment_each_time(vendure, proxy, place):
    for _ in range(5):
        order = place(MUG=4)
        one, other = both(proxy, "confirm_shipment", order.parcel())
        assert one.remote_id == other.remote_id
        assert order.live() == [("TRACK-1", "Shipped", 1)]
        assert vendure.moves(order.code) == [one.remote_id]
