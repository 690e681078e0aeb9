"""The scan field: exactly one thing is opened, several are listed, nothing is said in words; nobody else's is found."""

import pytest

from tests.web.desk.conftest import line_of
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import acceptance, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Shipment, Supply


def scan(client, code: str, **more):
    return client.get("/desk/scan", query_string={"code": code, **more})


@pytest.mark.parametrize("code", ["{reference}", "{bare}", "{external}", "XO{id:010d}", "  {reference} "])
def test_an_orders_code_opens_it(as_user, cast, order, code):
    words = {"reference": order.reference, "bare": order.reference[1:], "external": order.external_id, "id": order.id}
    answer = scan(as_user(cast.clerk), code.format(**words))
    assert answer.status_code == 303 and answer.location == f"/desk/orders/{order.id}"


@pytest.mark.parametrize("code", ["MINE", "4006381333931", "S-MINE"])
def test_an_item_opens_the_order_that_waits_for_it(as_user, cast, order, code):
    assert scan(as_user(cast.clerk), code).location == f"/desk/orders/{order.id}"


def test_an_item_that_several_orders_wait_for_lists_them_oldest_first(as_user, cast, order, channel):
    later = shop.split_order(cast, channel)
    acceptance.accept(cast.viewer(cast.clerk), later.id)
    answer = scan(as_user(cast.clerk), "MINE")
    links = [link for link in Page(answer).links if link.startswith("/desk/orders/")]
    assert answer.status_code == 200 and links == [f"/desk/orders/{order.id}", f"/desk/orders/{later.id}"]


@pytest.fixture
def packed(cast, accepted) -> Shipment:
    return shipments.create(cast.viewer(cast.clerk), accepted.id, ShipmentDraft(carrier="GLS", tracking_code="TRK-9"))


@pytest.mark.parametrize("code", ["TRK-9", "XD{id:010d}"])
def test_a_parcels_code_opens_it(as_user, cast, packed, code):
    code, client = code.format(id=packed.id), as_user(cast.clerk)
    assert scan(client, code).location == f"/desk/shipments/{packed.id}"
    shipments.ship(cast.viewer(cast.clerk), packed.id)
    assert scan(client, code).location == f"/shipments/{packed.id}"


def test_a_shipments_number_opens_it(as_user, cast, packed):
    assert scan(as_user(cast.clerk), str(packed.id)).location == f"/desk/shipments/{packed.id}"


def test_an_order_that_is_packed_opens_its_parcel(as_user, cast, packed):
    assert scan(as_user(cast.clerk), packed.order.reference).location == f"/desk/shipments/{packed.id}"


def test_an_order_that_has_left_opens_its_page_and_says_why(as_user, cast, packed):
    client = as_user(cast.clerk)
    shipments.ship(cast.viewer(cast.clerk), packed.id)
    answer = scan(client, packed.order.reference)
    assert answer.location == f"/orders/{packed.order_id}"
    assert "Nothing of order" in Page(client.get(answer.location)).alert


def test_a_number_that_is_an_order_and_a_shipment_lists_both(as_user, cast, packed):
    type(packed.order).update(reference=str(packed.id)).where(type(packed.order).id == packed.order_id).execute()
    page = Page(scan(as_user(cast.clerk), str(packed.id)))
    assert f"/desk/orders/{packed.order_id}" in page.links and f"/desk/shipments/{packed.id}" in page.links


@pytest.mark.parametrize("code", ["NOPE", "<b>x</b>", "%", "_", "9" * 200, "XO9999999999", "\u0663", "MIN"])
def test_what_is_not_found_is_said_in_words_and_nothing_else_is_shown(as_user, cast, order, code):
    answer = scan(as_user(cast.clerk), code)
    page = Page(answer)
    assert answer.status_code == 200 and f"Nothing found for “{code}”." in page.text
    assert "<b>x</b>" not in answer.text and order.reference not in page.text
    assert page.main.all("input", name="code")


@pytest.mark.parametrize("code", ["", "  ", "\x00"])
def test_an_empty_scan_shows_the_desk(as_user, cast, order, code):
    assert scan(as_user(cast.clerk), code).location == "/desk/"


def test_nothing_of_the_rival_is_found(as_user, cast, order, channel):
    theirs = shop.order(channel, ("RIVALSKU", 1))
    made = shipments.create(cast.viewer(cast.rival_clerk), theirs.id, ShipmentDraft(tracking_code="RIVAL-T"))
    client = as_user(cast.clerk)
    codes = ("RIVALSKU", "4012345678901", "S-RIVALSKU", "RIVAL-T", f"XD{made.id:010d}", str(made.id))
    for code in (*codes, theirs.reference, theirs.external_id, f"XO{theirs.id:010d}"):
        answer = scan(client, code, stock=cast.rival.id)
        assert answer.status_code == 200 and "Nothing found" in answer.text and "Title of" not in answer.text, code


def test_another_store_finds_nothing(as_user, cast, packed):
    for code in (packed.order.reference, "MINE", "TRK-9", str(packed.id)):
        assert "Nothing found" in scan(as_user(cast.stranger), code).text


def test_the_merchants_scan_looks_at_the_chosen_shelf_for_items_and_everywhere_for_orders(as_user, cast, order):
    client = as_user(cast.merchant)
    assert "Nothing found" in scan(client, "MINE").text
    assert scan(client, "MINE", stock=cast.logistics.id).location == (
        f"/desk/orders/{order.id}?stock={cast.logistics.id}"
    )
    assert scan(client, order.reference).location == f"/orders/{order.id}"


def test_an_item_that_is_packed_already_is_waited_for_no_more(as_user, cast, packed):
    assert "Nothing found" in scan(as_user(cast.clerk), "MINE").text
    assert Supply.get(Supply.supplier == cast.logistics.id).supplier_sku == "S-MINE" and line_of(packed.order)


def test_needs_login(client, order):
    assert scan(client, order.reference).location.startswith("/login")
