"""The list of keys: what it shows, search, pages, the toggle, and whom it hides them from."""

import pytest

from tests.web.api_keys import wizard
from webapp.db import now
from webapp.models import ApiKey


def test_an_empty_list_offers_the_first_key(as_user, cast):
    page = as_user(cast.merchant).get("/api-keys/").text
    assert "No API keys yet" in page and 'href="/api-keys/new"' in page


def test_shows_each_key_with_a_link_its_reach_and_its_rights(as_user, cast):
    bound = wizard.issue(cast, cast.logistics, orders="write", shipping="read", hides_prices=True).key
    whole = wizard.issue(cast, orders="read", hides_customer=True).key
    page = as_user(cast.merchant).get("/api-keys/").text
    assert f'href="/api-keys/{bound.id}"' in page and bound.public_key in page
    assert f'href="/api-keys/{whole.id}"' in page and "The whole store" in page and "Nord Logistica" in page
    assert "orders: write" in page and "shipping: read" in page and "products:" not in page
    assert ">prices<" in page and ">customer<" in page and ">Never<" in page
    assert "Only an admin can turn a key on or off" in page


def test_an_admin_toggles_right_from_the_list(as_user, cast):
    key = wizard.issue(cast).key
    client = as_user(cast.admin)
    page = client.get("/api-keys/").text
    assert f'action="/api-keys/{key.id}/enable"' in page and 'aria-checked="false"' in page
    assert client.post(f"/api-keys/{key.id}/enable", data={"from": "list"}).location == "/api-keys/"
    page = client.get("/api-keys/").text
    assert f'action="/api-keys/{key.id}/disable"' in page and 'aria-checked="true"' in page
    assert "Robot is enabled." in page


def test_a_revoked_key_stays_in_the_list_without_a_toggle(as_user, cast):
    key = wizard.issue(cast).key
    ApiKey.update(revoked_at=now()).execute()
    page = as_user(cast.admin).get("/api-keys/").text
    assert f'href="/api-keys/{key.id}"' in page and ">Revoked<" in page
    assert f"/api-keys/{key.id}/enable" not in page


@pytest.mark.parametrize("words", ["rob", "ROBOT", "{public}", " Robot "])
def test_search_finds_by_name_and_public_key(as_user, cast, words):
    key = wizard.issue(cast).key
    other = wizard.issue(cast).key
    ApiKey.update(name="Other").where(ApiKey.id == other.id).execute()
    page = as_user(cast.merchant).get("/api-keys/", query_string={"q": words.format(public=key.public_key)}).text
    assert f'"/api-keys/{key.id}"' in page and f'"/api-keys/{other.id}"' not in page


@pytest.mark.parametrize("words", ["%", "_", "\\", "xd_pk_", "nothing"])
def test_search_takes_signs_for_what_they_are(as_user, cast, words):
    wizard.issue(cast)
    assert "Nothing found" in as_user(cast.merchant).get("/api-keys/", query_string={"q": words}).text


def test_htmx_gets_the_rows_alone(as_user, cast):
    wizard.issue(cast)
    answer = as_user(cast.merchant).get(
        "/api-keys/?q=rob", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert answer.text.strip().startswith('<div id="api-key-rows">') and "<html" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_pages_go_on_and_the_number_of_statements_does_not_grow(as_user, cast, sql_count):
    client = as_user(cast.merchant)
    wizard.issue(cast, cast.logistics)
    with sql_count() as few:
        client.get("/api-keys/")
    made = [wizard.issue(cast, supplier).key.id for supplier in (cast.rival, None) * 26]
    with sql_count() as many:
        page = client.get("/api-keys/").text
    assert len(few) == len(many)
    assert f"after={made[2]}" in page and f'"/api-keys/{made[1]}"' not in page
    rest = client.get(f"/api-keys/?after={made[2]}").text
    assert f'"/api-keys/{made[1]}"' in rest and f'"/api-keys/{made[2]}"' not in rest


def test_a_clerk_is_refused_and_anybody_else_must_log_in(as_user, client, cast):
    wizard.issue(cast, cast.logistics)
    answer = as_user(cast.clerk).get("/api-keys/")
    assert answer.status_code == 403 and "Robot" not in answer.text
    assert client.get("/api-keys/").location.startswith("/login")


def test_a_stranger_sees_its_own_store_alone(as_user, cast):
    key = wizard.issue(cast).key
    client = as_user(cast.stranger)
    assert key.public_key not in client.get("/api-keys/").text
    assert "Nothing found" in client.get(f"/api-keys/?q={key.public_key}").text
