"""Log in and out: with the right words alone, and never on to another site."""

import pytest

from tests.web.page import FRAGMENT, Page
from webapp.models import User


def enter(client, email: str, password: str = "correct horse battery", **values):
    return client.post("/login", data={"email": email, "password": password, **values})


@pytest.mark.parametrize("email", ["marta.merchant@example.com", "  Marta.Merchant@Example.com "])
def test_the_right_password_lets_in(client, cast, email):
    answer = enter(client, email)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Good to see you, Marta" in Page(client.get("/")).text


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("marta.merchant@example.com", "correct horse batterx"),
        ("nobody@example.com", "correct horse battery"),
        ("rita.rival@example.com", "correct horse battery"),
        ("marta.merchant@example.com", "x\x00y"),
    ],
)
def test_whatever_is_wrong_is_said_in_the_same_words(client, cast, email, password):
    User.update(active=False).where(User.id == cast.rival_clerk.id).execute()
    answer = enter(client, email, password, next="/orders/")
    page = Page(answer)
    assert page.status == 422 and page.alert == "E-mail and password don't match an active account."
    assert page.fields == {"email": email, "password": "", "next": "/orders/"} and password not in answer.text
    assert client.get("/").status_code == 303


def test_what_is_missing_is_told_at_its_field(client, cast):
    page = Page(enter(client, " ", ""))
    assert page.status == 422
    assert page.errors == {"email": "Type your e-mail address.", "password": "Type your password."}


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/" * 5000,
        "",
    ],
)
def test_nobody_is_sent_on_to_another_site(client, cast, target):
    assert enter(client, cast.merchant.email, next=target).location == "/"


def test_the_page_that_was_asked_for_is_shown_after_logging_in(client, cast):
    asked = client.get("/suppliers/?q=Nord&kind=logistics")
    assert asked.status_code == 303
    page = Page(client.get(asked.location))
    answer = enter(client, cast.merchant.email, next=page.fields["next"])
    assert answer.location == "/suppliers/?q=Nord&kind=logistics"


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_what_an_open_page_asks_for_leaves_that_page_as_it_is(client, cast, verb):
    answer = client.open("/suppliers/", method=verb, headers=FRAGMENT)
    assert (answer.status_code, answer.text) == (401, "") and "HX-Redirect" not in answer.headers


def test_a_whole_page_that_htmx_asks_for_is_the_log_in_page(client, cast):
    back = {"HX-Request": "true", "HX-Request-Type": "full", "HX-History-Restore-Request": "true"}
    answer = client.get("/suppliers/?q=Nord", headers=back)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login?next=/suppliers/?q%3DNord")


def test_a_form_that_is_sent_without_login_is_told_so_and_not_repeated_by_logging_in(client, cast):
    page = Page(client.post("/suppliers/", data={"name": "New"}))
    assert page.status == 401 and "You are logged out" in page.text and "go back" in page.text
    assert "/login" in page.links and not page.posts


def test_who_is_in_already_goes_on(as_user, cast):
    assert as_user(cast.merchant).get("/login").location == "/"


def test_logging_out_ends_the_session(as_user, cast):
    client = as_user(cast.merchant)
    answer = client.get("/logout", headers={"Accept-Language": "it"})
    assert answer.status_code == 405 and "torna indietro" in answer.text.lower()
    assert client.get("/").status_code == 200
    answer = client.post("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert "You are logged out." in Page(client.get("/login")).alert
    assert client.get("/").status_code == 303


def test_the_log_in_form_needs_its_csrf_token(csrf_client, cast):
    page = Page(enter(csrf_client, cast.merchant.email))
    assert page.status == 400 and "load the page anew" in page.text
    token = Page(csrf_client.get("/login")).whole.all("input", name="csrf_token")[0].attributes["value"]
    assert enter(csrf_client, cast.merchant.email, csrf_token=token).location == "/"


def test_without_a_store_there_is_nobody_to_log_in(client):
    assert client.get("/login").location == "/setup"
    assert client.get("/orders/").location == "/setup"
