"""The list of orders: what it shows, how it is narrowed down, and whom it hides what from."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import shipments
from webapp.models import Order, Push, Shipment, order_pages
from webapp.models.order_search import OrderSearch
from webapp.models.shipment_search import COUNTED


@pytest.fixture
def sandbox(cast):
    return shop.channel(cast.store)


def text(client, url: str, **headers) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_needs_login(client, cast):
    assert client.get("/orders/").status_code == 303


def test_shows_each_order_with_a_real_link(as_user, cast, sandbox):
    made = shop.split_order(cast, sandbox)
    page = text(as_user(cast.merchant), "/orders/")
    assert f'href="/orders/{made.id}"' in page and made.reference in page
    assert "Rocco Recipient" in page and "bought by Bea Buyer" in page
    assert "Nord Logistica, Rival Warehousing" in page and "2 / 5" in page and "€55.00" in page
    assert "1 order<" in page


def test_an_empty_list_says_what_to_do(as_user, cast):
    assert "Connect a channel" in text(as_user(cast.merchant), "/orders/")
    assert "No orders for you yet" in text(as_user(cast.clerk), "/orders/")


def test_htmx_gets_the_rows_alone(as_user, cast, sandbox):
    shop.split_order(cast, sandbox)
    client = as_user(cast.merchant)
    answer = client.get("/orders/", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    page = answer.get_data(as_text=True)
    assert page.strip().startswith('<div id="order-rows" data-list') and "<html" not in page
    assert "HX-Request" in answer.headers["Vary"]
    assert "<html" in text(client, "/orders/", **{"HX-Request": "true", "HX-Request-Type": "full"})


@pytest.mark.parametrize(
    "query",
    [
        "status=payment_accepted",
        "q=%23{reference}",
        "q=EXT-{reference}",
        "q=mine",
        "q=TRACK_1",
        "q=recipient+rocco",
        "q=Bea%40example",
        "channel={channel}",
        "supplier={supplier}",
        "needs=action",
    ],
)
def test_each_filter_finds_it_and_hides_the_other(as_user, cast, sandbox, query):
    other_shop = shop.channel(cast.store, "Other shop")
    shop.stocked(cast.store, "OWN")
    facts = {"customer": {"name": "Zoe"}, "delivery_address": {"name": "Zoe"}, "status": "in_process"}
    other = shop.order(other_shop, ("OWN", 1), **facts)
    made = shop.split_order(cast, sandbox)
    draft = shipments.ShipmentDraft(source=cast.logistics.id, tracking_code="TRACK_100")
    shipments.create(cast.viewer(cast.merchant), made.id, draft)
    Order.update(status="payment_accepted").where(Order.id == made.id).execute()
    shop.failed_push(made)
    names = {"reference": made.reference[1:], "channel": sandbox.id, "supplier": cast.logistics.id}
    page = text(as_user(cast.merchant), "/orders/?" + query.format(**names))
    assert f'"/orders/{made.id}"' in page
    assert f'"/orders/{other.id}"' not in page


@pytest.mark.parametrize("query", ["q=%25", "q=_", "q=TRACKX1", "q=%5C", "status=shipped", "q=nothing"])
def test_nothing_found_offers_the_whole_list(as_user, cast, sandbox, query):
    shop.order(sandbox, ("UNKNOWN", 1))
    assert "No order matches" in text(as_user(cast.merchant), f"/orders/?{query}")


@pytest.mark.parametrize("query", ["status=x", "channel=x", "supplier=%F0", "after=-1", "after=" + "9" * 30, "q=%00"])
def test_a_filter_that_makes_no_sense_is_none(as_user, cast, sandbox, query):
    made = shop.order(sandbox, ("UNKNOWN", 1))
    assert made.reference in text(as_user(cast.merchant), f"/orders/?{query}")


def test_marks_what_needs_action(as_user, cast, sandbox):
    shop.stocked(cast.store, "SCARCE", cast.logistics, units=1)
    unknown = shop.order(sandbox, ("UNKNOWN", 1))
    scarce = shop.order(sandbox, ("SCARCE", 2))
    failed = shop.split_order(cast, sandbox)
    shop.failed_push(failed)
    fine = shop.split_order(cast, sandbox)
    finished = shop.order(sandbox, ("UNKNOWN", 1), status="shipped")
    page = text(as_user(cast.merchant), "/orders/?needs=action")
    assert "1 unknown SKU<" in page and "1 line unassigned" in page and "push failed" in page
    assert all(f'"/orders/{row.id}"' in page for row in (unknown, scarce, failed))
    assert all(f'"/orders/{row.id}"' not in page for row in (fine, finished))


def test_filters_by_own_stock(as_user, cast, sandbox):
    shop.stocked(cast.store, "OWN")
    own, theirs = shop.order(sandbox, ("OWN", 1)), shop.split_order(cast, sandbox)
    page = text(as_user(cast.merchant), "/orders/?supplier=0")
    assert f'"/orders/{own.id}"' in page and f'"/orders/{theirs.id}"' not in page


@pytest.mark.parametrize("search", [OrderSearch(), OrderSearch(status="payment_accepted")])
def test_counts_no_further_than_it_must(cast, sandbox, sql_count, search):
    for _ in range(3):
        shop.order(sandbox, ("UNKNOWN", 1))
    viewer = cast.viewer(cast.merchant)
    with sql_count() as asked:
        assert order_pages.count(search, viewer) == 3
    (statement,) = asked
    assert f", {COUNTED + 1}" in statement, statement


@pytest.mark.parametrize("who", ["merchant", "clerk"])
@pytest.mark.parametrize(
    "path", ["/orders/", "/orders/?sort=reference&channel=1", "/orders/?after=2030-01-01T00:00:00Z~9"]
)
def test_the_number_of_statements_does_not_grow_with_rows(as_user, cast, sandbox, sql_count, who, path):
    client = as_user(getattr(cast, who))
    shop.split_order(cast, sandbox)
    with sql_count() as few:
        text(client, path)
    for _ in range(29):
        shop.failed_push(shop.split_order(cast, sandbox))
    with sql_count() as many:
        text(client, path)
    assert len(few) == len(many) < 25


def test_shows_the_columns_that_were_chosen(as_user, cast, sandbox):
    shop.split_order(cast, sandbox, shipping_method="Express")
    client = as_user(cast.merchant)
    usual = ["Order", "Channel", "Recipient", "Lines / units", "Served by", "Status", "Total", "Ordered"]
    assert [cell.text for cell in Page(client.get("/orders/")).main.all("th")][1:] == usual
    client.post("/orders/columns", data={"column": ["method", "place"]})
    page = Page(client.get("/orders/"))
    assert [cell.text for cell in page.main.all("th")][1:] == ["Order", "Destination", "Shipping method"]
    assert page.rows[0].endswith("Firenze, IT Express") and "Rocco" not in page.rows[0]
    client.post("/orders/columns", data={"column": "sources"})
    assert "Rival" in Page(client.get("/orders/")).rows[0]
    Order.update(ship_by=shop.ORDERED).execute()
    client.post("/orders/columns", data={"column": "due"})
    assert [cell.text for cell in Page(client.get("/orders/")).main.all("th")][1:] == ["Order", "Ship by"]
    assert "20 Nov" in text(client, "/orders/")
    clerk = as_user(cast.clerk)
    clerk.post("/orders/columns", data={"column": ["sources", "status"]})
    assert [cell.text for cell in Page(clerk.get("/orders/")).main.all("th")][1:] == ["Order", "Status"]
    assert "Rival" not in Page(clerk.get("/orders/")).text


def test_a_clerk_sees_its_own_lines_alone(as_user, cast, sandbox):
    made = shop.split_order(cast, sandbox)
    shop.stocked(cast.store, "RIVALONLY", cast.rival)
    hidden = shop.order(sandbox, ("RIVALONLY", 1))
    page = text(as_user(cast.clerk), "/orders/")
    assert f'"/orders/{made.id}"' in page and "1 / 2" in page and "€20.00" in page
    assert f'"/orders/{hidden.id}"' not in page and hidden.reference not in page
    assert "Rival" not in page and "€55.00" not in page


@pytest.mark.parametrize("words", ["RIVALSKU", "rival", "RIVALTRACK", "unknown-line"])
def test_a_clerk_finds_nothing_by_what_it_may_not_see(as_user, cast, sandbox, words):
    shop.stocked(cast.store, "MINE", cast.logistics)
    shop.stocked(cast.store, "RIVALSKU", cast.rival)
    made = shop.order(sandbox, ("MINE", 1), ("RIVALSKU", 1), ("UNKNOWN-LINE", 1))
    draft = shipments.ShipmentDraft(source=cast.rival.id, tracking_code="RIVALTRACK")
    shipments.create(cast.viewer(cast.merchant), made.id, draft)
    assert f'"/orders/{made.id}"' not in text(as_user(cast.clerk), f"/orders/?q={words}")
    if words != "rival":
        assert f'"/orders/{made.id}"' in text(as_user(cast.merchant), f"/orders/?q={words}")


def test_a_clerks_filters_reveal_nothing_of_rivals(as_user, cast, sandbox):
    made = shop.split_order(cast, sandbox)
    client = as_user(cast.clerk)
    assert f'"/orders/{made.id}"' in text(client, f"/orders/?supplier={cast.rival.id}")
    shop.failed_push(made)
    theirs = Shipment.create(store=cast.store, order=made, supplier=cast.rival)
    shop.failed_push(made, kind="shipment", shipment=theirs)
    assert f'"/orders/{made.id}"' not in text(client, "/orders/?needs=action")
    assert "push failed" not in text(client, "/orders/")
    mine = Shipment.create(store=cast.store, order=made, supplier=cast.logistics)
    Push.update(shipment=mine).where(Push.shipment == theirs).execute()
    assert "push failed" in text(client, "/orders/?needs=action")


def test_another_store_sees_nothing(as_user, cast, sandbox):
    made = shop.split_order(cast, sandbox)
    page = text(as_user(cast.stranger), "/orders/?q=" + made.reference[1:])
    assert f'"/orders/{made.id}"' not in page


def test_the_list_leaves_as_a_file_with_its_filters(as_user, cast, sandbox):
    made, other = shop.split_order(cast, sandbox), shop.split_order(cast, sandbox)
    Order.update(status="on_hold").where(Order.id == made.id).execute()
    client = as_user(cast.merchant)
    (file,) = (link for link in Page(client.get("/orders/?status=on_hold&sort=oldest")).links if ".csv" in link)
    rows = text(client, file)
    assert made.reference in rows and other.reference not in rows
