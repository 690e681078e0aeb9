"""People are told by mail what needs action: once, gathered, in their language, and nobody of another's business."""

import datetime as dt

import pytest
from babel.dates import format_date

from tests.servers.smtp import MailServer
from tests.web import post
from tests.web.orders import shop as shops
from tests.web.page import Page
from webapp.actions import mails, notices, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.connectors.mail import MailSettings
from webapp.db import now
from webapp.jobs.mails import Postman
from webapp.jobs.notices import Notifier
from webapp.models import (
    ApiKey,
    CancelRequest,
    Mail,
    Membership,
    Order,
    OrderLine,
    OrderTask,
    Store,
    Told,
    User,
    Webhook,
)

BASE = "http://127.0.0.1:8000"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def notifier(app):
    return Notifier(app, BASE)


@pytest.fixture
def order(cast):
    return shops.order(shops.channel(cast.store), ("MUG", 2))


def want(user, *kinds: str) -> None:
    Membership.update(notices=list(kinds)).where(Membership.user == user.id).execute()


def task(order, reference="") -> OrderTask:
    return OrderTask.create(store=order.store_id, order=order.id, kind="not_told", message=reference or "A task")


def later(length: dt.timedelta) -> None:
    """Let time pass for what was found and told."""
    for row in Told.select():
        Told.update(found_at=row.found_at - length).where(Told.id == row.id).execute()
    for row in Membership.select():
        fresh = {
            name: getattr(row, name) - length
            for name in ("told_through", "pauses_told_through", "told_at")
            if getattr(row, name)
        }
        if fresh:
            Membership.update(**fresh).where(Membership.id == row.id).execute()


def texts(user) -> list[str]:
    return [mails.text_of(mail) for mail in post.waiting() if mail.to_address == user.email]


def test_what_is_new_is_told_once_after_ten_minutes_all_in_one_mail(cast, notifier, order):
    want(cast.merchant, "tasks")
    task(order)
    notifier.tick()
    later(5 * MINUTE)
    task(order)
    notifier.tick()
    assert post.waiting() == []
    later(6 * MINUTE)
    notifier.tick()
    (mail,) = post.waiting()
    assert mail.to_address == cast.merchant.email and mail.subject == "Casa Bella: 3 things need action"
    text = texts(cast.merchant)[0]
    assert f"Orders that changed on their channel:\n  {order.reference}\n  {order.reference}\n" in text
    assert "Unknown SKUs:\n  MUG" in text and f"{BASE}/tasks/" in text and f"{BASE}/account" in text
    for _ in range(3):
        later(120 * MINUTE)
        notifier.tick()
    assert len(post.waiting()) == 1


def test_nobody_gets_more_than_one_mail_an_hour(cast, notifier, order):
    want(cast.merchant, "tasks")
    task(order)
    notifier.tick()
    later(11 * MINUTE)
    notifier.tick()
    task(order)
    notifier.tick()
    later(30 * MINUTE)
    notifier.tick()
    assert len(post.waiting()) == 1
    later(30 * MINUTE)
    notifier.tick()
    assert [mail.subject for mail in post.waiting()][1:] == ["Casa Bella: one thing needs action"]


def test_what_is_mended_in_time_is_never_told(cast, notifier, order):
    OrderLine.update(quantity=1, canceled_quantity=1).execute()
    want(cast.merchant, "tasks")
    row = task(order)
    notifier.tick()
    OrderTask.update(done_at=now()).where(OrderTask.id == row.id).execute()
    later(60 * MINUTE)
    notifier.tick()
    assert post.waiting() == [] and not Told.select().exists()


def test_what_comes_back_is_told_again(cast, notifier, order):
    OrderLine.update(quantity=1, canceled_quantity=1).execute()
    want(cast.merchant, "tasks")
    row = task(order)
    for done_at in (None, now(), None):
        OrderTask.update(done_at=done_at).where(OrderTask.id == row.id).execute()
        notifier.tick()
        later(70 * MINUTE)
        notifier.tick()
    assert len(texts(cast.merchant)) == 2


def test_who_wants_nothing_gets_nothing(cast, notifier, order):
    task(order)
    want(cast.admin, "tasks")
    User.update(active=False).where(User.id == cast.admin.id).execute()
    notifier.tick()
    later(60 * MINUTE)
    notifier.tick()
    assert post.waiting() == []


def test_another_stores_people_hear_nothing(cast, notifier, order):
    want(cast.stranger, "tasks", "webhooks")
    task(order)
    notifier.tick()
    later(60 * MINUTE)
    notifier.tick()
    assert post.waiting() == []


def test_a_clerk_hears_of_requests_to_its_own_supplier_alone(cast, notifier, order):
    for user in (cast.clerk, cast.rival_clerk, cast.merchant):
        want(user, "tasks")
    line = OrderLine.get()
    for supplier, count in ((cast.logistics, 1), (cast.rival, 2)):
        CancelRequest.create(store=cast.store, order=order, line=line, supplier=supplier, quantity=count)
    notifier.tick()
    later(11 * MINUTE)
    notifier.tick()
    (own,), (other,), (boss,) = texts(cast.clerk), texts(cast.rival_clerk), texts(cast.merchant)
    assert f"Asked to cancel:\n  {order.reference}: 1 × MUG\n" in own and "2 × MUG" not in own and "Unknown" not in own
    assert "2 × MUG" in other and "1 × MUG" not in other and f"{BASE}/orders/" in own
    assert "Asked to cancel" not in boss


def test_a_paused_webhook_is_told_at_once_and_not_again_among_the_rest(cast, notifier):
    want(cast.admin, "tasks", "webhooks")
    key = ApiKey.create(store=cast.store, name="Robot", public_key="p", secret_digest="d", enabled=True)
    paused = {"paused_at": now(), "pause_reason": "Gone", "enabled": False}
    hook = Webhook.create(store=cast.store, api_key=key, url="https://example.com/hook", secret="s", **paused)
    notifier.tick()
    later(MINUTE)
    notifier.tick()
    (mail,) = post.waiting()
    assert "Paused webhooks:\n  https://example.com/hook" in mails.text_of(mail)
    later(90 * MINUTE)
    notifier.tick()
    assert len(post.waiting()) == 1
    Webhook.update(paused_at=None, pause_reason="", enabled=True).where(Webhook.id == hook.id).execute()
    notifier.tick()
    Webhook.update(**paused).where(Webhook.id == hook.id).execute()
    notifier.tick()
    later(MINUTE)
    notifier.tick()
    assert len(post.waiting()) == 2


def test_two_workers_tell_it_once(cast, notifier, order):
    want(cast.merchant, "tasks")
    task(order)
    notifier.tick()
    later(11 * MINUTE)
    (member,) = notices.readers()
    write = lambda rows: ("Subject", "Text")  # noqa: E731
    assert notices.tell_new(member, write) and not notices.tell_new(member, write)
    assert len(post.waiting()) == 1


@pytest.fixture
def eight(cast):
    """It is between eight and twelve at the store, on a working day; return that day."""
    offset = (9 - now().hour + 12) % 24 - 12
    zone = f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
    Store.update(time_zone=zone, working_days="1234567").where(Store.id == cast.store.id).execute()
    return (now() + dt.timedelta(hours=offset)).date().isoformat()


def test_the_summary_comes_once_a_day_with_its_counts(cast, notifier, order, eight):
    want(cast.merchant, "digest")
    notifier.tick()
    notifier.tick()
    (mail,) = post.waiting()
    text = mails.text_of(mail)
    assert mail.subject == "Casa Bella: the day’s summary" and "     1  Payment accepted" in text
    assert "     1  Late" in text and f"{BASE}/tasks/" in text
    assert Membership.get(Membership.user == cast.merchant.id).digest_on == eight
    Membership.update(digest_on="2026-01-01").execute()
    notifier.tick()
    assert len(post.waiting()) == 2


def test_no_summary_on_a_day_off_nor_at_another_hour(cast, notifier, order, eight):
    want(cast.merchant, "digest")
    today = str(dt.date.fromisoformat(eight).isoweekday())
    Store.update(working_days="1234567".replace(today, "")).execute()
    notifier.tick()
    assert post.waiting() == []


def test_late_in_the_summary_is_what_the_start_page_calls_late(as_user, cast, notifier, order, eight):
    for user in (cast.merchant, cast.clerk, cast.rival_clerk):
        want(user, "digest")
    split = shops.split_order(cast, order.channel)
    month, day = now() - dt.timedelta(days=30), dt.timedelta(days=1)
    Order.update(status="payment_accepted", ordered_at=month, ship_by=now() + day).where(Order.id == order.id).execute()
    Order.update(ship_by=now() - day).where(Order.id == split.id).execute()
    viewer = cast.viewer(cast.rival_clerk)
    shipments.ship(viewer, shipments.create(viewer, split.id, ShipmentDraft()).id)
    notifier.tick()
    for user, late in ((cast.merchant, True), (cast.clerk, True), (cast.rival_clerk, False)):
        assert ("     1  Late" in texts(user)[0]) is late
        (tile,) = Page(as_user(user).get("/")).main.all("a", href="/orders/?due=late", class_="tile")
        assert tile.text == f"{late:d} Late"


def test_a_clerks_summary_counts_its_own_orders(cast, notifier, order, eight):
    want(cast.clerk, "digest")
    want(cast.rival_clerk, "digest")
    shops.split_order(cast, order.channel)
    notifier.tick()
    own = texts(cast.clerk)[0]
    assert "New, for you to accept" in own and "Needs action" not in own and f"{BASE}/tasks/" not in own
    assert "     1  " in own


def test_the_stores_own_address_gets_the_summary_too(cast, notifier, order, eight):
    Store.update(notification_mail="office@example.com").where(Store.id == cast.store.id).execute()
    notifier.tick()
    notifier.tick()
    (mail,) = post.waiting()
    assert mail.to_address == "office@example.com" and mail.store_id == cast.store.id
    assert Store.get_by_id(cast.store.id).digest_on == eight


def test_the_day_is_written_in_the_readers_language(cast, notifier, order, eight):
    want(cast.merchant, "digest")
    User.update(language="it").where(User.id == cast.merchant.id).execute()
    notifier.tick()
    month = format_date(dt.date.fromisoformat(eight), "MMMM", locale="it")
    assert f" {month} " in texts(cast.merchant)[0] and month.islower()


def test_it_reaches_a_real_mail_server(cast, notifier, order, tmp_path):
    want(cast.merchant, "tasks")
    notifier.tick()
    later(11 * MINUTE)
    notifier.tick()
    server = MailServer()
    try:
        Postman(MailSettings(server.url, "crossdock@shop.example", str(tmp_path))).tick()
    finally:
        server.stop()
    assert server.recipients == [cast.merchant.email] and "Unknown SKUs" in server.text()
    assert Mail.get().status == "sent"
