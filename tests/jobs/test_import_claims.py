"""Who reads a channel and when: one worker at a time, what is due or was asked for, whatever happens to another."""

import datetime as dt

from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from tests.actions.test_races import at_once
from tests.jobs.reading import due, fresh, point, read, runs, sell_many, stamp, write
from tests.servers.gate import Gate
from tests.servers.sandbox import KEY
from webapp.actions import channels, orders
from webapp.actions.channels import ChannelDraft
from webapp.db import now
from webapp.jobs import import_orders, lease
from webapp.jobs.import_orders import Importer
from webapp.models import Channel, Order, SyncRun


def test_two_workers_at_once_read_a_channel_once(channel, shop):
    shop.sell(("MUG-BLUE", 1))
    with Gate(shop.url) as gate:
        point(channel, gate.url)
        due(channel)
        importer = Importer()
        try:
            importer.tick()
            assert gate.arrived.wait(20)
            held = fresh(channel).lease_until
            import_orders.read_due(channel.id)  # Another worker: it finds the channel held, and leaves it alone.
            importer.tick()
            assert import_orders._due(now()) == []
            assert fresh(channel).lease_until == held > now()
            assert runs(channel) == [("schedule", "running", 0, 0)]
        finally:
            gate.open()
            importer.close()
    assert runs(channel) == [("schedule", "done", 1, 1)]
    assert fresh(channel).lease_until is None and fresh(channel).next_read_at > now()


def test_of_four_workers_that_claim_at_once_one_holds_the_channel(channel):
    for _ in range(5):
        held = [one for one in at_once(4, lambda n: lease.claim(channel.id)) if one is not None]
        assert len(held) == 1
        held[0].release()
        assert fresh(channel).lease_until is None


def test_a_lease_of_a_worker_that_died_runs_out_and_its_run_is_closed(channel, shop):
    placed = shop.sell(("MUG-BLUE", 1))
    lease.claim(channel.id)
    SyncRun.create(store=channel.store_id, channel=channel.id, status="running")
    due(channel)
    import_orders.read_due(channel.id)
    assert import_orders._due(now()) == [] and Order.select().count() == 0

    Channel.update(lease_until=now() - dt.timedelta(seconds=1)).execute()
    assert import_orders._due(now()) == [channel.id]
    import_orders.read_due(channel.id)
    assert runs(channel) == [("schedule", "failed", 0, 0), ("schedule", "done", 1, 1)]
    assert "worker stopped" in SyncRun.select().order_by(SyncRun.id).first().errors[0]["message"]
    assert Order.get().external_id == placed


def test_what_somebody_asked_a_worker_that_died_is_done_by_the_next(channel, shop, stocked):
    placed = shop.sell(("MUG-BLUE", 1))
    read(channel)
    orders.request_sync(stocked, Order.get().id)
    channels.request_sync(stocked, channel.id)
    SyncRun.update(status="running").where(SyncRun.status == "waiting").execute()
    import_orders.read_due(channel.id)
    assert [run[:2] for run in runs(channel)[1:]] == [("order", "done"), ("manual", "done")]
    assert Order.get().external_id == placed


def test_a_worker_that_lost_its_lease_stops_and_frees_nothing(channel, shop):
    sell_many(shop, 60)
    first = lease.claim(channel.id)
    first.renew()
    Channel.update(lease_until=now() - dt.timedelta(seconds=1)).execute()
    second = lease.claim(channel.id)
    run = import_orders.read(fresh(channel), None, first.renew)
    assert (run.status, run.seen) == ("failed", 0) and "another worker" in run.errors[0]["message"]
    assert fresh(channel).read_cursor is None
    first.release(now() + dt.timedelta(hours=1))
    assert fresh(channel).lease_until is not None and fresh(channel).next_read_at <= now()
    second.renew()
    assert import_orders.read(fresh(channel), None, second.renew).created == 60


def test_a_disconnected_channel_is_never_claimed(channel, stocked):
    channels.disconnect(stocked, channel.id)
    due(channel)
    assert import_orders._due(now()) == [] and lease.claim(channel.id) is None


def test_synchronize_order_reads_that_one_alone(channel, shop, stocked):
    asked, other = shop.sell(("MUG-BLUE", 1)), shop.sell(("MUG-BLUE", 1))
    read(channel)
    write(shop, "UPDATE orders SET status = 'canceled', updated_at = ?", stamp())
    cursor = fresh(channel).read_cursor
    later = now() + dt.timedelta(hours=1)
    Channel.update(next_read_at=later).execute()
    run = orders.request_sync(stocked, Order.get(Order.external_id == asked).id)
    assert import_orders._due(now()) == [channel.id]
    import_orders.read_due(channel.id)
    run = SyncRun.get_by_id(run.id)
    assert (run.trigger, run.status, run.seen, run.updated) == ("order", "done", 1, 1) and run.finished_at
    assert {row.external_id: row.status for row in Order.select()} == {asked: "canceled", other: "payment_accepted"}
    assert (fresh(channel).read_cursor, fresh(channel).next_read_at) == (cursor, later)


def test_synchronizing_an_order_that_the_shop_lost_fails_and_says_so(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    read(channel)
    write(shop, "DELETE FROM orders")
    run = import_orders.read_one(fresh(channel), orders.request_sync(stocked, Order.get().id))
    assert (run.status, run.errors[0]["message"]) == ("failed", "The shop has no such order.")
    assert Order.get().status == "payment_accepted"


def test_sync_now_reads_at_once_and_answers_who_asked(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    Channel.update(next_read_at=now() + dt.timedelta(hours=1)).execute()
    assert import_orders._due(now()) == []
    asked = channels.request_sync(stocked, channel.id)
    assert channels.request_sync(stocked, channel.id).id == asked.id
    import_orders.read_due(channel.id)
    assert runs(channel) == [("manual", "done", 1, 1)]
    assert import_orders._due(now()) == []


def test_a_backfill_reads_what_lies_before_the_cursor(channel, shop, stocked):
    read(channel)
    shop.sell(("MUG-BLUE", 1))
    write(shop, "UPDATE orders SET updated_at = '2020-01-01T00:00:00.000000Z'")
    assert read(channel).seen == 0
    channels.request_sync(stocked, channel.id, "backfill")
    import_orders.read_due(channel.id)
    assert runs(channel)[-1] == ("backfill", "done", 1, 1)
    assert dt.datetime.fromisoformat(fresh(channel).read_cursor["until"]) > now() - dt.timedelta(minutes=1)


def test_a_paused_channel_is_read_for_single_orders_alone(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    read(channel)
    shop.sell(("MUG-BLUE", 1))
    channels.request_sync(stocked, channel.id)
    channels.pause(stocked, channel.id)
    due(channel)
    assert import_orders._due(now()) == []
    orders.request_sync(stocked, Order.get().id)
    assert import_orders._due(now()) == [channel.id]
    import_orders.read_due(channel.id)
    assert Order.select().count() == 1
    assert [run[:2] for run in runs(channel)[1:]] == [("manual", "waiting"), ("order", "done")]
    channels.resume(stocked, channel.id)
    import_orders.read_due(channel.id)
    assert Order.select().count() == 2 and runs(channel)[1] == ("manual", "done", 2, 1)


def test_credentials_that_cannot_be_opened_fail_one_channel_and_stop_no_other(channel, shop, stocked):
    locked = channels.connect(stocked, "sandbox", ChannelDraft("Locked", shop.url, {}, {"key": KEY}))
    foreign = Fernet(Fernet.generate_key()).encrypt(b'{"key": "secret"}').decode()
    Channel.update(credentials=foreign).where(Channel.id == locked.id).execute()
    shop.sell(("MUG-BLUE", 1))
    Channel.update(next_read_at=Channel.created_at).execute()
    importer = Importer()
    importer.tick()
    importer.close()
    assert runs(channel) == [("schedule", "done", 1, 1)] and runs(locked) == [("schedule", "failed", 0, 0)]
    told = SyncRun.get(SyncRun.channel == locked.id).errors[0]["message"]
    assert "can't be read with the present encryption keys" in told
    assert fresh(locked).lease_until is None and fresh(locked).next_read_at > now()


def test_a_kind_that_is_no_more_fails_one_channel_and_stops_no_other(channel, shop):
    lost = Channel.create(store=channel.store_id, name="Lost", name_key="lost", kind="gone", base_url=shop.url)
    shop.sell(("MUG-BLUE", 1))
    Channel.update(next_read_at=Channel.created_at).execute()
    importer = Importer()
    with capture_logs() as logged:
        importer.tick()
        importer.close()
    assert [(entry["event"], entry["channel"]) for entry in logged] == [("import.failed", lost.id)]
    assert runs(channel) == [("schedule", "done", 1, 1)] and runs(lost) == [("schedule", "failed", 0, 0)]
    assert "knows no channels of the kind “gone”" in SyncRun.get(SyncRun.channel == lost.id).errors[0]["message"]


def test_channels_that_are_due_are_read_and_the_others_wait(channel, shop, stocked):
    shop.sell(("MUG-BLUE", 1))
    other = channels.connect(stocked, "sandbox", ChannelDraft("Later", shop.url, {}, {"key": KEY}))
    Channel.update(next_read_at=now() + dt.timedelta(hours=1)).where(Channel.id == other.id).execute()
    due(channel)
    assert import_orders._due(now()) == [channel.id]
    before = now()
    import_orders.read_due(channel.id)
    wait = fresh(channel).next_read_at - before
    assert dt.timedelta(seconds=59) < wait < dt.timedelta(seconds=90) and runs(other) == []
