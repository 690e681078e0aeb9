"""Hand-over to a courier: what he takes on a day, the list that he signs, and everything handed over in one go."""

import datetime as dt

import pytest

from tests.scanner import pages
from tests.web.orders import shop
from tests.web.page import FRAGMENT, Page
from webapp.actions import shipments
from webapp.actions.parcels import ParcelDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.domain import store_clock
from webapp.models import Order, Push, Shipment


@pytest.fixture
def channel(cast):
    return shop.channel(cast.store)


def packed(cast, channel, carrier: str = "GLS", who: str = "clerk", **values) -> Shipment:
    order = shop.split_order(cast, channel)
    draft = ShipmentDraft(carrier=carrier, parcels=(ParcelDraft(1250), ParcelDraft(800)), **values)
    return shipments.create(cast.viewer(getattr(cast, who)), order.id, draft)


@pytest.fixture
def two(cast, channel):
    return packed(cast, channel, tracking_code="T-1"), packed(cast, channel, "gls ", tracking_code="T-2")


def ticks(page: Page) -> dict[int, bool]:
    """Return shipment -> whether it is ticked."""
    found = page.main.all("input", name="shipment")
    return {int(box.attributes["value"]): "checked" in box.attributes for box in found}


def test_what_is_ready_for_a_courier_is_ticked_however_his_name_was_typed(as_user, cast, channel, two):
    other = packed(cast, channel, "UPS")
    client = as_user(cast.clerk)
    page = Page(client.get("/manifests/"))
    assert ticks(page) == {two[0].id: True, two[1].id: True} and "2 ready" in page.text and "4.1 kg" in page.text
    assert ticks(Page(client.get("/manifests/?carrier=UPS"))) == {other.id: True}
    assert "Nothing for a courier" in client.get("/manifests/?carrier=nobody").text


def test_what_left_stays_on_its_day(as_user, cast, two):
    client, today = as_user(cast.clerk), store_clock.day_at(now(), cast.store.time_zone)
    shipments.ship(cast.viewer(cast.clerk), two[0].id)
    assert ticks(Page(client.get("/manifests/"))) == {two[1].id: True, two[0].id: False}
    Shipment.update(shipped_at=now() - dt.timedelta(days=3)).where(Shipment.id == two[0].id).execute()
    assert ticks(Page(client.get("/manifests/"))) == {two[1].id: True}
    day = (today - dt.timedelta(days=3)).isoformat()
    page = Page(client.get(f"/manifests/?carrier=gls&day={day}"))
    assert ticks(page) == {two[0].id: False} and "Hand over what is ticked" not in page.text


def test_a_day_begins_when_it_begins_where_the_store_is(as_user, cast, two):
    client = as_user(cast.clerk)
    shipments.ship(cast.viewer(cast.clerk), two[0].id)
    night = dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)  # Half past midnight of the 11th in Rome.
    Shipment.update(shipped_at=night).where(Shipment.id == two[0].id).execute()
    assert ticks(Page(client.get("/manifests/?carrier=gls&day=2026-03-11"))) == {two[0].id: False}
    assert ticks(Page(client.get("/manifests/?carrier=gls&day=2026-03-10"))) == {}


def test_the_manifest_is_a_list_to_sign(as_user, cast, two):
    answer = as_user(cast.clerk).get("/manifests/list.pdf?carrier=gls")
    text = " ".join(pages(answer.data)[0].text.split())
    said = ("Hand-over to GLS", "Casa Bella", "T-1", "T-2", "2.05 kg", "2 shipments, 4 parcels, 4.1 kg", "signature")
    assert [word for word in said if word not in text] == []
    text = pages(as_user(cast.clerk).get(f"/manifests/list.pdf?carrier=gls&shipment={two[0].id}").data)[0].text
    assert "T-1" in text and "T-2" not in text


def test_an_empty_manifest_is_told(as_user, cast, two):
    client = as_user(cast.clerk)
    answer = client.get("/manifests/list.pdf?carrier=nobody")
    assert answer.status_code == 303 and "nothing to hand over" in Page(client.get(answer.location)).alert


def test_all_that_is_ticked_is_handed_over_and_told_one_by_one(as_user, cast, two):
    data = {"shipment": [row.id for row in two], "carrier": "gls"}
    answer = as_user(cast.clerk).post("/manifests/hand-over", data=data)
    page = Page(answer)
    assert answer.status_code == 200 and "2 shipments are handed over" in page.alert and len(page.rows) == 2
    assert {row.status for row in Shipment.select()} == {"shipped"} and Push.select().count() == 2
    assert any(link.startswith("/manifests/list.pdf?carrier=gls") for link in page.links)


def test_one_that_cannot_leave_holds_up_no_other_and_says_why(as_user, cast, two):
    Order.update(status="on_hold").where(Order.id == two[0].order_id).execute()
    client = as_user(cast.clerk)
    page = Page(client.get("/manifests/"))
    assert ticks(page) == {two[0].id: False, two[1].id: True} and "Its order is: On hold" in page.text
    page = Page(client.post("/manifests/hand-over", data={"shipment": [row.id for row in two]}))
    assert "1 shipment is handed over" in page.alert and "1 is not" in page.alert
    assert "On hold can't be shipped" in page.rows[0] and "Handed over" in page.rows[1]
    assert [row.status for row in Shipment.select().order_by(Shipment.id)] == ["draft", "shipped"]


def test_handing_over_twice_does_it_once(as_user, cast, two):
    client, data = as_user(cast.clerk), {"shipment": [two[0].id, two[0].id]}
    assert len(Page(client.post("/manifests/hand-over", data=data)).rows) == 1
    client.post("/manifests/hand-over", data=data)
    assert Push.select().count() == 1


def test_nothing_ticked_is_told(as_user, cast, two):
    client = as_user(cast.clerk)
    answer = client.post("/manifests/hand-over", data={"carrier": "gls", "day": "2026-03-11"})
    assert answer.location == "/manifests/?carrier=gls&day=2026-03-11&stock=" + str(cast.logistics.id)
    assert "Tick the shipments" in Page(client.get(answer.location)).alert


def test_nothing_of_the_rival_is_seen_or_handed_over(as_user, cast, channel, two):
    theirs = packed(cast, channel, "GLS", "rival_clerk", tracking_code="RIVAL-T")
    client = as_user(cast.clerk)
    for path in ("/manifests/", f"/manifests/?stock={cast.rival.id}", "/manifests/?stock=0"):
        assert (
            ticks(Page(client.get(path))).keys() == {row.id for row in two} and "RIVAL-T" not in client.get(path).text
        )
    assert "RIVAL-T" not in pages(client.get(f"/manifests/list.pdf?carrier=gls&stock={cast.rival.id}").data)[0].text
    page = Page(client.post("/manifests/hand-over", data={"shipment": [two[0].id, theirs.id]}))
    assert "1 isn’t there any more" in page.alert and "RIVAL-T" not in page.text
    assert Shipment.get_by_id(theirs.id).status == "draft"
    assert ticks(Page(as_user(cast.stranger).get("/manifests/?carrier=gls"))) == {}


def test_the_merchant_sees_all_stocks_or_the_one_that_is_chosen(as_user, cast, channel, two):
    theirs = packed(cast, channel, "GLS", "rival_clerk")
    client = as_user(cast.merchant)
    assert ticks(Page(client.get("/manifests/"))).keys() == {*(row.id for row in two), theirs.id}
    assert ticks(Page(client.get(f"/manifests/?stock={cast.rival.id}"))).keys() == {theirs.id}
    assert client.get(f"/manifests/?stock={cast.stranger_supplier.id}").status_code == 404


@pytest.mark.parametrize("query", ["day=x", "day=0001-01-01", "day=9999-12-31", "carrier=%00", "day=2026-02-30"])
def test_what_makes_no_sense_is_today(as_user, cast, two, query):
    assert as_user(cast.clerk).get(f"/manifests/?{query}").status_code == 200


def test_htmx_gets_the_rows_alone_and_statements_do_not_grow(as_user, cast, channel, two, sql_count):
    client = as_user(cast.clerk)
    assert client.get("/manifests/", headers=FRAGMENT).text.strip().startswith('<div id="manifest-rows">')
    with sql_count() as few:
        client.get("/manifests/")
    packed(cast, channel)
    with sql_count() as many:
        client.get("/manifests/")
    assert len(few) == len(many)


def test_needs_login(client, two):
    assert client.get("/manifests/").location.startswith("/login")
    assert client.post("/manifests/hand-over", data={"shipment": two[0].id}).status_code == 401
    assert not Shipment.select().where(Shipment.status == "shipped").exists()
