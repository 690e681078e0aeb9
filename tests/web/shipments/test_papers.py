"""Papers from the list of shipments: slips, pick list and everything in one file, for what was ticked and is seen."""

import pytest

from tests.scanner import pages
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import shipments, waybills
from webapp.actions.shipments import ShipmentDraft
from webapp.connectors import labels
from webapp.models import Order, Shipment, Store

MANY = ("packing-slips", "pick-list", "shipping-papers")


@pytest.fixture
def both(cast):
    """Packed shipments of the logistics service and of its rival, of one order."""
    made = shop.split_order(cast, shop.channel(cast.store), notes="Ring twice.")
    Store.update(address={"street": "Via Roma 1", "postcode": "50121", "city": "Firenze"}).where(
        Store.id == cast.store.id
    ).execute()
    mine = shipments.create(cast.viewer(cast.clerk), made.id, ShipmentDraft(carrier="GLS", tracking_code="T-1"))
    return mine, shipments.create(cast.viewer(cast.rival_clerk), made.id, ShipmentDraft(carrier="UPS"))


def text_of(answer) -> str:
    assert answer.status_code == 200 and answer.mimetype == "application/pdf", answer.location
    return " ".join(" ".join(page.text.split()) for page in pages(answer.data))


def told(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 303 and answer.location.startswith("/shipments/")
    return Page(client.get(answer.location)).alert


def test_a_packing_slip_names_the_store_the_buyer_and_what_is_in_it_without_prices(as_user, cast, both):
    answer = as_user(cast.clerk).get(f"/shipments/{both[0].id}/packing-slip.pdf")
    said = ("Casa Bella", "Via Roma 1", "50121 Firenze", "Rocco Recipient", "2 Units in this parcel", "Ring twice.")
    text = text_of(answer)
    assert [word for word in said if word not in text and word != "2 Units in this parcel"] == []
    assert "Title of MINE" in text and "Units in this parcel: 2" in text and both[0].order.reference in text
    assert "RIVALSKU" not in text and "Rival" not in text and "10.00" not in text
    assert answer.headers["Content-Disposition"].startswith("inline") and answer.headers["Cache-Control"].endswith(
        "no-store"
    )


def test_prices_are_printed_when_asked_for(as_user, cast, both):
    assert "€10.00" in text_of(as_user(cast.clerk).get(f"/shipments/{both[0].id}/packing-slip.pdf?prices=1"))


def test_what_was_ticked_is_in_one_file_in_the_order_of_the_ticks(as_user, cast, both):
    client, query = as_user(cast.merchant), f"?shipment={both[1].id}&shipment={both[0].id}"
    found = pages(client.get(f"/packing-slips.pdf{query}").data)
    assert ["RIVALSKU" in page.text for page in found] == [True, False]
    assert "5 units for 2 parcels" in text_of(client.get(f"/pick-list.pdf{query}"))


def test_everything_in_one_file_is_pick_list_then_slip_and_label_of_each(as_user, cast, both):
    for row in both:
        waybills.create(cast.viewer(cast.merchant), row.id, draw=labels.draw)
    found = pages(as_user(cast.merchant).get(f"/shipping-papers.pdf?all={both[0].id},{both[1].id}").data)
    reference = both[0].order.reference
    assert [page.codes.get("Code128") for page in found[1:]] == [reference, "T-1", reference, f"XD{both[1].id:010d}"]
    assert "Pick list" in found[0].text


def test_the_list_offers_each_paper_and_a_tick_for_all_of_the_page(as_user, cast, both):
    page = Page(as_user(cast.merchant).get("/shipments/"))
    buttons = page.main.all("form", id="ticked")[0].all("button")
    offered = [one.attributes.get("formaction") for one in buttons if "data-untick" not in one.attributes]
    assert offered == [None, "/waybills.zpl", *(f"/{name}.pdf" for name in MANY)]
    (every,) = page.main.all("input", name="all")
    assert every.attributes["value"] == f"{both[1].id},{both[0].id}" and every.attributes["form"] == "ticked"


@pytest.mark.parametrize("name", MANY)
def test_nothing_ticked_is_told(as_user, cast, both, name):
    for query in ("", "?shipment=x", "?all=", "?all=,x"):
        assert "Tick the shipments" in told(as_user(cast.merchant), f"/{name}.pdf{query}")


def test_what_cannot_be_printed_is_told_where_it_was_ticked(as_user, cast, both):
    client, one = as_user(cast.merchant), both[0].id
    assert f"No waybill is issued for shipment {one}" in told(client, f"/shipping-papers.pdf?shipment={one}")
    shipments.cancel(cast.viewer(cast.merchant), one)
    assert f"Shipment {one} is canceled" in told(client, f"/packing-slips.pdf?shipment={one}&back=/shipments/?q=x")
    many = "&".join(f"shipment={number}" for number in range(1, 300))
    assert "At most 200" in told(client, f"/packing-slips.pdf?{many}")


@pytest.mark.parametrize("who", ["rival_clerk", "stranger"])
@pytest.mark.parametrize("name", MANY)
def test_nobody_elses_is_printed_not_even_among_ones_own(as_user, cast, both, who, name):
    client = as_user(getattr(cast, who))
    assert client.get(f"/shipments/{both[0].id}/packing-slip.pdf").status_code == 404
    for query in (f"shipment={both[0].id}", f"shipment={both[1].id}&all={both[0].id}", f"shipment={both[1].id}9999"):
        assert client.get(f"/{name}.pdf?{query}").status_code == 404


def test_a_pick_list_of_orders_has_what_waits_in_one_stock(as_user, cast, both):
    made = shop.split_order(cast, both[0].order.channel)
    text = text_of(as_user(cast.clerk).get(f"/pick-list.pdf?order={made.id}&stock={cast.rival.id}"))
    assert "2 units for 1 parcels" in text and "MINE" in text and "S-MINE" in text and "RIVALSKU" not in text
    client = as_user(cast.merchant)
    assert "5 units" in text_of(client.get(f"/pick-list.pdf?order={made.id}"))
    assert "3 units" in text_of(client.get(f"/pick-list.pdf?order={made.id}&stock={cast.rival.id}"))
    assert client.get(f"/pick-list.pdf?order={both[0].order_id}").status_code == 409  # All of it is packed.


def test_a_pick_list_of_a_foreign_order_is_not_found(as_user, cast, both):
    made = shop.order(both[0].order.channel, ("RIVALSKU", 1))
    for who in (cast.clerk, cast.stranger):
        assert as_user(who).get(f"/pick-list.pdf?order={made.id}").status_code == 404


def test_packing_slips_of_orders_are_those_of_their_parcels_that_one_sees(as_user, cast, both):
    other = shop.split_order(cast, both[0].order.channel)
    packed = shipments.create(cast.viewer(cast.clerk), other.id, ShipmentDraft())
    query = f"order={other.id}&order={both[0].order_id}"
    found = pages(as_user(cast.merchant).get(f"/packing-slips.pdf?{query}").data)
    assert [page.codes["Code128"] for page in found] == [other.reference, *[both[0].order.reference] * 2]
    assert ["RIVALSKU" in page.text for page in found] == [False, False, True]
    seen = text_of(as_user(cast.clerk).get(f"/packing-slips.pdf?{query}"))
    assert seen.count("Title of MINE") == 2 and "RIVALSKU" not in seen
    shipments.cancel(cast.viewer(cast.merchant), packed.id)
    assert other.reference not in text_of(as_user(cast.merchant).get(f"/packing-slips.pdf?order={both[0].order_id}"))


def test_orders_without_a_parcel_are_named_before_the_slips_of_the_others(as_user, cast, both):
    client, waits = as_user(cast.merchant), shop.split_order(cast, both[0].order.channel)
    page = Page(client.get(f"/packing-slips.pdf?query=&order={waits.id}&order={both[0].order_id}"))
    assert (
        page.status == 200
        and f"1 order has no parcel yet, so there is no packing slip for it: {waits.reference}" in page.text
    )
    rest, picked = (next(link for link in page.links if link.startswith(path)) for path in ("/packing", "/pick"))
    assert text_of(client.get(rest)).count(both[0].order.reference) >= 2 and "5 units" in text_of(client.get(picked))
    alone = client.get(f"/packing-slips.pdf?query=status%3Dshipped&order={waits.id}")
    assert (alone.status_code, alone.location) == (303, "/orders/?status=shipped")
    assert "None of these orders has a parcel yet" in Page(client.get(alone.location)).alert


@pytest.mark.parametrize("name", ["packing-slips", "pick-list"])
def test_what_is_printed_of_the_list_of_orders_is_what_was_ticked_or_all_that_match(as_user, cast, both, name):
    client = as_user(cast.merchant)
    answer = client.get(f"/{name}.pdf?query=dates%3D30d")
    assert (answer.status_code, answer.location) == (303, "/orders/?dates=30d")
    assert "Tick at least one order first." in Page(client.get(answer.location)).alert
    waits = shop.split_order(cast, both[0].order.channel)
    shipments.create(cast.viewer(cast.clerk), waits.id, ShipmentDraft())
    text = text_of(client.get(f"/{name}.pdf?query=&matching=1"))
    assert waits.reference in text and (both[0].order.reference in text) == (name == "packing-slips")


def test_packed_orders_on_the_list_are_told_that_nothing_is_to_be_picked(as_user, cast, both):
    client = as_user(cast.merchant)
    answer = client.get(f"/pick-list.pdf?query=&order={both[0].order_id}")
    assert answer.location == "/orders/" and "Nothing of these orders" in Page(client.get("/orders/")).alert


def test_packing_slips_of_a_foreign_order_are_not_found(as_user, cast, both):
    made = shop.order(both[0].order.channel, ("RIVALSKU", 1))
    for who in (cast.clerk, cast.stranger):
        assert as_user(who).get(f"/packing-slips.pdf?order={made.id}&order={both[0].order_id}").status_code == 404


def test_statements_do_not_grow_with_the_shipments(as_user, cast, both, sql_count):
    client = as_user(cast.merchant)
    with sql_count() as few:
        text_of(client.get(f"/packing-slips.pdf?shipment={both[0].id}"))
    with sql_count() as many:
        text_of(client.get(f"/packing-slips.pdf?shipment={both[0].id}&shipment={both[1].id}"))
    assert len(many) <= len(few)


def test_needs_login(client, both):
    for name in MANY:
        assert client.get(f"/{name}.pdf?shipment={both[0].id}").location.startswith("/login")
    assert client.get(f"/shipments/{both[0].id}/packing-slip.pdf").location.startswith("/login")
    assert Shipment.select().count() == 2 and Order.select().count() == 1
