"""A channel's limit of calls holds for all workers together."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.jobs.due import leave, sell
from tests.servers.sandbox import KEY
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.connectors.channels import KINDS, ConnectorError, kind_of
from webapp.db import db
from webapp.jobs import pace, push_to_channels
from webapp.jobs.connections import connector_for
from webapp.models import Channel, Push, PushAttempt

MINUTE = 60 * pace.SECOND
START = 10**15


@pytest.fixture
def connect(cast):
    def make(url="http://127.0.0.1:9", **limit):
        draft = ChannelDraft("Shop", url, {}, {"key": KEY}, **limit)
        return channels.connect(cast.viewer(cast.admin), "sandbox", draft)

    return make


def waits(channel, limit, moments):
    return [pace._take(channel.id, limit, START + moment) for moment in moments]


def test_a_few_calls_come_at_once_and_then_evenly(connect):
    assert waits(connect(), 60, [0] * 8) == [0, 0, 0, 0, 0, 1, 2, 3]


def test_time_that_passes_is_given_back_but_never_saved_up(connect):
    channel = connect()
    waits(channel, 60, [0] * 8)
    assert waits(channel, 60, [9 * MINUTE] * 6) == [0, 0, 0, 0, 0, 1]


def test_a_minute_at_full_tilt_takes_the_limit_and_a_twelfth(connect):
    channel = connect()
    taken = waits(channel, 120, [0] * 200)
    assert sum(wait <= 60 for wait in taken) == 120 + 120 // pace.AT_ONCE


def test_workers_that_call_at_once_never_get_the_same_place(connect):
    channel, start = connect(), threading.Barrier(8)

    def work():
        with db.connection_context():
            start.wait()
            return waits(channel, 60, [0] * 5)

    with ThreadPoolExecutor(8) as threads:
        places = sorted(wait for one in [threads.submit(work) for _ in range(8)] for wait in one.result())
    assert places == [0.0] * 5 + [float(place) for place in range(1, 36)]


def test_a_call_that_would_wait_long_is_tried_later_and_gives_its_place_back(connect):
    channel = connect()
    Channel.update(calls_spent_until=2**53).execute()
    before = Channel.get_by_id(channel.id).calls_spent_until
    with pytest.raises(ConnectorError) as caught:
        pace.wait_for_turn(channel.id, 60)
    assert not caught.value.permanent and caught.value.retry_after > pace.LONGEST_WAIT
    assert Channel.get_by_id(channel.id).calls_spent_until == before


def test_confirmations_count_each_call_and_an_unlimited_channel_none(connect, shop):
    sell(shop, 2)
    limited = connect(shop.url, calls_per_minute=6_000)
    leave(limited)
    assert push_to_channels.drain(limited.id) == 1
    first = Channel.get_by_id(limited.id).calls_spent_until
    connector_for(Channel.get_by_id(limited.id)).read_order("2")
    assert Channel.get_by_id(limited.id).calls_spent_until > first > 0
    Channel.update(calls_per_minute=None, calls_spent_until=0).execute()
    connector_for(Channel.get_by_id(limited.id)).read_order("2")
    assert Channel.get_by_id(limited.id).calls_spent_until == 0


def test_a_limit_that_is_used_up_costs_the_push_nothing_but_time(connect, shop):
    sell(shop, 1)
    channel = connect(shop.url, calls_per_minute=1)
    Channel.update(calls_spent_until=2**53).execute()
    leave(channel)
    assert push_to_channels.drain(channel.id) == 0
    row = Push.get()
    assert row.status == "waiting" and "1 calls a minute is used up" in row.last_error
    channel = Channel.get_by_id(channel.id)
    assert channel.rest_until is not None and channel.silent_calls == 0
    assert PushAttempt.get().exchanges == []


def test_kinds_state_a_limit_only_where_one_is_published():
    assert {kind: kind_of(kind).calls_per_minute for kind in KINDS if kind_of(kind).calls_per_minute} == {
        "shopify": 120
    }
