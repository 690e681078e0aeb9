"""The log of a key's calls as people read it."""

from tests.api.test_request_log import call
from tests.web.api_keys import wizard
from webapp.actions import api_requests
from webapp.models import ApiRequest


def test_calls_are_listed_found_and_shown_with_their_command(as_user, cast, sql_count):
    key = wizard.issue(cast, cast.logistics).key
    api_requests.write([call(key), call(key, path="/api/v1/me", status_code=403, code="scope_missing", body="{}")])
    client = as_user(cast.merchant)
    page = client.get(f"/api-keys/{key.id}/requests/").text
    assert "GET /api/v1/orders" in page and "scope_missing" in page
    assert "scope_missing" not in client.get(f"/api-keys/{key.id}/requests/?outcome=good").text
    assert "/api/v1/me" not in client.get(f"/api-keys/{key.id}/requests/?q=orders").text
    bad = ApiRequest.get(ApiRequest.status_code == 403)
    assert "curl -i -X GET" in client.get(f"/api-keys/{key.id}/requests/{bad.id}").text
    counts = []
    for _ in range(2):
        with sql_count() as seen:
            client.get(f"/api-keys/{key.id}/requests/")
        counts.append(len(seen))
        api_requests.write([call(key)] * 20)
    assert counts[0] == counts[1]


def test_only_the_stores_own_people_see_it(as_user, cast):
    key = wizard.issue(cast, cast.logistics).key
    api_requests.write([call(key)])
    assert as_user(cast.clerk).get(f"/api-keys/{key.id}/requests/").status_code == 403
    stranger = as_user(cast.stranger)
    assert stranger.get(f"/api-keys/{key.id}/requests/").status_code == 404
    assert stranger.get(f"/api-keys/{key.id}/requests/{ApiRequest.get().id}").status_code == 404
