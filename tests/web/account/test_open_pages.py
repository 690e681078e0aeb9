"""Pages that were open while their session ended, or became somebody else's: what they ask for, and what they send."""

import json

import pytest

from tests.web.page import FRAGMENT, Page
from webapp.models import Membership, Supplier, User

NEW = {"name": "Late", "min_days": "1", "max_days": "1"}


def headers_of(answer) -> dict[str, str]:
    """What htmx sends along from a page."""
    return json.loads(Page(answer).whole.all("body")[0].attributes["hx-headers:inherited"])


def log_in(client, user, password):
    token = headers_of(client.get("/login"))["X-CSRFToken"]
    entered = {"email": user.email, "password": password, "csrf_token": token}
    assert client.post("/login", data=entered).status_code == 303


@pytest.fixture
def merchant(csrf_client, cast):
    """The merchant, who works in two stores, at an app whose forms need their token."""
    Membership.create(store=cast.other_store, user=cast.merchant, role="merchant")
    log_in(csrf_client, cast.merchant, cast.password)
    return csrf_client


def test_the_token_of_a_new_session_is_given_to_the_page_of_the_old_one(merchant, cast):
    old = headers_of(merchant.get("/suppliers/new"))
    merchant.post("/logout", headers=old)
    assert merchant.get("/session", headers=FRAGMENT | old).status_code == 401
    log_in(merchant, cast.merchant, cast.password)
    assert merchant.post("/suppliers/", data=NEW, headers=old).status_code == 400
    answer = merchant.get("/session", headers=FRAGMENT | old)
    assert merchant.post("/suppliers/", data=NEW | answer.json).status_code == 303
    assert Supplier.get(Supplier.name == "Late").store_id == cast.store.id


def test_the_token_is_kept_by_nothing_and_read_by_no_other_site(merchant):
    answer = merchant.get("/session", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200 and answer.json.keys() == {"csrf_token"}
    assert answer.headers["Cache-Control"] == "private, no-store" and "Cookie" in answer.headers["Vary"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
    for site in ("cross-site", "same-site", "none"):
        refused = merchant.get("/session", headers={"Sec-Fetch-Site": site})
        assert refused.status_code == 403 and not refused.is_json


def test_who_isnt_logged_in_gets_no_token(client, cast):
    answer = client.get("/session", headers=FRAGMENT)
    assert (answer.status_code, answer.text) == (401, "")
    assert client.get("/session").location == "/login?next=/session"


def test_the_page_of_somebody_else_is_given_nothing_and_changes_nothing(merchant, cast):
    old = headers_of(merchant.get("/suppliers/new"))
    merchant.post("/logout", headers=old)
    log_in(merchant, cast.admin, cast.password)
    theirs = headers_of(merchant.get("/suppliers/new"))
    for sent in (old, theirs | {"Page-Of": old["Page-Of"]}):
        answer = merchant.get("/session", headers=FRAGMENT | sent)
        assert answer.status_code == 412 and "Page-Of" not in answer.headers
        assert merchant.get("/orders/", headers=FRAGMENT | sent).status_code == 412
    answer = merchant.post("/suppliers/", data=NEW, headers=FRAGMENT | theirs | {"Page-Of": old["Page-Of"]})
    assert (answer.status_code, answer.text) == (412, "") and not Supplier.select().where(
        Supplier.name == "Late"
    ).exists()


def test_a_form_of_another_store_than_the_chosen_one_is_refused_without_scripts_too(merchant, cast):
    old = headers_of(merchant.get("/suppliers/new"))
    there = {"store_id": cast.other_store.id, "csrf_token": old["X-CSRFToken"]}
    assert merchant.post("/account/store", data=there).status_code == 303
    answer = merchant.get("/session", headers=FRAGMENT | old)
    assert (answer.status_code, answer.headers["Page-Of"]) == (412, f"{cast.merchant.id}.{cast.other_store.id}")
    assert merchant.post("/suppliers/", data=NEW | {"csrf_token": old["X-CSRFToken"]}).status_code == 400
    assert not Supplier.select().where(Supplier.name == "Late").exists()
    here = headers_of(merchant.get("/suppliers/new"))
    assert merchant.post("/suppliers/", data=NEW, headers=here).status_code == 303
    assert Supplier.get(Supplier.name == "Late").store_id == cast.other_store.id


def test_a_form_of_a_store_that_one_was_shut_out_of_is_refused_after_a_refresh_too(merchant, cast):
    old = headers_of(merchant.get("/suppliers/new"))
    mine = (Membership.user == cast.merchant.id) & (Membership.store == cast.store.id)
    Membership.update(active=False).where(mine).execute()
    assert merchant.get("/tasks/count", headers=FRAGMENT).status_code == 200
    assert merchant.post("/suppliers/", data=NEW, headers={"X-CSRFToken": old["X-CSRFToken"]}).status_code == 400
    assert not Supplier.select().where(Supplier.name == "Late").exists()


def test_two_pages_that_open_at_once_after_logging_in_share_a_token(merchant):
    with merchant.session_transaction() as begun:
        token = begun["csrf_token"]
    merchant.get("/suppliers/new")
    with merchant.session_transaction() as later:
        assert later["csrf_token"] == token


@pytest.mark.parametrize("ended", ["logged out", "new password", "disabled"])
def test_a_form_that_is_sent_after_the_session_ended_is_told_so(merchant, cast, ended):
    old = headers_of(merchant.get("/suppliers/new"))
    if ended == "logged out":
        merchant.post("/logout", headers=old)
    change = {"fs_uniquifier": "another"} if ended == "new password" else {"active": ended != "disabled"}
    User.update(change).where(User.id == cast.merchant.id).execute()
    page = Page(merchant.post("/suppliers/", data=NEW | {"csrf_token": old["X-CSRFToken"]}))
    assert page.status == 401 and "Nothing was saved" in page.text
    part = merchant.post("/suppliers/", data=NEW, headers=FRAGMENT | old)
    assert part.status_code == 401
    assert not Supplier.select().where(Supplier.name == "Late").exists()
