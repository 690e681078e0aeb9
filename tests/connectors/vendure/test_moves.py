"""What comes after the shipment, and instead of it: delivered, canceled."""

import pytest

from webapp.connectors.channels import ConnectorError

pytestmark = pytest.mark.xdist_group("vendure")


def test_a_delivery_is_told_once(vendure, connector, place):
    order = place(MUG=2)
    made = connector.confirm_shipment(order.parcel(1)).remote_id

    assert connector.confirm_delivery(order.id, made).found is False
    assert connector.confirm_delivery(order.id, made).found is True
    assert order.held() == [("TRACK-1", "Delivered", 1)]
    assert order.state == "PartiallyDelivered"
    assert vendure.moves(order.code, "Delivered") == [made]


def test_a_shipment_that_was_delivered_meanwhile_counts_as_confirmed(connector, place):
    order = place(MUG=1)
    made = connector.confirm_shipment(order.parcel()).remote_id
    connector.confirm_delivery(order.id, made)
    assert connector.confirm_shipment(order.parcel()).found is True
    assert order.state == "Delivered"


def test_a_delivery_of_what_the_shop_canceled_is_refused(vendure, connector, place):
    order = place(MUG=1)
    made = connector.confirm_shipment(order.parcel()).remote_id
    vendure.move(made, "Cancelled")
    for remote_id in (made, "999999"):
        with pytest.raises(ConnectorError, match="doesn't hold this fulfilment any more") as caught:
            connector.confirm_delivery(order.id, remote_id)
        assert caught.value.permanent


@pytest.mark.parametrize("fault", ["drop", "error", "truncate", "garbage"])
def test_a_delivery_whose_answer_was_lost_is_found(connector, proxy, spoiled, place, fault):
    order = place(MUG=1)
    made = connector.confirm_shipment(order.parcel()).remote_id
    proxy.plan(fault, only='"Delivered"')
    with pytest.raises(ConnectorError) as caught:
        spoiled.confirm_delivery(order.id, made)
    assert not caught.value.permanent
    assert spoiled.confirm_delivery(order.id, made).found is True
    assert order.state == "Delivered"


def test_a_canceled_order_is_canceled_in_the_shop_once(connector, place):
    order = place(MUG=2, LAMP=1)
    assert connector.set_status(order.id, "canceled").found is False
    assert order.state == "Cancelled"
    assert connector.set_status(order.id, "canceled").found is True

    came = connector.read_order(order.id)
    assert (came.status, [line.quantity for line in came.lines]) == ("canceled", [0, 0])


def test_canceling_leaves_what_was_shipped(connector, place):
    order = place(MUG=3, LAMP=1)
    connector.confirm_shipment(order.parcel(1))
    assert connector.set_status(order.id, "canceled").found is False

    came = connector.read_order(order.id)
    assert {line.sku: line.quantity for line in came.lines} == {"MUG-01": 1, "LAMP-01": 0}
    assert order.held() == [("TRACK-1", "Shipped", 1)]
    assert connector.set_status(order.id, "canceled").detail == "Nothing was left to cancel."


@pytest.mark.parametrize("fault", ["drop", "error", "truncate", "garbage"])
def test_a_cancellation_whose_answer_was_lost_is_found(proxy, spoiled, place, fault):
    order = place(MUG=1)
    proxy.plan(fault, only="cancelOrder")
    with pytest.raises(ConnectorError) as caught:
        spoiled.set_status(order.id, "canceled")
    assert not caught.value.permanent
    assert order.state == "Cancelled"
    assert spoiled.set_status(order.id, "canceled").found is True


@pytest.mark.parametrize("status", ["in_process", "on_hold", "shipped", "delivered"])
def test_a_status_without_a_move_in_vendure_changes_nothing(vendure, connector, place, status):
    order = place(MUG=1)
    before = vendure.order(order.code)
    assert connector.set_status(order.id, status).detail == "Vendure has no such status to set."
    assert vendure.order(order.code) == before


def test_an_order_that_isnt_there_cant_be_canceled(connector):
    with pytest.raises(ConnectorError, match="The shop has no such order") as caught:
        connector.set_status("999999", "canceled")
    assert caught.value.permanent
