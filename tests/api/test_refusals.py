"""Who isn't let in, and who may not: each reason has a code of its own, and counts for tokens that are out too."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from tests.api.problems import alike, refused, wrong
from webapp.actions import api_keys
from webapp.actions.api_keys import KeyDraft
from webapp.db import now
from webapp.domain.permissions import CALLS
from webapp.domain.viewer import Level
from webapp.models import ApiKey, Order, Shipment

BASE = "/api/v1"
TOKEN = f"{BASE}/oauth/access_token"
OPEN = {TOKEN, f"{BASE}/openapi.json"}
"""What answers without a key."""


def put(**values):
    """Set columns of the only key, behind the back of any cache."""
    return lambda viewer, key: ApiKey.update(**values).where(ApiKey.id == key.id).execute()


ENDS = {
    "key_disabled": lambda viewer, key: api_keys.disable(viewer, key.id),
    "key_revoked": lambda viewer, key: api_keys.revoke(viewer, key.id),
    "key_expired": put(expires_at=now() - dt.timedelta(seconds=1)),
    "address_not_allowed": put(allowed_addresses=["10.0.0.0/8", "::1/128"]),
}
"""Code -> what happens to the key."""


@pytest.mark.parametrize("code", ENDS)
def test_what_ends_a_key_ends_its_tokens_on_the_next_request(client, logistics, cast, pair, code):
    token = client.post(TOKEN, json={**pair, "grant": "client_credentials"}).json["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get(f"{BASE}/orders", headers=bearer).status_code == 200

    ENDS[code](cast.viewer(cast.admin), ApiKey.get(ApiKey.public_key == pair["client_id"]))

    answer = client.get(f"{BASE}/orders", headers=bearer)
    refused(answer, 401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    told = refused(client.post(TOKEN, json={**pair, "grant": "client_credentials"}), 401, code)
    assert told["error"] == "invalid_client"
    assert logistics("GET", "/orders").status_code == 200  # The supplier's other key goes on.


def test_addresses_and_ends_that_fit_let_in(client, pair, cast):
    put(allowed_addresses=["10.0.0.0/8", "127.0.0.0/8"], expires_at=now() + dt.timedelta(hours=1))(None, ApiKey.get())
    assert client.post(TOKEN, json={**pair, "grant": "client_credentials"}).status_code == 200


def test_a_rotation_without_overlap_ends_the_tokens_of_the_old_secret(logistics, cast):
    api_keys.rotate(cast.viewer(cast.admin), ApiKey.get().id, 0)
    refused(logistics("GET", "/me"), 401, "secret_rotated")


def test_a_rotation_with_overlap_lets_them_live_until_it_ends(logistics, cast):
    api_keys.rotate(cast.viewer(cast.admin), ApiKey.get().id, 24)
    assert logistics("GET", "/me").status_code == 200
    ApiKey.update(previous_secret_until=now() - dt.timedelta(seconds=1)).execute()
    refused(logistics("GET", "/me"), 401, "secret_rotated")


def test_every_address_wants_credentials(app, client):
    seen = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(BASE) or rule.rule in OPEN:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1))[1]
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = client.open(path, method=method)
            refused(answer, 401, "no_credentials")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            seen += 1
    assert seen >= 13


def test_tokens_that_are_none(app, client, logistics, pair, settings):
    good = client.post(TOKEN, json={**pair, "grant": "client_credentials"}).json["access_token"]
    swapped = good[:-3] + ("A" if good[-3] != "A" else "B") + good[-2:]
    bad = ("x", "xd_at_", f"{good}x", swapped, good.removeprefix("xd_at_"), "xd_at_é", pair["client_secret"])
    for header in (*(f"Bearer {token}" for token in bad), f"Basic {good}", f"Token {good}"):
        refused(client.get(f"{BASE}/me", headers={"Authorization": header}), 401, "invalid_token")
    for header in ("", "Bearer", "Bearer ", good):
        refused(client.get(f"{BASE}/me", headers={"Authorization": header}), 401, "no_credentials")

    app.config["CROSSDOCK"] = replace(settings, token_minutes=-1)
    refused(logistics("GET", "/me"), 401, "token_expired")


def test_a_key_without_the_permission_is_told_which_one_is_missing(api, order, shipment):
    areas = ("orders", "products", "shipping")
    without = {area: api(None, **{**dict.fromkeys(areas, "write"), area: "none"}) for area in areas}
    reading = {area: api(None, **{**dict.fromkeys(areas, "none"), area: "read"}) for area in areas}
    ids = {"orders": order.id, "shippings": shipment.id}
    for call in CALLS:
        if not call.area:
            continue
        path = re.sub(r"\{\w+\}", str(ids.get(call.path.split("/")[1], 1)), call.path)
        told = refused(without[call.area](call.verb, path), 403, "scope_missing")
        assert told["required"] == f"{call.area}:{call.level.name.lower()}"
        if call.level == Level.WRITE:
            refused(reading[call.area](call.verb, path), 403, "scope_missing")
        else:
            assert reading[call.area](call.verb, path).status_code != 403
    assert Order.get().status == "in_process" and Shipment.get().status == "draft"


def test_narrowing_a_key_counts_for_tokens_that_are_out(logistics, cast, order):
    viewer, key, path = cast.viewer(cast.admin), ApiKey.get(), f"/orders/{order.id}"
    assert "email" in logistics("GET", path).json["data"]["customer"]

    narrow = KeyDraft(key.name, supplier_id=key.supplier_id, orders="read", hides_customer=True, hides_prices=True)
    api_keys.edit(viewer, key.id, narrow)
    refused(logistics("PUT", f"{path}/status", json={"status": "in_process"}), 403, "scope_missing")
    refused(logistics("GET", "/shippings"), 403, "scope_missing")
    seen = logistics("GET", path).json["data"]
    assert (seen["customer"], seen["delivery_address"], seen["total_price"]) == ({}, {}, None)

    api_keys.edit(viewer, key.id, replace(narrow, orders="none", products="read"))
    refused(logistics("GET", path), 403, "scope_missing")


def test_a_foreign_id_and_an_unknown_one_read_alike(rival, order, shipment, foreign_order, world, cast):
    mugs = world.order(("MUG", 1), external_id="2")  # The logistics service's alone.
    for path in ("/orders/{}", "/orders/{}/status", "/shippings/{}", "/shippings/{}/ship"):
        method = {"status": "PUT", "ship": "POST"}.get(path.split("/")[-1], "GET")
        options = {"json": {"status": "in_process"}} if method == "PUT" else {}
        unknown = rival(method, path.format(10**17), **options)
        refused(unknown, 404, "not_found")
        for row in (mugs, foreign_order) if "orders" in path else (shipment,):
            assert alike(rival(method, path.format(row.id), **options), unknown)
    assert Shipment.get().status == "draft" and Order.get_by_id(mugs.id).status == "payment_accepted"


def test_what_can_be_no_id_and_unknown_addresses_are_not_found(logistics):
    for path in ("/orders/0", "/orders/-1", "/orders/x", "/orders/1.5", f"/orders/{10**18}", "/orders/٣", "/nothing"):
        refused(logistics("GET", path), 404, "not_found")
    answer = logistics("DELETE", "/orders")
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_an_illegal_value_is_told_at_its_field_in_a_whole_problem(logistics, order):
    (message,) = wrong(logistics("PUT", f"/orders/{order.id}/status", json={"status": "lost"}), "status")
    assert "payment_accepted" in message


def test_programs_are_refused_in_english_whatever_language_they_ask_for(logistics):
    told = refused(logistics("GET", f"/orders/{10**17}", headers={"Accept-Language": "it"}), 404, "not_found")
    assert told["detail"] == "There is no such order."
