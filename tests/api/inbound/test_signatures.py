"""Who may send orders: whoever signs with the channel's present secret, and nobody else learns anything."""

import datetime as dt
import json

import pytest
from standardwebhooks.webhooks import Webhook

from tests.api.inbound.shop import order, shop_of, signed
from tests.api.problems import alike, refused
from webapp.actions import channel_secrets, channels
from webapp.api.inbound import orders
from webapp.domain import signing
from webapp.models import Channel, Order, SyncRun

BODY = json.dumps(order()).encode()


def closed(answer) -> None:
    refused(answer, 401, "invalid_signature")
    assert Order.select().count() == 0 and SyncRun.select().count() == 0


def test_a_signed_order_comes_in(sending):
    answer = sending.post(BODY)
    held = Order.get()
    assert answer.json == {
        "success": True,
        "orders": [{"id": "1042", "order_id": held.id, "outcome": "created"}],
    }
    assert held.channel_id == sending.channel.id


def test_what_the_standards_own_library_signs_is_let_in(sending):
    moment = dt.datetime.now(dt.UTC)
    signature = Webhook(sending.secret).sign("msg_official", moment, BODY.decode())
    stamp = str(int(moment.timestamp()))
    good = sending.post(BODY, webhook_id="msg_official", webhook_timestamp=stamp, webhook_signature=signature)
    assert good.status_code == 200


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "x", "v1,", "\u00e9", "9" * 40, "-1", "v1a,abc", "v1," + "A" * 43 + "="])
def test_a_header_that_is_missing_or_wrong_is_refused(sending, name, value):
    headers = signed(sending.secret, BODY)
    headers.pop(name)
    closed(sending.client.post(sending.path, data=BODY, headers=headers | ({} if value is None else {name: value})))


def test_a_body_that_was_changed_is_refused(sending):
    headers = signed(sending.secret, BODY)
    for tampered in (BODY.replace(b"Firenze", b"Ferrara"), BODY + b" ", b"", BODY.replace(b": 2", b": 3")):
        closed(sending.client.post(sending.path, data=tampered, headers=headers))


def test_another_secret_is_refused_also_one_of_another_channel_of_the_same_store(sending, foreign, app, world):
    neighbour = shop_of(app, world.viewer, "Neighbour")
    for secret in (signing.new_secret(), foreign.secret, neighbour.secret):
        closed(sending.client.post(sending.path, data=BODY, headers=signed(secret, BODY)))
        closed(foreign.client.post(sending.path, data=BODY, headers=signed(secret, BODY)))


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 400])
def test_a_time_stamp_that_is_more_than_five_minutes_off_is_refused(sending, minutes):
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    closed(sending.client.post(sending.path, data=BODY, headers=signed(sending.secret, BODY, moment)))


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_that_is_a_little_off_is_let_in(sending, minutes):
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    answer = sending.client.post(sending.path, data=BODY, headers=signed(sending.secret, BODY, moment))
    assert answer.status_code == 200


def test_a_stamp_cant_be_renewed_without_the_secret(sending):
    old = signed(sending.secret, BODY, dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    now = str(int(dt.datetime.now(dt.UTC).timestamp()))
    closed(sending.client.post(sending.path, data=BODY, headers=old | {"webhook-timestamp": now}))


def test_one_good_signature_among_several_is_enough(sending):
    headers = signed(sending.secret, BODY)
    headers["webhook-signature"] = f"v1a,abc v1,AAAA {headers['webhook-signature']}"
    assert sending.client.post(sending.path, data=BODY, headers=headers).status_code == 200


def test_unknown_foreign_disconnected_and_other_channels_all_read_alike(sending, foreign, world):
    told = sending.client.post(sending.path, data=BODY, headers=signed(signing.new_secret(), BODY))
    gone = channel_secrets.current(foreign.channel)[0]
    Channel.update(archived_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).where(Channel.id == foreign.channel.id).execute()
    for number in (999_999, 10**17, foreign.channel.id, world.channel.id):
        for secret in (sending.secret, gone):
            path = f"/api/channels/{number}/orders"
            answer = sending.client.post(path, data=BODY, headers=signed(secret, BODY))
            closed(answer)
            assert alike(answer, told) and answer.headers.get("WWW-Authenticate") == told.headers["WWW-Authenticate"]


def test_a_disconnected_channels_secret_is_forgotten(sending, world):
    channels.disconnect(world.viewer, sending.channel.id)
    closed(sending.post(BODY))


def test_a_paused_channel_tells_so_to_its_own_shop_alone(sending, world):
    channels.pause(world.viewer, sending.channel.id)
    answer = sending.post(BODY)
    refused(answer, 503, "channel_paused")
    assert answer.headers["Retry-After"] == "300"
    closed(sending.client.post(sending.path, data=BODY, headers=signed(signing.new_secret(), BODY)))
    channels.resume(world.viewer, sending.channel.id)
    assert sending.post(BODY).status_code == 200


def test_during_a_rotation_both_secrets_are_good_and_after_it_the_new_one(sending, world, as_user, cast):
    old = sending.secret
    sending.secret = channel_secrets.rotate(world.viewer, sending.channel.id, 24)
    assert sending.post(BODY).status_code == 200
    assert sending.client.post(sending.path, data=BODY, headers=signed(old, BODY)).status_code == 200
    newest = channel_secrets.rotate(world.viewer, sending.channel.id, 0)
    for secret, status in ((old, 401), (sending.secret, 401), (newest, 200)):
        answer = sending.client.post(sending.path, data=BODY, headers=signed(secret, BODY))
        assert answer.status_code == status


def test_other_verbs_and_the_rate_are_refused_in_problem_documents(sending, monkeypatch):
    refused(sending.client.get(sending.path), 405, "method_not_allowed")
    monkeypatch.setattr(orders, "CALLS_A_MINUTE", 2)
    assert [sending.post(BODY).status_code for _ in range(2)] == [200, 200]
    answer = sending.post(BODY)
    assert refused(answer, 429, "too_many_requests")["retry_after"] == int(answer.headers["Retry-After"])


def test_a_session_or_a_key_opens_nothing_here(app, as_user, cast, sending):
    person = as_user(cast.admin)
    closed(person.post(sending.path, data=BODY, content_type="application/json"))
    headers = {"Authorization": "Bearer xd_at_x", "Content-Type": "application/json"}
    closed(sending.client.post(sending.path, data=BODY, headers=headers))


def test_without_the_operators_key_the_shop_is_asked_to_come_again(sending, world):
    Channel.update(credentials="not-what-any-key-opens").where(Channel.id == sending.channel.id).execute()
    answer = sending.send(order())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
