"""The audit log: who did what in this store, for its admins."""

import pytest

from tests.web.orders import shop
from tests.web.page import FRAGMENT, Page
from webapp.actions import record


@pytest.fixture
def client(as_user, cast):
    record.event(cast.viewer(cast.merchant), "supplier.changed", "Supplier Nord changed", subject="supplier")
    record.event(cast.viewer(cast.admin), "api_key.enabled", "API key Robot enabled", subject="api_key")
    record.event(cast.viewer(cast.stranger), "user.created", "User Foreign added", subject="user")
    return as_user(cast.admin)


def test_shows_who_did_what_newest_first(client):
    last, first = Page(client.get("/audit/")).rows
    assert last.endswith("Ada Admin API key Robot enabled api_key.enabled")
    assert first.endswith("Marta Merchant Supplier Nord changed supplier.changed")


def test_each_filter_finds_one_of_two(client):
    for query in ("q=robot", "q=ADA", "subject=api_key", "q=key&subject=api_key"):
        page = Page(client.get(f"/audit/?{query}"))
        assert len(page.rows) == 1 and "Robot" in page.rows[0], query


def test_nothing_found_says_so(client):
    for query in ("q=%25", "q=Foreign", "subject=user", "q=" + "x" * 5000):
        page = Page(client.get(f"/audit/?{query}"))
        assert page.rows == [] and "No event fits this search." in page.text, query


def test_a_filter_that_makes_no_sense_is_none(client):
    for query in ("subject=x", "after=x", "q=%00", "subject=%00"):
        assert len(Page(client.get(f"/audit/?{query}")).rows) == 2, query


def test_an_event_of_an_order_leads_there(client, cast):
    made = shop.order(shop.channel(cast.store), ("UNKNOWN", 1))
    assert f"/orders/{made.id}" in Page(client.get("/audit/?subject=order")).links


def test_an_event_leads_to_the_page_of_what_it_is_about(client, cast):
    about = {"subject": "supplier", "subject_id": cast.logistics.id}
    record.event(cast.viewer(cast.admin), "supplier.changed", "Supplier Nord archived", **about)
    page = Page(client.get("/audit/?subject=supplier"))
    assert f"/suppliers/{cast.logistics.id}" in page.links
    assert client.get(f"/suppliers/{cast.logistics.id}").status_code == 200


def test_htmx_gets_the_rows_alone(client):
    answer = client.get("/audit/?q=robot", headers=FRAGMENT)
    assert answer.text.strip().startswith('<div id="event-rows">') and len(Page(answer).rows) == 1
    assert "HX-Request" in answer.headers["Vary"]


def test_pages_follow_each_other_and_statements_do_not_grow(client, cast, sql_count):
    with sql_count() as few:
        client.get("/audit/")
    for number in range(51):
        record.event(cast.viewer(cast.admin), "supplier.changed", f"Change {number}", subject="supplier")
    with sql_count() as many:
        page = Page(client.get("/audit/"))
    assert len(few) == len(many) and len(page.rows) == 50
    rest = Page(client.get(page.links[-1]))
    assert len(rest.rows) == 3 and "Supplier Nord changed" in rest.rows[-1]


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_it_is_for_admins(as_user, cast, who):
    page = Page(as_user(getattr(cast, who)).get("/audit/"))
    assert page.status == 403 and "for the store's admins" in page.text and "/audit/" not in page.links


def test_needs_login(app, cast):
    assert app.test_client().get("/audit/").location == "/login?next=/audit/"
