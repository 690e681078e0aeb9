"""Pack a shipment from its order: everything at once, a part, too much, and what isn't a quantity."""

import pytest

from tests.web.orders import shop
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Event, Order, Push, Shipment, ShipmentLine


@pytest.fixture
def made(cast):
    return shop.split_order(cast, shop.channel(cast.store))


def line(made: Order, sku: str = "MINE") -> int:
    return next(row.id for row in made.lines if row.sku == sku)


def form(cast, made: Order, units: str = "2", **values) -> dict:
    return {"source": str(cast.logistics.id), f"line_{line(made)}": units, **values}


def test_the_form_holds_what_is_open_of_one_stock(as_user, cast, made):
    client = as_user(cast.merchant)
    page = client.get(f"/orders/{made.id}/shipments/new").get_data(as_text=True)
    assert f'name="line_{line(made)}"' in page and 'value="2"' in page and "leaves from 2 stocks" in page
    assert f'name="line_{line(made, "RIVALSKU")}"' not in page and 'value="GLS"' in page
    other = client.get(f"/orders/{made.id}/shipments/new?source={cast.rival.id}").get_data(as_text=True)
    assert f'name="line_{line(made, "RIVALSKU")}"' in other and f'name="line_{line(made)}"' not in other


def test_a_clerks_form_holds_its_own_lines_alone(as_user, cast, made):
    client = as_user(cast.clerk)
    page = client.get(f"/orders/{made.id}/shipments/new").get_data(as_text=True)
    assert f'name="line_{line(made)}"' in page and "RIVALSKU" not in page and "Rival" not in page
    assert client.get(f"/orders/{made.id}/shipments/new?source={cast.rival.id}").status_code == 404


def test_create_packs_and_does_not_ship(as_user, cast, made):
    values = form(cast, made, carrier=" GLS ", tracking_code="AB 1", parcel_id="P1", reference="R1")
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/shipments", data=values)
    shipment = Shipment.get()
    assert answer.status_code == 303 and answer.location == f"/shipments/{shipment.id}"
    assert (shipment.status, shipment.carrier, shipment.tracking_code) == ("draft", "GLS", "AB 1")
    assert shipment.tracking_url == "https://gls-group.eu/track/AB%201" and shipment.supplier_id == cast.logistics.id
    assert ShipmentLine.get().quantity == 2 and Order.get_by_id(made.id).status == "in_process"
    assert not Push.select().exists()


def test_create_and_ship_tells_the_channel(as_user, cast, made):
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/shipments/ship", data=form(cast, made))
    assert answer.status_code == 303
    assert Shipment.get().status == "shipped" and Push.get().shipment_id == Shipment.get().id
    assert Order.get_by_id(made.id).status == "partially_shipped"


def test_a_part_leaves_the_rest_open(as_user, cast, made):
    client = as_user(cast.clerk)
    assert client.post(f"/orders/{made.id}/shipments/ship", data=form(cast, made, "1")).status_code == 303
    page = client.get(f"/orders/{made.id}/shipments/new").get_data(as_text=True)
    assert 'value="1"' in page and 'max="1"' in page


BAD = {
    "3": "Only 2 are open.",
    "1000000000000": "Only 2 are open.",
    "9" * 40: "Type a whole number",
    "0": "Give 1 to 2",
    "-1": "Give 1 to 2",
    "1.5": "Type a whole number",
    "1e1": "Type a whole number",
    "two": "Type a whole number",
    "٢": "Type a whole number",
    "1_0": "Type a whole number",
    "\x00": "Type a whole number",
    "": "Give a quantity for at least one line.",
    " ": "Give a quantity for at least one line.",
}


@pytest.mark.parametrize("door", ["shipments", "shipments/ship"])
@pytest.mark.parametrize("units", BAD)
def test_what_is_no_quantity_is_told_at_the_field_and_nothing_is_lost(as_user, cast, made, units, door):
    values = form(cast, made, units, carrier="My <carrier>", tracking_code="T-1", reference="Mine")
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/{door}", data=values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and BAD[units] in page
    assert 'value="My &lt;carrier&gt;"' in page and 'value="T-1"' in page and 'value="Mine"' in page
    if units.strip() and units != "\x00":
        assert f'value="{units}"' in page and f'id="line_{line(made)}-error"' in page
    assert not Shipment.select().exists()


TOO_LONG = {"carrier": 81, "tracking_code": 121, "tracking_url": 501, "parcel_id": 121, "reference": 121}


@pytest.mark.parametrize("name", TOO_LONG)
def test_texts_are_bounded(as_user, cast, made, name):
    values = form(cast, made, **{name: "https://x.example/" + "a" * TOO_LONG[name]})
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/shipments", data=values)
    assert answer.status_code == 422 and f'id="{name}-error"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/", "//x.example", "https://", "http://[", "x"])
def test_a_tracking_address_is_a_page(as_user, cast, made, url):
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/shipments", data=form(cast, made, tracking_url=url))
    assert answer.status_code == 422 and "whole address" in answer.get_data(as_text=True)
    assert not Shipment.select().exists()


@pytest.mark.parametrize("text", ["a\x00b", "\x07"])
def test_what_no_column_holds_is_refused(as_user, cast, made, text):
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/shipments", data=form(cast, made, carrier=text))
    assert answer.status_code == 422


def test_somebody_packed_it_meanwhile(as_user, cast, made):
    client = as_user(cast.clerk)
    shipments.create(cast.viewer(cast.merchant), made.id, ShipmentDraft(source=cast.logistics.id))
    answer = client.post(f"/orders/{made.id}/shipments", data=form(cast, made, reference="Mine"))
    assert answer.status_code == 422 and 'value="Mine"' in answer.get_data(as_text=True)
    assert Shipment.select().count() == 1
    assert "waits to be packed" in client.get(f"/orders/{made.id}/shipments/new", follow_redirects=True).text


def test_an_order_on_hold_is_not_packed(as_user, cast, made):
    Order.update(status="on_hold").where(Order.id == made.id).execute()
    client = as_user(cast.clerk)
    answer = client.post(f"/orders/{made.id}/shipments", data=form(cast, made, reference="Mine"))
    assert answer.status_code == 409 and "On hold can&#39;t be packed" in answer.text and 'value="Mine"' in answer.text
    assert client.get(f"/orders/{made.id}/shipments/new").status_code == 303
    assert "Pack a shipment" not in client.get(f"/orders/{made.id}").text


def test_a_clerk_cannot_pack_from_a_rivals_stock(as_user, cast, made):
    values = {"source": str(cast.rival.id), f"line_{line(made, 'RIVALSKU')}": "1"}
    answer = as_user(cast.clerk).post(f"/orders/{made.id}/shipments", data=values)
    assert answer.status_code == 422 and "RIVALSKU" not in answer.text and "Rival" not in answer.text
    own = {f"line_{line(made)}": "1", f"line_{line(made, 'RIVALSKU')}": "1"}
    assert as_user(cast.clerk).post(f"/orders/{made.id}/shipments", data=own).status_code == 303
    assert [row.line_id for row in ShipmentLine.select()] == [line(made)]


def test_own_stock_is_packed_as_well(as_user, cast):
    shop.stocked(cast.store, "OWN")
    made = shop.order(shop.channel(cast.store), ("OWN", 2))
    client = as_user(cast.merchant)
    assert client.get(f"/orders/{made.id}/shipments/new").status_code == 200
    answer = client.post(f"/orders/{made.id}/shipments/ship", data={"source": "0", f"line_{line(made, 'OWN')}": "2"})
    assert answer.status_code == 303 and Shipment.get().supplier_id is None
    assert Order.get_by_id(made.id).status == "shipped"


@pytest.mark.parametrize("source", ["x", "-1", "999", "9" * 30])
def test_a_stock_that_is_not_there_packs_nothing(as_user, cast, made, source):
    values = form(cast, made) | {"source": source}
    answer = as_user(cast.merchant).post(f"/orders/{made.id}/shipments", data=values)
    assert answer.status_code in (303, 422)
    assert Shipment.select().count() == (answer.status_code == 303)


def test_needs_login(client, cast, made):
    before = Event.select().count()
    assert client.get(f"/orders/{made.id}/shipments/new").status_code == 303
    assert client.post(f"/orders/{made.id}/shipments/ship", data=form(cast, made)).status_code == 401
    assert Event.select().count() == before and not Shipment.select().exists()
