"""Webhooks by program: a key manages its own, and nothing of others can be seen or guessed."""

import pytest
from standardwebhooks.webhooks import Webhook as Standard

from tests.api.problems import alike, refused, wrong
from tests.servers.receiver import Receiver
from webapp.connectors import http
from webapp.jobs.deliver import send_batch
from webapp.models import Delivery, IdempotentRequest, Webhook


@pytest.fixture(autouse=True)
def closing(app):
    yield
    http.configure(())


@pytest.fixture
def receiver():
    started = Receiver()
    yield started
    started.stop()


@pytest.fixture
def hook(logistics, receiver):
    answer = logistics("POST", "/webhooks", json={"url": receiver.url, "events": ["order.updated"]})
    assert answer.status_code == 201, answer.json
    return answer.json["data"]


def test_it_is_registered_and_its_secret_is_in_this_answer_alone(hook, logistics):
    assert hook["secret"].startswith("whsec_")
    shown = logistics("GET", f"/webhooks/{hook['id']}").json["data"]
    assert {**shown, "secret": hook["secret"]} == hook
    assert logistics("GET", "/webhooks").json["data"] == [shown]
    assert set(shown) == {
        *("id", "url", "description", "events", "enabled", "pause_reason", "paused_date", "failing_since"),
        *("last_success_date", "previous_secret_until", "last_change", "creation_date", "update_date"),
    }


def test_an_idempotency_key_stores_no_secret(logistics, receiver):
    logistics("POST", "/webhooks", json={"url": receiver.url}, headers={"Idempotency-Key": "once"})
    assert not IdempotentRequest.select().exists()


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
def test_another_keys_webhook_and_an_unknown_one_read_alike(verb, hook, rival):
    body = {"json": {"url": "https://example.com"}} if verb == "PUT" else {}
    foreign, unknown = (rival(verb, f"/webhooks/{number}", **body) for number in (hook["id"], 999_999))
    refused(foreign, 404, "not_found")
    assert alike(foreign, unknown)
    assert Webhook.get().archived_at is None and rival("GET", "/webhooks").json["data"] == []


@pytest.mark.parametrize("path", ["rotate", "pause", "resume", "test", "replay"])
def test_what_is_done_to_another_keys_webhook_is_not_done(path, hook, rival):
    body = {"failed": True} if path == "replay" else {}
    refused(rival("POST", f"/webhooks/{hook['id']}/{path}", json=body), 404, "not_found")
    refused(rival("GET", f"/webhooks/{hook['id']}/deliveries"), 404, "not_found")


@pytest.mark.parametrize(
    "url", ["http://10.1.2.3/", "http://169.254.169.254/", "ftp://example.com/", "http://2130706433/", "x" * 2000]
)
def test_an_address_that_must_not_be_called_is_refused_at_the_field(url, logistics):
    wrong(logistics("POST", "/webhooks", json={"url": url}), "url")
    assert not Webhook.select().exists()


def test_an_unknown_event_and_an_unknown_field_are_refused_by_name(logistics, receiver):
    wrong(logistics("POST", "/webhooks", json={"url": receiver.url, "events": ["order.eaten"]}), "events")
    wrong(logistics("POST", "/webhooks", json={"url": receiver.url, "colour": "red"}), "colour")


def test_a_change_honours_if_match(hook, logistics, receiver):
    path = f"/webhooks/{hook['id']}"
    tag = logistics("GET", path).headers["ETag"]
    body = {"url": receiver.url, "events": [], "description": "All"}
    assert logistics("PUT", path, json=body, headers={"If-Match": tag}).json["data"]["events"] == []
    refused(logistics("PUT", path, json=body, headers={"If-Match": tag}), 412, "stale")


def test_a_test_message_is_sent_signed_and_listed_with_its_try(hook, logistics, receiver):
    made = logistics("POST", f"/webhooks/{hook['id']}/test")
    assert made.status_code == 202 and made.json["data"]["event"] == "webhook.test"
    send_batch(hook["id"])
    Standard(hook["secret"]).verify(receiver.received[0].body, receiver.received[0].headers)
    (row,) = logistics("GET", f"/webhooks/{hook['id']}/deliveries?status=sent").json["data"]
    detail = logistics("GET", f"/webhooks/{hook['id']}/deliveries/{row['id']}").json["data"]
    assert [one["status_code"] for one in detail["tries"]] == [204] and '"webhook.test"' in detail["body"]
    assert logistics("POST", f"/webhooks/{hook['id']}/deliveries/{row['id']}/resend").status_code == 202
    assert Delivery.get().status == "waiting"
    wrong(logistics("GET", f"/webhooks/{hook['id']}/deliveries?status=lost"), "status")


def test_what_failed_is_replayed(hook, logistics):
    logistics("POST", f"/webhooks/{hook['id']}/test")
    Delivery.update(status="failed").execute()
    answer = logistics("POST", f"/webhooks/{hook['id']}/replay", json={"failed": True})
    assert (answer.status_code, answer.json["data"]) == (202, {"replayed": 1})
    wrong(logistics("POST", f"/webhooks/{hook['id']}/replay", json={"first": 3}), "first")


def test_rotation_pause_resume_and_removal(hook, logistics):
    path = f"/webhooks/{hook['id']}"
    fresh = logistics("POST", f"{path}/rotate", json={"overlap_hours": 1})
    assert fresh.json["data"]["secret"] != hook["secret"] and fresh.headers["Cache-Control"] == "no-store"
    wrong(logistics("POST", f"{path}/rotate", json={"overlap_hours": 5}), "overlap")
    assert logistics("POST", f"{path}/pause").json["data"]["enabled"] is False
    refused(logistics("POST", f"{path}/test"), 409, "webhook_paused")
    assert logistics("POST", f"{path}/resume").json["data"]["enabled"] is True
    assert logistics("DELETE", path).status_code == 200
    refused(logistics("GET", path), 404, "not_found")


def test_me_tells_their_health(hook, logistics):
    assert logistics("GET", "/me").json["data"]["webhooks"] == [
        {"id": hook["id"], "url": hook["url"], "enabled": True, "failing_since": None}
    ]


def test_it_needs_a_key(client):
    refused(client.get("/api/v1/webhooks"), 401, "no_credentials")
