"""Change one's own password."""

import pytest

from tests.web.page import Page
from webapp.actions import users
from webapp.models import User

TICKS = {"tasks": False, "digest": False}
NEW = "a much better one"


def change(client, present: str, new: str = NEW, again: str = NEW):
    return client.post("/account", data={"present": present, "new": new, "again": again})


def test_shows_who_one_is_and_where_one_works(as_user, cast):
    page = Page(as_user(cast.clerk).get("/account"))
    assert "carlo.clerk@example.com" in page.text and "Casa Bella: clerk" in page.text
    assert page.fields == {"language": "", **TICKS, "present": "", "new": "", "again": ""}


def test_the_new_password_counts_and_the_old_one_no_more(as_user, cast):
    client = as_user(cast.merchant)
    answer = change(client, cast.password)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "other sessions of yours have ended" in Page(client.get("/account")).alert
    assert users.verify(cast.merchant.email, NEW) and not users.verify(cast.merchant.email, cast.password)


@pytest.mark.parametrize(
    ("present", "new", "again", "field", "told"),
    [
        ("wrong password", NEW, NEW, "present", "This isn't your present password."),
        ("correct horse battery", "too short", "too short", "new", "A password has 10 to 200 characters."),
        ("correct horse battery", "x" * 5000, "x" * 5000, "new", "A password has 10 to 200 characters."),
        ("correct horse battery", NEW, NEW + "r", "again", "The two new passwords differ."),
        ("", NEW, NEW, "present", "Type your present password."),
        ("correct horse battery", "", "", "new", "Type the new password."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_changes(as_user, cast, present, new, again, field, told):
    answer = change(as_user(cast.merchant), present, new, again)
    page = Page(answer)
    assert page.status == 422 and page.errors[field] == told
    assert page.fields == {"language": "", **TICKS, "webhooks": False, "present": "", "new": "", "again": ""}
    assert User.get_by_id(cast.merchant.id).password == cast.merchant.password


def test_needs_login(client, cast):
    assert client.get("/account").location == "/login?next=/account"
    assert change(client, cast.password).status_code == 401
    assert User.get_by_id(cast.merchant.id).password == cast.merchant.password
