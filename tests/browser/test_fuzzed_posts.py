"""Ten thousand posts of forms with made-up fields: each is answered, and none brings the server down."""

import random

import pytest

from tests.browser.filled import fill
from tests.web.page import Page

POSTS = 10_000
ENDS_THE_SESSION = ("/logout", "/login", "/account", "/users", "/setup", "/join", "/password", "/invitations")
CALLS_OUT = ("/channels", "/webhooks")
"""Their forms make calls to the address that is typed; the forms of channels are tested with shops of their own."""
SIGNED = ("/api/", "/hooks/")
PAGES = (
    "/products/new",
    "/suppliers/new",
    "/orders/new",
    "/api-keys/new",
    "/routing/new",
    "/carriers/new",
    "/store/edit",
)
PAGES += (
    "/orders/1",
    "/orders/1/hold",
    "/orders/1/route/",
    "/orders/1/cancel/",
    "/orders/3/shipments/new",
    "/returns/1",
)
PAGES += (
    "/shipments/1",
    "/shipments/1/edit",
    "/shipments/1/waybill/new",
    "/products/1/edit",
    "/products/1/supplies/new",
)
VALUES = (
    "",
    "0",
    "1",
    "2",
    "-1",
    "999999999999999999999",
    "1e9",
    "x",
    "NaN",
    "1,5",
    "\x00",
    "\ud800",
    "😀" * 99,
    "<b>",
    "'--",
)
VALUES += (
    "2026-11-30",
    "9999-12-31",
    "0001-01-01",
    "25:61",
    "IT",
    "EUR",
    "merchant",
    "true",
    "{}",
    "[]",
    "%s{0}",
    "a" * 9999,
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_made_up_posts_are_answered(app, as_user, cast, channel, shop):
    fill(cast, channel, shop)
    client, dice = as_user(cast.admin), random.Random(5)
    known = {name for path in PAGES for name in Page(client.get(path)).fields} | {"reason", "status", "order", "back"}
    names, doors = sorted(known), [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    doors = [rule for rule in doors if not rule.rule.startswith(SIGNED + ENDS_THE_SESSION + CALLS_OUT)]
    seen: dict[int, int] = {}
    for number in range(POSTS):
        rule = doors[number % len(doors)]
        places = {name: "products" if name == "table" else dice.randint(1, 4) for name in rule.arguments}
        path = rule.build(places, append_unknown=False)[1]
        data = {name: dice.choice(VALUES).encode("utf-8", "surrogatepass") for name in dice.sample(names, 12)}
        answer = client.post(path, data=data)
        assert answer.status_code < 500, f"{path} {data}: {answer.status_code}"
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
    assert seen.get(303, 0) > 100 and seen.get(422, 0) > 500, seen
