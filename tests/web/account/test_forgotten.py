"""A forgotten password: a link by mail, once, for an hour; nobody learns who has an account."""

import datetime as dt

import pytest

from tests.web import post
from tests.web.page import Page
from webapp.actions import passwords, users
from webapp.db import db, now
from webapp.models import Event, Mail, User

NEW = "quite another pass phrase"


def ask(client, email: str):
    return client.post("/password/forgot", data={"email": email})


def choose(client, path: str, new: str = NEW, again: str = ""):
    return client.post(path, data={"new": new, "again": again or new})


def test_the_link_sets_a_new_password_and_ends_all_sessions(client, as_user, cast):
    inside = as_user(cast.merchant)
    ask(client, " Marta.MERCHANT@example.com ")
    (mail,) = post.waiting()
    assert mail.to_address == cast.merchant.email and mail.subject == "Choose a new password" and mail.store_id is None
    assert Page(client.get(post.link())).fields == {"new": "", "again": ""}
    assert choose(client, post.link()).location == "/login"
    assert users.verify(cast.merchant.email, NEW) and not users.verify(cast.merchant.email, cast.password)
    assert inside.get("/account").location.startswith("/login")
    assert Event.get().kind == "user.password_reset" and Event.get().store_id == cast.store.id


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(client, cast):
    User.update(active=False).where(User.id == cast.clerk.id).execute()
    told = set()
    for email in (cast.merchant.email, "nobody@example.com", cast.clerk.email):
        answer = ask(client, email)
        told.add((answer.status_code, answer.location, Page(client.get("/login")).alert))
    assert len(told) == 1 and "If that address has an account" in told.pop()[2]
    assert [mail.to_address for mail in post.waiting()] == [cast.merchant.email]


def test_a_link_works_once(client, cast):
    ask(client, cast.merchant.email)
    choose(client, post.link())
    again = choose(client, post.link(), "the third pass phrase")
    assert again.status_code == 404 and "no longer works" in Page(again).text
    assert Page(client.get(post.link())).status == 404 and users.verify(cast.merchant.email, NEW)


@pytest.mark.parametrize("state", ["old", "disabled", "newer", "changed"])
def test_a_link_that_is_past_its_time_does_nothing(client, as_user, cast, state):
    ask(client, cast.merchant.email)
    path = post.link()
    mine = User.id == cast.merchant.id
    if state == "old":
        User.update(reset_until=now() - dt.timedelta(seconds=1)).where(mine).execute()
    elif state == "disabled":
        User.update(active=False).where(mine).execute()
    elif state == "newer":
        User.update(reset_until=now() + passwords.VALID - passwords.PAUSE - dt.timedelta(seconds=1)).where(
            mine
        ).execute()
        ask(client, cast.merchant.email)
        assert post.link() != path
    else:
        data = {"present": cast.password, "new": "my own new phrase", "again": "my own new phrase"}
        as_user(cast.merchant).post("/account", data=data)
    before = User.get_by_id(cast.merchant.id).password
    assert client.get(path).status_code == choose(client, path).status_code == 404
    assert User.get_by_id(cast.merchant.id).password == before


def test_whoever_asks_again_and_again_sends_one_mail(client, cast):
    for _ in range(3):
        ask(client, cast.merchant.email)
    assert len(post.waiting()) == 1 and client.get(post.link()).status_code == 200


def test_the_token_is_kept_nowhere(client, cast):
    ask(client, cast.merchant.email)
    token = post.link().rpartition("/")[2]
    assert token not in repr(User.get_by_id(cast.merchant.id).__data__) and token not in repr(Mail.get().__data__)
    assert client.get(post.link()).headers["Cache-Control"] == "no-store"
    assert client.get(post.link()).headers["Referrer-Policy"] == "same-origin"


def test_the_link_leads_to_the_base_url_whatever_host_the_request_names(client, cast):
    client.post("/password/forgot", data={"email": cast.merchant.email}, headers={"Host": "evil.example"})
    assert post.link().startswith("/password/reset/")


@pytest.mark.parametrize(
    ("new", "again", "field"), [("short", "short", "new"), (NEW, "another one", "again"), ("", "", "new")]
)
def test_what_is_wrong_is_told_at_its_field_and_the_link_still_works(client, cast, new, again, field):
    ask(client, cast.merchant.email)
    page = Page(choose(client, post.link(), new, again))
    assert page.status == 422 and list(page.errors) == [field]
    assert choose(client, post.link()).location == "/login"


def test_what_is_no_address_is_told(client, cast):
    page = Page(ask(client, "nobody"))
    assert page.status == 422 and "email" in page.errors


def test_the_log_in_page_leads_there(client, cast):
    assert "/password/forgot" in Page(client.get("/login")).links


def test_a_crash_does_not_write_the_token_into_the_log(client, cast, capsys):
    db.execute_sql("ALTER TABLE user_account RENAME TO away")
    try:
        assert client.get("/password/reset/very-secret-token").status_code == 500
    finally:
        db.execute_sql("ALTER TABLE away RENAME TO user_account")
    said = "".join(capsys.readouterr())
    assert "very-secret-token" not in said and "/password/reset/<token>" in said
