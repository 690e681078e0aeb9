"""The desk: three columns of one stock's work, oldest first, and nothing of anybody else."""

import re

import pytest

from tests.web.desk.conftest import line_of
from tests.web.orders import shop
from tests.web.page import FRAGMENT, Page
from webapp.actions import acceptance, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Order, desk


def columns(client, query: str = "") -> dict[str, list[str]]:
    """Return column -> the links of its cards, in their order."""
    answer = client.get(f"/desk/{query}")
    assert answer.status_code == 200
    found = {}
    for section in Page(answer).main.all("section"):
        name = section.attributes["aria-labelledby"].removeprefix("desk-")
        found[name] = [card.attributes["href"] for card in section.all("a", class_="desk-card")]
    return found


def test_an_order_moves_from_column_to_column(as_user, cast, order):
    client, here = as_user(cast.clerk), f"/desk/orders/{order.id}"
    assert columns(client) == {"accept": [here], "pack": [], "hand-over": []}
    acceptance.accept(cast.viewer(cast.clerk), order.id)
    assert columns(client) == {"accept": [], "pack": [here], "hand-over": []}
    made = shipments.create(cast.viewer(cast.clerk), order.id, ShipmentDraft(lines={line_of(order): 1}))
    assert columns(client) == {"accept": [], "pack": [here], "hand-over": [f"/desk/shipments/{made.id}"]}
    rest = shipments.create(cast.viewer(cast.clerk), order.id, ShipmentDraft())
    both = [f"/desk/shipments/{row.id}" for row in (made, rest)]
    assert columns(client) == {"accept": [], "pack": [], "hand-over": both}
    shipments.cancel(cast.viewer(cast.clerk), made.id)
    shipments.ship(cast.viewer(cast.clerk), rest.id)
    assert columns(client) == {"accept": [], "pack": [here], "hand-over": []}


@pytest.mark.parametrize("status", ["awaiting_payment", "on_hold", "canceled", "delivered"])
def test_what_is_not_worked_on_is_not_there(as_user, cast, order, status):
    Order.update(status=status).where(Order.id == order.id).execute()
    assert columns(as_user(cast.clerk)) == {"accept": [], "pack": [], "hand-over": []}


def test_the_oldest_stands_first(as_user, cast, order, channel):
    later = shop.split_order(cast, channel)
    assert columns(as_user(cast.clerk))["accept"] == [f"/desk/orders/{order.id}", f"/desk/orders/{later.id}"]


def test_the_merchants_desk_is_its_own_shelf_until_another_is_chosen(as_user, cast, order, own):
    client = as_user(cast.merchant)
    assert columns(client)["accept"] == [f"/desk/orders/{own.id}"]
    of_rival = columns(client, f"?stock={cast.rival.id}")
    assert of_rival["accept"] == [f"/desk/orders/{order.id}?stock={cast.rival.id}"]


@pytest.mark.parametrize("stock", ["999999", "x", "-1", "{stranger}"])
def test_a_stock_that_is_not_there_is_not_found(as_user, cast, stock):
    wanted = stock.format(stranger=cast.stranger_supplier.id)
    assert as_user(cast.merchant).get(f"/desk/?stock={wanted}").status_code == 404


def test_a_clerk_cannot_choose_and_meets_nothing_of_the_rival(as_user, cast, order, own):
    shipments.create(cast.viewer(cast.rival_clerk), order.id, ShipmentDraft(carrier="UPS"))
    client = as_user(cast.clerk)
    for query in ("", f"?stock={cast.rival.id}", "?stock=0"):
        text = client.get(f"/desk/{query}").text
        assert columns(client, query)["accept"] == [f"/desk/orders/{order.id}"]
        assert columns(client, query)["hand-over"] == []
        assert not re.search(r"Rival|RIVALSKU|UPS", text) and own.reference not in text


def test_another_store_has_a_desk_of_its_own(as_user, cast, order, own):
    assert columns(as_user(cast.stranger)) == {"accept": [], "pack": [], "hand-over": []}


def test_all_shown_are_accepted_in_one_go(as_user, cast, order, channel):
    later = shop.split_order(cast, channel)
    client = as_user(cast.clerk)
    page = Page(client.get("/desk/"))
    ids = [field.attributes["value"] for field in page.main.all("input", name="order")]
    assert ids == [str(order.id), str(later.id)] and "Accept these 2" in page.text
    answer = client.post("/desk/accept", data={"order": ids})
    assert answer.status_code == 303
    page = Page(client.get(answer.location))
    assert "2 orders are accepted." in page.alert
    assert len(columns(client)["pack"]) == 2
    assert desk.to_accept(cast.viewer(cast.rival_clerk), cast.rival.id).count() == 2  # The rival's part isn't touched.


def test_the_merchant_accepts_for_one_stock_alone(as_user, cast, order):
    as_user(cast.merchant).post("/desk/accept", data={"order": order.id, "stock": cast.logistics.id})
    assert desk.to_pack(cast.viewer(cast.clerk), cast.logistics.id).count() == 1
    assert desk.to_accept(cast.viewer(cast.rival_clerk), cast.rival.id).count() == 1


@pytest.mark.parametrize("ids", [[], ["x"], ["999999"]])
def test_nothing_to_accept_is_told(as_user, cast, order, ids):
    client = as_user(cast.clerk)
    answer = client.post("/desk/accept", data={"order": ids})
    assert "nothing left to accept" in Page(client.get(answer.location)).alert


def test_a_rivals_order_is_not_accepted(as_user, cast, channel, order):
    theirs = shop.order(channel, ("RIVALSKU", 1))
    as_user(cast.clerk).post("/desk/accept", data={"order": [theirs.id, order.id]})
    assert [row.id for row in desk.to_pack(cast.viewer(cast.clerk), cast.logistics.id)] == [order.id]
    assert desk.to_accept(cast.viewer(cast.rival_clerk), cast.rival.id).count() == 2


def test_htmx_gets_the_columns_alone_and_they_ask_for_the_same_stock(as_user, cast, order):
    answer = as_user(cast.merchant).get(f"/desk/?stock={cast.rival.id}", headers=FRAGMENT)
    assert answer.text.strip().startswith('<div id="desk-columns"')
    assert f'hx-get="/desk/?stock={cast.rival.id}"' in answer.text and 'id="code"' not in answer.text


def test_statements_do_not_grow_with_the_orders(as_user, cast, channel, order, sql_count):
    client = as_user(cast.clerk)
    client.get("/desk/")
    with sql_count() as few:
        client.get("/desk/")
    for _ in range(4):
        shop.split_order(cast, channel)
    with sql_count() as many:
        client.get("/desk/")
    assert len(few) == len(many)


def test_needs_login(client, order):
    assert client.get("/desk/").location.startswith("/login")
    assert client.post("/desk/accept", data={"order": order.id}).status_code == 401


@pytest.mark.parametrize("who", ["admin", "merchant", "clerk"])
def test_the_menu_leads_there_first_for_a_clerk(as_user, cast, who):
    links = [link for link in Page(as_user(getattr(cast, who)).get("/")).links if link in ("/desk/", "/orders/")]
    assert links[:2] == (["/desk/", "/orders/"] if who == "clerk" else ["/orders/", "/desk/"])
