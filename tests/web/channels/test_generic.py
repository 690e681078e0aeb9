"""Connecting any other shop: its secret is shown once, its page says how orders come in, nothing is read there."""

import re

import pytest

from tests.servers.signed_receiver import SignedReceiver
from tests.web.channels.connecting import row
from tests.web.orders import shop as made_up
from tests.web.page import Page, wants_login
from webapp.actions import credentials
from webapp.connectors import http
from webapp.db import now
from webapp.domain import signing
from webapp.jobs import import_orders
from webapp.models import Channel, SyncRun

NEW = "/channels/new/generic"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def receiver(app):
    http.configure(("127.0.0.1",))
    started = SignedReceiver("whsec_unset")
    yield started
    started.stop()


@pytest.fixture
def connected(merchant, receiver) -> Channel:
    """The shop at the receiver, which has been given the secret."""
    answer = merchant.post(NEW, data={"name": "Own shop", "base_url": receiver.url})
    receiver.secret = SECRET.search(answer.text)[0]
    return Channel.get()


def test_connecting_shows_the_secret_once_and_where_orders_are_sent(merchant):
    assert "shown once" in merchant.get(NEW).text and "Test connection" not in merchant.get(NEW).text
    answer = merchant.post(NEW, data={"name": "Own shop", "base_url": ""})
    channel = Channel.get()
    secret = SECRET.search(answer.text)[0]
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert f"http://localhost/api/channels/{channel.id}/orders" in answer.text
    assert credentials.opened(channel) == {signing.SECRET: secret} and secret not in channel.credentials
    for page in (f"/channels/{channel.id}", f"/channels/{channel.id}/edit", "/channels/", "/audit/"):
        assert secret not in merchant.get(page).text
    assert (channel.base_url, channel.settings, channel.read_every_seconds) == ("", {}, 0)


def test_the_same_form_twice_makes_one_channel_and_shows_no_second_secret(merchant):
    merchant.post(NEW, data={"name": "Own shop", "base_url": ""})
    again = merchant.post(NEW, data={"name": "Own shop", "base_url": ""})
    assert again.status_code == 422 and not SECRET.search(again.text) and Channel.select().count() == 1


@pytest.mark.parametrize("address", ["ftp://shop.example", "shop.example", "https://me:pw@shop.example/"])
def test_an_address_that_cant_be_called_is_told_at_its_field(merchant, address):
    page = Page(merchant.post(NEW, data={"name": "Own shop", "base_url": address}))
    assert page.status == 422 and page.errors["base_url"] and page.fields["base_url"] == address
    assert Channel.select().count() == 0


def test_its_page_says_how_orders_come_in_and_offers_no_reading(merchant, cast, connected, receiver):
    page = Page(merchant.get(f"/channels/{connected.id}"))
    assert f"http://localhost/api/channels/{connected.id}/orders" in page.text and "Nothing came in yet" in page.text
    assert f"/channels/{connected.id}/orders/file/" in page.links
    assert not [action for action in page.posts if action.endswith(("/sync", "/backfill"))]
    assert "Several shipments for one order" in page.text
    for door in ("sync", "backfill"):
        answer = merchant.post(f"/channels/{connected.id}/{door}")
        assert answer.status_code == 409 and "sends its orders by itself" in answer.text
    assert "Sends by itself" in merchant.get("/channels/").text
    assert import_orders._due(now()) == [] and SyncRun.select().count() == 0


def test_without_an_address_it_says_that_nothing_is_told(merchant):
    merchant.post(NEW, data={"name": "Own shop", "base_url": ""})
    page = Page(merchant.get(f"/channels/{Channel.get().id}"))
    assert "Nothing: it has no address" in page.text and "Several shipments for one order" not in page.text


def test_an_order_of_it_cant_be_synchronized(merchant, cast, connected):
    order = made_up.order(connected, ("UNKNOWN", 1))
    assert "Synchronize order" not in merchant.get(f"/orders/{order.id}").text
    answer = merchant.post(f"/orders/{order.id}/synchronize")
    assert answer.status_code == 409 and "none can be read there" in answer.text
    assert SyncRun.select().count() == 0


def test_the_connection_is_tested_from_its_form(merchant, connected, receiver):
    form = {"name": "Own shop", "base_url": receiver.url}
    answer = merchant.post(f"/channels/{connected.id}/test", data=form)
    assert "The shop took a signed ping." in answer.text and [one["type"] for one in receiver.taken.values()] == [
        "ping"
    ]
    receiver.secret = signing.new_secret()
    refused = merchant.post(f"/channels/{connected.id}/test", data=form)
    assert refused.status_code == 422 and "signing secret" in refused.text


def test_another_address_needs_no_new_secret_and_keeps_it(merchant, connected, receiver):
    before = row(connected)["credentials"]
    form = {"name": "Renamed", "base_url": receiver.url + "&more=1"}
    assert merchant.post(f"/channels/{connected.id}", data=form).status_code == 303
    held = row(connected)
    assert (held["name"], held["base_url"], held["credentials"]) == ("Renamed", form["base_url"], before)
    assert held["read_every_seconds"] == 0
    merchant.post(f"/channels/{connected.id}", data={"name": "Renamed", "base_url": ""})
    assert row(connected)["base_url"] == ""


def test_rotating_shows_the_new_secret_once_and_both_sign_for_a_while(merchant, connected, receiver):
    at = f"/channels/{connected.id}/secret/rotate"
    page = Page(merchant.get(at))
    sent = {"overlap": "24", "nonce": page.fields["nonce"]}
    answer = merchant.post(at, data=sent)
    fresh = SECRET.search(answer.text)[0]
    assert answer.headers["Cache-Control"] == "no-store" and fresh != receiver.secret
    assert signing.current(credentials.opened(Channel.get()), now()) == [fresh, receiver.secret]
    again = merchant.post(at, data=sent)
    assert again.status_code == 303 and "be shown again" in Page(merchant.get(again.location)).alert
    assert credentials.opened(Channel.get())[signing.SECRET] == fresh
    assert merchant.post(at, data={"overlap": "7", "nonce": "x"}).status_code == 422


def test_a_form_of_a_session_that_ended_rotates_nothing_until_it_is_sent_again(merchant, as_user, cast, connected):
    at, before = f"/channels/{connected.id}/secret/rotate", credentials.opened(Channel.get())
    sent, later = {"overlap": "24", "nonce": Page(merchant.get(at)).fields["nonce"]}, as_user(cast.merchant)
    kept = Page(later.post(at, data=sent))
    assert kept.status == 422 and "You logged in again meanwhile" in kept.alert
    assert credentials.opened(Channel.get()) == before
    assert SECRET.search(later.post(at, data=kept.typed).text)[0] == credentials.opened(Channel.get())[signing.SECRET]


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_the_secret_is_rotated_by_nobody_else(merchant, as_user, client, cast, connected, verb):
    at, before = f"/channels/{connected.id}/secret/rotate", row(connected)
    assert as_user(cast.stranger).open(at, method=verb, data={"overlap": "0"}).status_code == 404
    for who in (cast.clerk, cast.rival_clerk):
        assert as_user(who).open(at, method=verb, data={"overlap": "0"}).status_code == 403
    assert wants_login(client.open(at, method=verb))
    assert row(connected) == before
    read = made_up.channel(cast.store)
    assert merchant.open(f"/channels/{read.id}/secret/rotate", method=verb).status_code == 409
