"""The log of a key's calls: each with its answer, without secrets, written beside the requests."""

import datetime as dt
import shlex

import pytest

from tests.api.problems import refused
from webapp.actions import api_keys, api_requests, key_admission
from webapp.actions.api_requests import Call
from webapp.api.request_log import RequestLog
from webapp.db import now
from webapp.models import ApiKey, ApiRequest, ConformanceCheck, Event


def call(key, **values):
    facts = {
        "request_id": "",
        "method": "GET",
        "path": "/api/v1/orders",
        "query": "",
        "body": "",
        "status_code": 200,
        "code": "",
        "milliseconds": 1,
        "address": "127.0.0.1",
        "area": "orders",
        "replayed": False,
        "created_at": now(),
    }
    return Call(store_id=key.store_id, api_key_id=key.id, **{**facts, **values})


def test_a_call_and_a_refused_one_stand_in_the_log(order, logistics):
    logistics("GET", "/orders?max=2")
    told = refused(logistics("POST", "/shippings", json={"order_id": 999999}), 404, "not_found")
    good, bad = ApiRequest.select().order_by(ApiRequest.id)
    assert (good.method, good.path, good.query, good.status_code) == ("GET", "/api/v1/orders", "max=2", 200)
    assert (bad.status_code, bad.code, bad.request_id) == (404, "not_found", told["request_id"])
    assert bad.body == '{"order_id":999999}' and bad.address == "127.0.0.1"
    key = ApiKey.get_by_id(good.api_key_id)
    assert key.last_used_at is not None and key.orders_used_at is not None and key.shipping_used_at is None


def test_neither_token_nor_secret_is_in_it(client, pair, order):
    token = client.post("/api/v1/oauth/access_token", json={**pair, "grant_type": "client_credentials"}).json
    client.get("/api/v1/me", headers={"Authorization": f"Bearer {token['access_token']}"})
    (row,) = ApiRequest.select().dicts()
    assert token["access_token"] not in str(row) and pair["client_secret"] not in str(row)


def test_thirty_calls_are_written_with_as_many_statements_as_three(cast, pair, sql_count):
    key, counts = ApiKey.get(), []
    for many in (3, 30):
        log = RequestLog(at_once=False)
        log._thread = object()  # Nobody else writes it meanwhile.
        for _ in range(many):
            log.note(call(key))
        with sql_count() as seen:
            log.write()
        counts.append(len(seen))
    assert counts[0] == counts[1] and ApiRequest.select().count() == 33


def test_what_is_older_than_a_week_is_forgotten(pair):
    key = ApiKey.get()
    api_requests.write([call(key, created_at=now() - dt.timedelta(days=8)), call(key)])
    assert api_requests.forget_old() == 1 and ApiRequest.select().count() == 1


def test_the_command_repeats_the_call_whatever_it_holds(pair):
    api_requests.write([call(ApiKey.get(), method="POST", query="a=1&b=2", body='{"name": "it\'s $HOME"}')])
    words = shlex.split(api_requests.as_curl(ApiRequest.get(), "http://localhost:8000/"))
    assert words[:5] == ["curl", "-i", "-X", "POST", "http://localhost:8000/api/v1/orders?a=1&b=2"]
    assert words[-1] == '{"name": "it\'s $HOME"}' and "Authorization: Bearer $TOKEN" in words


def test_a_permission_that_is_never_needed_is_pointed_out(pair):
    key = ApiKey.get()
    assert api_requests.unused_areas(key) == []
    ApiKey.update(created_at=now() - dt.timedelta(days=40), orders_used_at=now()).execute()
    assert api_requests.unused_areas(ApiKey.get()) == ["shipping"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"enabled": False}, "key_disabled"),
        ({"expires_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "key_expired"),
        ({"allowed_addresses": ["203.0.113.0/24", "2001:db8::/32"]}, "address_not_allowed"),
        ({"revoked_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "key_revoked"),
    ],
)
def test_each_refusal_has_its_code_and_is_in_the_audit_once_an_hour(client, pair, values, code):
    ApiKey.update(**values).execute()
    for _ in range(3):
        answer = client.post("/api/v1/oauth/access_token", json={**pair, "grant_type": "client_credentials"})
        refused(answer, 401, code)
    (event,) = Event.select().where(Event.kind == "api_key.refused")
    assert event.message.startswith(code) and "127.0.0.1" in event.message


@pytest.mark.parametrize("network", ["127.0.0.1", "127.0.0.0/8", "::ffff:127.0.0.1/128"])
def test_an_address_in_the_list_is_let_in(client, pair, network):
    ApiKey.update(allowed_addresses=["2001:db8::/32", network.replace("::ffff:", "").replace("/128", "/32")]).execute()
    answer = client.post("/api/v1/oauth/access_token", json={**pair, "grant_type": "client_credentials"})
    assert answer.status_code == 200


def test_a_mapped_address_counts_as_the_one_that_it_maps(pair):
    ApiKey.update(allowed_addresses=["10.0.0.0/8"]).execute()
    key_admission.admit(ApiKey.get(), 1, "::ffff:10.1.2.3")
    with pytest.raises(key_admission.Denied):
        key_admission.admit(ApiKey.get(), 1, "::ffff:11.1.2.3")


def test_calls_tick_off_the_checks_that_they_pass(order, logistics, world):
    line = world.line(order, "MUG")
    logistics("GET", "/orders")
    logistics("GET", "/orders?cursor=fDA")
    logistics("POST", f"/orders/{order.id}/accept")
    body = {"order_id": order.id, "rows": [{"id": line.id, "quantity": 1}]}
    for _ in range(2):
        made = logistics("POST", "/shippings", json=body, headers={"Idempotency-Key": "part"})
    logistics("POST", f"/shippings/{made.json['data']['id']}/ship")
    logistics("GET", "/orders/999999")
    ticked = {row.name for row in ConformanceCheck.select()}
    assert ticked == {"token", "list", "page", "accept", "partial", "replay", "ship"}
    assert api_keys.find(world.viewer, ConformanceCheck.get().api_key_id)
