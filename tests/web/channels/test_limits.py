"""What a channel's pages say of its limit of calls, and of the rest that a channel without answers is given."""

import datetime as dt

import pytest

from tests.web.api_keys.wizard import field
from tests.web.channels.connecting import row, typed
from webapp.db import now
from webapp.models import Channel, Event


@pytest.fixture
def home(channel) -> str:
    return f"/channels/{channel.id}"


def rests(channel, silent):
    Channel.update(silent_calls=silent, rest_until=now() + dt.timedelta(minutes=1)).execute()
    return channel


def test_a_limit_is_kept_shown_and_taken_back(merchant, channel, home, shop):
    assert "no limit" in merchant.get(home).text
    assert merchant.post(home, data=typed(shop, key="", calls_per_minute="90")).status_code == 303
    assert row(channel)["calls_per_minute"] == 90
    assert ">90<" in merchant.get(home).text
    assert field(merchant.get(f"{home}/edit").text, "calls_per_minute") == "90"
    merchant.post(home, data=typed(shop, key="", calls_per_minute=""))
    assert row(channel)["calls_per_minute"] is None


@pytest.mark.parametrize("wrong", ["0", "-3", "many", "1.5", "60001"])
def test_an_odd_limit_is_told_at_its_field_and_kept_in_it(merchant, channel, home, shop, wrong):
    answer = merchant.post(home, data=typed(shop, key="", calls_per_minute=wrong))
    assert answer.status_code == 422 and 'id="calls_per_minute-error"' in answer.text
    assert field(answer.text, "calls_per_minute") == wrong and row(channel)["calls_per_minute"] is None


def test_a_published_limit_is_named_where_none_is_typed(merchant):
    assert "Empty: 120, which keeps within what Shopify allows." in merchant.get("/channels/new/shopify").text


def test_a_silent_channel_says_why_it_rests_and_until_when(merchant, channel, home):
    rests(channel, 5)
    page = merchant.get(home).text
    assert "It gave no clear answer 5 times in a row" in page and "Try now" in page


def test_a_channel_that_asked_for_time_says_so(merchant, channel, home):
    rests(channel, 0)
    assert "It asked for time" in merchant.get(home).text


def test_a_rest_that_is_over_is_not_told(merchant, channel, home):
    Channel.update(silent_calls=5, rest_until=now() - dt.timedelta(seconds=1)).execute()
    assert "channel-rests" not in merchant.get(home).text


def test_try_now_ends_the_rest_once(merchant, channel, home):
    rests(channel, 5)
    for _ in range(2):
        assert merchant.post(f"{home}/wake").location == home
    assert (row(channel)["rest_until"], row(channel)["silent_calls"]) == (None, 5)
    assert Event.select().where(Event.kind == "channel.woken").count() == 1


def test_others_cannot_wake_it(as_user, cast, channel, home):
    rests(channel, 5)
    assert [as_user(who).post(f"{home}/wake").status_code for who in (cast.clerk, cast.stranger)] == [403, 404]
    assert row(channel)["rest_until"] is not None
