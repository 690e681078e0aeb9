"""A tracking code, carrier or address corrected on a Shopify shop: on every fulfilment of the shipment, once."""

from dataclasses import replace

import pytest

from tests.connectors.shopify.conftest import connect, held, parcel
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels import ConnectorError

pytestmark = pytest.mark.xdist_group("shopify")


def test_all_locations_of_a_shipment_show_the_right_code_and_other_shipments_keep_theirs(shop, shopify):
    order = shop.sell(("MUG", 5), locations=2)
    shop.fulfil(order, {"number": "OTHER"}, MUG=1)
    done = shopify.confirm_shipment(parcel(order, MUG=3))
    told = shopify.correct_tracking(parcel(order, tracking="RIGHT", MUG=3), done.remote_id)
    assert (told.remote_id, told.found) == (done.remote_id, False)
    assert sorted({code for code, _ in held(order)}) == ["OTHER", "RIGHT"]
    assert shop.mails.count("RIGHT") == len(done.remote_id.split(","))
    shop.mails.clear()
    assert shopify.correct_tracking(parcel(order, tracking="RIGHT", MUG=3), done.remote_id).found
    assert shop.mails == []


@pytest.mark.parametrize("values", [{"carrier": "GLS Italy"}, {"url": "https://track.example/2"}])
def test_another_carrier_or_address_is_a_correction_too(shop, shopify, values):
    order = shop.sell(("MUG", 1))
    done = shopify.confirm_shipment(parcel(order, MUG=1))
    assert not shopify.correct_tracking(parcel(order, MUG=1, **values), done.remote_id).found
    assert shopify.correct_tracking(parcel(order, MUG=1, **values), done.remote_id).found
    tracking = order.fulfilments[0].tracking
    assert (tracking["company"], tracking.get("url", "")) == (values.get("carrier", "BRT"), values.get("url", ""))


def test_what_an_earlier_try_left_at_one_location_is_completed_and_then_corrected(server, shop, shopify):
    order = shop.sell(("MUG", 4), locations=2)
    with FaultProxy(server.url) as proxy:
        proxy.plan(None, "refuse", only=("mutation Create",))
        with pytest.raises(ConnectorError):
            connect(proxy.url).confirm_shipment(parcel(order, MUG=3))
    assert [code for code, _ in held(order)] == ["TRACK-1"]
    right = replace(parcel(order, tracking="RIGHT", MUG=3), tried=("TRACK-1",))
    done = shopify.confirm_shipment(right)
    assert sum(units for _, units in held(order)) == 3 and len(done.remote_id.split(",")) == 2
    shopify.correct_tracking(right, done.remote_id)
    assert {code for code, _ in held(order)} == {"RIGHT"}


def test_a_conflict_names_the_fulfilment_that_stands_in_the_way(shop, shopify):
    order = shop.sell(("MUG", 2))
    by_hand = shop.fulfil(order, {"number": "BY-HAND"}, MUG=2)
    with pytest.raises(ConnectorError) as caught:
        shopify.confirm_shipment(parcel(order, MUG=2))
    assert (caught.value.reason, caught.value.remote_id) == ("conflict", str(by_hand.number))
    shopify.correct_tracking(parcel(order, MUG=2), caught.value.remote_id)
    assert shopify.confirm_shipment(parcel(order, MUG=2)).found and held(order) == [("TRACK-1", 2)]


def test_a_fulfilment_that_was_canceled_there_isnt_corrected(shop, shopify):
    order = shop.sell(("MUG", 1))
    done = shopify.confirm_shipment(parcel(order, MUG=1))
    order.fulfilments[0].status = "CANCELLED"
    with pytest.raises(ConnectorError, match="doesn't hold this fulfilment any more"):
        shopify.correct_tracking(parcel(order, tracking="RIGHT", MUG=1), done.remote_id)
