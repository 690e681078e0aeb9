"""How a key may be used: until when, from where, how often, and turned on by whom."""

import datetime as dt

import pytest

from tests.web.api_keys import wizard
from webapp.models import ApiKey, Event, Membership, Store, User


def test_expiry_addresses_and_limit_pass_the_preview_and_are_kept(as_user, cast):
    client = as_user(cast.merchant)
    given = {
        "expires_at": "2030-05-31",
        "allowed_addresses": "203.0.113.0/24\n2001:db8::/32",
        "requests_per_minute": "90",
    }
    values = wizard.typed(client, cast.logistics, **given)
    preview = client.post("/api-keys/preview", data=values).text
    assert 'name="expires_at" value="2030-05-31"' in preview and "203.0.113.0/24" in preview
    client.post("/api-keys/", data=values)
    key = ApiKey.get()
    assert key.expires_at == dt.datetime(2030, 5, 31, 23, 59, 59, tzinfo=dt.UTC)
    assert (key.allowed_addresses, key.requests_per_minute) == (["203.0.113.0/24", "2001:db8::/32"], 90)
    assert "203.0.113.0/24, 2001:db8::/32" in client.get(f"/api-keys/{key.id}").text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expires_at": "2020-01-01"}, "This moment is over"),
        ({"expires_at": "soon"}, "Not a valid date"),
        ({"allowed_addresses": "10.0.0.0/40"}, "is no address and no network"),
        ({"allowed_addresses": "my office"}, "is no address and no network"),
        ({"requests_per_minute": "0"}, "1"),
        ({"requests_per_minute": "many"}, "whole number"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(as_user, cast, changes, told):
    client = as_user(cast.merchant)
    answer = client.post("/api-keys/", data=wizard.typed(client, cast.logistics, **changes))
    assert answer.status_code == 422 and told in answer.text and next(iter(changes.values())) in answer.text
    assert not ApiKey.select().exists()


@pytest.fixture
def other_admin(cast):
    user = User.create(email="olga@example.com", name="Olga", password=cast.admin.password, fs_uniquifier="olga")
    Membership.create(store=cast.store, user=user, role="admin")
    return user


def test_with_two_people_who_gave_the_rights_can_not_turn_it_on(as_user, cast, other_admin):
    admin = as_user(cast.admin)
    admin.post("/api-keys/two-people", data={"wanted": "1"})
    assert Store.get_by_id(cast.store.id).two_person_keys and Event.get(Event.kind == "store.two_person_keys")
    admin.post("/api-keys/", data=wizard.typed(admin, cast.logistics))
    key = ApiKey.get()
    assert "You gave it its rights: another admin must turn it on" in admin.get(f"/api-keys/{key.id}").text
    assert admin.post(f"/api-keys/{key.id}/enable").status_code == 409 and not ApiKey.get().enabled
    as_user(other_admin).post(f"/api-keys/{key.id}/enable")
    assert ApiKey.get().enabled


def test_with_two_people_widening_a_key_turns_it_off_again(as_user, cast, other_admin):
    Store.update(two_person_keys=True).execute()
    key = wizard.issue(cast, cast.logistics, orders="read").key
    other = as_user(other_admin)
    other.post(f"/api-keys/{key.id}/enable")
    values = wizard.values(other.get(f"/api-keys/{key.id}/edit").text) | {"orders": "write", "name": "Robot"}
    other.post(f"/api-keys/{key.id}", data=values)
    assert not ApiKey.get().enabled and ApiKey.get().granted_by_id == other_admin.id
    assert other.post(f"/api-keys/{key.id}/enable").status_code == 409


def test_a_merchant_can_not_change_the_setting(as_user, cast):
    assert as_user(cast.merchant).post("/api-keys/two-people", data={"wanted": "1"}).status_code == 403
    assert not Store.get_by_id(cast.store.id).two_person_keys
