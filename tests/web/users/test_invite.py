"""Invite people by mail, send the link again, take it back; the invited join once."""

import datetime as dt

import pytest

from tests.web import post
from tests.web.page import Page
from webapp.actions import mails, users
from webapp.db import now
from webapp.models import Event, Invitation, Mail, Membership, User

PASSWORD = "a decent pass phrase"


def invite(client, email="nina.new@example.com", role="merchant", supplier=None):
    supplier_id = str(supplier.id) if supplier else ""
    return client.post("/invitations/", data={"email": email, "role": role, "supplier_id": supplier_id})


def accept(client, path: str, **values):
    return client.post(path, data={"name": "Nina New", "password": PASSWORD, "language": "it", **values})


def test_the_invited_gets_a_mail_and_joins_by_its_link(as_user, cast, app):
    invite(as_user(cast.admin), "Nina.NEW@example.com", "clerk", cast.logistics)
    (mail,) = post.waiting()
    assert mail.to_address == "nina.new@example.com" and mail.subject == "Invitation to Casa Bella"
    assert "Ada Admin invites you" in mails.text_of(mail)
    guest = app.test_client()
    page = Page(guest.get(post.link()))
    assert "Join Casa Bella" in page.text and "nina.new@example.com as clerk" in page.text
    assert accept(guest, post.link()).location == "/"
    user = User.get(User.email == "nina.new@example.com")
    row = Membership.get(Membership.user == user.id)
    assert (row.store_id, row.role, row.supplier_id) == (cast.store.id, "clerk", cast.logistics.id)
    assert (user.name, user.language) == ("Nina New", "it") and users.verify(user.email, PASSWORD)
    assert guest.get("/account").status_code == 200
    assert [event.kind for event in Event.select().order_by(Event.id)] == ["invitation.sent", "invitation.accepted"]


def test_the_link_is_shown_once_for_whoever_has_no_mail(as_user, cast, app):
    client = as_user(cast.admin)
    answer = invite(client)
    assert answer.headers["Cache-Control"] == "no-store"
    shown = Page(answer).main.all("code")[0].text
    assert shown == f"http://localhost{post.link()}"
    token = shown.rpartition("/")[2]
    assert token not in Page(client.get("/users/")).whole.text and token not in repr(Event.get().data)
    assert accept(app.test_client(), f"/join/{token}").location == "/"


def test_what_is_stored_tells_nothing_of_the_link(as_user, cast):
    invite(as_user(cast.admin))
    token = post.link().rpartition("/")[2]
    assert token not in repr(Invitation.get().__data__) and token not in repr(Mail.get().__data__)


def test_a_link_works_once(as_user, cast, app):
    invite(as_user(cast.admin))
    path = post.link()
    accept(app.test_client(), path)
    second = accept(app.test_client(), path, name="Eve")
    assert second.status_code == 404 and "no longer works" in Page(second).text
    assert Page(app.test_client().get(path)).status == 404
    assert not User.select().where(User.name == "Eve").exists()


def test_an_old_link_and_a_revoked_one_and_a_made_up_one_read_alike(as_user, cast, app):
    client, guest = as_user(cast.admin), app.test_client()
    invite(client)
    path = post.link()
    Invitation.update(expires_at=now() - dt.timedelta(seconds=1)).execute()
    old = Page(accept(guest, path)).text
    assert "Expired" in Page(client.get("/users/")).text
    invite(client, "other@example.com")
    client.post(f"/invitations/{Invitation.get(Invitation.email == 'other@example.com').id}/revoke")
    assert Page(accept(guest, post.link())).text == old == Page(guest.get("/join/made-up")).text
    assert User.select().where(User.email.in_(["nina.new@example.com", "other@example.com"])).count() == 0
    assert "other@example.com" not in Page(client.get("/users/")).rows


def test_sent_again_the_new_link_works_and_the_earlier_one_no_more(as_user, cast, app):
    client = as_user(cast.admin)
    invite(client)
    first, row = post.link(), Invitation.get()
    Invitation.update(expires_at=now() - dt.timedelta(days=1)).execute()
    assert "Invitation sent" in Page(client.post(f"/invitations/{row.id}/resend")).text
    assert len(post.waiting()) == 2 and post.link() != first
    assert Page(app.test_client().get(first)).status == 404
    assert accept(app.test_client(), post.link()).location == "/"


def test_who_has_an_account_joins_with_it(as_user, cast, app):
    invite(as_user(cast.admin), cast.stranger.email, "merchant")
    guest = app.test_client()
    page = Page(guest.get(post.link()))
    assert "You have an account already" in page.text and f"/login?next={post.link()}" in page.links
    assert "password" not in page.fields
    client = as_user(cast.stranger)
    assert "Join the store" in Page(client.get(post.link())).text
    assert client.post(post.link()).location == "/"
    row = Membership.get(Membership.user == cast.stranger.id, Membership.store == cast.store.id)
    assert row.role == "merchant" and row.active
    assert Page(client.get("/suppliers/")).text.count("Nord Logistica") == 1


def test_nobody_takes_over_an_account_by_an_invitation(as_user, cast, app):
    invite(as_user(cast.admin), cast.stranger.email)
    answer = accept(app.test_client(), post.link(), name="Eve")
    assert answer.status_code == 409 and "log in" in Page(answer).text
    assert users.verify(cast.stranger.email, cast.password)
    assert (
        not Membership.select().where(Membership.user == cast.stranger.id, Membership.store == cast.store.id).exists()
    )


def test_nobody_joins_by_the_invitation_of_somebody_else(as_user, cast):
    invite(as_user(cast.admin), "nina.new@example.com", "admin")
    client = as_user(cast.merchant)
    assert "You are logged in as marta" in Page(client.get(post.link())).text
    assert client.post(post.link()).status_code == 403
    assert Membership.get(Membership.user == cast.merchant.id).role == "merchant"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": " "}, "name"), ({"password": "short"}, "password"), ({"language": "xx"}, "language")],
)
def test_what_is_wrong_is_told_and_the_link_still_works(as_user, cast, app, values, field):
    invite(as_user(cast.admin))
    guest = app.test_client()
    page = Page(accept(guest, post.link(), **values))
    assert page.status == 422 and list(page.errors) == [field]
    assert accept(guest, post.link()).location == "/"


@pytest.mark.parametrize(
    ("email", "role", "field", "told"),
    [
        ("nobody", "merchant", "email", "isn't an e-mail address"),
        ("carlo.clerk@example.com", "merchant", "email", "works here already"),
        ("new@example.com", "clerk", "supplier_id", "choose which"),
        ("new@example.com", "boss", "role", "choice"),
    ],
)
def test_an_invitation_that_can_not_be_says_why(as_user, cast, email, role, field, told):
    page = Page(invite(as_user(cast.admin), email, role))
    assert page.status == 422 and told in page.errors[field] and page.fields["email"] == email
    assert not Invitation.select().exists() and not Mail.select().exists()


def test_nobody_is_invited_twice_at_once(as_user, cast):
    client = as_user(cast.admin)
    invite(client)
    page = Page(invite(client))
    assert page.status == 422 and "invited already" in page.errors["email"] and Invitation.select().count() == 1


def test_the_disabled_are_enabled_rather_than_invited(as_user, cast):
    client = as_user(cast.admin)
    client.post(f"/users/{Membership.get(Membership.user == cast.clerk.id).id}/disable")
    assert "enable them" in Page(invite(client, cast.clerk.email)).errors["email"]


@pytest.mark.parametrize(("who", "status"), [("merchant", 403), ("clerk", 403), ("stranger", 404)])
def test_it_is_for_the_stores_own_admins(as_user, cast, who, status):
    invite(as_user(cast.admin))
    row, client = Invitation.get(), as_user(getattr(cast, who))
    for verb in ("resend", "revoke"):
        assert client.post(f"/invitations/{row.id}/{verb}").status_code == status
    assert Invitation.get().revoked_at is None and Invitation.get().digest == row.digest
    assert "nina.new" not in client.get("/users/").text
    if who != "stranger":
        assert invite(client, "other@example.com").status_code == 403 and Invitation.select().count() == 1


def test_a_supplier_of_another_store_is_none(as_user, cast):
    page = Page(invite(as_user(cast.admin), "new@example.com", "clerk", cast.stranger_supplier))
    assert page.status == 422 and "supplier_id" in page.errors and not Invitation.select().exists()
