"""The page of one channel: its readings with counts and errors, Sync now, pause, disconnect, and closed doors."""

import datetime as dt

import pytest

from tests.actions.conftest import incoming
from tests.web.channels.connecting import NOWHERE, row, typed
from tests.web.orders import shop as made_up
from tests.web.page import wants_login
from webapp.actions import orders
from webapp.db import now
from webapp.jobs import import_orders
from webapp.models import Channel, Event, Order, Product, Push, SyncRun

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def home(channel) -> str:
    return f"/channels/{channel.id}"


def waiting_push(channel, **facts) -> Push:
    """Leave something to tell the channel."""
    order = Order.get_by_id(orders.import_order(channel, incoming(("UNKNOWN", 1))).order_id)
    return made_up.failed_push(order, **facts)


def test_before_the_first_reading_it_says_what_to_expect(merchant, channel, home):
    page = merchant.get(home).text
    assert "Not read yet" in page and "within a minute" in page and "data-every" in page
    assert "Sandbox shop" in page and channel.base_url in page and "Casa Bella’s &lt;shop&gt;" in page


def test_the_page_waits_for_the_first_reading_no_longer_than_it_takes(merchant, channel, home):
    Channel.update(created_at=now() - dt.timedelta(minutes=6)).execute()
    page = merchant.get(home).text
    assert "Not read yet" in page and "data-every" not in page


def test_sync_now_waits_is_read_and_shows_its_counts(merchant, channel, home, shop):
    for _ in range(3):
        shop.sell(("MUG-BLUE", 1))
    answer = merchant.post(f"{home}/sync")
    assert (answer.status_code, answer.location) == (303, home)
    page = merchant.get(home).text
    assert "Sync now</td>" in page and ">Waiting<" in page and "data-every" in page
    import_orders.read_due(channel.id)
    page = merchant.get(home, headers=PART).text
    assert page.strip().startswith('<div id="channel-runs">') and "<html" not in page
    assert ">Done<" in page and page.count('<td class="num">3</td>') == 2 and page.count('<td class="num">0</td>') == 2
    run = SyncRun.get()
    assert (run.trigger, run.status, run.seen, run.created) == ("manual", "done", 3, 3)


def test_asking_twice_leaves_one_request(merchant, home):
    for _ in range(2):
        merchant.post(f"{home}/sync")
    assert SyncRun.select().count() == 1


def test_everything_can_be_read_again(merchant, channel, home):
    assert f'action="{home}/backfill"' in merchant.get(home).text
    assert merchant.post(f"{home}/backfill").location == home
    page = merchant.get(home).text
    assert "Everything again" in page and "All of its orders are being read again." in page
    run = SyncRun.get()
    assert (run.trigger, run.status) == ("backfill", "waiting")


def test_products_are_imported_on_request_with_the_result_in_the_history(merchant, channel, home):
    assert f'action="{home}/import-products"' in merchant.get(home).text
    assert merchant.post(f"{home}/import-products").location == home
    assert "Import products</td>" in merchant.get(home).text and SyncRun.get().trigger == "catalogue"
    import_orders.read_due(channel.id)
    page = merchant.get(home).text
    assert "12 created, 0 linked, 0 unchanged" in page and Product.select().count() == 12


def test_a_failed_reading_says_what_went_wrong(merchant, channel, home, shop):
    shop.break_next(fail=1)
    import_orders.read_due(channel.id)
    page = merchant.get(home).text
    assert ">Failed<" in page and "What went wrong" in page and "The shop answered 500." in page
    assert 'id="channel-unread"' in page and f'href="{home}/edit">Check the connection' in page
    assert "Can't be read" in merchant.get("/channels/").text
    Channel.update(next_read_at=now()).execute()
    import_orders.read_due(channel.id)
    assert "channel-unread" not in merchant.get(home).text


def test_an_order_that_failed_is_named(merchant, channel, home):
    errors = [{"reference": "#17 <b>", "message": "It couldn't be taken in."}]
    SyncRun.create(
        store=channel.store_id, channel=channel.id, status="done", seen=2, created=1, failed=1, errors=errors
    )
    page = merchant.get(home).text
    assert "#17 &lt;b&gt; It couldn&#39;t be taken in." in page and '<td class="num">2</td>' in page


def test_long_histories_go_on_and_the_number_of_statements_does_not_grow(merchant, channel, home, sql_count):
    facts = {"store": channel.store_id, "channel": channel.id, "status": "done", "created": 1}
    first = SyncRun.create(**facts)
    with sql_count() as few:
        merchant.get(home)
    SyncRun.insert_many([facts] * 60).execute()
    with sql_count() as many:
        page = merchant.get(home).text
    assert len(few) == len(many)
    assert page.count("<time") > 50 and f"after={first.id + 11}" in page
    rest = merchant.get(f"{home}?after={first.id + 11}").text
    assert rest.count("Schedule</td>") == 11 and "Older" not in rest


def test_pausing_stops_the_readings_until_it_is_resumed(merchant, channel, home):
    merchant.post(f"{home}/pause")
    assert not row(channel)["enabled"] and import_orders._due(now()) == []
    page = merchant.get(home).text
    assert "Paused: its orders aren" in page and "Resume</button>" in page and "Sync now</button>" not in page
    assert ">Paused<" in merchant.get("/channels/").text
    merchant.post(f"{home}/resume")
    assert row(channel)["enabled"] and import_orders._due(now()) == [channel.id]
    kinds = [event.kind for event in Event.select().where(Event.subject == "channel").order_by(Event.id)]
    assert kinds == ["channel.connected", "channel.paused", "channel.resumed"]


@pytest.mark.parametrize("door", ["sync", "backfill", "import-products"])
def test_a_paused_channel_is_not_read_on_request_either_and_says_why(merchant, channel, home, door):
    merchant.post(f"{home}/pause")
    answer = merchant.post(f"{home}/{door}", data={"back": home})
    assert answer.location == home and "is paused. Resume it first." in merchant.get(home).text
    assert merchant.post(f"{home}/{door}").status_code == 409
    assert SyncRun.select().count() == 0


@pytest.mark.parametrize("status", ["waiting", "sending", "failed"])
def test_disconnecting_is_refused_while_something_waits_to_be_told(merchant, channel, home, status):
    waiting_push(channel, status=status)
    page = merchant.get(f"{home}/disconnect").text
    assert "1 confirmation waits" in page and f'href="/pushes/?channel={channel.id}"' in page
    assert f'action="{home}/disconnect"' not in page
    answer = merchant.post(f"{home}/disconnect", data={"back": home})
    assert answer.location == home
    assert "1 confirmation still waits to be sent to" in merchant.get(home).text
    assert row(channel)["archived_at"] is None and row(channel)["credentials"] == channel.credentials


def test_disconnecting_asks_once_forgets_the_secret_and_keeps_the_orders(merchant, channel, home):
    push = waiting_push(channel, status="sent")
    merchant.post(f"{home}/sync")
    page = merchant.get(f"{home}/disconnect").text
    assert "Disconnect Casa Bella’s &lt;shop&gt;?" in page and "Orders and shipments that came from it stay" in page
    assert row(channel)["archived_at"] is None
    assert merchant.post(f"{home}/disconnect").location == "/channels/"
    held = row(channel)
    assert held["archived_at"] <= now() and held["credentials"] == "" and not held["enabled"]
    assert merchant.get(home).status_code == 404 and home not in merchant.get("/channels/").text.replace("/new", "")
    assert merchant.get(f"/orders/{push.order_id}").status_code == 200
    run = SyncRun.get()
    assert run.status == "failed" and "disconnected" in run.errors[0]["message"]


@pytest.mark.parametrize("name", ["Shop", "S" * 120])
def test_a_disconnected_channels_name_is_free_again_any_number_of_times(app, as_user, cast, name):
    client = as_user(cast.merchant)
    for _ in range(3):
        assert client.post("/channels/new/sandbox", data=typed(NOWHERE, name=name, untested="1")).status_code == 303
        latest = Channel.select().order_by(Channel.id.desc()).first()
        taken = typed(NOWHERE, name=f"{name[:9]} #{latest.id}", untested="1")
        assert client.post("/channels/new/sandbox", data=taken).status_code == 303
        assert client.post(f"/channels/{latest.id}/disconnect").status_code == 303
    assert Channel.select().where(Channel.archived_at.is_null()).count() == 3


DOORS = (
    ("GET", ""),
    ("POST", ""),
    ("GET", "/edit"),
    ("POST", "/test"),
    ("POST", "/sync"),
    ("POST", "/backfill"),
    ("POST", "/import-products"),
    ("POST", "/tell-stock"),
    ("POST", "/stop-telling-stock"),
    ("POST", "/pause"),
    ("POST", "/resume"),
    ("GET", "/disconnect"),
    ("POST", "/disconnect"),
)


@pytest.mark.parametrize(("verb", "door"), DOORS)
def test_every_door_is_closed_to_others(app, as_user, client, cast, verb, door):
    mine = made_up.channel(cast.store)
    before = row(mine)
    stranger = as_user(cast.stranger)
    sent = {"name": "Taken over", "base_url": "http://127.0.0.1:9", "key": "k"}
    for number in (mine.id, 999_999):
        answer = stranger.open(f"/channels/{number}{door}", method=verb, data=sent)
        assert answer.status_code == 404 and "Sandbox shop" not in answer.text
    for who in (cast.clerk, cast.rival_clerk):
        assert as_user(who).open(f"/channels/{mine.id}{door}", method=verb, data=sent).status_code == 403
    assert wants_login(client.open(f"/channels/{mine.id}{door}", method=verb, data=sent))
    assert row(mine) == before and SyncRun.select().count() == 0


def test_a_channel_of_a_kind_that_is_gone_can_still_be_looked_at_and_disconnected(merchant, channel, home):
    order = Order.get_by_id(orders.import_order(channel, incoming(("UNKNOWN", 1))).order_id)
    Channel.update(kind="gone", next_read_at=now()).execute()
    for path in ("/channels/", home, f"{home}/edit", f"{home}/carriers", f"{home}/disconnect", f"/orders/{order.id}"):
        page = merchant.get(path)
        assert page.status_code == 200, path
    assert ">gone</span>" in merchant.get("/channels/").text
    import_orders.read_due(channel.id)
    assert "This version knows no channels of the kind “gone”: disconnect it." in merchant.get(home).text
    tested = merchant.post(f"{home}/test", data={"name": "Gone", "base_url": channel.base_url})
    assert tested.status_code == 422 and "knows no channels" in tested.text
    assert merchant.post(f"{home}/disconnect").status_code == 303
    assert Channel.get().archived_at
