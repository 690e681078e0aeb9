"""The door for the shops' webhooks: a signature wakes the reader, whatever else comes changes nothing."""

import datetime as dt
from dataclasses import replace

import pytest

from tests.servers.woocommerce import KEY, SECRET, WooShop
from tests.web.channels.connecting import row
from webapp import create_app
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.connectors import http
from webapp.db import now
from webapp.extensions import limiter
from webapp.jobs import import_orders
from webapp.models import Channel, Order, SyncRun

HOOK = "whsec-of-the-merchant"
LATER = dt.timedelta(minutes=30)


@pytest.fixture
def woo(app):
    http.configure(("127.0.0.1",))
    started = WooShop()
    yield started
    started.stop()


@pytest.fixture
def channel(woo, cast) -> Channel:
    """The shop, connected with a webhook secret; its next reading is far away."""
    draft = ChannelDraft("Casa Bella", woo.url, {"key": KEY}, {"secret": SECRET, "hook_secret": HOOK})
    made = channels.connect(cast.viewer(cast.admin), "woocommerce", draft)
    Channel.update(next_read_at=now() + LATER).execute()
    return Channel.get_by_id(made.id)


@pytest.fixture
def send(client, channel):
    """Let the shop send (headers, body) to the channel's address; return status and text."""

    def call(message, token="", **options):
        headers, body = message
        answer = client.post(f"/hooks/{token or channel.hook_token}", data=body, headers=headers, **options)
        return answer.status_code, answer.text

    return call


def facts(channel) -> tuple:
    held = row(channel)
    return held["hook_at"], held["hooks_refused"], held["next_read_at"]


def test_a_genuine_webhook_has_the_channel_read_within_seconds(send, woo, channel):
    order = woo.sell(("MUG", 1))
    before = now()
    assert send(woo.webhook(order, HOOK)) == (200, "Thanks.\n")
    hook_at, refused, next_read_at = facts(channel)
    assert before <= hook_at <= next_read_at <= now() + dt.timedelta(seconds=2) and refused == 0
    assert woo.calls == [] and Order.select().count() == 0  # Nothing was asked of the shop, nothing was believed.
    Channel.update(next_read_at=now()).execute()
    import_orders.read_due(channel.id)
    assert Order.get().external_id == str(order["id"])


def test_many_webhooks_at_once_wake_the_reader_once(send, woo, channel):
    message = woo.webhook(woo.sell(("MUG", 1)), HOOK)
    send(message)
    first = facts(channel)[2]
    assert {send(message)[0] for _ in range(20)} == {200} and facts(channel)[2] == first
    assert SyncRun.select().count() == 0


def test_the_first_ping_is_answered_and_wakes_nobody(send, woo, channel):
    before = facts(channel)
    assert send(woo.ping())[0] == 200 and facts(channel) == before


def test_a_wrong_signature_is_refused_and_counted(send, woo, channel):
    before = facts(channel)
    order = woo.sell(("MUG", 1))
    headers, body = woo.webhook(order, HOOK)
    for message in (woo.webhook(order, "guessed"), (headers, body + b" "), ({}, body)):
        status, told = send(message)
        assert status == 401 and HOOK not in told and SECRET not in told
    assert facts(channel) == (None, 3, before[2]) and row(channel)["hook_refused_at"] <= now()


def test_no_session_and_no_form_token_is_asked(csrf_client, woo, channel):
    headers, body = woo.webhook(woo.sell(("MUG", 1)), HOOK)
    answer = csrf_client.post(f"/hooks/{channel.hook_token}", data=body, headers=headers)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("token", ["0" * 32, "x", "1", "%00"])
def test_an_unknown_address_is_404(send, woo, token):
    assert send(woo.ping(), token)[0] == 404


def test_a_paused_channel_takes_it_and_is_read_when_it_is_resumed(send, woo, channel, cast):
    channels.pause(cast.viewer(cast.admin), channel.id)
    assert send(woo.webhook(woo.sell(("MUG", 1)), HOOK))[0] == 200
    Channel.update(next_read_at=now()).execute()
    assert import_orders._due(now()) == []


def test_a_disconnected_channel_is_gone(send, woo, channel, cast):
    channels.disconnect(cast.viewer(cast.admin), channel.id)
    before = row(channel)
    assert send(woo.webhook(woo.sell(("MUG", 1)), HOOK))[0] == 410 and row(channel) == before


def test_a_kind_without_webhooks_has_no_such_address(send, woo, channel):
    Channel.update(kind="prestashop").execute()
    assert send(woo.ping())[0] == 404


def test_what_cannot_be_checked_today_is_not_said_to_be_forged(send, woo, channel):
    Channel.update(credentials="unreadable").execute()
    assert send(woo.ping())[0] == 503 and facts(channel)[1] == 0


def test_a_body_of_any_length_is_not_read(send, woo, channel):
    assert send(({}, b"x" * 2_000_001))[0] == 413 and facts(channel)[1] == 0


def test_a_shop_in_trouble_keeps_its_pause(send, woo, channel):
    SyncRun.create(store=channel.store_id, channel=channel.id, status="failed")
    before = facts(channel)
    assert send(woo.webhook(woo.sell(("MUG", 1)), HOOK))[0] == 200
    assert facts(channel)[2] == before[2] and facts(channel)[0] is not None


def test_refused_calls_are_limited_and_genuine_ones_are_not(send, woo, channel, database, settings):
    guarded = create_app(replace(settings, testing=False), database=database).test_client()
    address = f"/hooks/{channel.hook_token}"
    headers, body = woo.webhook(woo.sell(("MUG", 1)), HOOK)
    try:
        for _ in range(70):
            assert guarded.post(address, data=body, headers=headers).status_code == 200
        for _ in range(60):
            assert guarded.post(address, data=b"guess").status_code == 401
        assert guarded.post(address, data=b"guess").status_code == 429
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
        assert guarded.post(address, data=body, headers=headers, environ_base=elsewhere).status_code == 200
    finally:
        limiter.enabled = False


def test_the_page_shows_the_address_and_whether_webhooks_come(as_user, cast, send, woo, channel):
    merchant, home = as_user(cast.merchant), f"/channels/{channel.id}"
    page = merchant.get(home).text
    assert f"http://localhost/hooks/{channel.hook_token}" in page and "None yet" in page
    assert "Settings → Advanced → Webhooks" in page and "signature didn" not in page
    send(({}, b"guess"))
    assert "The last one was refused because its signature didn" in merchant.get(home).text
    send(woo.webhook(woo.sell(("MUG", 1)), HOOK))
    page = merchant.get(home).text
    assert "None yet" not in page and "signature didn" not in page and HOOK not in page


def test_a_kind_without_webhooks_shows_no_address(as_user, cast, channel):
    Channel.update(kind="prestashop").execute()
    assert "/hooks/" not in as_user(cast.merchant).get(f"/channels/{channel.id}").text


def test_a_new_address_asks_for_no_webhook_secret_that_was_never_typed(as_user, cast, woo):
    merchant = as_user(cast.merchant)
    typed = {"name": "Casa", "base_url": "http://127.0.0.1:9", "key": KEY, "secret": SECRET, "untested": "1"}
    assert merchant.post("/channels/new/woocommerce", data=typed).status_code == 303
    made = Channel.get()
    moved = {**typed, "base_url": woo.url}
    assert merchant.post(f"/channels/{made.id}", data=moved).status_code == 303
    assert row(made)["base_url"] == woo.url
    assert merchant.post(f"/channels/{made.id}", data={**moved, "secret": "", "hook_secret": HOOK}).status_code == 303
    assert merchant.post(f"/channels/{made.id}", data=typed).status_code == 422  # Now there is one, of this address.
