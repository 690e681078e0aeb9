"""A parcel becomes the order's tracking number and then its status, once, whatever the shop answers."""

from dataclasses import replace

import pytest

from tests.connectors.prestashop.conftest import connect, parcel, refusal
from webapp.connectors.channels import ConnectorError


@pytest.fixture
def order(shop):
    """An order that was paid."""
    return shop.sell(("MUG-BLUE", 2))


def tracking(shop, order):
    return shop.row("order_carriers", id_order=order)["tracking_number"]


def writes(shop):
    return [(verb, path) for verb, path, _ in shop.calls if verb != "GET"]


def test_the_tracking_number_is_there_before_the_buyer_gets_the_mail(shop, connector, order):
    assert connector.confirm_shipment(parcel(order)).found is False
    assert writes(shop) == [("PUT", f"order_carriers/{order}"), ("POST", "order_histories")]
    assert (tracking(shop, order), shop.moves(order)) == ("TRACK-1", [4])
    assert shop.mails == [(order, "shipped", "TRACK-1")]


def test_the_rest_of_the_carriers_row_stays_as_it_was(shop, connector, order):
    before = dict(shop.row("order_carriers", id_order=order))
    connector.confirm_shipment(parcel(order))
    assert shop.row("order_carriers", id_order=order) == {**before, "tracking_number": "TRACK-1"}


def test_a_code_with_signs_of_xml_arrives_as_it_is(shop, connector, order):
    connector.confirm_shipment(parcel(order, "A&B-1 (2)"))
    assert tracking(shop, order) == "A&B-1 (2)"


def test_a_repeat_finds_it_and_writes_nothing(shop, connector, order):
    first = connector.confirm_shipment(parcel(order))
    again = connect(shop.url).confirm_shipment(parcel(order))
    assert (again.remote_id, again.found) == (first.remote_id, True)
    assert len(writes(shop)) == 2 and len(shop.mails) == 1


def test_a_status_that_really_changed_before_the_500_is_found_and_not_set_again(shop, connector, order):
    shop.mail_breaks = True
    with pytest.raises(ConnectorError, match=r"The shop answered 500\. Unable to save resource") as caught:
        connector.confirm_shipment(parcel(order))
    assert not caught.value.permanent
    assert connector.confirm_shipment(parcel(order)).found is True
    assert (tracking(shop, order), shop.moves(order)) == ("TRACK-1", [4])


def test_a_status_that_changed_without_its_history_counts_too(shop, connector, order):
    shop.row("orders", id=order)["current_state"] = 4
    connector.confirm_shipment(parcel(order))
    assert shop.moves(order) == []


def test_what_the_merchant_moved_on_by_hand_stays_where_it_is(shop, connector, order):
    connector.confirm_shipment(parcel(order))
    shop.row("orders", id=order)["current_state"] = 3
    assert connector.confirm_shipment(parcel(order)).found is True
    assert shop.moves(order) == [4]


def test_what_was_set_as_shipped_by_hand_gets_its_tracking_and_the_mail_that_comes_with_it(shop, connector, order):
    shop.row("orders", id=order)["current_state"] = 4
    assert connector.confirm_shipment(parcel(order)).found is False
    assert (tracking(shop, order), shop.moves(order)) == ("TRACK-1", [])
    assert shop.mails == [(order, "in_transit", "TRACK-1")]


def test_another_tracking_number_is_a_conflict_and_nothing_is_written(shop, connector, order):
    shop.row("order_carriers", id_order=order)["tracking_number"] = "BY-HAND"
    told = refusal(lambda: connector.confirm_shipment(parcel(order)))
    assert told.startswith("The shop shows another tracking code, BY-HAND,")
    assert writes(shop) == []


def test_a_further_parcel_replaces_the_number_of_another_one_of_the_order_and_is_mailed(shop, connector, order):
    connector.confirm_shipment(parcel(order, "ONE", siblings=("TWO",)))
    assert connector.confirm_shipment(parcel(order, "TWO", siblings=("ONE",))).found is False
    assert connector.confirm_shipment(parcel(order, "TWO", siblings=("ONE",))).found is True
    assert (tracking(shop, order), shop.moves(order)) == ("TWO", [4])
    assert shop.mails == [(order, "shipped", "ONE"), (order, "in_transit", "TWO")]


@pytest.mark.parametrize("code", ["T" * 65, "naïve", "A;B", "<1>"])
def test_a_code_that_the_shop_doesnt_take_is_told_before_it_is_sent(shop, connector, order, code):
    assert "can't take the tracking code" in refusal(lambda: connector.confirm_shipment(parcel(order, code)))
    assert writes(shop) == []


def test_an_order_of_several_carriers_gets_it_on_the_one_that_the_shop_mails(shop, connector, order):
    shop.add("order_carriers", **{**shop.row("order_carriers", id_order=order), "id": 2})
    connector.confirm_shipment(parcel(order))
    assert [row["tracking_number"] for row in shop.tables["order_carriers"]] == ["TRACK-1", ""]


def test_an_order_without_a_carrier_is_told(shop, connector, order):
    shop.tables["order_carriers"].clear()
    assert "has no carrier for this order" in refusal(lambda: connector.confirm_shipment(parcel(order)))
    assert writes(shop) == []


@pytest.mark.parametrize("state", [6, 7])
def test_an_order_that_was_canceled_in_the_shop_takes_no_parcel(shop, connector, state):
    order = shop.sell(("MUG-BLUE", 1), state=state)
    assert "canceled or refunded in the shop" in refusal(lambda: connector.confirm_shipment(parcel(order)))
    assert "canceled or refunded in the shop" in refusal(lambda: connector.confirm_delivery(str(order), "1"))
    assert writes(shop) == []


def test_the_merchants_choice_of_a_status_goes_before_the_shops(shop, order):
    connect(shop.url, shipped_state="3").confirm_shipment(parcel(order))
    connect(shop.url, shipped_state="3").confirm_shipment(parcel(order))
    assert shop.moves(order) == [3]


def test_the_shops_configuration_goes_before_its_usual_numbers(shop, order):
    shop.allowed["configurations"] = {"GET"}
    shop.row("configurations", name="PS_OS_SHIPPING")["value"] = 5
    connect(shop.url).confirm_shipment(parcel(order))
    assert shop.moves(order) == [5]


def test_a_chosen_status_that_the_shop_doesnt_have_is_told(shop, order):
    connector = connect(shop.url, shipped_state="77")
    assert "The shop has no status 77" in refusal(lambda: connector.confirm_shipment(parcel(order)))


def test_a_shop_without_a_status_for_shipped_asks_for_one(shop, connector, order):
    shop.tables["order_states"] = [row for row in shop.tables["order_states"] if not row["shipped"]]
    assert "give its number in the form" in refusal(lambda: connector.confirm_shipment(parcel(order)))


def test_a_delivery_is_told_once(shop, connector, order):
    made = connector.confirm_shipment(parcel(order)).remote_id
    assert connector.confirm_delivery(str(order), made).found is False
    assert connector.confirm_delivery(str(order), made).found is True
    assert shop.moves(order) == [4, 5]
    assert connector.confirm_shipment(parcel(order)).found is True


def test_a_shop_without_a_status_for_delivered_isnt_told(shop, connector, order):
    del shop.row("order_states", id=5)["id"]
    shop.tables["order_states"] = [row for row in shop.tables["order_states"] if "id" in row]
    done = connector.confirm_delivery(str(order), "1")
    assert (done.found, done.detail) == (True, "The shop has no status for delivered.")


def test_an_order_is_canceled_once(shop, connector, order):
    assert connector.set_status(str(order), "canceled").found is False
    assert connector.set_status(str(order), "canceled").found is True
    assert shop.moves(order) == [6]


def test_an_order_that_left_isnt_canceled(shop, connector, order):
    connector.confirm_shipment(parcel(order))
    assert "shows this order as shipped" in refusal(lambda: connector.set_status(str(order), "canceled"))
    assert shop.moves(order) == [4]


@pytest.mark.parametrize("status", ["in_process", "on_hold", "payment_accepted"])
def test_a_status_without_a_match_changes_nothing(shop, connector, order, status):
    assert connector.set_status(str(order), status).detail == "PrestaShop has no such status to set."
    assert shop.moves(order) == []


@pytest.mark.parametrize("fault", ["drop", "error", "truncate", "garbage"])
def test_a_delivery_or_cancellation_whose_answer_was_lost_is_found(shop, proxy, order, fault):
    other = shop.sell(("MUG-BLUE", 1))
    connector = connect(proxy.url)
    for act in (
        lambda: connector.confirm_delivery(str(order), "1"),
        lambda: connector.set_status(str(other), "canceled"),
    ):
        proxy.plan(fault, only="POST /")
        with pytest.raises(ConnectorError) as caught:
            act()
        assert not caught.value.permanent
        assert act().found is True
    assert (shop.moves(order), shop.moves(other)) == ([5], [6])


def test_the_fields_that_a_shop_keeps_for_itself_are_never_written(shop, connector, order):
    connector.confirm_shipment(parcel(order))
    connector.confirm_delivery(str(order), "1")
    assert not [path for verb, path in writes(shop) if path.startswith("orders")]


def test_a_corrected_number_is_written_once_and_mailed(shop, connector, order):
    made = connector.confirm_shipment(parcel(order))
    told = connector.correct_tracking(parcel(order, "RIGHT"), made.remote_id)
    assert (told.found, told.remote_id, tracking(shop, order)) == (False, made.remote_id, "RIGHT")
    assert connector.correct_tracking(parcel(order, "RIGHT"), made.remote_id).found
    assert (shop.moves(order), shop.mails) == ([4], [(order, "shipped", "TRACK-1"), (order, "in_transit", "RIGHT")])


def test_a_correction_leaves_the_number_of_another_parcel_that_the_shop_shows_by_now(shop, connector, order):
    connector.confirm_shipment(parcel(order, "TWO"))
    assert connector.correct_tracking(parcel(order, "ONE", siblings=("TWO",)), "1").found
    assert tracking(shop, order) == "TWO"


def test_a_number_of_an_earlier_try_is_no_conflict(shop, connector, order):
    connector.confirm_shipment(parcel(order))
    connector.confirm_shipment(replace(parcel(order, "RIGHT"), tried=("TRACK-1",)))
    assert (tracking(shop, order), shop.moves(order)) == ("RIGHT", [4])


def test_a_number_by_hand_is_overwritten_when_a_person_wants_that(shop, connector, order):
    shop.row("order_carriers", id_order=order)["tracking_number"] = "BY-HAND"
    with pytest.raises(ConnectorError) as caught:
        connector.confirm_shipment(parcel(order))
    assert caught.value.reason == "conflict"
    connector.correct_tracking(parcel(order), caught.value.remote_id)
    connector.confirm_shipment(parcel(order))
    assert (tracking(shop, order), shop.moves(order)) == ("TRACK-1", [4])
