"""Shipments on a Shopify shop: once, by location, and never against what somebody did there by hand."""

from dataclasses import replace
from functools import partial

import pytest

from tests.connectors.shopify.conftest import connect, held, parcel
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels import ConnectorError

pytestmark = pytest.mark.xdist_group("shopify")


def refusal(act) -> str:
    with pytest.raises(ConnectorError) as caught:
        act()
    assert caught.value.permanent
    return str(caught.value)


def test_lines_units_carrier_number_and_link_arrive(shop, shopify):
    order = shop.sell(("MUG", 3), ("LAMP", 1))
    done = shopify.confirm_shipment(parcel(order, MUG=2, LAMP=1, url="https://track.example/1"))

    one = order.fulfilments[0]
    assert done.remote_id == str(one.number) and done.found is False
    assert one.tracking == {"company": "BRT", "number": "TRACK-1", "url": "https://track.example/1"}
    assert {part.line.sku: units for part, units in one.taken} == {"MUG": 2, "LAMP": 1}
    assert order.state() == "PARTIALLY_FULFILLED" and shop.mails == ["TRACK-1"]


def test_nobody_is_told_where_the_merchant_wants_that(server, shop):
    order = shop.sell(("MUG", 1))
    connect(server.url, notify=False).confirm_shipment(parcel(order, MUG=1))
    assert held(order) == [("TRACK-1", 1)] and shop.mails == []


@pytest.mark.parametrize("link", ["", "ftp://track.example", "javascript:alert(1)", "track.example/1"])
def test_what_is_no_link_is_left_out(shop, shopify, link):
    order = shop.sell(("MUG", 1))
    shopify.confirm_shipment(parcel(order, MUG=1, url=link))
    assert order.fulfilments[0].tracking == {"company": "BRT", "number": "TRACK-1"}


def test_one_location_that_has_all_of_it_makes_one_fulfilment(shop, shopify):
    order = shop.sell(("MUG", 4), ("LAMP", 4), locations=2)
    shop.fulfil(order, {"number": "OTHER"}, LAMP=2)
    shopify.confirm_shipment(parcel(order, MUG=2, LAMP=2))
    assert held(order) == [("OTHER", 2), ("TRACK-1", 4)]


def test_units_of_two_locations_make_two_fulfilments_of_one_shipment(shop, shopify):
    order = shop.sell(("MUG", 4), locations=2)
    done = shopify.confirm_shipment(parcel(order, MUG=3))
    again = shopify.confirm_shipment(parcel(order, MUG=3))

    assert sorted(held(order)) == [("TRACK-1", 1), ("TRACK-1", 2)]
    assert done.remote_id == ",".join(str(one.number) for one in order.fulfilments) == again.remote_id
    assert (done.found, again.found) == (False, True)


def test_a_second_locations_call_that_goes_wrong_is_made_up_for(server, shop, shopify):
    order = shop.sell(("MUG", 4), locations=2)
    throttle = partial(setattr, server, "points", 1.0)
    server.meanwhile("mutation Create", lambda: server.meanwhile("mutation Create", throttle))
    with pytest.raises(ConnectorError) as caught:
        shopify.confirm_shipment(parcel(order, MUG=4))
    assert caught.value.permanent is False and held(order) == [("TRACK-1", 2)]

    server.points = 10_000.0
    done = shopify.confirm_shipment(parcel(order, MUG=4))
    assert held(order) == [("TRACK-1", 2), ("TRACK-1", 2)]
    assert done.remote_id == ",".join(str(one.number) for one in order.fulfilments)


def test_two_fulfilment_orders_of_one_location_go_in_one_call(shop, shopify):
    order = shop.sell(("MUG", 4), locations=2)
    order.fulfilment_orders[1].location = 1
    shopify.confirm_shipment(parcel(order, MUG=4))
    assert held(order) == [("TRACK-1", 4)]


def test_an_order_of_many_lines_is_read_page_by_page(shop, shopify):
    order = shop.sell(*[(f"SKU-{number}", 2) for number in range(150)])
    every = parcel(order, **{line.sku: 1 for line in order.lines})
    assert shopify.confirm_shipment(every).found is False
    assert shopify.confirm_shipment(every).found is True
    assert held(order) == [("TRACK-1", 150)]


def test_an_order_of_many_fulfilment_orders_is_read_page_by_page(shop, shopify):
    order = shop.sell(("MUG", 24), locations=12)
    shopify.confirm_shipment(parcel(order, MUG=24))
    assert held(order) == [("TRACK-1", 2)] * 12


def test_two_parcels_under_one_number_are_told_apart_by_their_lines(shop, shopify):
    order = shop.sell(("MUG", 2), ("LAMP", 1))
    shopify.confirm_shipment(parcel(order, MUG=2))
    assert shopify.confirm_shipment(parcel(order, reference="XD-1-2", LAMP=1)).found is False
    assert held(order) == [("TRACK-1", 2), ("TRACK-1", 1)]


def test_the_same_tracking_entered_by_hand_is_enough(shop, shopify):
    order = shop.sell(("MUG", 3))
    shop.fulfil(order, {"number": " TRACK-1 "}, MUG=2)
    assert shopify.confirm_shipment(parcel(order, MUG=2)).found is True
    assert held(order) == [(" TRACK-1 ", 2)]


def test_another_tracking_for_the_same_units_is_told_and_changes_nothing(shop, shopify):
    order = shop.sell(("MUG", 2))
    shop.fulfil(order, {"number": "OTHER-9"}, MUG=2)
    told = refusal(lambda: shopify.confirm_shipment(parcel(order, MUG=2)))
    assert "another tracking code, OTHER-9," in told
    assert held(order) == [("OTHER-9", 2)]


def test_units_fulfilled_by_hand_without_tracking_get_ours(shop, shopify):
    order = shop.sell(("MUG", 2))
    by_hand = shop.fulfil(order, MUG=2)
    done = shopify.confirm_shipment(parcel(order, MUG=2))
    assert (done.remote_id, done.found) == (str(by_hand.number), True) and "by hand" in done.detail
    assert held(order) == [("TRACK-1", 2)] and by_hand.tracking["company"] == "BRT"
    assert shopify.confirm_shipment(parcel(order, MUG=2)).found is True


def test_a_fulfilment_by_hand_of_other_units_isnt_taken_for_ours(shop, shopify):
    order = shop.sell(("MUG", 3))
    shop.fulfil(order, MUG=2)
    told = refusal(lambda: shopify.confirm_shipment(parcel(order, MUG=3)))
    assert "fewer units" in told and held(order) == [("", 2)]


def test_a_canceled_fulfilment_counts_for_nothing(shop, shopify):
    order = shop.sell(("MUG", 2))
    shopify.confirm_shipment(parcel(order, MUG=2))
    shop.query()["fulfillmentCancel"](None, order.fulfilments[0].gid)
    assert shopify.confirm_shipment(parcel(order, MUG=2)).found is False
    assert held(order) == [("TRACK-1", 2)]


@pytest.mark.parametrize(("status", "word"), [("ON_HOLD", "on hold"), ("SCHEDULED", "scheduled")])
def test_units_that_shopify_holds_back_are_told(shop, shopify, status, word):
    order = shop.sell(("MUG", 2))
    order.fulfilment_orders[0].status = status
    assert word in refusal(lambda: shopify.confirm_shipment(parcel(order, MUG=2)))
    assert held(order) == []


def test_a_canceled_order_is_told(shop, shopify):
    order = shop.sell(("MUG", 2))
    shopify.set_status(str(order.number), "canceled")
    assert "canceled on Shopify" in refusal(lambda: shopify.confirm_shipment(parcel(order, MUG=2)))


def test_what_the_order_doesnt_hold_is_refused_before_anything_is_created(shop, shopify):
    order = shop.sell(("MUG", 2))
    strange = replace(parcel(order, MUG=1), lines=((str(order.lines[0].number), 1), ("42", 1)))
    assert "fewer units" in refusal(lambda: shopify.confirm_shipment(strange))
    assert held(order) == []


@pytest.mark.parametrize("external_id", ["", "abc", "١٢", "1 OR 1", "gid://shopify/Order/1"])
def test_what_is_no_order_number_is_no_order(shop, shopify, external_id):
    assert refusal(lambda: shopify.read_order(external_id)) == "The shop has no such order."


def test_a_look_that_cant_show_all_fulfilments_creates_none(shop, shopify):
    order = shop.sell(("MUG", 200))
    for number in range(100):
        shop.fulfil(order, {"number": f"T-{number}"}, MUG=1)
    assert "not all can be seen" in refusal(lambda: shopify.confirm_shipment(parcel(order, MUG=1)))
    assert len(order.fulfilments) == 100


def test_two_workers_at_once_leave_one_fulfilment_of_units_that_are_the_last(server, shop, shopify):
    order = shop.sell(("MUG", 2))
    server.meanwhile("mutation Create", lambda: connect(server.url).confirm_shipment(parcel(order, MUG=2)))
    assert shopify.confirm_shipment(parcel(order, MUG=2)).found is True
    assert held(order) == [("TRACK-1", 2)]


def test_two_workers_at_once_leave_one_fulfilment_where_more_units_are_left(server, shop, shopify):
    order = shop.sell(("MUG", 9))
    server.meanwhile("mutation Create", lambda: connect(server.url).confirm_shipment(parcel(order, MUG=2)))
    done = shopify.confirm_shipment(parcel(order, MUG=2))
    assert held(order) == [("TRACK-1", 2)]
    assert done.remote_id == str(next(one.number for one in order.fulfilments if one.status == "SUCCESS"))


def test_two_workers_at_once_leave_one_shipment_of_two_locations(server, shop, shopify):
    order = shop.sell(("MUG", 6), ("LAMP", 4), locations=2)
    (mugs, _), (_, lamps) = (one.portions for one in order.fulfilment_orders)
    for one in order.fulfilment_orders:
        for part in one.portions:
            part.remaining = 6 if part is mugs else 2 if part is lamps else 0
    wanted = parcel(order, MUG=3, LAMP=2)
    server.meanwhile("mutation Create", lambda: connect(server.url).confirm_shipment(wanted))
    assert shopify.confirm_shipment(wanted).found is True
    assert sorted(units for _, units in held(order)) == [2, 3]
    assert [one.status for one in order.fulfilments] == ["SUCCESS", "SUCCESS", "CANCELLED"]


def test_parcels_without_a_code_are_told_apart_by_our_reference(shop, shopify):
    order = shop.sell(("MUG", 4))
    for reference in ("XD-1-1", "XD-1-2", "XD-1-1", "XD-1-2"):
        shopify.confirm_shipment(parcel(order, reference=reference, tracking="", MUG=1))
    assert [one.tracking for one in order.fulfilments] == [{"company": "BRT · XD-1-1"}, {"company": "BRT · XD-1-2"}]


def test_a_parcel_without_a_code_is_found_where_shopify_kept_nothing_of_it(shop, shopify):
    shop.keeps_company = False
    order = shop.sell(("MUG", 4))
    first = shopify.confirm_shipment(parcel(order, tracking="", MUG=1))
    again = shopify.confirm_shipment(parcel(order, tracking="", MUG=1))
    assert (first.found, again.found, again.remote_id) == (False, True, first.remote_id)
    assert held(order) == [("", 1)]


def test_a_fulfilment_that_isnt_shown_at_once_is_looked_for_again(shop, shopify):
    order = shop.sell(("MUG", 2))
    order.unseen = 1
    with pytest.raises(ConnectorError, match="doesn't show it yet") as caught:
        shopify.confirm_shipment(parcel(order, MUG=1))
    assert not caught.value.permanent
    assert shopify.confirm_shipment(parcel(order, MUG=1)).found is True
    assert held(order) == [("TRACK-1", 1)]


def test_a_delivery_is_told_once_for_each_fulfilment(shop, shopify):
    order = shop.sell(("MUG", 4), locations=2)
    sent = shopify.confirm_shipment(parcel(order, MUG=4))
    first = shopify.confirm_delivery(str(order.number), sent.remote_id)
    when = [one.delivered_at for one in order.fulfilments]
    again = shopify.confirm_delivery(str(order.number), sent.remote_id)
    assert (first.found, again.found) == (False, True)
    assert [one.display for one in order.fulfilments] == ["DELIVERED"] * 2
    assert when == [one.delivered_at for one in order.fulfilments]
    order.fulfilments[0].delivered_at = None
    assert shopify.confirm_delivery(str(order.number), sent.remote_id).found is True


def test_a_delivery_of_what_is_gone_is_refused(shop, shopify):
    order = shop.sell(("MUG", 1))
    assert "any more" in refusal(lambda: shopify.confirm_delivery(str(order.number), "42"))


def test_an_order_is_canceled_once(shop, shopify):
    order = shop.sell(("MUG", 1))
    assert shopify.set_status(str(order.number), "canceled").found is False
    when = order.cancelled_at
    assert shopify.set_status(str(order.number), "canceled").found is True
    assert when is not None and order.cancelled_at == when
    assert shopify.read_order(str(order.number)).status == "canceled"


def test_two_workers_that_cancel_at_once_are_both_right(server, shop, shopify):
    order = shop.sell(("MUG", 1))
    server.meanwhile("mutation Cancel", lambda: connect(server.url).set_status(str(order.number), "canceled"))
    assert shopify.set_status(str(order.number), "canceled").found is False


def test_an_order_of_which_something_left_isnt_canceled(shop, shopify):
    order = shop.sell(("MUG", 2))
    shopify.confirm_shipment(parcel(order, MUG=1))
    assert "refund the rest" in refusal(lambda: shopify.set_status(str(order.number), "canceled"))
    assert order.cancelled_at is None


@pytest.mark.parametrize("status", ["in_process", "shipped", "delivered", "on_hold"])
def test_other_statuses_have_no_match_and_are_done(shop, shopify, status):
    assert shopify.set_status("1", status).found is True


@pytest.mark.parametrize("fault", ["drop", "error", "truncate", "garbage"])
def test_every_other_write_whose_answer_is_lost_is_done_once(server, shop, fault):
    by_hand, sold, unsold = (shop.sell(("MUG", 1)) for _ in range(3))
    shop.fulfil(by_hand, MUG=1)
    with FaultProxy(server.url) as proxy:
        shopify = connect(proxy.url)
        sent = shopify.confirm_shipment(parcel(sold, MUG=1))
        for word, act in (
            ("mutation Track", lambda: shopify.confirm_shipment(parcel(by_hand, tracking="T-9", MUG=1))),
            ("mutation Deliver", lambda: shopify.confirm_delivery(str(sold.number), sent.remote_id)),
            ("mutation Cancel", lambda: shopify.set_status(str(unsold.number), "canceled")),
        ):
            proxy.plan(fault, only=word)
            with pytest.raises(ConnectorError) as caught:
                act()
            assert not caught.value.permanent and act().found is True
            assert sum(word in call for call in proxy.calls) == 1
    assert held(by_hand) == [("T-9", 1)] and shop.mails == ["TRACK-1", "T-9"]
