"""The list of users, for admins alone."""

import secrets

import pytest

from tests.web.page import FRAGMENT, Page
from webapp.models import Membership, User


def add_people(cast, count: int) -> None:
    for number in range(count):
        facts = {"email": f"p{number}@example.com", "password": "-", "fs_uniquifier": secrets.token_hex(8)}
        user = User.create(name=f"Person {number}", **facts)
        Membership.create(store=cast.store, user=user, role="clerk", supplier=cast.logistics)


def test_shows_who_may_do_what(as_user, cast):
    page = Page(as_user(cast.admin).get("/users/"))
    clerk = next(row for row in page.rows if "Carlo" in row)
    assert "carlo.clerk@example.com" in clerk and "Clerk" in clerk and "Nord Logistica" in clerk and "Active" in clerk
    assert len(page.rows) == 4 and "Stan Stranger" not in page.text and "/users/new" in page.links


def test_oneself_can_not_be_disabled_from_the_list(as_user, cast):
    page = Page(as_user(cast.admin).get("/users/"))
    own = Membership.get(Membership.user == cast.admin.id)
    assert f"/users/{own.id}/disable" not in page.posts and len(page.posts) == 3
    assert "You" in next(row for row in page.rows if "Ada" in row)


def test_the_search_finds_by_name_and_address(as_user, cast):
    client = as_user(cast.admin)
    for words in ("carlo", "CARLO", "carlo.clerk@", " Clerk "):
        page = Page(client.get("/users/", query_string={"q": words}))
        assert len(page.rows) == 1 and "Carlo Clerk" in page.rows[0], words


def test_nobody_found_says_so(as_user, cast):
    client = as_user(cast.admin)
    for words in ("stan", "%", "_", "\x00nobody"):
        page = Page(client.get("/users/", query_string={"q": words}))
        assert page.rows == [] and "Nobody found" in page.text, words


def test_htmx_gets_the_rows_alone(as_user, cast):
    client = as_user(cast.admin)
    answer = client.get("/users/?q=carlo", headers=FRAGMENT)
    assert answer.text.strip().startswith('<div id="user-rows">') and "HX-Request" in answer.headers["Vary"]
    assert len(Page(answer).rows) == 1 and "<html" in client.get("/users/").text


def test_the_number_of_statements_does_not_grow(as_user, cast, sql_count):
    client = as_user(cast.admin)
    with sql_count() as few:
        client.get("/users/")
    add_people(cast, 60)
    with sql_count() as many:
        page = Page(client.get("/users/"))
    assert len(few) == len(many) and len(page.rows) == 50
    rest = Page(client.get(page.links[-1]))
    assert len(rest.rows) == 14 and rest.links[-1] == "/users/"


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_only_admins_get_in(as_user, cast, who):
    client = as_user(getattr(cast, who))
    for path in ("/users/", "/users/new", "/users/1/edit"):
        page = Page(client.get(path))
        assert page.status == 403 and "Only an admin manages users." in page.text and "/users/" not in page.links


def test_needs_login(client, cast):
    assert client.get("/users/").location == "/login?next=/users/"
