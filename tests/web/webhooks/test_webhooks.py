"""Configuration > Webhooks as people use it: add with a secret shown once, watch, send again, rotate, remove."""

import re

import pytest

from tests.web.api_keys.wizard import field
from tests.web.page import Page
from webapp.actions import api_keys, deliveries, webhooks
from webapp.actions.api_keys import KeyDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.connectors import http
from webapp.models import Delivery, DeliveryAttempt, Webhook
from webapp.wire import events

SECRET = re.compile(r"whsec_[0-9A-Za-z+/=]{44}")


@pytest.fixture
def key(cast):
    draft = KeyDraft("Nord’s program", supplier_id=cast.logistics.id, orders="read")
    return api_keys.issue(cast.viewer(cast.admin), draft).key


@pytest.fixture
def hook(app, cast, key):
    http.configure(("127.0.0.1",))
    draft = WebhookDraft("http://127.0.0.1:9/hook", [], "Depot")
    return webhooks.create(cast.viewer(cast.admin), key.id, draft).webhook


def typed(client, key, **changes):
    nonce = field(client.get("/webhooks/new").text, "nonce")
    return {"nonce": nonce, "api_key_id": str(key.id), "url": "http://127.0.0.1:9/hook", "description": "D", **changes}


def test_a_merchant_adds_one_and_sees_its_secret_once(as_user, cast, key):
    client = as_user(cast.merchant)
    values = typed(client, key, events=["order.updated"])
    answer = client.post("/webhooks/", data=values)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    secret = SECRET.search(answer.text)[0]
    made = Webhook.get()
    assert (made.url, made.events, made.api_key_id) == ("http://127.0.0.1:9/hook", ["order.updated"], key.id)
    for path in ("/webhooks/", f"/webhooks/{made.id}", f"/webhooks/{made.id}/edit", f"/webhooks/{made.id}/rotate"):
        assert secret not in client.get(path).text
    again = client.post("/webhooks/", data=values)
    assert again.status_code == 303 and Webhook.select().count() == 1


def test_a_form_of_a_session_that_ended_is_kept_and_saved_once_it_is_sent_again(as_user, cast, key):
    values = typed(as_user(cast.merchant), key, description="Typed before")
    client = as_user(cast.merchant)
    kept = Page(client.post("/webhooks/", data=values))
    assert kept.status == 422 and "You logged in again meanwhile" in kept.alert and not Webhook.select().exists()
    assert kept.fields["description"] == "Typed before"
    assert client.post("/webhooks/", data=values | {"nonce": kept.fields["nonce"]}).status_code == 200
    assert Webhook.get().description == "Typed before"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": ""}, "Give the address that is to be called."),
        ({"url": "ftp://example.com"}, "Give an address that begins with"),
        ({"url": "https://me:pw@example.com"}, "Leave user name and password out"),
        ({"url": "http://169.254.169.254/latest"}, "public"),
        ({"url": "http://10.0.0.8/"}, "public"),
        ({"api_key_id": ""}, "Choose the key that it speaks for."),
        ({"events": ["order.eaten"]}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(as_user, cast, key, changes, told):
    client = as_user(cast.admin)
    answer = client.post("/webhooks/", data=typed(client, key, **{"description": "Kept words", **changes}))
    assert answer.status_code == 422 and told in answer.text and "Kept words" in answer.text
    assert not Webhook.select().exists()


def test_a_clerk_has_none_and_a_stranger_finds_nothing(as_user, cast, hook):
    assert as_user(cast.clerk).get("/webhooks/").status_code == 403
    stranger = as_user(cast.stranger)
    assert stranger.get(f"/webhooks/{hook.id}").status_code == 404
    assert stranger.post(f"/webhooks/{hook.id}/pause").status_code == 404
    assert "Depot" not in stranger.get("/webhooks/").text


def test_pause_resume_and_remove(as_user, cast, hook):
    client = as_user(cast.merchant)
    client.post(f"/webhooks/{hook.id}/pause")
    assert not Webhook.get().enabled and "Paused by hand" in client.get(f"/webhooks/{hook.id}").text
    client.post(f"/webhooks/{hook.id}/resume")
    assert Webhook.get().enabled
    assert "Nothing more is sent to" in client.get(f"/webhooks/{hook.id}/remove").text
    client.post(f"/webhooks/{hook.id}/remove")
    assert (
        Webhook.get().archived_at
        and Webhook.get().secret == ""
        and client.get(f"/webhooks/{hook.id}").status_code == 404
    )


def test_a_test_message_shows_up_with_its_tries_and_can_be_sent_again(as_user, cast, hook):
    client = as_user(cast.merchant)
    assert client.post(f"/webhooks/{hook.id}/test").status_code == 303
    row = Delivery.get()
    DeliveryAttempt.create(store=row.store_id, delivery=row, status_code=503, answer="busy", milliseconds=7)
    Delivery.update(status="failed", attempts=10, last_error="The receiver answered 503.").execute()
    assert "The receiver answered 503." in client.get(f"/webhooks/{hook.id}").text
    page = client.get(f"/webhooks/{hook.id}/deliveries/{row.id}").text
    assert "busy" in page and row.message_id in page and "webhook.test" in page
    client.post(f"/webhooks/{hook.id}/deliveries/{row.id}/resend")
    assert (Delivery.get().status, Delivery.get().attempts) == ("waiting", 0)


def test_all_that_failed_and_a_range_are_sent_again(as_user, cast, hook):
    for number in (5, 6, 7):
        Delivery.create(
            store=hook.store_id,
            webhook=hook,
            message_id=f"m{number}",
            event="order.updated",
            number=number,
            body="{}",
            status="failed" if number == 5 else "sent",
        )
    client = as_user(cast.admin)
    client.post(f"/webhooks/{hook.id}/replay-failed")
    assert [row.status for row in Delivery.select().order_by(Delivery.id)] == ["waiting", "sent", "sent"]
    client.post(f"/webhooks/{hook.id}/replay", data={"first": "6", "last": "6"})
    assert [row.status for row in Delivery.select().order_by(Delivery.id)] == ["waiting", "waiting", "sent"]
    wrong = client.post(f"/webhooks/{hook.id}/replay", data={"first": "8", "last": "x"})
    assert wrong.status_code == 422 and 'value="x"' in wrong.text
    assert client.post(f"/webhooks/{hook.id}/replay", data={"first": "8", "last": "6"}).status_code == 422


def test_rotating_shows_the_new_secret_once(as_user, cast, hook):
    client = as_user(cast.admin)
    nonce = field(client.get(f"/webhooks/{hook.id}/rotate").text, "nonce")
    answer = client.post(f"/webhooks/{hook.id}/rotate", data={"overlap": "24", "nonce": nonce})
    assert SECRET.search(answer.text) and answer.headers["Cache-Control"] == "no-store"
    assert Webhook.get().previous_secret_until is not None
    assert client.post(f"/webhooks/{hook.id}/rotate", data={"overlap": "24", "nonce": nonce}).status_code == 303


def test_the_number_of_statements_does_not_grow_with_the_rows(as_user, cast, hook, key, sql_count):
    client = as_user(cast.admin)
    counts = []
    for _ in range(2):
        with sql_count() as seen:
            client.get("/webhooks/")
            client.get(f"/webhooks/{hook.id}")
        counts.append(len(seen))
        for _ in range(4):
            webhooks.create(cast.viewer(cast.admin), key.id, WebhookDraft("https://example.com"))
            deliveries.send_test(cast.viewer(cast.admin), hook.id, events.test_body())
    assert counts[0] == counts[1]
