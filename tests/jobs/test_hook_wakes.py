"""Webhooks and the reader: none is lost while a reading runs, and a shop that sends them is asked less often."""

import datetime as dt
import threading

from tests.jobs.reading import due, fresh, point
from tests.servers.gate import Gate
from webapp.actions import hooks
from webapp.db import db, now
from webapp.domain import backoff
from webapp.jobs import import_orders
from webapp.models import Channel

MINUTE = dt.timedelta(minutes=1)


def rest(channel) -> dt.timedelta:
    """Read the channel as the clock does; return how long it rests then."""
    due(channel)
    before = now()
    import_orders.read_due(channel.id)
    return fresh(channel).next_read_at - before


def last_hook(channel, ago: dt.timedelta) -> None:
    Channel.update(hook_at=now() - ago).where(Channel.id == channel.id).execute()


def test_a_webhook_that_comes_during_a_reading_has_the_channel_read_once_more(channel, shop):
    with Gate(shop.url) as gate:
        point(channel, gate.url)
        due(channel)
        reading = threading.Thread(target=import_orders.read_due, args=(channel.id,))
        reading.start()
        assert gate.arrived.wait(20)
        hooks.wake(channel.id)
        gate.open()
        reading.join()
    assert fresh(channel).lease_until is None
    assert fresh(channel).next_read_at <= now() + hooks.SOON
    assert rest(channel) > MINUTE / 2  # And with that one it ends.


def test_a_webhook_does_not_shorten_the_pause_of_a_shop_in_trouble(channel, stub):
    point(channel, stub.url)
    stub.answer = (429, {"Retry-After": "300"}, {})
    assert rest(channel) >= 5 * MINUTE
    hooks.wake(channel.id)
    assert fresh(channel).next_read_at >= now() + 4 * MINUTE


def test_a_quiet_shop_whose_webhooks_work_is_asked_every_five_minutes(channel, shop):
    rest(channel)
    last_hook(channel, 20 * MINUTE)
    assert 5 * MINUTE <= rest(channel) < 6 * MINUTE
    shop.sell(("MUG-BLUE", 1))
    assert rest(channel) < 2 * MINUTE


def test_how_long_a_channel_rests():
    hour = 60 * MINUTE
    pauses = [backoff.quiet_pause(MINUTE, ago, found=False) / MINUTE for ago in (None, MINUTE, hour, 25 * hour)]
    assert pauses == [1, 1, 5, 1]
    assert backoff.quiet_pause(MINUTE, hour, found=True) == MINUTE
    assert backoff.quiet_pause(hour, hour, found=False) == hour


def test_a_webhook_waits_for_no_worker(channel):
    due(channel)
    earlier = fresh(channel).next_read_at
    hooks.wake(channel.id)
    assert fresh(channel).next_read_at == earlier and not db.in_transaction()
