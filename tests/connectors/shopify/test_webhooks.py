"""A webhook of Shopify counts by its signature alone: the app's client secret's, or the shop's own."""

import base64
import hashlib
import hmac

import pytest

from webapp.connectors.channels.shopify.webhooks import verdict

BODY = b'{"id":820982911946154508,"name":"#1001"}'
KNOWN = {"secret": "client-secret", "hook_secret": "shop-secret"}


def signed(secret: str, body: bytes = BODY) -> dict[str, str]:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {"X-Shopify-Topic": "orders/create", "X-Shopify-Webhook-Id": "b54557e4", "X-Shopify-Hmac-Sha256": signature}


@pytest.mark.parametrize("secret", ["client-secret", "shop-secret"])
def test_either_secret_makes_it_genuine_also_when_it_comes_again(secret):
    assert [verdict(signed(secret), BODY, KNOWN) for _ in range(2)] == ["genuine", "genuine"]
    assert verdict({name.lower(): value for name, value in signed(secret).items()}, BODY, KNOWN) == "genuine"


def test_another_secret_or_body_or_none_is_forged():
    assert verdict(signed("another"), BODY, KNOWN) == verdict(signed("shop-secret"), BODY + b" ", KNOWN) == "forged"
    assert verdict({}, BODY, KNOWN) == verdict({"X-Shopify-Hmac-Sha256": "²"}, BODY, KNOWN) == "forged"
    assert verdict(signed(""), BODY, {"secret": "", "hook_secret": ""}) == verdict(signed(""), BODY, {}) == "forged"
