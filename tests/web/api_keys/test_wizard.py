"""The wizard: what a key may do and see is typed, previewed, changed, saved, and its secret shown once."""

import re

import pytest

from tests.web.api_keys import wizard
from tests.web.orders import shop
from webapp.domain import permissions
from webapp.domain.viewer import Level
from webapp.models import ApiKey, Event, Product

LEVELS = {"none": Level.NONE, "read": Level.READ, "write": Level.WRITE}


def test_begins_with_the_warning_and_offers_the_stores_suppliers(as_user, cast):
    page = as_user(cast.merchant).get("/api-keys/new").text
    assert "sensitive data" in page
    assert "None: the whole store" in page and "Nord Logistica" in page and "Rival Warehousing" in page
    assert "Foreign Depot" not in page
    assert wizard.field(page, "orders") == wizard.field(page, "shipping") == "none"


def test_an_archived_supplier_is_not_offered(as_user, cast):
    archived = cast.rival
    client = as_user(cast.merchant)
    sent = wizard.typed(client, archived)
    type(archived).update(archived_at=archived.created_at).where(type(archived).id == archived.id).execute()
    assert "Rival Warehousing" not in client.get("/api-keys/new").text
    assert client.post("/api-keys/", data=sent).status_code == 422 and ApiKey.select().count() == 0


def test_the_preview_counts_endpoints_orders_and_products(as_user, cast):
    sandbox = shop.channel(cast.store)
    shop.split_order(cast, sandbox)
    for _ in range(2):
        shop.order(sandbox, ("RIVALSKU", 1))
    shop.stocked(cast.other_store, "FOREIGN", cast.stranger_supplier)
    client = as_user(cast.merchant)
    answer = client.post("/api-keys/preview", data=wizard.typed(client, cast.logistics))
    calls = [call for call in permissions.CALLS if call.level <= LEVELS[wizard.TYPED.get(call.area, "none")]]
    assert answer.status_code == 200
    assert f"calls these {len(calls)} endpoints, sees 1 of 3 orders and 1 of 2 products" in answer.text
    assert "Nord’s “own” &lt;program&gt;" in answer.text and "customer information, order prices" in answer.text
    assert all(f"{call.verb} {call.path}<" in answer.text for call in calls)
    assert ApiKey.select().count() == 0 and Event.select().where(Event.subject == "api_key").count() == 0


@pytest.mark.parametrize(
    ("rights", "there", "missing"),
    [
        ({"orders": "read"}, ["GET /orders<"], ["PUT /orders/{id}/status<", "GET /shippings<"]),
        ({"shipping": "read"}, ["GET /shippings<"], ["POST /shippings<", "GET /orders<"]),
        ({"shipping": "write"}, ["GET /shippings<", "POST /shippings/{id}/ship<"], ["GET /orders<"]),
        ({"orders": "write"}, ["PUT /orders/{id}/status<", "GET /orders<"], ["POST /shippings<"]),
    ],
)
def test_the_preview_lists_what_the_rights_open_and_nothing_else(as_user, cast, rights, there, missing):
    shop.order(shop.channel(cast.store), ("UNKNOWN", 1))
    client = as_user(cast.merchant)
    none = {"orders": "none", "products": "none", "shipping": "none"}
    page = client.post("/api-keys/preview", data=wizard.typed(client, **{**none, **rights})).text
    assert all(call in page for call in there) and not any(call in page for call in missing)
    assert f"sees {1 if 'orders' in rights else 0} of 1 orders" in page and "products." not in page


def test_going_back_keeps_everything_that_was_typed(as_user, cast):
    client = as_user(cast.merchant)
    sent = wizard.typed(client, cast.logistics)
    preview = client.post("/api-keys/preview", data=sent).text
    assert wizard.values(preview) == sent
    back = client.post("/api-keys/change", data=wizard.values(preview))
    assert back.status_code == 200 and wizard.values(back.text) == sent
    assert "Not saved yet" not in back.text
    saved = client.post("/api-keys/", data=wizard.values(client.post("/api-keys/preview", data=sent).text))
    assert wizard.shown_secret(saved.text)


def test_what_was_not_ticked_stays_so_on_the_way_back(as_user, cast):
    client = as_user(cast.merchant)
    sent = wizard.typed(client)
    for name in ("hides_customer", "hides_prices", "contact_name", "contact_email", "expires_at", "allowed_addresses"):
        del sent[name]
    back = client.post("/api-keys/change", data=wizard.values(client.post("/api-keys/preview", data=sent).text)).text
    assert wizard.values(back) == sent


def test_saving_keeps_each_permission_and_mask_and_starts_disabled(as_user, cast):
    client = as_user(cast.merchant)
    answer = client.post("/api-keys/", data=wizard.typed(client, cast.logistics))
    assert answer.status_code == 200
    key = ApiKey.get()
    assert (key.store_id, key.supplier_id, key.name) == (cast.store.id, cast.logistics.id, wizard.TYPED["name"])
    assert (key.contact_name, key.contact_email) == ("Tina Tech", "tina@nord.example")
    assert (key.orders_level, key.products_level, key.shipping_level) == ("write", "read", "write")
    assert key.hides_customer and key.hides_prices
    assert key.expires_at.isoformat() == "2031-05-17T23:59:59+00:00" and key.requests_per_minute == 120
    assert key.allowed_addresses == ["127.0.0.0/8", "2001:db8::/32"]
    assert (key.enabled, key.enabled_at, key.last_used_at) == (False, None, None)
    assert key.created_by_id == cast.merchant.id
    assert Event.get(Event.subject == "api_key").kind == "api_key.issued"


def test_a_key_for_the_whole_store_without_masks(as_user, cast):
    client = as_user(cast.merchant)
    sent = wizard.typed(client, orders="read", products="none", shipping="none")
    del sent["hides_customer"], sent["hides_prices"]
    client.post("/api-keys/", data=sent)
    key = ApiKey.get()
    assert key.supplier_id is None and not key.hides_customer and not key.hides_prices
    assert (key.orders_level, key.products_level, key.shipping_level) == ("read", "none", "none")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Give the key a name."),
        ({"name": "   "}, "Give the key a name,"),
        ({"name": "N" * 121}, "120 characters"),
        ({"name": "nul\x00"}, "can&#39;t be stored"),
        ({"contact_name": "C" * 121}, "120 characters"),
        ({"contact_email": "not an address"}, "This isn&#39;t an e-mail address."),
        ({"supplier_id": "999999"}, "Not a valid choice"),
        ({"supplier_id": "x"}, "Not a valid choice"),
        ({"orders": "delete"}, "Not a valid choice"),
        ({"orders": "none", "products": "none", "shipping": "none"}, "allow at least one thing"),
    ],
)
@pytest.mark.parametrize("door", ["/api-keys/preview", "/api-keys/"])
def test_bad_input_is_said_at_the_field_and_nothing_else_is_lost(as_user, cast, door, wrong, told):
    client = as_user(cast.merchant)
    sent = wizard.typed(client, cast.logistics, **wrong)
    answer = client.post(door, data=sent)
    assert answer.status_code == 422 and told in answer.text
    kept = {name: wizard.field(answer.text, name) for name in sent.keys() - wrong.keys() - {"nonce"}}
    assert kept == {name: sent[name] for name in kept}
    assert ApiKey.select().count() == 0


def test_after_bad_input_the_corrected_form_saves(as_user, cast):
    client = as_user(cast.merchant)
    answer = client.post("/api-keys/", data=wizard.typed(client, name=""))
    saved = client.post("/api-keys/", data={**wizard.values(answer.text), "name": "Named"})
    assert wizard.shown_secret(saved.text) and ApiKey.get().name == "Named"


def test_another_stores_supplier_cannot_be_chosen(as_user, cast):
    client = as_user(cast.merchant)
    for door in ("/api-keys/preview", "/api-keys/"):
        answer = client.post(door, data=wizard.typed(client, cast.stranger_supplier))
        assert answer.status_code == 422 and "Foreign Depot" not in answer.text
    assert ApiKey.select().count() == 0


def test_only_the_stores_own_products_are_counted(as_user, cast):
    shop.stocked(cast.store, "OURS")
    shop.stocked(cast.other_store, "THEIRS")
    client = as_user(cast.merchant)
    page = client.post("/api-keys/preview", data=wizard.typed(client)).text
    assert "1 of 1 products" in page and Product.select().count() == 2


@pytest.mark.parametrize("who", ["clerk", "rival_clerk"])
def test_a_clerk_is_refused(as_user, cast, who):
    client = as_user(getattr(cast, who))
    assert client.get("/api-keys/new").status_code == 403
    for door in ("/api-keys/preview", "/api-keys/change", "/api-keys/"):
        assert client.post(door, data=wizard.TYPED).status_code == 403
    assert ApiKey.select().count() == 0


def test_needs_login(client, cast):
    assert client.get("/api-keys/new").location.startswith("/login")
    for door in ("/api-keys/preview", "/api-keys/change", "/api-keys/"):
        assert client.post(door, data=wizard.TYPED).status_code == 401
    assert ApiKey.select().count() == 0


def test_wants_a_csrf_token_and_its_own_pages_carry_it(csrf_client, cast):
    def csrf(page: str) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]

    login = {"email": cast.merchant.email, "password": cast.password}
    csrf_client.post("/login", data={**login, "csrf_token": csrf(csrf_client.get("/login").text)})
    new = csrf_client.get("/api-keys/new").text
    sent = {**wizard.TYPED, "supplier_id": "", "nonce": wizard.field(new, "nonce")}
    assert csrf_client.post("/api-keys/", data=sent).status_code == 400 and ApiKey.select().count() == 0
    preview = csrf_client.post("/api-keys/preview", data={**sent, "csrf_token": csrf(new)}).text
    answer = csrf_client.post("/api-keys/", data={**sent, "csrf_token": csrf(preview)})
    assert wizard.shown_secret(answer.text) and ApiKey.select().count() == 1
