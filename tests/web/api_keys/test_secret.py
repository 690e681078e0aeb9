"""The secret is in the answer of the POST that made it, and nowhere else: no page, no row, no log, no cookie."""

import logging
import re
from pathlib import Path

import pytest

from tests.web.api_keys import wizard
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.domain import key_format
from webapp.models import TABLES, ApiKey, Membership, Supply


@pytest.fixture
def saved(as_user, cast):
    """A merchant that has just saved a key: its client, the form that it sent, the answer."""
    client = as_user(cast.merchant)
    sent = wizard.typed(client, cast.logistics)
    return client, sent, client.post("/api-keys/", data=sent)


def test_the_answer_shows_both_keys_once_with_copy_buttons(saved):
    _, _, answer = saved
    key, secret = ApiKey.get(), wizard.shown_secret(answer.text)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert key_format.parse_secret(secret) == key.id and key.secret_digest == key_format.digest(secret)
    assert f'data-copy="{secret}"' in answer.text and f'data-copy="{key.public_key}"' in answer.text
    assert 'role="alert"' in answer.text and "nothing can show it again" in answer.text
    assert "Ask an admin to turn it on" in answer.text
    assert answer.text.count(f"<code>{secret}</code>") == 1


def test_sending_the_same_form_again_makes_no_second_key_and_shows_nothing(saved):
    client, sent, answer = saved
    again = client.post("/api-keys/", data=sent)
    assert (again.status_code, again.location) == (303, "/api-keys/")
    page = client.get("/api-keys/").text
    assert "saved already" in page
    assert wizard.shown_secret(again.text) == wizard.shown_secret(page) == ""
    assert ApiKey.select().count() == 1
    assert ApiKey.get().secret_digest == key_format.digest(wizard.shown_secret(answer.text))


@pytest.mark.parametrize("nonce", ["", "made-up"])
def test_a_form_without_a_number_of_this_session_makes_no_key(as_user, cast, nonce):
    client = as_user(cast.merchant)
    sent = wizard.typed(client, nonce=nonce)
    assert client.post("/api-keys/", data=sent).status_code == 303
    assert ApiKey.select().count() == 0


def test_a_form_of_a_session_that_ended_is_kept_and_makes_a_key_once_it_is_saved_again(as_user, cast):
    sent = wizard.typed(as_user(cast.merchant), name="Typed before")
    client = as_user(cast.merchant)
    kept = Page(client.post("/api-keys/", data=sent))
    assert kept.status == 422 and "You logged in again meanwhile" in kept.alert and ApiKey.select().count() == 0
    assert kept.fields["name"] == "Typed before" and kept.fields["nonce"] != sent["nonce"]
    saved = client.post("/api-keys/", data=sent | {"nonce": kept.fields["nonce"]})
    assert wizard.shown_secret(saved.text) and ApiKey.get().name == "Typed before"
    assert client.post("/api-keys/", data=sent | {"nonce": kept.fields["nonce"]}).status_code == 303
    assert ApiKey.select().count() == 1


def test_two_forms_in_two_windows_each_make_a_key(as_user, cast):
    client = as_user(cast.merchant)
    first, second = wizard.typed(client, name="First"), wizard.typed(client, name="Second")
    secrets = {wizard.shown_secret(client.post("/api-keys/", data=sent).text) for sent in (first, second)}
    assert len(secrets) == 2 and "" not in secrets
    assert [key.name for key in ApiKey.select().order_by(ApiKey.id)] == ["First", "Second"]


def test_going_back_to_the_wizard_after_saving_shows_no_secret(saved):
    client, sent, _ = saved
    for door in ("/api-keys/preview", "/api-keys/change"):
        assert wizard.shown_secret(client.post(door, data=sent).text) == ""


def fill(cast) -> None:
    """Give each noun of the store a row, so that each address of the app has something to show."""
    order = shop.split_order(cast, shop.channel(cast.store))
    shipments.create(cast.viewer(cast.merchant), order.id, ShipmentDraft(source=cast.logistics.id))
    shop.failed_push(order)


def addresses(app, cast) -> list[str]:
    """Return every address that answers a GET, with ids of rows that exist; static files aside."""
    known = {"membership_id": Membership.get(Membership.user == cast.admin.id).id, "kind": "sandbox"}
    known |= {"supply_id": Supply.get().id, "product_id": Supply.get().product_id, "key_id": ApiKey.get().id}
    known |= {"supplier_id": cast.logistics.id, "ending": "pdf"}
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint != "static"]
    plain = [re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda part: str(known.get(part[1], 1)), rule.rule) for rule in rules]
    assert not [path for path in plain if "<" in path]
    return [*plain, "/orders/?q=xd_sk", "/api-keys/?q=xd_sk", "/audit/?q=xd_sk"]


def test_no_address_shows_a_secret_to_anybody_after_it_was_issued_and_rotated(app, as_user, cast, client, saved):
    fill(cast)
    merchant, _, answer = saved
    key_id = ApiKey.get().id
    admin = as_user(cast.admin)
    admin.post(f"/api-keys/{key_id}/enable")
    first = wizard.shown_secret(answer.text)
    pair = {"client_id": ApiKey.get().public_key, "client_secret": first, "grant_type": "client_credentials"}
    token = client.post("/api/v1/oauth/access_token", json=pair).json["access_token"]
    nonce = wizard.field(admin.get(f"/api-keys/{key_id}/rotate").text, "nonce")
    rotated = admin.post(f"/api-keys/{key_id}/rotate", data={"overlap": "24", "nonce": nonce})
    secrets = [first, wizard.shown_secret(rotated.text)]
    assert all(secrets) and secrets[0] != secrets[1]

    empty = []
    for path in addresses(app, cast):
        for person in (merchant, admin):
            found = person.get(path, headers={"Authorization": f"Bearer {token}"})
            text = found.get_data().decode(errors="replace") + str(found.headers)
            assert found.status_code != 500, path
            assert not [secret for secret in secrets if secret in text or secret[-20:] in text], path
        empty += [] if found.status_code == 200 else [path]
    keys = [
        f"/api-keys/{rest}" for rest in ("", "new", key_id, f"{key_id}/edit", f"{key_id}/rotate", f"{key_id}/revoke")
    ]
    met = {*keys, "/", "/audit/", "/channels/", "/orders/", "/suppliers/", "/users/", "/api/v1/me", "/api/v1/orders"}
    assert not met & set(empty)
    for person in (admin, merchant):
        with person.session_transaction() as session:
            assert not [secret for secret in secrets if secret in repr(dict(session))]


def test_no_column_and_no_log_line_holds_a_secret(as_user, cast, database_url, caplog, capfd, client):
    caplog.set_level(logging.DEBUG)
    merchant, admin = as_user(cast.merchant), as_user(cast.admin)
    first = wizard.shown_secret(merchant.post("/api-keys/", data=wizard.typed(merchant)).text)
    key = ApiKey.get()
    admin.post(f"/api-keys/{key.id}/enable")
    pair = {"client_id": key.public_key, "grant_type": "client_credentials"}
    assert client.post("/api/v1/oauth/access_token", json={**pair, "client_secret": first}).status_code == 200
    assert client.post("/api/v1/oauth/access_token", json={**pair, "client_secret": first[:-1]}).status_code == 401
    nonce = wizard.field(merchant.get(f"/api-keys/{key.id}/rotate").text, "nonce")
    page = merchant.post(f"/api-keys/{key.id}/rotate", data={"overlap": "1", "nonce": nonce}).text
    second = wizard.shown_secret(page)

    stored = repr([list(table.select().tuples()) for table in TABLES])
    logged = caplog.text + "".join(capfd.readouterr())
    files = b""
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        files = path.read_bytes() + Path(f"{path}-wal").read_bytes()
        assert key_format.digest(second).encode() in files
    assert key_format.digest(first) in stored and key_format.digest(second) in stored
    assert "INSERT INTO" in logged and key.public_key in logged
    for secret in (first, second):
        assert secret and secret not in stored and secret not in logged and secret.encode() not in files
