"""How a call to WooCommerce proves who makes it: the key itself over TLS, a signature of OAuth 1.0a without."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from urllib.parse import quote


def basic(key: str, secret: str) -> str:
    """Return the Authorization header for an https address."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def oauth(key: str, secret: str, verb: str, url: str, query: Mapping[str, str]) -> dict[str, str]:
    """Return the query with a signature, for a plain http address, where WooCommerce takes no key.

    `url` is what the shop takes for its own address, with the path. The signature is no header, since many servers
    keep that from WordPress.
    """
    signed = {
        **query,
        "oauth_consumer_key": key,
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(time.time())),
    }
    digest = hmac.new(f"{secret}&".encode(), signature_base(verb, url, signed).encode(), hashlib.sha256).digest()
    return signed | {"oauth_signature": base64.b64encode(digest).decode()}


def signature_base(verb: str, url: str, parameters: Mapping[str, str]) -> str:
    """Return the text that is signed."""
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in parameters.items())
    return "&".join((verb, _escaped(url), _escaped("&".join(f"{name}={value}" for name, value in pairs))))


def _escaped(text: str) -> str:
    return quote(text, safe="~")
