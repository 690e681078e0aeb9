"""A shop in trouble is read less often, as long as it asked for, and its failures don't bury its history."""

import datetime as dt

from tests.jobs.reading import due, fresh, point, runs
from webapp.db import now
from webapp.domain import backoff
from webapp.jobs import import_orders
from webapp.models import Channel, SyncRun

MINUTE = dt.timedelta(minutes=1)


def read_on_schedule(channel) -> dt.timedelta:
    """Read a channel as the clock does; return how long it rests then."""
    due(channel)
    before = now()
    import_orders.read_due(channel.id)
    return fresh(channel).next_read_at - before


def failed_for(channel, time: dt.timedelta) -> None:
    """Let the first of the failures lie so long back."""
    first = SyncRun.select().where(SyncRun.channel == channel.id, SyncRun.status == "failed").order_by(SyncRun.id)
    SyncRun.update(started_at=now() - time).where(SyncRun.id == first.first().id).execute()


def test_the_pause_grows_with_the_trouble_up_to_half_an_hour():
    pauses = [backoff.reading_pause(MINUTE, minutes * MINUTE) / MINUTE for minutes in (0, 1, 2, 10, 60, 6000)]
    assert pauses == [1, 1, 1, 5, 30, 30]
    assert backoff.reading_pause(MINUTE, MINUTE, retry_after=600) == 10 * MINUTE
    assert backoff.reading_pause(MINUTE, 60 * MINUTE, retry_after=600) == 30 * MINUTE
    assert backoff.reading_pause(60 * MINUTE, 60 * MINUTE) == 60 * MINUTE


def test_a_shop_that_asks_to_wait_is_left_alone_so_long(channel, stub):
    point(channel, stub.url)
    stub.answer = (429, {"Retry-After": "300"}, {})
    wait = read_on_schedule(channel)
    assert 5 * MINUTE <= wait < 6 * MINUTE
    assert SyncRun.get(SyncRun.channel == channel.id).errors[0]["retry_after"] == 300


def test_a_shop_in_trouble_is_read_less_often_until_it_is_back(channel, shop, stub):
    point(channel, stub.url)
    stub.answer = (500, {}, {})
    assert read_on_schedule(channel) < 2 * MINUTE
    failed_for(channel, 20 * MINUTE)
    assert 10 * MINUTE <= read_on_schedule(channel) < 11 * MINUTE
    point(channel, shop.url)
    assert read_on_schedule(channel) < 2 * MINUTE
    point(channel, stub.url)
    assert read_on_schedule(channel) < 2 * MINUTE  # A new trouble begins anew.


def test_sync_now_is_read_at_once_all_the_same(channel, stub):
    point(channel, stub.url)
    stub.answer = (429, {"Retry-After": "300"}, {})
    read_on_schedule(channel)
    SyncRun.create(store=channel.store_id, channel=channel.id, trigger="manual", status="waiting")
    assert import_orders._due(now()) == [channel.id]


def test_of_failures_in_a_row_the_first_and_the_last_stay(channel, shop, stub):
    point(channel, stub.url)
    stub.answer = (500, {}, {})
    for _ in range(5):
        read_on_schedule(channel)
    first, last = SyncRun.select().where(SyncRun.channel == channel.id).order_by(SyncRun.id)
    assert (first.status, last.status) == ("failed", "failed") and last.id - first.id == 4
    point(channel, shop.url)
    read_on_schedule(channel)
    point(channel, stub.url)
    read_on_schedule(channel)
    assert [status for _, status, _, _ in runs(channel)] == ["failed", "failed", "done", "failed"]
    assert Channel.get_by_id(channel.id).read_cursor
