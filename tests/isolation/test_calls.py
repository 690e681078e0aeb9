"""Every call of the API, from its table, as every key there can be: 0 answers and 0 changes for whom it isn't."""

import datetime as dt
import re

import pytest

from tests.isolation import routes
from tests.isolation.things import everything_of
from webapp.actions import api_keys
from webapp.actions.api_keys import KeyDraft
from webapp.domain.permissions import CALLS
from webapp.domain.viewer import Level
from webapp.models import ApiKey

NO_TOKEN = {"anonymous": "no_credentials", "wrong token": "invalid_token"}

ENDED = {"disabled": "key_disabled", "expired": "key_expired", "revoked": "key_revoked"}

LACKING = ("orders", "products", "shipping", "writing")

OTHERS = ("rival", "stranger", "stranger's whole store")

OWN = ("logistics", "whole store")

KEYS = (*NO_TOKEN, *ENDED, *LACKING, *OTHERS, *OWN)

BODIES = {
    "/orders/{id}/status": {"status": "in_process"},
    "/shippings": {"order_id": 1},
    "/products": {"sku": "X", "title": "X", "price": 1, "vat_rate": 22, "main_category_id": 1},
    "/provisions": {"provisions": [{"id": 1, "quantity": 0}]},
    "/webhooks": {"url": "https://example.com/hook"},
    "/webhooks/{id}": {"url": "https://example.com/hook"},
    "/webhooks/{id}/replay": {"failed": True},
}


@pytest.fixture
def matrix(app, estates):
    """Make every call with a token, and the ids of the logistics service; return call -> answer."""

    def run(token: str | None, calls=CALLS) -> dict:
        client, ours = app.test_client(), estates["logistics"]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answers = {}
        for call in sorted(calls, key=lambda call: call.verb == "DELETE"):  # What they take away is asked for before.
            body = {} if call.verb == "GET" else {"json": BODIES.get(call.path, {})}
            answers[call] = client.open(ours.call(call), method=call.verb, headers=headers, **body)
        return answers

    return run


def told(answers: dict, fails) -> list[str]:
    """Return the cells with another answer than they should have, to be read in the failure."""
    return [
        f"{call.verb} {call.path}: {got.status_code} {got.text[:80]}"
        for call, got in answers.items()
        if fails(call, got)
    ]


def refused(answer, status: int, code: str) -> bool:
    return answer.status_code == status and answer.json["code"] == code


def test_the_table_of_calls_is_the_url_map(app):
    named = {(call.verb, call.path.replace("{id}", "{}").replace("{delivery_id}", "{}")) for call in CALLS}
    there = {
        (verb, re.sub("<.*?>", "{}", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if routes.is_call(rule) and rule.endpoint not in ("api_auth.access_token", "api_description.openapi")
        for verb in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert named == there


@pytest.mark.parametrize("who", NO_TOKEN)
def test_without_a_token_every_call_is_refused(who, matrix, cast):
    before = everything_of(cast.store)
    answers = matrix(None if who == "anonymous" else "xd_at_nonsense")
    assert told(answers, lambda call, got: not refused(got, 401, NO_TOKEN[who])) == []
    assert everything_of(cast.store) == before


@pytest.mark.parametrize("how", ENDED)
def test_a_key_that_has_ended_is_refused_everywhere(how, matrix, cast, estates):
    ours = estates["logistics"]
    if how == "revoked":
        api_keys.revoke(ours.viewer, ours.ids["key_id"])
    else:
        past = {"enabled": False} if how == "disabled" else {"expires_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
        ApiKey.update(**past).where(ApiKey.id == ours.ids["key_id"]).execute()
    before = everything_of(cast.store)
    assert told(matrix(ours.token), lambda call, got: not refused(got, 401, ENDED[how])) == []
    after = everything_of(cast.store)
    added = [row for row in after if row not in before]
    assert [row for row in after if row in before] == before
    assert len(added) == 1 and added[0][0] == "Event" and "'api_key.refused'" in added[0]


@pytest.mark.parametrize("lacks", LACKING)
def test_a_key_without_the_permission_is_refused_there(lacks, matrix, cast, estates, doors):
    ours = estates["logistics"]
    rights = dict.fromkeys(("orders", "products", "shipping"), "read" if lacks == "writing" else "write")
    rights |= {} if lacks == "writing" else {lacks: "none"}
    issued = api_keys.issue(ours.viewer, KeyDraft("Less", supplier_id=ours.supplier.id, **rights))
    api_keys.enable(ours.viewer, issued.key.id)
    token, before = doors(issued), everything_of(cast.store)
    closed = [c for c in CALLS if c.area and (c.level is Level.WRITE if lacks == "writing" else c.area == lacks)]
    assert told(matrix(token, closed), lambda call, got: not refused(got, 403, "scope_missing")) == []
    assert everything_of(cast.store) == before
    others = [call for call in CALLS if call not in closed]
    assert told(matrix(token, others), lambda call, got: got.status_code in (401, 500)) == []


@pytest.mark.parametrize("who", OTHERS)
def test_others_find_nothing_and_change_nothing(who, matrix, cast, estates):
    other = estates[who.partition("'")[0]]
    token = other.whole_token if "whole" in who else other.token
    before = everything_of(cast.store)
    answers = matrix(token)

    def fails(call, got) -> bool:
        return got.status_code not in (403, 404) if "{id}" in call.path else got.status_code in (401, 500)

    assert told(answers, fails) == []
    after = set(everything_of(cast.store))
    assert [row for row in before if row not in after] == []


@pytest.mark.parametrize("who", OWN)
def test_who_may_is_answered(who, matrix, estates):
    ours = estates["logistics"]
    answers = matrix(ours.token if who == "logistics" else ours.whole_token)

    def fails(call, got) -> bool:
        others_hook = who != "logistics" and call.path.startswith("/webhooks/")
        closed = 404 if others_hook else 403 if call.whole_store and who == "logistics" else None
        if closed or call.verb != "GET":
            return got.status_code != closed if closed else got.status_code in (401, 403, 500)
        return got.status_code not in (200, 404 if "publications/{id}" in call.path else 200)

    assert told({call: got for call, got in answers.items() if call.verb != "DELETE"}, fails) == []


def test_no_filter_tells_what_its_values_hide(app, estates):
    ours, client = estates["logistics"].ids, app.test_client()
    headers = {"Authorization": f"Bearer {estates['rival'].token}"}
    for path in (
        *(f"/orders?q=%23e{ours['supplier_id']}", f"/orders?channel={ours['channel_id']}"),
        *(f"/shippings?tracking_code=T{ours['supplier_id']}", f"/shippings?order_id={ours['order_id']}"),
        *(f"/products?sku=SKU{ours['supplier_id']}", f"/products?q=SKU{ours['supplier_id']}"),
    ):
        answer = client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200 and answer.json["data"] == [], path
