"""Every change asks for its form's token: without one it is refused, and nothing is stored."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import TABLES

SIGNED = ("/api/", "/hooks/")
"""Programs call these with a key or a signature of their own, and no session counts there."""


def changes(app) -> list[str]:
    """The addresses of every change that a page can make, with 1 for each id."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods and not rule.rule.startswith(SIGNED)]
    found = [
        rule.build({**dict.fromkeys(rule.arguments, 1), "table": "products"}, append_unknown=False)[1] for rule in rules
    ]
    assert len(found) > 30
    return sorted(found)


def rows() -> list[int]:
    return [table.select().count() for table in TABLES]


@pytest.fixture
def admin(csrf_client, cast):
    """The admin, at an app whose forms need their token."""
    shop.split_order(cast, shop.channel(cast.store))
    token = Page(csrf_client.get("/login")).whole.all("input", name="csrf_token")[0].attributes["value"]
    entered = {"email": cast.admin.email, "password": cast.password, "csrf_token": token}
    assert csrf_client.post("/login", data=entered).status_code == 303
    return csrf_client


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_no_change_is_made_without_its_token(admin, token):
    before = rows()
    for path in changes(admin.application):
        answer = admin.post(path, data={} if token is None else {"csrf_token": token})
        assert answer.status_code == 400 and "load the page anew" in Page(answer).text, path
    assert rows() == before
    assert admin.get("/").status_code == 200


def test_the_token_of_another_session_does_not_count(admin):
    other = admin.application.test_client()
    token = Page(other.get("/login")).whole.all("input", name="csrf_token")[0].attributes["value"]
    assert admin.post("/suppliers/", data={"name": "New", "csrf_token": token}).status_code == 400


def test_the_forms_own_token_counts_in_a_field_and_in_a_header(admin):
    page = Page(admin.get("/suppliers/new"))
    token = page.main.all("input", name="csrf_token")[0].attributes["value"]
    sent = {"name": "New", "min_days": "1", "max_days": "1"}
    assert admin.post("/suppliers/", data=sent | {"csrf_token": token}).status_code == 303
    assert admin.post("/suppliers/", data=sent | {"name": "Two"}, headers={"X-CSRFToken": token}).status_code == 303
