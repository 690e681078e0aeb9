"""A shipment's page and its buttons: tracking, hand-over, delivery, cancellation."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page, wants_login
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Channel, Event, Order, Push, Shipment


@pytest.fixture
def draft(cast):
    made = shop.split_order(cast, shop.channel(cast.store))
    given = ShipmentDraft(source=cast.logistics.id, carrier="GLS", tracking_code="T1")
    return shipments.create(cast.viewer(cast.clerk), made.id, given)


def test_shows_the_shipment(as_user, cast, draft):
    page = as_user(cast.clerk).get(f"/shipments/{draft.id}").text
    assert "Title of MINE" in page and "Via Roma 1" in page and "https://gls-group.eu/track/T1" in page
    assert "Carlo Clerk" in page and "RIVALSKU" not in page


def test_ship_then_deliver(as_user, cast, draft):
    client = as_user(cast.clerk)
    assert client.post(f"/shipments/{draft.id}/ship").location == f"/shipments/{draft.id}"
    assert Shipment.get_by_id(draft.id).status == "shipped" and Push.get().kind == "shipment"
    page = client.get(f"/shipments/{draft.id}").text
    assert "data-every" in page and "Mark as delivered" in page and "Cancel shipment" not in page
    back = f"/orders/{draft.order_id}"
    assert client.post(f"/shipments/{draft.id}/deliver", data={"back": back}).location == back
    assert Shipment.get_by_id(draft.id).status == "delivered"
    assert client.post(f"/shipments/{draft.id}/ship").status_code == 303
    assert Shipment.get_by_id(draft.id).status == "delivered"


def test_back_leads_to_no_other_site(as_user, cast, draft):
    answer = as_user(cast.clerk).post(f"/shipments/{draft.id}/ship", data={"back": "https://evil.example/"})
    assert answer.location == f"/shipments/{draft.id}"


def test_tracking_is_changed_and_its_address_follows(as_user, cast, draft):
    client = as_user(cast.clerk)
    page = client.get(f"/shipments/{draft.id}/edit").text
    assert 'value="T1"' in page
    values = {"carrier": "UPS", "tracking_code": "1Z", "tracking_url": draft.tracking_url, "reference": "R"}
    assert client.post(f"/shipments/{draft.id}", data=values).status_code == 303
    row = Shipment.get_by_id(draft.id)
    assert (row.carrier, row.tracking_url, row.reference) == ("UPS", "https://www.ups.com/track?tracknum=1Z", "R")
    assert Event.select().where(Event.kind == "shipment.edited").exists()
    values |= {"tracking_url": "https://track.example/1Z"}
    client.post(f"/shipments/{draft.id}", data=values)
    assert Shipment.get_by_id(draft.id).tracking_url == "https://track.example/1Z"


def test_a_correction_after_the_hand_over_says_so(as_user, cast, draft):
    client = as_user(cast.clerk)
    shipments.ship(cast.viewer(cast.clerk), draft.id)
    page = client.get(f"/shipments/{draft.id}/edit").text
    assert "is a correction" in page and "Sandbox shop is told as well" in page
    Channel.update(kind="vendure").execute()
    page = client.get(f"/shipments/{draft.id}/edit").text
    assert "Vendure can’t be told a corrected tracking code: Sandbox shop goes on showing" in page
    assert client.post(f"/shipments/{draft.id}", data={"tracking_code": "T2"}).status_code == 303
    assert Shipment.get_by_id(draft.id).tracking_code == "T2"


@pytest.mark.parametrize("values", [{"tracking_url": "javascript:1"}, {"carrier": "c" * 81}, {"reference": "a\x00"}])
def test_a_bad_change_is_told_and_kept_in_the_form(as_user, cast, draft, values):
    answer = as_user(cast.clerk).post(f"/shipments/{draft.id}", data={"tracking_code": "KEEP-ME", **values})
    assert answer.status_code == 422 and 'value="KEEP-ME"' in answer.text
    assert Shipment.get_by_id(draft.id).tracking_code == "T1"


def test_cancel_asks_once_and_names_it(as_user, cast, draft):
    client = as_user(cast.clerk)
    page = client.get(f"/shipments/{draft.id}/cancel").text
    assert f"Cancel shipment {draft.id}?" in page and "2 × Title of MINE" in page
    assert client.post(f"/shipments/{draft.id}/cancel").status_code == 303
    assert Shipment.get_by_id(draft.id).status == "canceled"
    assert client.get(f"/orders/{draft.order_id}/shipments/new").status_code == 200
    assert client.get(f"/shipments/{draft.id}/edit").status_code == 303
    assert client.post(f"/shipments/{draft.id}", data={"carrier": "X"}).status_code == 409


def test_what_left_is_not_canceled(as_user, cast, draft):
    client = as_user(cast.clerk)
    shipments.ship(cast.viewer(cast.clerk), draft.id)
    assert "can’t be canceled any more" in client.get(f"/shipments/{draft.id}/cancel").text
    assert client.post(f"/shipments/{draft.id}/cancel").status_code == 409
    back = {"back": f"/shipments/{draft.id}"}
    assert client.post(f"/shipments/{draft.id}/cancel", data=back).status_code == 303
    assert Shipment.get_by_id(draft.id).status == "shipped"


def test_an_order_on_hold_does_not_ship(as_user, cast, draft):
    Order.update(status="on_hold").execute()
    client = as_user(cast.clerk)
    answer = client.post(f"/shipments/{draft.id}/ship", data={"back": f"/orders/{draft.order_id}"})
    assert "can&#39;t be shipped" in client.get(answer.location).text
    assert Shipment.get_by_id(draft.id).status == "draft"


DOORS = [("get", ""), ("post", ""), ("get", "/edit"), ("post", "/ship"), ("post", "/deliver"), ("post", "/cancel")]


@pytest.mark.parametrize(("verb", "door"), [*DOORS, ("get", "/cancel")])
@pytest.mark.parametrize("who", ["rival_clerk", "stranger"])
def test_a_foreign_shipment_and_an_unknown_one_read_alike(as_user, cast, draft, who, verb, door):
    client, before = as_user(getattr(cast, who)), Event.select().count()
    foreign = getattr(client, verb)(f"/shipments/{draft.id}{door}", data={"carrier": "X"})
    unknown = getattr(client, verb)(f"/shipments/999999{door}", data={"carrier": "X"})
    assert foreign.status_code == unknown.status_code == 404
    assert Page(foreign).text == Page(unknown).text and "There is no such shipment." in foreign.text
    assert Shipment.get_by_id(draft.id).status == "draft" and Event.select().count() == before


@pytest.mark.parametrize(("verb", "door"), DOORS)
def test_they_need_login(client, draft, verb, door):
    assert wants_login(getattr(client, verb)(f"/shipments/{draft.id}{door}"))
    assert Shipment.get_by_id(draft.id).status == "draft"
