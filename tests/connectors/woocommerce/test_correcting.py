"""A tracking code that is corrected after the shipment was confirmed: one shipment stands, with what is right now."""

import pytest

from tests.connectors.woocommerce.conftest import connect, parcel, writes
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.woocommerce.fulfilments import PROVIDER_KEYS


@pytest.fixture
def order(shop):
    return shop.sell(("MUG", 2))


def meta(order: dict) -> dict:
    (one,) = [one for one in order["fulfillments"] if not one["date_deleted"]]
    return {entry["key"]: entry["value"] for entry in one["meta_data"]}


def test_a_fulfilment_keeps_all_else_that_it_holds_although_the_shop_deletes_what_isnt_sent(shop, woo, order):
    made = woo.confirm_shipment(parcel(order, 1, carrier="Rossi")).remote_id
    order["fulfillments"][0]["meta_data"].append({"id": 7, "key": "_gift_wrap", "value": "red"})
    before = meta(order)
    told = woo.correct_tracking(parcel(order, 1, tracking="RIGHT"), made)
    changed = {"_tracking_number": "RIGHT"} | dict.fromkeys(PROVIDER_KEYS, "bartolini-brt")
    before.pop("_provider_name")
    assert (told.remote_id, told.found, meta(order)) == (made, False, before | changed)
    assert woo.confirm_shipment(parcel(order, 1, tracking="RIGHT")).remote_id == made


def test_a_tracking_of_the_extension_is_replaced(shop, woo, order):
    shop.fulfilments, shop.trackings = False, True
    made = woo.confirm_shipment(parcel(order, 1)).remote_id
    told = woo.correct_tracking(parcel(order, 1, tracking="RIGHT"), made)
    assert [one["tracking_number"] for one in order["shipment_trackings"]] == ["RIGHT"]
    assert told.remote_id == order["shipment_trackings"][0]["tracking_id"]


@pytest.mark.parametrize(("fulfilments", "step"), [(True, "PUT /"), (False, "POST /"), (False, "DELETE /")])
@pytest.mark.parametrize("fault", ["drop", "error", "refuse", "swallow_error"])
def test_a_lost_answer_leaves_one_and_the_right_one(shop, woo, order, fulfilments, step, fault):
    shop.fulfilments, shop.trackings = fulfilments, not fulfilments
    made = woo.confirm_shipment(parcel(order, 1)).remote_id
    right = parcel(order, 1, tracking="RIGHT")
    with FaultProxy(shop.url) as proxy:
        proxy.plan(fault, only=step)
        with pytest.raises(ConnectorError) as caught:
            connect(proxy.url).correct_tracking(right, made)
        assert not caught.value.permanent
        connect(proxy.url).correct_tracking(right, made)
    shop.calls.clear()
    assert woo.correct_tracking(right, made).found and writes(shop) == []
    if fulfilments:
        assert meta(order)["_tracking_number"] == "RIGHT"
    else:
        assert [one["tracking_number"] for one in order["shipment_trackings"]] == ["RIGHT"]


def test_a_note_cant_be_changed(shop, woo, order):
    shop.fulfilments = False
    made = woo.confirm_shipment(parcel(order, 1)).remote_id
    with pytest.raises(ConnectorError, match="write another one in the shop") as caught:
        woo.correct_tracking(parcel(order, 1, tracking="RIGHT"), made)
    assert caught.value.permanent and len(order["notes"]) == 1


def test_what_the_shop_doesnt_hold_isnt_corrected(shop, woo, order):
    with pytest.raises(ConnectorError, match="doesn't hold this shipment any more") as caught:
        woo.correct_tracking(parcel(order, 1), "7")
    assert caught.value.permanent


@pytest.mark.parametrize("fulfilments", [True, False])
def test_another_carrier_under_the_same_code_is_a_correction_too(shop, woo, order, fulfilments):
    shop.fulfilments, shop.trackings = fulfilments, not fulfilments
    made = woo.confirm_shipment(parcel(order, 1, carrier="gls", carrier_name="GLS")).remote_id
    right = parcel(order, 1, carrier="Rossi")
    told = woo.correct_tracking(right, made)
    assert not told.found and woo.correct_tracking(right, told.remote_id).found
    if fulfilments:
        assert (meta(order)["_provider_name"], meta(order)["_tracking_number"]) == ("Rossi", "TRACK-1")
    else:
        assert [one["tracking_provider"] for one in order["shipment_trackings"]] == ["Rossi"]


def test_a_carrier_goes_by_its_key_where_the_shop_has_one_and_by_its_name_for_people(shop, woo, order):
    woo.confirm_shipment(parcel(order, 1, carrier="poste-italiane", carrier_name="Poste Italiane"))
    assert {meta(order)[key] for key in PROVIDER_KEYS} == {"poste-italiane"} and "_provider_name" not in meta(order)
    shop.fulfilments = False
    noted = shop.sell(("MUG", 1))
    woo.confirm_shipment(parcel(noted, 1, carrier="poste-italiane", carrier_name="Poste Italiane"))
    assert "with Poste Italiane, tracking number" in noted["notes"][0]["note"]


def test_a_conflict_names_what_stands_in_the_way_and_can_be_overwritten(shop, woo, order):
    made = woo.confirm_shipment(parcel(order, 1, tracking="WRONG")).remote_id
    right = parcel(order, 1, tracking="RIGHT")
    with pytest.raises(ConnectorError) as caught:
        woo.confirm_shipment(right)
    assert (caught.value.reason, caught.value.remote_id) == ("conflict", made)
    woo.correct_tracking(right, made)
    assert woo.confirm_shipment(right).found and meta(order)["_tracking_number"] == "RIGHT"
