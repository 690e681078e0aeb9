"""A webhook counts once it proves where it comes from; the first one can't, and must be let pass all the same."""

import pytest

from webapp.connectors.channels.woocommerce.webhooks import verdict

SECRET = "hook-secret"
KNOWN = {"secret": "cs_1", "hook_secret": SECRET}


def test_the_first_ping_is_an_unsigned_form(shop):
    assert verdict(*shop.ping(), KNOWN) == "ping"


def test_a_signed_message_is_genuine_and_another_secret_or_body_isnt(shop):
    headers, body = shop.webhook(shop.sell(("MUG", 1)), SECRET)
    assert verdict(headers, body, KNOWN) == "genuine"
    assert verdict({name.lower(): value for name, value in headers.items()}, body, KNOWN) == "genuine"
    assert verdict(headers, body, {"hook_secret": "another"}) == verdict(headers, body + b" ", KNOWN) == "forged"


def test_a_webhook_without_a_secret_of_its_own_is_signed_by_the_consumer_secret(shop):
    headers, body = shop.webhook(shop.sell(("MUG", 1)), "cs_1")
    assert verdict(headers, body, KNOWN) == verdict(headers, body, {"secret": "cs_1", "hook_secret": ""}) == "genuine"


@pytest.mark.parametrize("nothing", [{}, {"secret": "", "hook_secret": ""}])
def test_nothing_is_genuine_where_there_is_no_secret(shop, nothing):
    assert verdict(*shop.webhook(shop.sell(("MUG", 1)), ""), nothing) == "forged"


@pytest.mark.parametrize("body", [b"", b"webhook_id=7&x=1", b"webhook_id=", b'{"id": 1}', b"webhook_id=7\n"])
def test_what_is_neither_signed_nor_a_ping_is_forged(body):
    assert verdict({}, body, KNOWN) == "forged"
    assert verdict({"X-WC-Webhook-Signature": "²"}, body, KNOWN) == "forged"
