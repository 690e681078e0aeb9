"""What was said to a channel can be read afterwards, and no secret is in it."""

import datetime as dt

import pytest

from tests.jobs.due import leave, sell
from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.db import now
from webapp.jobs import push_to_channels, upkeep
from webapp.models import Push, PushAttempt


@pytest.fixture
def connect(cast):
    return lambda url: channels.connect(cast.viewer(cast.admin), "sandbox", ChannelDraft("Shop", url, {}, {"key": KEY}))


def said(push):
    (attempt,) = push.tries
    return attempt.exchanges


def test_the_look_and_the_confirmation_are_kept_with_their_answers(connect, shop):
    sell(shop, 1)
    channel = connect(shop.url)
    (push,) = leave(channel)
    push_to_channels.drain(channel.id)
    look, told = said(push)
    assert (look["call"], look["sent"], look["status"]) == ("GET /api/orders/1", "", 200)
    assert (told["call"], told["status"]) == ("POST /api/orders/1/fulfilments", 201)
    assert '"tracking_code":"T-1"' in told["sent"].replace(": ", ":") and '"id"' in told["answer"]


def test_each_try_has_its_own_calls(connect, shop):
    sell(shop, 2)
    channel = connect(shop.url)
    left = leave(channel, 2)
    push_to_channels.drain(channel.id)
    assert [said(push)[0]["call"] for push in left] == ["GET /api/orders/1", "GET /api/orders/2"]


def test_a_call_without_a_whole_answer_says_so(connect, shop):
    sell(shop, 1)
    with FaultProxy(shop.url) as proxy:
        channel = connect(proxy.url)
        (push,) = leave(channel)
        proxy.plan("drop", only="tracking_code")
        push_to_channels.drain(channel.id)
    assert [call["status"] for call in said(push)] == [200, None]


def test_a_shop_that_sends_our_key_back_finds_it_nowhere(connect, stub):
    stub.answer = (400, {}, {"error": f"No, {KEY}!", "token": "of-the-shop"})
    channel = connect(stub.url)
    (push,) = leave(channel)
    push_to_channels.drain(channel.id)
    (call,) = said(push)
    assert call["status"] == 400 and "•••" in call["answer"]
    assert KEY not in str(said(push)) and "of-the-shop" not in str(said(push))


def test_a_month_later_it_is_forgotten_and_the_try_stays(connect, shop):
    sell(shop, 2)
    channel = connect(shop.url)
    left = leave(channel, 2)
    push_to_channels.drain(channel.id)
    PushAttempt.update(created_at=now() - dt.timedelta(days=31)).where(PushAttempt.push == left[0].id).execute()
    upkeep.forget_old()
    assert [len(said(push)) for push in left] == [0, 2]
    assert [push.tries.get().outcome for push in Push.select()] == ["sent", "sent"]
