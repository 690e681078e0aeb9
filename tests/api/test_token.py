"""A token for a key pair: every way to ask, every way to be turned away."""

import base64
import io

import orjson
import pytest

from tests.api.problems import alike, refused, wrong
from webapp.actions import api_keys
from webapp.models import ApiKey

URL = "/api/v1/oauth/access_token"
ASKED = {"grant_type": "client_credentials"}


def basic(pair) -> dict[str, str]:
    packed = base64.b64encode(f"{pair['client_id']}:{pair['client_secret']}".encode()).decode()
    return {"Authorization": f"Basic {packed}"}


WAYS = {
    "JSON as Poleepo's clients send it": lambda pair: {"json": {**pair, "grant": "client_credentials"}},
    "JSON with the RFC's word": lambda pair: {"json": {**pair, **ASKED}},
    "a form": lambda pair: {"data": {**pair, **ASKED}},
    "a form with a field of no meaning": lambda pair: {"data": {**pair, **ASKED, "audience": "us"}},
    "Basic alone": lambda pair: {"headers": basic(pair)},
    "Basic with a form": lambda pair: {"headers": basic(pair), "data": ASKED},
    "Basic with JSON": lambda pair: {"headers": basic(pair), "json": ASKED},
}


def test_each_way_to_ask_gives_a_token_that_lets_in(client, pair):
    for way, asked in WAYS.items():
        answer = client.post(URL, **asked(pair))
        assert answer.status_code == 200, (way, answer.text)
        given = answer.json
        assert (given["success"], given["message"]) == (True, None)
        assert given["data"] == {"access_token": given["access_token"], "duration": 3600}
        assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
        assert answer.headers["Cache-Control"] == "no-store"
        assert pair["client_secret"] not in answer.text
        seen = client.get("/api/v1/me", headers={"Authorization": f"Bearer {given['access_token']}"})
        assert seen.json["data"]["key"]["public_key"] == pair["client_id"]


def test_the_scheme_may_be_written_in_any_case(client, pair):
    token = client.post(URL, json={**pair, **ASKED}).json["access_token"]
    assert client.get("/api/v1/me", headers={"Authorization": f"bearer {token}"}).status_code == 200


def test_another_grant_is_refused(client, pair):
    for grant in ({}, {"grant": "password"}, {"grant_type": ""}, {"grant_type": "refresh_token"}):
        for asked in ({"json": {**pair, **grant}}, {"data": {**pair, **grant}}):
            told = refused(client.post(URL, **asked), 400, "unsupported_grant_type")
            assert told["error"] == "unsupported_grant_type"


def test_half_a_pair_or_nothing_is_no_credentials(client, pair):
    for part in pair:
        for asked in ({"json": {**pair, **ASKED, part: ""}}, {"data": {**pair, **ASKED, part: ""}}):
            assert refused(client.post(URL, **asked), 401, "no_credentials")["error"] == "invalid_client"
    refused(client.post(URL), 401, "no_credentials")
    for header in ("Basic", "Basic !!!", "Basic eA==", "Basic /w==", "Bearer x", "Digest a=b"):
        refused(client.post(URL, headers={"Authorization": header}), 401, "no_credentials")


def test_a_wrong_secret_reads_like_an_unknown_key(client, pair, cast):
    right = pair["client_secret"]
    other = api_keys.issue(cast.viewer(cast.admin), api_keys.KeyDraft("Other", orders="read")).secret_key
    typo = right[:-8] + ("A" if right[-8] != "A" else "B") + right[-7:]
    unknown = client.post(URL, json={**pair, **ASKED, "client_id": "xd_pk_unknown"})
    assert refused(unknown, 401, "invalid_client")["error"] == "invalid_client"
    for secret in ("secret", typo, other, right[:-1] + "é", right + "\n", right.upper(), right * 1000):
        assert alike(client.post(URL, json={**pair, **ASKED, "client_secret": secret}), unknown), secret


def test_who_does_not_know_the_secret_learns_nothing_of_the_keys_state(client, pair):
    ApiKey.update(enabled=False).execute()
    refused(client.post(URL, json={**pair, **ASKED, "client_secret": "xd_sk_1_guess"}), 401, "invalid_client")
    refused(client.post(URL, json={**pair, **ASKED}), 401, "key_disabled")


@pytest.mark.parametrize("part", ["client_id", "client_secret"])
def test_nul_opens_nothing_and_breaks_nothing(client, pair, part):
    asked = {**pair, part: "xd\x00"}
    wrong(client.post(URL, json={**asked, **ASKED}), part)
    wrong(client.post(URL, data={**asked, **ASKED}), part)
    wrong(client.post(URL, headers=basic(asked)), part)


def test_fields_are_known_and_are_texts(client, pair):
    wrong(client.post(URL, json={**pair, **ASKED, "audience": "us"}), "audience")
    for value in (None, 5, ["x"], {"a": 1}, True):
        wrong(client.post(URL, json={**pair, **ASKED, "client_id": value}), "client_id")


def test_bodies_that_cannot_be_read(client, pair):
    refused(client.post(URL, data="{", content_type="application/json"), 400, "malformed")
    refused(client.post(URL, data="<a/>", content_type="application/xml"), 415, "unsupported_media_type")
    refused(client.post(URL, data={**pair, **ASKED}, content_type="multipart/form-data"), 415, "unsupported_media_type")
    wrong(client.post(URL, json=[pair]), "body")


def test_a_body_of_unknown_length_is_read(client, pair):
    asked = io.BytesIO(orjson.dumps({**pair, **ASKED}))
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post(URL, input_stream=asked, content_type="application/json", environ_overrides=chunked)
    assert answer.status_code == 200, answer.text


def test_a_token_is_asked_for_by_post_alone(client):
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = client.open(URL, method=method)
        refused(answer, 405, "method_not_allowed")
        assert "POST" in answer.headers["Allow"]
