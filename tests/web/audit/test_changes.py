"""The audit log tells what was before and after a change, finds it by person and day, and holds no secret."""

import datetime as dt

import pytest

from tests.web.page import Page
from webapp.actions import api_keys, channels, products, record, suppliers, supplies, users, webhooks
from webapp.actions.api_keys import KeyDraft
from webapp.actions.channels import ChannelDraft
from webapp.actions.products import ProductDraft
from webapp.actions.suppliers import SupplierDraft
from webapp.actions.supplies import SupplyDraft
from webapp.actions.users import UserDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.db import now
from webapp.models import Event, Membership
from webapp.models.audit import first_id


@pytest.fixture
def viewer(cast):
    return cast.viewer(cast.admin)


def last(kind: str) -> dict:
    return Event.select().where(Event.kind == kind).order_by(Event.id.desc()).get().data


def happen(viewer, message: str, moment: dt.datetime | None = None) -> Event:
    record.event(viewer, "supplier.changed", message, subject="supplier")
    row = Event.select().order_by(Event.id.desc()).get()
    if moment:
        Event.update(created_at=moment).where(Event.id == row.id).execute()
    return row


def test_a_supplier_that_was_changed(cast, viewer):
    suppliers.update(viewer, cast.logistics.id, SupplierDraft("Nord Due", 2, 3, "logistics"))
    data = last("supplier.changed")
    assert data == {
        "before": {"name": "Nord Logistica", "min_days": 1},
        "after": {"name": "Nord Due", "min_days": 2},
    }


def test_a_channel_that_was_changed_without_its_secrets(cast, viewer):
    made = channels.connect(viewer, "sandbox", ChannelDraft("Shop", "http://127.0.0.1:9", {}, {"key": "hush-hush"}))
    changed = ChannelDraft("Shop Two", "http://127.0.0.1:9", {"mode": "x", "api_token": "hush"}, {"key": "hush-anew"})
    channels.update(viewer, made.id, changed)
    data = last("channel.changed")
    assert data["before"]["name"] == "Shop" and data["after"]["name"] == "Shop Two"
    assert data["after"]["settings.mode"] == "x" and "hush" not in repr(data)


def test_a_key_that_was_given_more_rights(cast, viewer):
    made = api_keys.issue(viewer, KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read"))
    draft = KeyDraft("Robot", supplier_id=cast.logistics.id, orders="write", allowed_addresses=("10.0.0.0/8",))
    api_keys.edit(viewer, made.key.id, draft)
    data = last("api_key.changed")
    assert data["before"]["orders_level"] == "read" and data["after"]["orders_level"] == "write"
    assert data["after"]["allowed_addresses"] == "10.0.0.0/8" and made.secret_key not in repr(data)
    api_keys.enable(viewer, made.key.id)
    assert last("api_key.enabled") == {"before": {"enabled": False}, "after": {"enabled": True}}


def test_a_webhook_that_was_changed(cast, viewer):
    key = api_keys.issue(viewer, KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read")).key
    hook = webhooks.create(viewer, key.id, WebhookDraft("https://example.com/a", [])).webhook
    webhooks.edit(viewer, hook.id, WebhookDraft("https://example.com/b", ["order.updated"]))
    data = last("webhook.changed")
    assert data["before"] == {"url": "https://example.com/a", "events": ""}
    assert data["after"] == {"url": "https://example.com/b", "events": "order.updated"}


def test_a_user_whose_role_was_changed(cast, viewer):
    row = Membership.get(Membership.user == cast.merchant.id)
    users.update(viewer, row.id, UserDraft("Marta Merchant", "", "clerk", cast.rival.id, "a new pass phrase"))
    data = last("user.changed")
    assert data["before"] == {"role": "merchant", "supplier_id": None}
    assert data["after"] == {"role": "clerk", "supplier_id": cast.rival.id} and data["new_password"] is True
    assert "pass phrase" not in repr(data)


def test_products_and_their_supplies_unfold_on_the_page(as_user, cast, viewer):
    product = products.create(viewer, ProductDraft("MUG", "Mug"))
    products.update(viewer, product.id, ProductDraft("MUG", "Cup"))
    supply = supplies.add(viewer, product.id, SupplyDraft(cast.logistics.id, "N-MUG", 5))
    supplies.update(viewer, product.id, supply.id, SupplyDraft(cast.logistics.id, "N-MUG", 7))
    page = Page(as_user(cast.admin).get("/audit/?subject=product"))
    assert "quantity 5 → 7" in page.rows[0] and "title Mug → Cup" in page.rows[2]
    assert len(page.main.all("details")) == 2


def test_every_noun_is_called_by_the_reader_s_word(as_user, cast):
    client = as_user(cast.admin)
    english, italian = (client.get("/audit/", headers={"Accept-Language": tongue}).text for tongue in ("en", "it"))
    assert ">API key<" in english and ">Chiave API<" in italian
    assert ">Saved filter<" in english and ">Filtro salvato<" in italian


@pytest.mark.parametrize("subject", ["mail", "webhook", "carrier"])
def test_every_noun_can_be_chosen(as_user, cast, viewer, subject):
    happen(viewer, "Other")
    record.event(viewer, f"{subject}.changed", "Wanted", subject=subject)
    assert len(Page(as_user(cast.admin).get(f"/audit/?subject={subject}")).rows) == 1


def test_one_finds_what_a_person_or_a_key_or_the_worker_did(as_user, cast, viewer):
    happen(viewer, "By Ada")
    happen(cast.viewer(cast.merchant), "By Marta")
    key = api_keys.issue(viewer, KeyDraft("Robot", orders="read")).key
    Event.update(actor_kind="key", actor_id=key.id).where(Event.kind == "api_key.issued").execute()
    client = as_user(cast.admin)
    for who, told in ((f"user:{cast.merchant.id}", "By Marta"), (f"key:{key.id}", "Robot"), ("job", None)):
        rows = Page(client.get(f"/audit/?who={who}")).rows
        assert len(rows) == bool(told) and (not told or told in rows[0])
    for nonsense in ("user:x", "ghost", "user:999999999999999999999", "%00"):
        assert len(Page(client.get(f"/audit/?who={nonsense}")).rows) == 3


def test_one_finds_a_day_by_the_stores_clock(as_user, cast, viewer):
    start = dt.datetime(2026, 11, 1, 22, 30, tzinfo=dt.UTC)  # Half past eleven in the evening in Rome.
    for hours in range(0, 72, 12):
        happen(viewer, f"After {hours} h", start + dt.timedelta(hours=hours))
    client = as_user(cast.admin)

    def messages(query: str) -> list[int]:
        rows = Page(client.get(f"/audit/?{query}")).rows
        return [int(row.split("After ")[1].split(" ")[0]) for row in rows]

    assert messages("since=2026-11-02&until=2026-11-02") == [24, 12]
    assert messages("since=2026-11-03") == [60, 48, 36]
    assert messages("until=2026-11-01") == [0]
    assert len(messages("since=yesterday&until=0001-01-01")) == 6


def test_the_first_id_of_a_moment_is_found_whatever_gaps_there_are(viewer):
    start = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    rows = [happen(viewer, str(hour), start + dt.timedelta(hours=hour)) for hour in range(20)]
    Event.delete().where(Event.id.in_([row.id for row in rows[5:9]])).execute()
    assert first_id(start) <= rows[0].id
    assert rows[4].id < first_id(start + dt.timedelta(hours=5)) <= rows[9].id
    assert first_id(start + dt.timedelta(hours=9)) == first_id(start + dt.timedelta(hours=8, minutes=30))
    assert first_id(now() + dt.timedelta(days=999)) > rows[-1].id
