"""Somebody who works in several stores chooses one in the header, and sees that one alone."""

import pytest

from tests.web.page import Page
from webapp.models import Membership


@pytest.fixture
def client_of_two(as_user, cast):
    """The merchant of the store, who is a clerk in the other one."""
    Membership.create(store=cast.other_store, user=cast.merchant, role="clerk", supplier=cast.stranger_supplier)
    return as_user(cast.merchant)


def test_the_choice_counts_from_the_next_page_on(client_of_two, cast):
    assert client_of_two.get("/suppliers/").status_code == 200
    answer = client_of_two.post("/account/store", data={"store_id": str(cast.other_store.id)})
    assert (answer.status_code, answer.location) == (303, "/")
    page = Page(client_of_two.get("/"))
    chosen = page.whole.all("option", selected="")
    assert [option.text for option in chosen] == ["Elsewhere"]
    assert client_of_two.get("/suppliers/").status_code == 403
    assert client_of_two.post("/account/store", data={"store_id": str(cast.store.id)}).status_code == 303
    assert client_of_two.get("/suppliers/").status_code == 200


def test_a_store_that_is_not_ones_own_is_not_found(client_of_two):
    for wanted in ("", "x", "0", "999999", "9" * 40, "1\x00"):
        assert client_of_two.post("/account/store", data={"store_id": wanted}).status_code == 404, wanted
    assert client_of_two.get("/suppliers/").status_code == 200


def test_a_foreign_store_is_not_found(as_user, cast):
    client = as_user(cast.merchant)
    assert client.post("/account/store", data={"store_id": str(cast.other_store.id)}).status_code == 404
    assert "Foreign Depot" not in Page(client.get("/suppliers/")).text


def test_with_one_store_there_is_nothing_to_choose(as_user, cast):
    page = Page(as_user(cast.merchant).get("/"))
    assert not page.whole.all("select", name="store_id") and "Casa Bella" in page.whole.text
