"""The page of one key, its toggle, and the doors that strangers and clerks find closed."""

import pytest

from tests.web.api_keys import wizard
from tests.web.page import wants_login
from webapp.db import now
from webapp.models import ApiKey, Event, Supplier

DOORS = (
    ("GET", ""),
    ("POST", ""),
    ("GET", "/edit"),
    ("POST", "/enable"),
    ("POST", "/disable"),
    ("GET", "/rotate"),
    ("POST", "/rotate"),
    ("GET", "/revoke"),
    ("POST", "/revoke"),
)


def state(key_id: int) -> dict:
    return ApiKey.select().where(ApiKey.id == key_id).dicts().get()


def test_shows_rights_masks_and_contact_but_no_secret(as_user, cast):
    rights = {"orders": "write", "hides_customer": True, "hides_prices": True}
    key = wizard.issue(cast, cast.logistics, contact_name="Tina Tech", contact_email="tina@nord.example", **rights).key
    page = as_user(cast.merchant).get(f"/api-keys/{key.id}").text
    assert key.public_key in page and "Shown once when it was made" in page and "Nord Logistica" in page
    assert "orders: write" in page and "customer information, order prices" in page
    assert "Tina Tech, tina@nord.example" in page and "Every request with it is refused." in page
    assert wizard.shown_secret(page) == ""


def test_a_merchant_sees_why_the_key_is_off_and_cannot_turn_it_on(as_user, cast):
    key = wizard.issue(cast).key
    client = as_user(cast.merchant)
    page = client.get(f"/api-keys/{key.id}").text
    assert "An admin must turn it on" in page and "/enable" not in page
    assert 'aria-label="Enabled" disabled' in page
    answer = client.post(f"/api-keys/{key.id}/enable")
    assert answer.status_code == 403 and "Only an admin can turn a key on." in answer.text
    assert not ApiKey.get().enabled
    assert Event.select().where(Event.kind == "api_key.enabled").count() == 0


def test_a_merchant_cannot_turn_a_key_off_either(as_user, cast):
    key = wizard.enabled(cast).key
    client = as_user(cast.merchant)
    assert "An admin can turn it off" in client.get(f"/api-keys/{key.id}").text
    assert client.post(f"/api-keys/{key.id}/disable").status_code == 403
    assert ApiKey.get().enabled


def test_an_admin_turns_it_on_and_off_and_the_api_follows_at_once(as_user, cast, client):
    issued = wizard.issue(cast)
    admin = as_user(cast.admin)
    assert wizard.token(client, issued).json["code"] == "key_disabled"
    answer = admin.post(f"/api-keys/{issued.key.id}/enable")
    assert answer.location == f"/api-keys/{issued.key.id}"
    assert ApiKey.get().enabled and ApiKey.get().enabled_at <= now()
    token = wizard.token(client, issued).json["access_token"]
    ask = {"headers": {"Authorization": f"Bearer {token}"}}
    assert client.get("/api/v1/me", **ask).status_code == 200
    admin.post(f"/api-keys/{issued.key.id}/disable")
    refused = client.get("/api/v1/me", **ask)
    assert (refused.status_code, refused.json["code"]) == (401, "key_disabled")
    kinds = [event.kind for event in Event.select().where(Event.subject == "api_key").order_by(Event.id)]
    assert [kind for kind in kinds if kind != "api_key.refused"] == [
        "api_key.issued",
        "api_key.enabled",
        "api_key.disabled",
    ]


def test_turning_on_twice_is_recorded_once(as_user, cast):
    key = wizard.issue(cast).key
    admin = as_user(cast.admin)
    assert {admin.post(f"/api-keys/{key.id}/enable").status_code for _ in range(2)} == {303}
    assert Event.select().where(Event.kind == "api_key.enabled").count() == 1


def test_a_key_of_an_archived_supplier_stays_off_and_the_page_says_why(as_user, cast):
    key = wizard.issue(cast, cast.logistics).key
    Supplier.update(archived_at=now()).where(Supplier.id == cast.logistics.id).execute()
    admin = as_user(cast.admin)
    answer = admin.post(f"/api-keys/{key.id}/enable", data={"back": f"/api-keys/{key.id}"})
    assert answer.location == f"/api-keys/{key.id}"
    assert "Its supplier is archived: restore that first." in admin.get(answer.location).text
    assert not ApiKey.get().enabled


def test_the_last_use_is_shown_from_the_first_request_on(as_user, cast, client):
    quiet, used = wizard.enabled(cast), wizard.enabled(cast)
    merchant = as_user(cast.merchant)
    began = now()
    for issued in (used, quiet):
        assert ">Never<" in merchant.get(f"/api-keys/{issued.key.id}").text
        token = wizard.token(client, issued).json["access_token"]
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert began <= ApiKey.get_by_id(issued.key.id).last_used_at <= now()
        assert ">Never<" not in merchant.get(f"/api-keys/{issued.key.id}").text


@pytest.mark.parametrize(("verb", "door"), DOORS)
def test_every_door_is_closed_to_others(as_user, client, cast, verb, door):
    key = wizard.enabled(cast, cast.logistics).key
    before = state(key.id)
    sent = {**wizard.TYPED, "overlap": "24", "supplier_id": str(cast.logistics.id)}
    stranger = as_user(cast.stranger)
    foreign = stranger.open(f"/api-keys/{key.id}{door}", method=verb, data=sent)
    unknown = stranger.open(f"/api-keys/999999{door}", method=verb, data=sent)
    assert foreign.status_code == unknown.status_code == 404
    assert wizard.main(foreign.text) == wizard.main(unknown.text) != ""
    for who in (cast.clerk, cast.rival_clerk):
        answer = as_user(who).open(f"/api-keys/{key.id}{door}", method=verb, data=sent)
        assert answer.status_code == 403 and "Robot" not in answer.text
    outside = client.open(f"/api-keys/{key.id}{door}", method=verb, data=sent)
    assert wants_login(outside)
    assert state(key.id) == before
