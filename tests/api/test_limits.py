"""How much a key may ask for: told in each answer, kept for each key, and refused with the time to wait."""

import re
from dataclasses import replace

from tests.api.problems import refused
from webapp import create_app
from webapp.models import ApiKey, Order


def headers(answer) -> tuple[int, int]:
    assert 1 <= int(answer.headers["RateLimit-Reset"]) <= 60
    return int(answer.headers["RateLimit-Limit"]), int(answer.headers["RateLimit-Remaining"])


def test_each_answer_tells_the_keys_limit_and_what_is_left(logistics, order):
    assert headers(logistics("GET", "/orders")) == (600, 599)
    assert headers(logistics("GET", f"/orders/{order.id}")) == (600, 598)
    assert headers(logistics("GET", "/orders/999")) == (600, 597)
    assert headers(logistics("GET", "/orders?max=x")) == (600, 596)
    answer = logistics("GET", "/me")
    assert answer.json["data"]["limits"] == {"requests_per_minute": 600} and headers(answer) == (600, 595)


def test_over_the_limit_is_429_with_the_time_to_wait(logistics, rival, order):
    ApiKey.update(requests_per_minute=3).where(ApiKey.name == "Nord Logistica").execute()
    assert [headers(logistics("GET", "/me")) for _ in range(3)] == [(3, 2), (3, 1), (3, 0)]
    for method, path in (("GET", "/orders"), ("PUT", f"/orders/{order.id}/status")):
        answer = logistics(method, path, json={"status": "in_process"})
        told = refused(answer, 429, "too_many_requests")
        assert headers(answer) == (3, 0)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert told["retry_after"] == int(answer.headers["Retry-After"])
        assert re.search(r"3 requests a minute. Wait \d+ s", told["message"])
    assert Order.get().status == "payment_accepted"
    assert headers(rival("GET", "/me")) == (600, 599)


def test_who_is_not_let_in_uses_nothing_up(client, logistics):
    answer = client.get("/api/v1/me")
    refused(answer, 401, "no_credentials")
    assert "RateLimit-Limit" not in answer.headers
    assert headers(logistics("GET", "/me")) == (600, 599)


def test_guessing_secrets_is_slowed_down(database, settings, pair):
    client = create_app(replace(settings, testing=False), database=database).test_client()
    asked = {**pair, "client_secret": "guess", "grant": "client_credentials"}
    for _ in range(60):
        refused(client.post("/api/v1/oauth/access_token", json=asked), 401, "invalid_client")
    answer = client.post("/api/v1/oauth/access_token", json={**pair, "grant": "client_credentials"})
    refused(answer, 429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61  # The limiter counts in whole seconds.
