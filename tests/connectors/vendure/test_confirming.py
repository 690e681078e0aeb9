"""A shipment becomes one shipped fulfilment in the real shop, whatever the shop holds already."""

from dataclasses import replace

import pytest

from webapp.connectors.channels import ConnectorError

pytestmark = pytest.mark.xdist_group("vendure")


def refusal(connector, shipment):
    with pytest.raises(ConnectorError) as caught:
        connector.confirm_shipment(shipment)
    assert caught.value.permanent
    return str(caught.value)


def test_two_parcels_of_some_units_each_make_the_order_shipped(vendure, connector, place):
    order = place(MUG=3, LAMP=1)

    first = connector.confirm_shipment(order.parcel(1, tracking="N-1"))
    assert (first.found, first.detail, order.state) == (False, "", "PartiallyShipped")
    second = connector.confirm_shipment(order.parcel(2, LAMP=1, reference="XD-1-2", tracking="N-2"))

    assert (order.state, second.found) == ("Shipped", False)
    assert order.held() == [("N-1", "Shipped", 1), ("N-2", "Shipped", 3)]
    assert [one["method"] for one in vendure.fulfillments(order.code)] == ["BRT · XD-1-1", "BRT · XD-1-2"]
    assert [one["id"] for one in vendure.fulfillments(order.code)] == [first.remote_id, second.remote_id]


def test_a_repeat_finds_what_is_there(vendure, connector, place):
    order = place(MUG=3)
    made = connector.confirm_shipment(order.parcel())
    again = connector.confirm_shipment(order.parcel())

    assert (again.found, again.remote_id) == (True, made.remote_id)
    assert vendure.moves(order.code) == [made.remote_id]
    assert order.held() == [("TRACK-1", "Shipped", 1)]


@pytest.mark.parametrize("tracking", ["", "SAME"])
def test_two_parcels_without_or_with_the_same_tracking_code_stay_two(connector, place, tracking):
    order = place(MUG=3)
    for _ in range(2):
        connector.confirm_shipment(order.parcel(1, tracking=tracking))
        connector.confirm_shipment(order.parcel(1, tracking=tracking, reference="XD-1-2"))
    assert order.held() == [(tracking, "Shipped", 1)] * 2


def test_a_carrier_without_a_name_is_called_a_parcel(vendure, connector, place):
    order = place(MUG=1)
    connector.confirm_shipment(order.parcel(carrier=" "))
    assert [one["method"] for one in vendure.fulfillments(order.code)] == ["Parcel · XD-1-1"]


def test_pieces_of_one_line_in_one_shipment_are_added_up(connector, place):
    order = place(MUG=3)
    parcel = order.parcel(1)
    connector.confirm_shipment(replace(parcel, lines=parcel.lines * 2))
    assert order.held() == [("TRACK-1", "Shipped", 2)]


def test_an_order_whose_payment_is_only_authorized_can_be_shipped(connector, place):
    order = place("pay-later", MUG=1)
    connector.confirm_shipment(order.parcel())
    assert order.held() == [("TRACK-1", "Shipped", 1)]


def test_a_try_that_ended_between_the_two_mutations_is_finished(vendure, connector, place):
    order = place(MUG=3)
    begun = vendure.fulfil(order.code, {"MUG-01": 1}, "TRACK-1", method="BRT · XD-1-1", state="Pending")
    done = connector.confirm_shipment(order.parcel())
    assert (done.remote_id, done.found) == (begun, False)
    assert order.held() == [("TRACK-1", "Shipped", 1)]


@pytest.mark.parametrize(
    ("older", "newer", "kept"), [("Pending", "Pending", 0), ("Shipped", "Shipped", 0), ("Pending", "Shipped", 1)]
)
def test_of_two_that_crossed_the_one_that_left_or_the_older_is_kept(vendure, connector, place, older, newer, kept):
    order = place(MUG=3)
    made = [
        vendure.fulfil(order.code, {"MUG-01": 1}, "TRACK-1", method="BRT · XD-1-1", state=state)
        for state in (older, newer)
    ]
    assert connector.confirm_shipment(order.parcel()).remote_id == made[kept]
    live = [one["id"] for one in vendure.fulfillments(order.code) if one["state"] != "Cancelled"]
    assert live == [made[kept]]
    assert connector.confirm_shipment(order.parcel()).found is True


@pytest.mark.parametrize(("state", "found"), [("Shipped", True), ("Pending", False)])
def test_what_was_entered_by_hand_with_the_same_tracking_code_is_adopted(vendure, connector, place, state, found):
    order = place(MUG=3)
    by_hand = vendure.fulfil(order.code, {"MUG-01": 1}, "TRACK-1", state=state)

    adopted = connector.confirm_shipment(order.parcel())
    assert (adopted.remote_id, adopted.found) == (by_hand, found)
    assert adopted.detail == "It was entered on the shop by hand."
    assert order.held() == [("TRACK-1", "Shipped", 1)]


def test_what_was_entered_by_hand_with_another_tracking_code_is_a_conflict(vendure, connector, place):
    order = place(MUG=2)
    vendure.fulfil(order.code, {"MUG-01": 2}, "OTHER-9")

    told = refusal(connector, order.parcel(2))
    assert told == "The shop shows another tracking code, OTHER-9, and can't change it."
    assert order.held() == [("OTHER-9", "Shipped", 2)]


def test_another_parcel_that_was_entered_by_hand_stands_beside_ours(vendure, connector, place):
    order = place(MUG=2)
    vendure.fulfil(order.code, {"MUG-01": 1}, "OTHER-9")
    assert connector.confirm_shipment(order.parcel(1)).found is False
    assert order.held() == [("OTHER-9", "Shipped", 1), ("TRACK-1", "Shipped", 1)]


def test_our_own_with_another_tracking_code_is_a_conflict(connector, place):
    order = place(MUG=3)
    connector.confirm_shipment(order.parcel(tracking="OLD"))
    assert "another tracking code, OLD," in refusal(connector, order.parcel(tracking="NEW"))
    assert order.held() == [("OLD", "Shipped", 1)]


def test_what_the_shop_canceled_isnt_made_again(vendure, connector, place):
    order = place(MUG=3)
    made = connector.confirm_shipment(order.parcel())
    vendure.move(made.remote_id, "Cancelled")
    assert refusal(connector, order.parcel()) == "The shop has canceled this fulfilment: look at the order there."
    assert order.held() == [("TRACK-1", "Cancelled", 1)]


def test_more_units_than_were_ordered_are_refused_in_plain_words(connector, place):
    order = place(MUG=2)
    assert "already part of a Fulfillment" in refusal(connector, order.parcel(3))
    connector.confirm_shipment(order.parcel(1))
    assert "already part of a Fulfillment" in refusal(connector, order.parcel(2, reference="XD-1-2"))
    assert order.held() == [("TRACK-1", "Shipped", 1)]


def test_stock_that_the_shop_doesnt_have_is_told(vendure, connector, place):
    vendure.add_product("VASE-01", stock=1)
    order = place(VASE=1)
    vendure.set_stock("VASE-01", 0)
    assert "insufficient stockOnHand (0)" in refusal(connector, order.parcel(sku="VASE-01"))

    vendure.set_stock("VASE-01", 1)
    assert connector.confirm_shipment(order.parcel(sku="VASE-01")).found is False


def test_an_order_or_a_line_that_isnt_there_is_told(connector, place):
    order = place(MUG=1)
    assert refusal(connector, replace(order.parcel(), order_external_id="999999")) == "The shop has no such order."
    assert 'No OrderLine with the id "999999"' in refusal(connector, replace(order.parcel(), lines=(("999999", 1),)))
    assert order.held() == []


def test_a_canceled_order_takes_no_shipment(connector, place):
    order = place(MUG=1)
    connector.set_status(order.id, "canceled")
    assert refusal(connector, order.parcel()).startswith("Vendure refused: ")
    assert order.held() == []
