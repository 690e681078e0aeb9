"""A new secret, with an overlap in which the old one still works; and the end of a key."""

import datetime as dt

import pytest

from tests.web.api_keys import wizard
from tests.web.page import Page
from webapp.db import now
from webapp.models import ApiKey, Event


def rotate(client, key, overlap="24"):
    """Rotate through the form; return the answer."""
    nonce = wizard.field(client.get(f"/api-keys/{key.id}/rotate").text, "nonce")
    return client.post(f"/api-keys/{key.id}/rotate", data={"overlap": overlap, "nonce": nonce})


def test_the_new_secret_is_shown_once_and_never_again(as_user, cast):
    issued = wizard.enabled(cast)
    client = as_user(cast.merchant)
    answer = rotate(client, issued.key)
    secret = wizard.shown_secret(answer.text)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert f'data-copy="{secret}"' in answer.text and secret != issued.secret_key
    assert "The key stays enabled." in answer.text
    row = ApiKey.get()
    assert (row.secret_version, row.enabled, row.public_key) == (2, True, issued.key.public_key)
    assert Event.select().order_by(Event.id.desc()).first().kind == "api_key.rotated"


def test_sending_the_same_form_again_leaves_the_new_secret_in_force(as_user, cast, client):
    key = wizard.enabled(cast).key
    merchant = as_user(cast.merchant)
    nonce = wizard.field(merchant.get(f"/api-keys/{key.id}/rotate").text, "nonce")
    sent = {"overlap": "24", "nonce": nonce}
    secret = wizard.shown_secret(merchant.post(f"/api-keys/{key.id}/rotate", data=sent).text)
    again = merchant.post(f"/api-keys/{key.id}/rotate", data=sent)
    assert (again.status_code, again.location) == (303, f"/api-keys/{key.id}")
    page = merchant.get(again.location).text
    assert "That was done already" in page and wizard.shown_secret(page) == ""
    assert ApiKey.get().secret_version == 2
    assert wizard.token(client, wizard.Issued(key, secret)).status_code == 200


def test_a_form_of_a_session_that_ended_rotates_nothing_until_it_is_sent_again(as_user, cast):
    key = wizard.enabled(cast).key
    nonce = wizard.field(as_user(cast.merchant).get(f"/api-keys/{key.id}/rotate").text, "nonce")
    client, at = as_user(cast.merchant), f"/api-keys/{key.id}/rotate"
    kept = Page(client.post(at, data={"overlap": "168", "nonce": nonce}))
    assert kept.status == 422 and "You logged in again meanwhile" in kept.alert and ApiKey.get().secret_version == 1
    assert kept.fields["overlap"] == "168"
    assert wizard.shown_secret(client.post(at, data=kept.typed).text) and ApiKey.get().secret_version == 2


def test_both_secrets_work_during_the_overlap_and_who_uses_the_old_one_shows(as_user, cast, client):
    issued = wizard.enabled(cast)
    merchant = as_user(cast.merchant)
    new = wizard.shown_secret(rotate(merchant, issued.key).text)
    page = merchant.get(f"/api-keys/{issued.key.id}").text
    assert "Works until <time" in page and "Nobody has used it since the rotation." in page
    assert wizard.token(client, issued, new).status_code == 200
    assert ApiKey.get().previous_secret_used_at is None
    assert wizard.token(client, issued).status_code == 200
    assert ApiKey.get().previous_secret_used_at <= now()
    assert "somebody still has to change over" in merchant.get(f"/api-keys/{issued.key.id}").text


def test_the_overlap_ends(as_user, cast, client):
    issued = wizard.enabled(cast)
    merchant = as_user(cast.merchant)
    old = wizard.token(client, issued).json["access_token"]
    new = wizard.shown_secret(rotate(merchant, issued.key, "1").text)
    assert now() + dt.timedelta(minutes=59) < ApiKey.get().previous_secret_until < now() + dt.timedelta(minutes=61)
    ask = {"headers": {"Authorization": f"Bearer {old}"}}
    assert client.get("/api/v1/me", **ask).status_code == 200
    ApiKey.update(previous_secret_until=now() - dt.timedelta(seconds=1)).execute()
    assert client.get("/api/v1/me", **ask).json["code"] == "secret_rotated"
    assert wizard.token(client, issued).json["code"] == "invalid_client"
    assert wizard.token(client, issued, new).status_code == 200
    page = merchant.get(f"/api-keys/{issued.key.id}").text
    assert "Ended <time" in page and "Works until <time" not in page


def test_without_an_overlap_the_old_secret_ends_at_once(as_user, cast, client):
    issued = wizard.enabled(cast)
    merchant = as_user(cast.merchant)
    old = wizard.token(client, issued).json["access_token"]
    new = wizard.shown_secret(rotate(merchant, issued.key, "0").text)
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {old}"}).json["code"] == "secret_rotated"
    assert wizard.token(client, issued).status_code == 401 and wizard.token(client, issued, new).status_code == 200
    assert (ApiKey.get().previous_secret_digest, ApiKey.get().previous_secret_until) == ("", None)


def test_the_secret_before_the_last_is_never_valid(as_user, cast, client):
    issued = wizard.enabled(cast)
    merchant = as_user(cast.merchant)
    second = wizard.shown_secret(rotate(merchant, issued.key, "168").text)
    third = wizard.shown_secret(rotate(merchant, issued.key, "168").text)
    answers = [wizard.token(client, issued, secret).status_code for secret in (issued.secret_key, second, third)]
    assert answers == [401, 200, 200]


def test_rotating_a_disabled_key_leaves_it_disabled(as_user, cast, client):
    issued = wizard.issue(cast)
    answer = rotate(as_user(cast.merchant), issued.key)
    assert "Ask an admin to turn it on" in answer.text and not ApiKey.get().enabled
    secret = wizard.shown_secret(answer.text)
    assert wizard.token(client, issued, secret).json["code"] == "key_disabled"


@pytest.mark.parametrize("overlap", ["", "2", "-1", "1e3", "9999999999"])
def test_an_overlap_that_is_not_offered_changes_nothing(as_user, cast, overlap):
    key = wizard.issue(cast).key
    answer = rotate(as_user(cast.merchant), key, overlap)
    assert answer.status_code == 422 and "Not a valid choice" in answer.text
    assert ApiKey.get().secret_version == 1


def test_revoking_asks_once_says_what_follows_and_is_for_good(as_user, cast, client):
    issued = wizard.enabled(cast)
    key, admin = issued.key, as_user(cast.admin)
    token = wizard.token(client, issued).json["access_token"]
    rotate(admin, key)
    page = admin.get(f"/api-keys/{key.id}/revoke").text
    assert "Revoke Robot?" in page and "This is for good" in page and ApiKey.get().revoked_at is None
    assert admin.post(f"/api-keys/{key.id}/revoke").location == "/api-keys/"
    row = ApiKey.get()
    assert row.revoked_at <= now() and not row.enabled
    assert (row.previous_secret_digest, row.previous_secret_until) == ("", None)
    assert Event.select().order_by(Event.id.desc()).first().kind == "api_key.revoked"
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json["code"] == "key_revoked"
    assert wizard.token(client, issued).status_code == 401


@pytest.mark.parametrize("door", ["enable", "disable", "rotate", "revoke"])
def test_nothing_brings_a_revoked_key_back(as_user, cast, door):
    key = wizard.issue(cast).key
    admin = as_user(cast.admin)
    nonce = wizard.field(admin.get(f"/api-keys/{key.id}/rotate").text, "nonce")
    admin.post(f"/api-keys/{key.id}/revoke")
    ended = ApiKey.select().dicts().get()
    answer = admin.post(f"/api-keys/{key.id}/{door}", data={"overlap": "24", "nonce": nonce})
    assert answer.status_code == 409 and wizard.shown_secret(answer.text) == ""
    assert ApiKey.select().dicts().get() == ended
    page = admin.get(f"/api-keys/{key.id}").text
    assert "for good" in page and "/rotate" not in page and "/edit" not in page


def test_a_merchant_may_revoke(as_user, cast):
    key = wizard.enabled(cast).key
    assert as_user(cast.merchant).post(f"/api-keys/{key.id}/revoke").status_code == 303
    assert ApiKey.get().revoked_at is not None
