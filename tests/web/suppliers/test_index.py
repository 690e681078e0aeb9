"""The list of "your suppliers": search, filters, pages, scope."""

import pytest

from tests import cast as casting
from tests.web.page import FRAGMENT, Page
from webapp.db import now
from webapp.models import Product, Supplier, Supply


def names(client, **query) -> list[str]:
    """The suppliers that the list shows, by the text of their links."""
    answer = client.get("/suppliers/", query_string=query)
    assert answer.status_code == 200
    return [row.all("a")[0].text for body in Page(answer).main.all("tbody") for row in body.all("tr")]


@pytest.fixture
def client(as_user, cast):
    casting.supplier(cast.store, "Città Drop", kind="dropshipping", min_days=0, max_days=10)
    casting.supplier(cast.store, "Old Barn", kind="plain", archived_at=now())
    return as_user(cast.merchant)


def test_shows_each_with_its_kind_days_and_stock(client, cast):
    for sku in ("MUG", "POT"):
        product = Product.create(store=cast.store, sku=sku, title=sku)
        Supply.create(store=cast.store, product=product, supplier=cast.logistics, supplier_sku=sku)
    page = Page(client.get("/suppliers/"))
    assert page.main.all("h1")[0].text == "Your suppliers" and "/suppliers/new" in page.links
    nord = next(row for row in page.rows if "Nord" in row)
    assert nord.startswith("Nord Logistica External logistics 1–3 2 ")
    assert f"/suppliers/{cast.logistics.id}" in page.links
    assert names(client) == ["Città Drop", "Rival Warehousing", "Nord Logistica"]


def test_the_search_finds_whatever_the_case_and_blanks(client):
    for words in ("nord", "NORD  logistica", " Logistica ", "d l"):
        assert names(client, q=words) == ["Nord Logistica"], words
    assert names(client, q="CITTÀ") == ["Città Drop"]


def test_nothing_found_says_so(client):
    for words in ("%", "_", "\\", "nothing", "Foreign", "barn", "x" * 5000):
        page = Page(client.get("/suppliers/", query_string={"q": words}))
        assert page.rows == [] and "No supplier fits this search." in page.text, words
        assert page.fields["q"] == words[:200]


def test_the_filters_narrow_it_down(client):
    assert names(client, kind="dropshipping") == ["Città Drop"]
    assert names(client, kind="logistics", q="rival") == ["Rival Warehousing"]
    assert names(client, archived="1") == ["Old Barn"]
    page = Page(client.get("/suppliers/?archived=1&kind=plain&q=old"))
    assert page.fields | {"archived": True, "kind": "plain", "q": "old"} == page.fields


def test_a_filter_that_makes_no_sense_is_none(client):
    for query in ("kind=x", "after=x", "after=-1", "after=" + "9" * 30, "q=%00", "archived=x"):
        assert len(Page(client.get(f"/suppliers/?{query}")).rows) == 3, query


def test_an_empty_list_offers_the_next_step(as_user, cast):
    Supplier.update(archived_at=now()).execute()
    page = Page(as_user(cast.merchant).get("/suppliers/"))
    assert "No suppliers yet" in page.text and page.links.count("/suppliers/new") == 2


def test_htmx_gets_the_rows_alone(client):
    answer = client.get("/suppliers/?q=nord", headers=FRAGMENT)
    assert answer.text.strip().startswith('<div id="supplier-rows">') and len(Page(answer).rows) == 1
    assert "HX-Request" in answer.headers["Vary"]
    for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "full"}, FRAGMENT | {"HX-Boosted": "true"}):
        whole = client.get("/suppliers/?q=nord", headers=headers)
        assert whole.text.startswith("<!doctype html>") and "HX-Request" in whole.headers["Vary"]


def test_pages_follow_each_other_and_statements_do_not_grow(client, cast, sql_count):
    with sql_count() as few:
        names(client)
    for number in range(58):
        casting.supplier(cast.store, f"Depot {number}")
    with sql_count() as many:
        first = Page(client.get("/suppliers/?kind=logistics&q=o"))
    assert len(few) == len(many) and len(first.rows) == 50
    second = Page(client.get(first.links[-1]))
    assert len(second.rows) == 10 and first.rows[-1] not in second.rows
    assert "kind=logistics&q=o&after=" in first.links[-1] and second.links[-1] == "/suppliers/?kind=logistics&q=o"


def test_strange_words_in_the_address_break_no_pager(client, cast):
    for number in range(58):
        casting.supplier(cast.store, f"Depot {number}")
    for word in ("endpoint", "_external", "_scheme", "_method", "_anchor", "page"):
        page = Page(client.get(f"/suppliers/?after=999999&{word}=https"))
        assert page.status == 200 and page.links[-1].startswith(f"/suppliers/?{word}=https&after="), word


def test_it_is_not_for_clerks_nor_strangers_nor_anybody(as_user, cast, client, app):
    page = Page(as_user(cast.clerk).get("/suppliers/"))
    assert page.status == 403 and "Nord" not in page.text
    assert names(as_user(cast.stranger)) == ["Foreign Depot"]
    assert app.test_client().get("/suppliers/").status_code == 303
