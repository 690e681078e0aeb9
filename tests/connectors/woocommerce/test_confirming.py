"""Confirming: into the place that the shop has, tracking first and status second, whatever was there before."""

from dataclasses import replace

import pytest

from tests.connectors.woocommerce.conftest import connect, parcel, writes
from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels import ConnectorError


def live(order: dict) -> list[dict]:
    return [one for one in order["fulfillments"] if not one["date_deleted"]]


def metas(order: dict) -> list[dict]:
    return [{entry["key"]: entry["value"] for entry in one["meta_data"]} for one in live(order)]


def by_hand(shop, order: dict, units: int, tracking: str = "", fulfilled: bool = True) -> None:
    """Ship by hand in the shop's own pages."""
    items = [{"item_id": order["line_items"][0]["id"], "qty": units}]
    meta = [{"key": "_items", "value": items}, {"key": "_tracking_number", "value": tracking}]
    body = {"status": "fulfilled" if fulfilled else "unfulfilled", "is_fulfilled": fulfilled, "meta_data": meta}
    shop._fulfilments("POST", order, body, None)


def refusal(act) -> str:
    with pytest.raises(ConnectorError) as caught:
        act()
    assert caught.value.permanent
    return str(caught.value)


def test_a_fulfilment_holds_lines_units_tracking_courier_and_our_reference(shop, woo):
    order = shop.sell(("MUG", 3), ("LAMP", 1))
    mug, lamp = (line["id"] for line in order["line_items"])
    made = woo.confirm_shipment(parcel(order, 2, 1))
    (meta,) = metas(order)
    assert meta["_items"] == [{"item_id": mug, "qty": 2}, {"item_id": lamp, "qty": 1}]
    assert (meta["_tracking_number"], meta["_tracking_url"]) == ("TRACK-1", "https://track.example/?a=1&b=2")
    assert meta["_shipment_provider"] == meta["_shipping_provider"] == "bartolini-brt"
    assert meta["_crossdock_reference"] == "XD-1-1" and "_provider_name" not in meta
    assert live(order)[0]["is_fulfilled"] and live(order)[0]["status"] == "fulfilled"
    assert made.remote_id == str(live(order)[0]["id"]) and order["status"] == "processing"
    assert shop.mails == [f"{order['id']} fulfilment"]


def test_a_courier_that_woocommerce_doesnt_know_goes_by_its_name(shop, woo):
    order = shop.sell(("MUG", 1))
    woo.confirm_shipment(parcel(order, 1, carrier="Rossi & Figli"))
    (meta,) = metas(order)
    assert (meta["_shipment_provider"], meta["_provider_name"]) == ("other", "Rossi & Figli")


@pytest.mark.parametrize(("fulfilments", "trackings"), [(True, True), (False, True), (False, False)])
def test_the_order_is_completed_with_its_last_parcel_after_the_tracking(shop, woo, fulfilments, trackings):
    shop.fulfilments, shop.trackings = fulfilments, trackings
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1))
    assert order["status"] == "processing"
    shop.calls.clear()
    last = parcel(order, 1, number=2, tracking="TRACK-2", completes_order=True)
    told = woo.confirm_shipment(last)
    assert (order["status"], told.detail) == ("completed", "The order is completed in the shop.")
    assert [call.split()[0] for call in writes(shop)] == ["POST", "PUT"]
    shop.calls.clear()
    assert woo.confirm_shipment(last).found and writes(shop) == []


@pytest.mark.parametrize("fault", ["drop", "error", "truncate", "garbage", "refuse", "swallow_error"])
def test_a_completion_whose_answer_is_lost_is_found_and_told_once(shop, fault):
    order = shop.sell(("MUG", 1))
    last = parcel(order, 1, completes_order=True)
    with FaultProxy(shop.url) as proxy:
        proxy.plan(fault, only="PUT /")
        with pytest.raises(ConnectorError) as caught:
            connect(proxy.url).confirm_shipment(last)
        assert not caught.value.permanent
        assert connect(proxy.url).confirm_shipment(last).found
    assert order["status"] == "completed" and len(live(order)) == 1
    assert sorted(shop.mails) == [f"{order['id']} completed", f"{order['id']} fulfilment"]


@pytest.mark.parametrize("status", ["cancelled", "refunded", "failed"])
def test_a_settled_order_keeps_its_status(shop, woo, status):
    order = shop.sell(("MUG", 1), status=status)
    told = woo.confirm_shipment(parcel(order, 1, completes_order=True))
    assert order["status"] == status and told.detail == f"The order is {status} in the shop, and stays so."
    assert len(live(order)) == 1


def test_what_was_shipped_by_hand_with_the_same_code_is_done(shop, woo):
    order = shop.sell(("MUG", 2))
    by_hand(shop, order, 2, "TRACK-1")
    assert woo.confirm_shipment(parcel(order, 2)).found
    assert len(live(order)) == 1


def test_what_was_shipped_by_hand_with_another_code_is_a_conflict_although_the_shop_would_take_it(shop, woo):
    order = shop.sell(("MUG", 2))
    by_hand(shop, order, 2, "HAND-7")
    assert "shows others as shipped already (HAND-7)" in refusal(lambda: woo.confirm_shipment(parcel(order, 2)))
    assert len(live(order)) == 1


def test_two_by_hand_under_one_code_are_both_left_alone(shop, woo):
    order = shop.sell(("MUG", 2))
    by_hand(shop, order, 1, "TRACK-1")
    by_hand(shop, order, 1, "TRACK-1")
    assert woo.confirm_shipment(parcel(order, 2)).found and len(live(order)) == 2


def test_what_was_shipped_by_hand_without_a_code_gets_ours(shop, woo):
    order = shop.sell(("MUG", 2))
    by_hand(shop, order, 2)
    told = woo.confirm_shipment(parcel(order, 2))
    assert told.found and told.remote_id == str(live(order)[0]["id"])
    assert [meta["_tracking_number"] for meta in metas(order)] == ["TRACK-1"]
    shop.calls.clear()
    assert woo.confirm_shipment(parcel(order, 2)).found and writes(shop) == []


def test_one_that_names_no_code_either_is_a_conflict(shop, woo):
    order = shop.sell(("MUG", 2))
    by_hand(shop, order, 2)
    nameless = parcel(order, 2, tracking="", tracking_url="")
    assert "(no tracking code)" in refusal(lambda: woo.confirm_shipment(nameless))


def test_a_draft_of_somebody_counts_as_nothing(shop, woo):
    order = shop.sell(("MUG", 2))
    by_hand(shop, order, 2, "TRACK-1", fulfilled=False)
    assert woo.confirm_shipment(parcel(order, 2)).found is False
    assert len(live(order)) == 2


def test_two_parcels_under_one_tracking_code_are_two_fulfilments(shop, woo):
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1))
    assert woo.confirm_shipment(parcel(order, 1, number=2)).found is False
    assert len(live(order)) == 2


def test_a_version_that_knows_the_provider_by_the_other_key_is_read_too(shop, woo):
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1))
    (one,) = live(order)
    one["meta_data"] = [entry for entry in one["meta_data"] if entry["key"] != "_shipment_provider"]
    assert woo.confirm_shipment(parcel(order, 1)).found


@pytest.mark.parametrize(("fulfilments", "trackings"), [(True, False), (False, True), (False, False)])
def test_one_that_was_carried_out_late_is_taken_away_again(shop, woo, fulfilments, trackings):
    shop.fulfilments, shop.trackings = fulfilments, trackings
    order = shop.sell(("MUG", 4))
    first = woo.confirm_shipment(parcel(order, 1))
    for name in ("fulfillments", "shipment_trackings", "notes"):
        for one in list(order[name]):
            key = "tracking_id" if "tracking_id" in one else "id"
            order[name].append({**one, key: f"{one[key]}f" if key == "tracking_id" else shop.new_id()})
    assert woo.confirm_shipment(parcel(order, 1)).remote_id == first.remote_id
    assert [len(live(order)), len(order["shipment_trackings"]), len(order["notes"])].count(1) == 1
    assert len(live(order)) + len(order["shipment_trackings"]) + len(order["notes"]) == 1


def test_a_feature_that_is_switched_on_between_two_tries_makes_no_second_shipment(shop, woo):
    shop.fulfilments = False
    order = shop.sell(("MUG", 2))
    note = woo.confirm_shipment(parcel(order, 1))
    shop.fulfilments = shop.trackings = True
    assert woo.confirm_shipment(parcel(order, 1)).remote_id == note.remote_id
    assert live(order) == order["shipment_trackings"] == []


def test_the_extension_is_told_the_courier_by_its_own_name_or_as_one_of_ours(shop, woo):
    shop.fulfilments, shop.trackings = False, True
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1, carrier="dhl"))
    woo.confirm_shipment(parcel(order, 1, number=2, tracking="TRACK-2", carrier="Rossi"))
    first, second = order["shipment_trackings"]
    assert (first["tracking_provider"], first["tracking_link"]) == ("DHL", "")
    assert (second["tracking_provider"], second["tracking_link"]) == ("Rossi", "https://track.example/?a=1&b=2")


def test_a_parcel_without_a_code_is_a_note_where_the_extension_wants_one(shop, woo):
    shop.fulfilments, shop.trackings = False, True
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1, tracking="", tracking_url=""))
    assert order["shipment_trackings"] == []
    assert [one["note"] for one in order["notes"]] == ["A parcel of your order has been shipped with BRT (XD-1-1)"]


def test_a_note_tells_the_buyer_all_there_is(shop, woo):
    shop.fulfilments = False
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1, tracking="1Z 999 AA"))
    told = "A parcel of your order has been shipped with BRT, tracking number 1Z 999 AA"
    assert order["notes"][0]["note"] == f"{told} – https://track.example/?a=1&amp;b=2 (XD-1-1)"
    assert woo.confirm_shipment(parcel(order, 1, tracking="1Z 999 AA")).found
    assert "another tracking code for this shipment: 1Z 999 AA" in refusal(
        lambda: woo.confirm_shipment(parcel(order, 1, tracking="1Z 999"))
    )


def test_the_note_of_one_shipment_isnt_taken_for_anothers_whose_number_begins_alike(shop, woo):
    shop.fulfilments = False
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1, number=11))
    assert woo.confirm_shipment(parcel(order, 1, number=1)).found is False


def test_a_line_that_isnt_one_of_the_shops_is_refused_before_anything_is_written(shop, woo):
    order = shop.sell(("MUG", 1))
    broken = replace(parcel(order, 1), lines=(("free-gift", 1),))
    assert refusal(lambda: woo.confirm_shipment(broken)) == "A line of this shipment isn't one of the shop's."
    assert writes(shop) == [] and live(order) == []


@pytest.mark.parametrize("answer", [{}, {"fulfillments": []}, None])
def test_an_answer_that_isnt_a_list_isnt_taken_for_an_empty_one(shop, woo, monkeypatch, answer):
    order = shop.sell(("MUG", 2))
    woo.confirm_shipment(parcel(order, 1))
    monkeypatch.setattr(shop, "_fulfilments", lambda *values: (200, answer))
    with pytest.raises(ConnectorError) as caught:
        woo.confirm_shipment(parcel(order, 1))
    assert not caught.value.permanent and len(live(order)) == 1


def test_a_delivery_changes_nothing(shop, woo):
    order = shop.sell(("MUG", 1))
    made = woo.confirm_shipment(parcel(order, 1))
    shop.calls.clear()
    assert woo.confirm_delivery(str(order["id"]), made.remote_id).found and shop.calls == []


def test_a_cancellation_is_told_once(shop, woo):
    order = shop.sell(("MUG", 1))
    assert not woo.set_status(str(order["id"]), "canceled").found
    assert woo.set_status(str(order["id"]), "canceled").found
    assert (order["status"], shop.mails) == ("cancelled", [f"{order['id']} cancelled"])


def test_a_completed_order_isnt_canceled(shop, woo):
    order = shop.sell(("MUG", 1), status="completed")
    assert "cancel or refund it there" in refusal(lambda: woo.set_status(str(order["id"]), "canceled"))


@pytest.mark.parametrize("status", ["in_process", "on_hold", "delivered", "payment_accepted"])
def test_other_statuses_stay_woocommerces_own_affair(shop, woo, status):
    order = shop.sell(("MUG", 1))
    assert woo.set_status(str(order["id"]), status).found
    assert order["status"] == "processing" and writes(shop) == []
