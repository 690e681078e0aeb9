"""Needs action: each sort of trouble is listed once, with what mends it, and is gone once it is mended."""

import datetime as dt

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import acceptance, api_keys, channels, products, webhooks
from webapp.actions.acceptance import Rejected
from webapp.actions.products import ProductDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.db import now
from webapp.models import (
    ApiKey,
    ApiRequest,
    CancelRequest,
    Channel,
    OrderLine,
    OrderTask,
    Push,
    SyncRun,
    Webhook,
    open_questions,
    tasks,
)

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def merchant(as_user, cast, alive_worker):
    return as_user(cast.merchant)


@pytest.fixture
def channel(cast):
    return shop.channel(cast.store)


@pytest.fixture
def key(cast):
    """A key of the logistics service, in use."""
    draft = api_keys.KeyDraft("Robot", contact_name="Rita", supplier_id=cast.logistics.id, orders="read")
    made = api_keys.issue(cast.viewer(cast.admin), draft).key
    api_keys.enable(cast.viewer(cast.admin), made.id)
    return ApiKey.get_by_id(made.id)


def sections(client) -> dict[str, str]:
    """Return what each sort of trouble says."""
    found = Page(client.get("/tasks/")).main.all("section", class_="card")
    return {one.attributes["id"].removeprefix("tasks-"): one.text for one in found}


def count(client) -> str:
    return Page(client.get("/tasks/count")).text.strip()


def calls(key, *minutes_ago: float) -> None:
    for ago in sorted(minutes_ago, reverse=True):
        facts = {"request_id": f"r{ago}", "method": "GET", "path": "/api/v1/orders", "status_code": 200}
        ApiRequest.create(store=key.store_id, api_key=key.id, created_at=now() - ago * MINUTE, **facts)


def test_without_trouble_it_says_so(merchant):
    assert "Nothing waits for you" in merchant.get("/tasks/").text
    assert count(merchant) == ""


def test_an_unknown_sku_is_listed_once_however_many_orders_want_it(merchant, channel):
    shop.order(channel, ("NEW-SKU", 1))
    shop.order(channel, ("NEW-SKU", 2))
    assert "in 2 order lines" in sections(merchant)["skus"]
    assert count(merchant) == "1 open"
    links = Page(merchant.get("/tasks/")).links
    assert any(link.startswith("/products/new?sku=NEW-SKU&title=Title") for link in links)


def test_an_unknown_sku_is_gone_once_its_product_has_stock(merchant, cast, channel):
    shop.order(channel, ("NEW-SKU", 1))
    products.create(cast.viewer(cast.merchant), ProductDraft(sku="NEW-SKU", title="New", own_quantity=5))
    assert sections(merchant) == {}


def test_a_product_that_lacks_stock_is_listed_with_its_lines(merchant, cast, channel):
    shop.stocked(cast.store, "FEW", units=1)
    shop.order(channel, ("FEW", 2))
    assert "FEW" in sections(merchant)["stock"] and "missing in 1 order line" in sections(merchant)["stock"]


def test_a_failed_push_names_order_channel_and_reason_and_can_be_retried(merchant, cast, channel):
    made = shop.split_order(cast, channel)
    push = shop.failed_push(made, last_error="<b>No</b>")
    assert made.reference in sections(merchant)["pushes"] and "<b>No</b>" in sections(merchant)["pushes"]
    answer = merchant.post(f"/pushes/{push.id}/retry", data={"back": "/tasks/"})
    assert answer.location == "/tasks/" and "pushes" not in sections(merchant)


def test_a_channel_that_cannot_be_read_says_why_until_it_is(merchant, channel):
    told = [{"reference": "", "message": "The shop refuses the key."}]
    run = {"store": channel.store_id, "channel": channel.id, "finished_at": now()}
    SyncRun.create(**run, status="failed", errors=told)
    assert "The shop refuses the key." in sections(merchant)["unread"]
    SyncRun.create(**run, status="done")
    assert "unread" not in sections(merchant)


@pytest.mark.parametrize("trigger", ["catalogue", "file", "call", "order"])
def test_a_failed_run_of_another_sort_is_no_channel_that_cant_be_read(merchant, channel, trigger):
    SyncRun.create(
        store=channel.store_id,
        channel=channel.id,
        finished_at=now(),
        status="failed",
        trigger=trigger,
        external_id="7" if trigger == "order" else "",
    )
    assert sections(merchant) == {}


def test_an_unmapped_carrier_offers_its_name_and_a_conflict_the_decision(merchant, cast, channel):
    made = shop.split_order(cast, channel)
    shop.failed_push(made, reason="carrier_unmapped")
    shop.failed_push(made, reason="conflict", remote_id="7")
    told = sections(merchant)["pushes"]
    assert "Choose its name" in told and "Decide which is right" in told and "Retry now" not in told
    assert f"/channels/{channel.id}/carriers" in Page(merchant.get("/tasks/")).links


def test_an_order_that_changed_on_its_channel_is_listed_until_it_is_settled(merchant, cast, channel):
    made = shop.split_order(cast, channel)
    task = OrderTask.create(store=made.store_id, order=made.id, kind="added_late", message="Two more of MINE")
    assert "Two more of MINE." in sections(merchant)["changed"] and count(merchant) == "1 open"
    answer = merchant.post(f"/orders/{made.id}/tasks/{task.id}/finish", data={"back": "/tasks/"})
    assert answer.location == "/tasks/" and sections(merchant) == {}


def test_what_the_own_shelf_is_asked_to_cancel_is_listed_and_what_others_are_asked_is_not(merchant, cast, channel):
    made = shop.split_order(cast, channel)
    line = OrderLine.select().where(OrderLine.order == made.id).order_by(OrderLine.id).get()
    asked = {"store": made.store_id, "order": made.id, "line": line.id, "quantity": 1, "reason": "Refunded"}
    CancelRequest.create(**asked, supplier=cast.logistics.id)
    assert sections(merchant) == {}
    CancelRequest.create(**asked)
    assert "1 of MINE" in sections(merchant)["asked"] and "Refunded" in sections(merchant)["asked"]


def test_a_shop_that_cant_be_told_of_stock_is_listed(merchant, channel):
    told = {"tells_stock": True, "stock_failing_since": now() - MINUTE, "stock_error": "The key may not write."}
    Channel.update(**told).where(Channel.id == channel.id).execute()
    assert "The key may not write." in sections(merchant)["untold"]


def test_a_paused_channel_is_no_trouble(merchant, cast, channel):
    SyncRun.create(store=channel.store_id, channel=channel.id, finished_at=now(), status="failed")
    channels.pause(cast.viewer(cast.merchant), channel.id)
    assert sections(merchant) == {}


def test_a_silent_channel_is_listed_while_it_rests(merchant, channel):
    Channel.update(silent_calls=6, rest_until=now() + MINUTE).where(Channel.id == channel.id).execute()
    assert "silent 6 times in a row" in sections(merchant)["resting"]
    merchant.post(f"/channels/{channel.id}/wake")
    assert "resting" not in sections(merchant)


def test_a_webhook_that_was_paused_for_its_failures_is_listed(merchant, cast, key):
    made = webhooks.create(cast.viewer(cast.admin), key.id, WebhookDraft("https://3pl.example/hook")).webhook
    assert sections(merchant) == {}
    Webhook.update(enabled=False, paused_at=now(), pause_reason="Five days of failures.").execute()
    assert "Five days of failures." in sections(merchant)["webhooks"] and made.url in sections(merchant)["webhooks"]


@pytest.mark.parametrize(("ends", "listed"), [(13 * DAY, True), (-DAY, True), (15 * DAY, False), (-15 * DAY, False)])
def test_a_key_is_listed_around_its_end(merchant, key, ends, listed):
    ApiKey.update(expires_at=now() + ends).where(ApiKey.id == key.id).execute()
    assert ("ending" in sections(merchant)) == listed


def test_a_new_key_waits_for_an_admin(merchant, cast):
    api_keys.issue(cast.viewer(cast.merchant), api_keys.KeyDraft("Fresh", supplier_id=cast.logistics.id, orders="read"))
    assert "Fresh" in sections(merchant)["keys"]


def test_a_program_that_stopped_calling_is_missed(merchant, cast, key):
    calls(key, *range(180, 280, 5))
    told = sections(merchant)["silent"]
    assert cast.logistics.name in told and "last called 3 h ago , usually every 5 min" in told


@pytest.mark.parametrize("ago", [range(0, 100, 5), range(180, 275, 5), range(15, 115, 1)])
def test_one_that_still_calls_called_rarely_or_was_there_just_now_is_not(merchant, key, ago):
    calls(key, *ago)
    assert sections(merchant) == {}


def test_a_program_whose_usual_pause_is_long_is_not_missed_too_soon(merchant, key):
    calls(key, *range(300, 2300, 100))
    assert sections(merchant) == {}


def test_no_worker_is_the_first_thing_said(as_user, cast):
    assert "No worker is running" in as_user(cast.merchant).get("/tasks/").text
    assert count(as_user(cast.merchant)) == "1 open"


def test_the_page_lists_fifty_and_counts_them_all(merchant, channel, monkeypatch):
    monkeypatch.setattr(tasks, "SHOWN", 3)
    for number in range(5):
        shop.order(channel, (f"NEW-{number}", 1))
    told = sections(merchant)["skus"]
    assert "3+" in told and told.count("in 1 order line") == 3 and count(merchant) == "5 open"


def test_it_is_for_the_stores_own_people_and_of_their_store_alone(as_user, cast, channel, merchant):
    shop.failed_push(shop.split_order(cast, channel))
    assert [as_user(cast.clerk).get(path).status_code for path in ("/tasks/", "/tasks/count")] == [403, 403]
    assert sections(as_user(cast.stranger)) == {}
    assert "/tasks/" not in Page(as_user(cast.clerk).get("/")).links
    assert "/tasks/" in Page(as_user(cast.merchant).get("/")).links


def test_the_number_of_statements_does_not_grow(merchant, cast, channel, sql_count):
    shop.failed_push(shop.order(channel, ("A", 1)))
    with sql_count() as few:
        merchant.get("/tasks/")
    for number in range(10):
        shop.failed_push(shop.order(channel, (f"N-{number}", 1)))
    with sql_count() as many:
        merchant.get("/tasks/")
    assert Push.select().count() == 11 and len(many) == len(few)


def test_what_a_warehouse_gave_back_is_told_with_its_reason_until_somebody_has_it(merchant, cast, channel):
    product = shop.stocked(cast.store, "MINE", cast.logistics)
    made = shop.order(channel, ("MINE", 2))
    line = OrderLine.get(OrderLine.order == made.id)
    acceptance.reject(cast.viewer(cast.clerk), made.id, [Rejected(line.id, "Damaged in the rack", 2)])
    told = sections(merchant)
    assert told.keys() == {"rejected"} and count(merchant).startswith("1")
    assert made.reference in told["rejected"] and "Nord Logistica: Damaged in the rack" in told["rejected"]
    assert f"/orders/{made.id}/route/" in Page(merchant.get("/tasks/")).links
    assert [(one.kind, one.key) for one in open_questions.of_store(cast.store.id)] == [("rejected", str(line.id))]
    assert "Given back by a logistics service" in Page(merchant.get("/")).text
    products.update(cast.viewer(cast.merchant), product.id, ProductDraft("MINE", "Mine", own_quantity=2))
    assert not sections(merchant)
