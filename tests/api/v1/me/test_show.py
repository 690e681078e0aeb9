"""GET /me: what the key is, sees and may."""

from tests.api.problems import refused
from webapp.models import ApiKey, Store


def test_a_suppliers_key_learns_what_it_is(api, cast, order):
    call = api(cast.logistics, shipping="read", hides_prices=True)
    answer = call("GET", "/me")
    assert (answer.status_code, answer.json["success"], answer.json["message"]) == (200, True, None)
    me, key = answer.json["data"], ApiKey.get()
    assert me["key"] == {"id": key.id, "name": "Nord Logistica", "public_key": key.public_key}
    assert me["store"] == {"id": cast.store.id, "name": "Casa Bella", "currency": "EUR"}
    assert me["supplier"] == {"id": cast.logistics.id, "name": "Nord Logistica"}
    assert me["permissions"] == {"orders": "write", "products": "none", "shipping": "read"}
    assert me["masks"] == {"customer": False, "prices": True}
    assert me["limits"] == {"requests_per_minute": 600}
    assert me["last_change"] == Store.get_by_id(cast.store.id).change_seq > 0


def test_a_key_for_the_whole_store_has_no_supplier(whole):
    assert whole("GET", "/me").json["data"]["supplier"] is None


def test_it_names_the_calls_that_the_key_may_make(api, cast):
    calls = api(cast.logistics, orders="read", shipping="none")("GET", "/me").json["data"]["calls"]
    assert {"GET /me", "GET /orders", "GET /orders/{id}", "GET /suppliers"} <= set(calls)
    assert not any("shippings" in call or call.startswith("PUT /orders") for call in calls)


def test_any_key_may_ask_and_nobody_without(api, client, cast):
    assert api(None, orders="none", shipping="none", products="read")("GET", "/me").status_code == 200
    refused(client.get("/api/v1/me"), 401, "no_credentials")


def test_it_holds_no_secret(logistics):
    text = logistics("GET", "/me").text
    key = ApiKey.get()
    assert "xd_sk_" not in text and key.secret_digest not in text


def test_it_is_read_only(logistics):
    for method in ("POST", "PUT", "DELETE"):
        refused(logistics(method, "/me"), 405, "method_not_allowed")
