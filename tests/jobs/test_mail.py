"""Mail waits in its table, leaves once, is tried again, and is forgotten."""

import datetime as dt

import pytest

from tests.servers.smtp import MailServer
from tests.web.page import Page
from webapp.actions import mails
from webapp.connectors.mail import MailSettings
from webapp.db import db, now, transaction
from webapp.jobs import upkeep
from webapp.jobs.mails import Postman
from webapp.models import Event, Mail

SECRET = "https://shop.example/password/reset/very-secret-token"


@pytest.fixture
def server():
    started = MailServer()
    yield started
    started.stop()


@pytest.fixture
def postman(server, tmp_path):
    return Postman(MailSettings(server.url, "crossdock@shop.example", str(tmp_path)))


def put(cast, **values) -> Mail:
    with transaction():
        mails.put(cast.store.id, "ada@example.com", "Hello", f"Look: {SECRET}\n", **values)
    return last()


def last() -> Mail:
    return Mail.select().order_by(Mail.id.desc()).get()


def make_due() -> None:
    Mail.update(next_try_at=now()).where(Mail.status == "waiting").execute()


def test_what_waits_is_sent_once_and_its_text_goes(cast, server, postman):
    put(cast)
    postman.tick()
    postman.tick()
    assert len(server.mails) == 1 and SECRET in server.text()
    assert (last().status, last().sealed, last().attempts) == ("sent", "", 1) and last().sent_at


def test_the_text_is_never_readable_in_the_table(cast):
    put(cast)
    row = db.execute_sql("SELECT * FROM mail").fetchone()
    assert "very-secret-token" not in repr(row)


def test_a_mail_of_a_transaction_that_fails_is_never_sent(cast, server, postman):
    with pytest.raises(RuntimeError), transaction():
        mails.put(cast.store.id, "ada@example.com", "Hello", "Text")
        raise RuntimeError("no")
    postman.tick()
    assert server.mails == [] and not Mail.select().exists()


def test_what_is_refused_for_now_is_tried_again_later(cast, server, postman):
    server.refusals["RCPT"] = ["451 Later"]
    put(cast)
    postman.tick()
    row = last()
    assert row.status == "waiting" and "451 Later" in row.last_error and row.next_try_at > now()
    postman.tick()
    assert server.mails == []
    make_due()
    postman.tick()
    assert len(server.mails) == 1 and (last().status, last().attempts, last().last_error) == ("sent", 2, "")


def test_what_is_refused_for_good_is_not_tried_again(cast, server, postman):
    server.refusals["RCPT"] = ["550 No such person"]
    put(cast)
    postman.tick()
    assert last().status == "failed" and "550" in last().last_error
    make_due()
    postman.tick()
    assert server.mails == []


def test_after_the_last_try_it_is_given_up(cast, server, postman):
    put(cast)
    Mail.update(attempts=mails.TRIES - 1).execute()
    server.refusals["DATA"] = ["452 Full"]
    postman.tick()
    assert last().status == "failed"


def test_what_is_of_no_use_any_more_is_not_sent(cast, server, postman):
    put(cast, expires_at=now() - dt.timedelta(seconds=1))
    postman.tick()
    assert server.mails == [] and (last().status, last().sealed) == ("failed", "")


def test_what_would_come_too_late_is_given_up_at_once(cast, server, postman):
    server.refusals["RCPT"] = ["451 Later"]
    put(cast, expires_at=now() + dt.timedelta(seconds=2))
    postman.tick()
    assert last().status == "failed"


def test_one_bad_mail_holds_up_no_other(cast, server, postman):
    put(cast)
    put(cast)
    Mail.update(sealed="can't be opened").where(Mail.id == Mail.select().order_by(Mail.id).get().id).execute()
    postman.tick()
    first, second = Mail.select().order_by(Mail.id)
    assert (first.status, second.status) == ("failed", "sent") and "encryption keys" in first.last_error


def test_what_a_dead_worker_held_is_sent_by_another_when_its_lease_ends(cast, server, postman):
    put(cast)
    held = mails.claim()
    postman.tick()
    assert server.mails == []
    Mail.update(lease_until=now() - dt.timedelta(seconds=1)).execute()
    postman.tick()
    assert len(server.mails) == 1 and last().status == "sent"
    mails.failed(held, "The worker that was thought dead comes late")
    assert last().status == "sent"


def test_two_workers_never_claim_the_same(cast):
    put(cast)
    assert mails.claim() is not None and mails.claim() is None


def test_mails_are_forgotten_after_thirty_days(cast):
    for days in (29, 31):
        row = put(cast)
        Mail.update(created_at=now() - dt.timedelta(days=days)).where(Mail.id == row.id).execute()
    upkeep.forget_old()
    assert [(now() - row.created_at).days for row in Mail.select()] == [29]


def test_needs_action_tells_of_failed_mails_and_sends_them_again(cast, as_user, server, postman):
    server.refusals["RCPT"] = ["550 No such person"]
    put(cast)
    postman.tick()
    merchant = as_user(cast.merchant)
    page = Page(merchant.get("/tasks/"))
    assert "Mails that weren’t sent" in page.text and "550 No such person" in page.text
    assert merchant.post("/tasks/mails").location == "/tasks/"
    postman.tick()
    assert len(server.mails) == 1 and "Mails that weren’t sent" not in Page(merchant.get("/tasks/")).text
    assert Event.get().kind == "mail.retried"


def test_nobody_sends_another_stores_mails_again(cast, as_user):
    put(cast)
    Mail.update(status="failed").execute()
    assert as_user(cast.clerk).post("/tasks/mails").status_code == 403
    as_user(cast.stranger).post("/tasks/mails")
    assert last().status == "failed" and "ada@" not in Page(as_user(cast.stranger).get("/tasks/")).text


def test_readiness_counts_mails_in_trouble(cast, client):
    put(cast)
    assert client.get("/readyz").json["mails_in_trouble"] == 0
    Mail.update(status="failed").execute()
    assert client.get("/readyz").json["mails_in_trouble"] == 1
