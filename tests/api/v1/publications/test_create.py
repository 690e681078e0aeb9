"""Creating a publication: a product on a channel, once, by whoever works for the whole store."""

import pytest

from tests.api.problems import alike, refused, wrong
from webapp.models import Change, Channel, Event, Publication

PATH = "/channels/publications"


@pytest.fixture
def least(mug, world) -> dict:
    """What is wanted: which product, on which channel."""
    return {"product_id": mug.id, "channel_id": world.channel.id}


def test_it_is_created_and_told(merchant, least, mug):
    Change.delete().execute()
    sent = {**least, "external_id": "gid-1", "sku": "MUG-IT", "title": "Tazza", "price": 9.99, "active": False}
    answer = merchant("POST", PATH, json=sent)
    assert answer.status_code == 201
    made = answer.json["data"]
    assert answer.headers["Location"] == f"/api/v1{PATH}/{made['id']}"
    assert {name: made[name] for name in sent} == sent and made["source_id"] == "gid-1"
    row = Publication.get()
    assert (row.id, row.price_cents, row.active, row.store_id) == (made["id"], 999, False, mug.store_id)
    assert [(row.subject, row.subject_id, row.supplier_id) for row in Change.select()] == [("product", mug.id, None)]
    assert Event.get(Event.kind == "publication.created").message == "MUG published on Shop"


def test_what_isnt_sent_is_the_products(merchant, least):
    made = merchant("POST", PATH, json=least).json["data"]
    assert (made["sku"], made["title"], made["price"], made["source_id"], made["active"]) == (
        *("MUG", "Mug", 8.2),
        *("", True),
    )
    row = Publication.get()
    assert (row.sku, row.title, row.price_cents) == ("", "", None)


def test_a_product_is_on_a_channel_once(merchant, least, published):
    (told,) = wrong(merchant("POST", PATH, json=least), "channel_id")
    assert "already" in told and Publication.select().count() == 1


def test_the_same_request_twice_creates_one(merchant, least):
    headers = {"Idempotency-Key": "once"}
    first, again = (merchant("POST", PATH, json=least, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.json["data"]) == (201, 201, first.json["data"])
    assert Publication.select().count() == 1


def test_products_and_channels_of_another_store_are_unknown(merchant, least, foreign, strange):
    for field, other in (("product_id", strange.id), ("channel_id", foreign.channel_id)):
        answer = merchant("POST", PATH, json={**least, field: other})
        wrong(answer, field)
        assert alike(answer, merchant("POST", PATH, json={**least, field: 10**17}))
    assert Publication.select().count() == 1


def test_a_disconnected_channel_takes_none(merchant, least, world):
    Channel.update(archived_at=world.channel.created_at).execute()
    wrong(merchant("POST", PATH, json=least), "channel_id")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("product_id", [None, 0, "1", 1.5]),
        ("channel_id", [None, -1]),
        ("price", [-1, "9", 1e11]),
        ("active", [None, "true", 1]),
        ("sku", ["x" * 65, 1]),
        ("title", ["x" * 256]),
        ("external_id", ["x" * 121]),
        ("source", ["SANDBOX"]),
    ],
)
def test_a_wrong_value_is_told_at_its_field(merchant, least, field, values):
    for value in values:
        wrong(merchant("POST", PATH, json={**least, field: value}), field)
    assert not Publication.select().exists()


def test_a_suppliers_key_creates_none(warehouse, least):
    told = refused(warehouse("POST", PATH, json=least), 403, "scope_missing")
    assert "whole store" in told["message"]
    assert alike(warehouse("POST", PATH, json={}), warehouse("POST", PATH, json=least))
    assert not Publication.select().exists()


def test_it_needs_a_key_with_the_permission_to_write(client, api, least):
    refused(client.post(f"/api/v1{PATH}", json=least), 401, "no_credentials")
    refused(api(None, products="read")("POST", PATH, json=least), 403, "scope_missing")
    assert not Publication.select().exists()
