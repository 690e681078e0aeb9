"""Pack one order at the desk: accept, count by scanning, wrong items told loudly, parcel and label in one go."""

import pytest

from tests.scanner import pages
from tests.web.desk.conftest import line_of
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import acceptance, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Allocation, Event, Order, Parcel, Push, Shipment, ShipmentLine, Waybill


def counted(page: Page, order: Order) -> str:
    return str(page.fields[f"n{line_of(order)}"])


def scan(client, order: Order, code: str, **counts) -> Page:
    """Scan an item without JavaScript; return the page that follows."""
    answer = client.post(f"/desk/orders/{order.id}/count", data={"code": code, **counts})
    assert answer.status_code == 303
    return Page(client.get(answer.location))


def form(order: Order, units: str = "2", **values) -> dict:
    """Return what the form of the parcel sends."""
    return {f"n{line_of(order)}": units, "carrier": "GLS", "tracking_code": "T-1", "parcels": "1.2 0.8", **values}


def test_a_fresh_order_is_accepted_first(as_user, cast, order):
    client, here = as_user(cast.clerk), f"/desk/orders/{order.id}"
    page = Page(client.get(here))
    assert f"{here}/accept" in page.posts and f"{here}/pack" not in page.posts and not page.main.all("input", id="code")
    answer = client.post(f"{here}/accept")
    assert answer.status_code == 303 and answer.location == here
    page = Page(client.get(here))
    assert "is accepted: pack it now" in page.alert and f"{here}/pack" in page.posts
    rows = {row.supplier_id: row.accepted_at for row in Allocation.select()}
    assert rows[cast.logistics.id] is not None and rows[cast.rival.id] is None


def test_the_page_holds_the_lines_of_this_stock_alone(as_user, cast, accepted):
    answer = as_user(cast.clerk).get(f"/desk/orders/{accepted.id}")
    assert "Title of MINE" in answer.text and "RIVALSKU" not in answer.text and "Rival" not in answer.text
    assert "4006381333931" in answer.text and "S-MINE" in answer.text and "4012345678901" not in answer.text


@pytest.mark.parametrize("code", ["MINE", "mine", "4006381333931", "S-MINE"])
def test_each_scan_counts_one_unit(as_user, cast, accepted, code):
    client = as_user(cast.clerk)
    page = scan(client, accepted, code)
    assert counted(page, accepted) == "1" and "1 of 2" in page.alert
    page = scan(client, accepted, code, **{f"n{line_of(accepted)}": "1"})
    assert counted(page, accepted) == "2" and "done" in page.main.all(class_="desk-item")[0].attributes["class"]


@pytest.mark.parametrize("code", ["WRONG", "RIVALSKU", "4012345678901", "<b>"])
def test_a_wrong_item_is_told_loudly_and_counts_nothing(as_user, cast, accepted, code):
    page = scan(as_user(cast.clerk), accepted, code, **{f"n{line_of(accepted)}": "1"})
    loud = page.main.all(class_="alert-danger")
    assert len(loud) == 1 and f"Wrong item: “{code}”" in loud[0].text and counted(page, accepted) == "1"


def test_one_too_many_is_told_loudly(as_user, cast, accepted):
    page = scan(as_user(cast.clerk), accepted, "MINE", **{f"n{line_of(accepted)}": "2"})
    assert "Too many: all 2 of Title of MINE" in page.alert and counted(page, accepted) == "2"


def test_what_has_no_code_is_counted_by_hand(as_user, cast, accepted):
    client, here, line = as_user(cast.clerk), f"/desk/orders/{accepted.id}", line_of(accepted)
    answer = client.post(f"{here}/more", data={"line": line})
    assert answer.location == f"{here}?n{line}=1"
    answer = client.post(f"{here}/less", data={"line": line, f"n{line}": "1"})
    assert counted(Page(client.get(answer.location)), accepted) == "0"
    answer = client.post(f"{here}/less", data={"line": line, f"n{line}": "0"})
    assert counted(Page(client.get(answer.location)), accepted) == "0"
    assert client.post(f"{here}/more", data={"line": "999"}).status_code == 409


@pytest.mark.parametrize("units", ["x", "-1", "9" * 30, "٢", "1.5"])
def test_a_count_that_is_none_is_zero_or_bounded(as_user, cast, accepted, units):
    page = Page(as_user(cast.clerk).get(f"/desk/orders/{accepted.id}?n{line_of(accepted)}={units}"))
    assert counted(page, accepted) == "0"


def test_packing_makes_shipment_parcels_and_label_and_hands_nothing_over(as_user, cast, accepted):
    client = as_user(cast.clerk)
    answer = client.post(f"/desk/orders/{accepted.id}/pack", data=form(accepted))
    made = Shipment.get()
    assert answer.status_code == 303 and answer.location == f"/desk/shipments/{made.id}"
    assert (made.status, made.supplier_id, made.carrier, made.tracking_code) == (
        "draft",
        cast.logistics.id,
        "GLS",
        "T-1",
    )
    assert [row.weight_grams for row in Parcel.select().order_by(Parcel.position)] == [1200, 800]
    assert ShipmentLine.get().quantity == 2 and Waybill.get().status == "issued" and not Push.select().exists()
    page = Page(client.get(answer.location))
    assert "is packed. Print its papers." in page.alert and "2, 2 kg" in page.text
    paper = client.get(next(link for link in page.links if link.startswith("/shipping-papers.pdf")))
    found = pages(paper.data)
    assert [one.codes.get("Code128") for one in found] == [accepted.reference, "T-1", "T-1"]
    assert "RIVALSKU" not in found[0].text and "Title of MINE" in found[0].text


def test_the_parcel_is_handed_over_from_its_page(as_user, cast, accepted):
    client = as_user(cast.clerk)
    here = client.post(f"/desk/orders/{accepted.id}/pack", data=form(accepted)).location
    page = Page(client.get(here))
    back = page.main.all("input", name="back")[0].attributes["value"]
    answer = client.post(f"/shipments/{Shipment.get().id}/ship", data={"back": back})
    assert answer.location == here and Shipment.get().status == "shipped"
    assert "/ship" not in " ".join(Page(client.get(here)).posts)


def test_what_is_likely_is_filled_in(as_user, cast, accepted):
    client = as_user(cast.clerk)
    page = Page(client.get(f"/desk/orders/{accepted.id}"))
    assert page.fields["parcels"] == "0.8" and page.fields["carrier"] == ""
    shipments.create(cast.viewer(cast.rival_clerk), accepted.id, ShipmentDraft(carrier="UPS"))
    draft = ShipmentDraft(lines={line_of(accepted): 1}, carrier="BRT")
    shipments.create(cast.viewer(cast.clerk), accepted.id, draft)
    assert Page(client.get(f"/desk/orders/{accepted.id}")).fields["carrier"] == "BRT"  # And never the rival's.
    Order.update(shipping_method="DHL Express").where(Order.id == accepted.id).execute()
    assert Page(client.get(f"/desk/orders/{accepted.id}")).fields["carrier"] == "DHL"


def test_not_all_counted_is_refused_unless_the_rest_follows(as_user, cast, accepted):
    client, here = as_user(cast.clerk), f"/desk/orders/{accepted.id}/pack"
    answer = client.post(here, data=form(accepted, "1"))
    page = Page(answer)
    assert answer.status_code == 422 and "Not everything is counted: 1 missing" in page.alert
    assert counted(page, accepted) == "1" and page.fields["tracking_code"] == "T-1" and not Shipment.select().exists()
    assert client.post(here, data=form(accepted, "1", rest="y")).status_code == 303
    assert ShipmentLine.get().quantity == 1


BAD = {
    "units": ({"units": "0"}, 422, "Nothing is counted yet"),
    "much": ({"units": "3"}, 409, "More is asked for"),
    "carrier": ({"carrier": "x" * 81}, 422, "80"),
    "weight": ({"parcels": "heavy"}, 422, "Type weights in kg"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_packed_is_told_and_nothing_is_lost_or_stored(as_user, cast, accepted, case):
    given, status, told = BAD[case]
    answer = as_user(cast.clerk).post(f"/desk/orders/{accepted.id}/pack", data=form(accepted, **given))
    assert answer.status_code == status and told in Page(answer).text and 'value="T-1"' in answer.text
    assert not Shipment.select().exists() and not Waybill.select().exists()


def test_somebody_packed_it_meanwhile(as_user, cast, accepted):
    shipments.create(cast.viewer(cast.merchant), accepted.id, ShipmentDraft(source=cast.logistics.id))
    client = as_user(cast.clerk)
    answer = client.post(f"/desk/orders/{accepted.id}/pack", data=form(accepted))
    assert answer.status_code == 422 and Shipment.select().count() == 1
    assert client.get(f"/desk/orders/{accepted.id}").location == f"/desk/shipments/{Shipment.get().id}"


@pytest.mark.parametrize("status", ["on_hold", "canceled", "awaiting_payment"])
def test_an_order_that_may_not_be_packed_is_not_offered(as_user, cast, accepted, status):
    Order.update(status=status).where(Order.id == accepted.id).execute()
    client = as_user(cast.clerk)
    assert client.get(f"/desk/orders/{accepted.id}").location == f"/orders/{accepted.id}"
    assert client.post(f"/desk/orders/{accepted.id}/pack", data=form(accepted)).status_code in (409, 422)
    assert not Shipment.select().exists()


def test_own_stock_is_packed_by_the_merchant(as_user, cast, own):
    client = as_user(cast.merchant)
    assert client.post(f"/desk/orders/{own.id}/accept").status_code == 303
    data = {f"n{line_of(own, 'OWN')}": "1", "carrier": "GLS"}
    assert client.post(f"/desk/orders/{own.id}/pack", data=data).status_code == 303
    assert Shipment.get().supplier_id is None


def test_the_next_order_is_one_step_away(as_user, cast, accepted, channel):
    later = shop.split_order(cast, channel)
    acceptance.accept(cast.viewer(cast.clerk), later.id)
    client = as_user(cast.clerk)
    page = Page(client.get(client.post(f"/desk/orders/{accepted.id}/pack", data=form(accepted)).location))
    assert f"/desk/orders/{later.id}" in page.links


@pytest.mark.parametrize("who", ["rival_clerk", "stranger"])
def test_nobody_else_packs_it_or_looks_at_its_parcel(as_user, cast, channel, own, accepted, who):
    client, theirs = as_user(getattr(cast, who)), own.id
    made = shipments.create(cast.viewer(cast.clerk), accepted.id, ShipmentDraft())
    before = Event.select().count()
    assert client.get(f"/desk/orders/{theirs}").status_code == 404
    for act in ("accept", "count", "more", "less", "pack"):
        assert client.post(f"/desk/orders/{theirs}/{act}", data={"code": "OWN"}).status_code == 404
    assert client.get(f"/desk/shipments/{made.id}").status_code == 404
    assert Event.select().count() == before


def test_needs_login(client, accepted):
    assert client.get(f"/desk/orders/{accepted.id}").location.startswith("/login")
    assert client.post(f"/desk/orders/{accepted.id}/pack", data=form(accepted)).status_code == 401
    assert not Shipment.select().exists()
